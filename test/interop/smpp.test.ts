import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import {
  type Bearer,
  type Driver,
  drive,
  openMessageCentre,
  openSmpp,
  realScheduler,
} from '../../src/bearer/index.js';
import { KEPT_MESSAGES } from '../../src/bearer/smpp.js';
import { decodeSmpp, encodeSmpp, smppFrames } from '../../src/bearer/smpp-pdu.js';
import type { Endpoint } from '../../src/wap/address.js';
import { seededRandom } from '../../src/wap/random.js';
import { transactions } from '../../src/wap/stack.js';
import { type FromBearer, NO_PORT } from '../../src/wap/wdp/index.js';
import type { TransactionIndication, TransactionRequest } from '../../src/wap/wtp/index.js';
import { hex } from '../support/hex.js';

const gateway: Endpoint = { bearer: 'GSM SMS', address: '+33600000001', port: 9201 };
const phone: Endpoint = { bearer: 'GSM SMS', address: '+33600000002', port: 49152 };

describe('SMPP bearer and message centre (WAP-159)', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  async function centre(admit?: (systemId: string, password: string) => boolean) {
    const made = await openMessageCentre({ host: '127.0.0.1', port: 0, ...(admit && { admit }) });
    open.push(made);
    return made;
  }

  async function bind(
    port: number,
    address: string,
    more: { carriage?: 'submit_sm'; storeAndForward?: true } = {},
  ) {
    const bearer = await openSmpp({
      host: '127.0.0.1',
      port,
      systemId: 'wap',
      password: 'secret',
      address,
      ...more,
    });
    open.push(bearer);
    return bearer;
  }

  const next = (bearer: Bearer) => new Promise<FromBearer>((resolve) => bearer.onDatagram(resolve));

  for (const carriage of ['data_sm', 'submit_sm'] as const) {
    it(`[WDPWCMPAdapt-S-001] [WDPWCMPAdapt-S-002] [WDPWCMPAdapt-S-020] [WDPWCMPAdapt-S-005] a class 2 transaction of 400 octets each way by ${carriage}`, async () => {
      const { local } = await centre();
      const more = carriage === 'submit_sm' ? { carriage } : {};
      const done = new Promise<Uint8Array>((resolve, reject) => {
        void (async () => {
          const server: Driver<TransactionRequest> = drive<TransactionRequest, TransactionIndication>({
            stack: transactions({ local: gateway, random: seededRandom(1) }),
            bearer: await bind(local.port, gateway.address, more),
            scheduler: realScheduler,
            deliver: ({ type, handle, ...rest }) => {
              if (type !== 'TR-Invoke.ind' || !('userData' in rest)) return;
              server.request({ type: 'TR-Result.req', handle, userData: rest.userData });
            },
          });
          const client: Driver<TransactionRequest> = drive<TransactionRequest, TransactionIndication>({
            stack: transactions({ local: phone, random: seededRandom(2), sms: { long: false } }),
            bearer: await bind(local.port, phone.address, more),
            scheduler: realScheduler,
            deliver: (indication) => {
              if (indication.type === 'TR-Result.ind') resolve(indication.userData);
            },
          });
          open.push(server, client);
          const userData = Uint8Array.from({ length: 400 }, (_, i) => i);
          const peers = { local: phone, remote: gateway };
          client.request({
            type: 'TR-Invoke.req',
            peers,
            ackType: true,
            userData,
            classType: 2,
            handle: 'I1',
          });
        })().catch(reject);
      });
      assert.deepEqual(
        await done,
        Uint8Array.from({ length: 400 }, (_, i) => i),
      );
    });
  }

  const datagram = (destination: Endpoint, octets: string) => ({
    type: 'Datagram' as const,
    source: { ...gateway, port: NO_PORT },
    destination: { ...destination, port: NO_PORT },
    octets: hex(octets),
  });

  it('nobody has that number: the datagram comes back, in datagram mode', async () => {
    const { local } = await centre();
    const bearer = await bind(local.port, gateway.address);
    const coming = next(bearer);
    bearer.send(datagram(phone, '06 0504 0b84 23f0 61'));
    const { type, destination } = await coming;
    assert.deepEqual([type, destination.address], ['Undelivered', phone.address]);
  });

  it('[WDPWCMPAdapt-S-011] store and forward: the centre keeps it until the number binds, and keeps no more than it can', async () => {
    const { local } = await centre();
    const sender = await bind(local.port, gateway.address, { storeAndForward: true });
    const coming = next(sender);
    for (let i = 0; i <= KEPT_MESSAGES; i++) sender.send(datagram(phone, '06 0504 0b84 23f0 61'));
    assert.equal((await coming).type, 'Undelivered');
    const receiver = await bind(local.port, phone.address);
    const received = await next(receiver);
    assert.deepEqual(received.type === 'Datagram' && received.octets, hex('06 0504 0b84 23f0 61'));
    assert.equal(received.source.address, gateway.address);
  });

  it('a system that is not admitted cannot bind', async () => {
    const { local } = await centre((_systemId, password) => password === 'other');
    await assert.rejects(bind(local.port, gateway.address), { name: 'ProtocolError' });
  });

  it('[WDPWCMPAdapt-S-007] closing unbinds: the number is free, and sending afterwards does nothing', async () => {
    const made = await centre();
    const bearer = await bind(made.local.port, gateway.address);
    assert.deepEqual(made.numbers(), [gateway.address]);
    await bearer.close();
    await bearer.close();
    assert.deepEqual(made.numbers(), []);
    bearer.send(datagram(phone, '00'));
  });

  it('the centre hangs up: what was not answered, and what is sent then, comes back', async () => {
    const made = await centre();
    const bearer = await bind(made.local.port, gateway.address);
    await made.close();
    const coming = next(bearer);
    bearer.send(datagram(phone, '06 0504 0b84 23f0 61'));
    assert.equal((await coming).type, 'Undelivered');
    await assert.rejects(bind(made.local.port, gateway.address));
  });

  it('[WDPWCMPAdapt-S-008] enquire_link is answered; what is not understood gets generic_nack, a broken length the end', async () => {
    const { local } = await centre();
    const socket = createConnection({ host: local.address, port: local.port });
    const frames = smppFrames();
    const answer = async (octets: Uint8Array) => {
      socket.write(octets);
      const [chunk] = (await once(socket, 'data')) as [Uint8Array];
      return frames(chunk).map((each) => decodeSmpp(each))[0];
    };
    const enquiry = encodeSmpp({ command: 'enquire_link', status: 0, sequence: 5 });
    assert.deepEqual(await answer(enquiry), { command: 'enquire_link_resp', status: 0, sequence: 5 });
    const unknown = hex('00000010 00001234 00000000 00000006');
    assert.deepEqual(await answer(unknown), { command: 'generic_nack', status: 3, sequence: 6 });
    const corrupt = hex('00000011 00000006 00000000 00000007 00');
    assert.deepEqual(await answer(corrupt), { command: 'generic_nack', status: 8, sequence: 7 });
    const unbound = encodeSmpp({
      ...decodeMessage(),
      status: 0,
      sequence: 8,
    });
    assert.deepEqual(await answer(unbound), {
      command: 'data_sm_resp',
      status: 4,
      sequence: 8,
      messageId: '',
      tlvs: [],
    });
    const closed = once(socket, 'close');
    assert.deepEqual(await answer(hex('00000001')), { command: 'generic_nack', status: 2, sequence: 0 });
    await closed;
  });
});

/** A data_sm without anything in it. */
function decodeMessage() {
  return {
    command: 'data_sm',
    serviceType: '',
    sourceTon: 0,
    sourceNpi: 0,
    source: '1',
    destinationTon: 0,
    destinationNpi: 0,
    destination: '2',
    esmClass: 0,
    registeredDelivery: 0,
    dataCoding: 4,
    tlvs: [],
  } as const;
}
