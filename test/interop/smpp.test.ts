/** SMPP over TCP: our two ends with each other, and each with the `smpp` library of the npm registry, which knows nothing of ours. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import {
  type Driver,
  drive,
  type MessageCentreOptions,
  openMessageCentre,
  openSmpp,
  realScheduler,
  type SmppOptions,
} from '../../src/bearer/index.js';
import type { Endpoint } from '../../src/wap/address.js';
import { seededRandom } from '../../src/wap/random.js';
import { transactions } from '../../src/wap/stack.js';
import type { FromBearer } from '../../src/wap/wdp/index.js';
import type { TransactionIndication, TransactionRequest } from '../../src/wap/wtp/index.js';
import { message } from '../bearer/smpp-world.js';
import { hex } from '../support/hex.js';
import { connectLibrary, type LibraryPdu, libraryServer } from './smpp-library.js';

const gateway: Endpoint = { bearer: 'GSM SMS', address: '+33600000001', port: 9201 };
const phone: Endpoint = { bearer: 'GSM SMS', address: '+33600000002', port: 49152 };
const push = '06 0504 0b84 23f0 61';

describe('SMPP over TCP (WAP-159)', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  async function centre(more: Partial<MessageCentreOptions> = {}) {
    const made = await openMessageCentre({ host: '127.0.0.1', port: 0, ...more });
    open.push(made);
    return made;
  }

  async function bind(port: number, address: string, more: Partial<SmppOptions> = {}) {
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

  const datagram = (source: Endpoint, destination: Endpoint, octets: string) =>
    message(source.address, destination.address, octets);

  for (const carriage of ['data_sm', 'submit_sm'] as const) {
    it(`[WDPWCMPAdapt-S-001] [WDPWCMPAdapt-S-002] [WDPWCMPAdapt-S-020] [WDPWCMPAdapt-S-005] a class 2 transaction of 400 octets each way by ${carriage}`, async () => {
      const { local } = await centre();
      const more: Partial<SmppOptions> = { carriage };
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

  it('[WDPWCMPAdapt-S-007] closing unbinds: the number is free, and sending afterwards does nothing', async () => {
    const made = await centre();
    const bearer = await bind(made.local.port, gateway.address);
    assert.deepEqual(made.numbers(), [gateway.address]);
    await bearer.close();
    await bearer.close();
    assert.deepEqual(made.numbers(), []);
    bearer.send(datagram(gateway, phone, '00'));
  });

  it('a refusal and a centre that is not there are told by name', async () => {
    const made = await centre({ accounts: [{ systemId: 'wap', password: 'other', addresses: [] }] });
    await assert.rejects(bind(made.local.port, gateway.address), {
      name: 'ProtocolError',
      message: 'SMPP in binding: the message centre refused: ESME_RINVPASWD',
    });
    await made.close();
    await assert.rejects(bind(made.local.port, gateway.address), /ECONNREFUSED/);
  });

  it('the centre hangs up: what is sent then comes back', async () => {
    const made = await centre();
    const bearer = await bind(made.local.port, gateway.address);
    const unbound = new Promise<void>((resolve) => {
      const look = () => (bearer.bound() ? setImmediate(look) : resolve());
      look();
    });
    await made.close();
    await unbound;
    const coming = new Promise<FromBearer>((resolve) => bearer.onDatagram(resolve));
    bearer.send(datagram(gateway, phone, push));
    assert.equal((await coming).type, 'Undelivered');
  });

  it('a broken length ends a connection, and no other', async () => {
    const { local } = await centre();
    const socket = createConnection({ host: local.address, port: local.port });
    const closed = once(socket, 'close');
    socket.write(hex('ffffffff'));
    socket.resume();
    await closed;
    assert.ok((await bind(local.port, gateway.address)).bound());
  });

  describe('our message centre serves the smpp library', () => {
    it('[WDPWCMPAdapt-S-005] bind, submit with a user data header, receipt, enquire_link, unbind', async () => {
      const { local } = await centre();
      const terminal = await bind(local.port, phone.address);
      const coming = new Promise<FromBearer>((resolve) => terminal.onDatagram(resolve));
      const library = await connectLibrary(local.port);
      const bound = await library.request('bind_transceiver', {
        system_id: 'library',
        password: 'x',
        address_range: '33600000001',
      });
      assert.equal(bound.command_status, 0);
      assert.equal(bound.sc_interface_version, 0x34);
      const delivered = library.next('deliver_sm');
      const accepted = await library.request('submit_sm', {
        source_addr: '33600000001',
        destination_addr: '33600000002',
        esm_class: 0x40,
        data_coding: 0xf5,
        registered_delivery: 1,
        short_message: { udh: Buffer.from('0605040b8423f0', 'hex'), message: Buffer.from('a') },
      });
      assert.deepEqual([accepted.command_status, accepted.message_id], [0, '1']);
      const received = await coming;
      assert.deepEqual(received.type === 'Datagram' && received.octets, hex(push));
      const receipt = await delivered;
      assert.equal(receipt.esm_class, 4);
      assert.equal(receipt.message_state, 2);
      assert.equal(receipt.receipted_message_id, '1');
      assert.equal((await library.request('enquire_link', {})).command, 'enquire_link_resp');
      assert.equal((await library.request('unbind', {})).command, 'unbind_resp');
      await library.closed;
    });
  });

  describe('our bearer at a message centre made of the smpp library', () => {
    it('[WDPWCMPAdapt-S-001] [WDPWCMPAdapt-S-002] [WDPWCMPAdapt-S-012] what it sends is read there as meant, and answered', async () => {
      const asked: LibraryPdu[] = [];
      const server = await libraryServer((pdu, session) => {
        asked.push(pdu);
        session.send(pdu.response({ message_id: 'abc', system_id: 'lib' }));
        if (pdu.command === 'data_sm') {
          session.request('data_sm', {
            service_type: 'WAP',
            source_addr: '33600000002',
            destination_addr: '33600000001',
            data_coding: 4,
            source_port: 49152,
            dest_port: 9201,
            message_payload: Buffer.from('6f6b', 'hex'),
          });
        }
      });
      open.push(server);
      const bearer = await bind(server.port, gateway.address);
      const coming = new Promise<FromBearer>((resolve) => bearer.onDatagram(resolve));
      bearer.send(datagram(gateway, phone, '0b 0504 c000 23f1 00 03 07 02 01 6162'));
      const received = await coming;
      assert.deepEqual(received.type === 'Datagram' && received.octets, hex('06 0504 23f1 c000 6f6b'));
      const [bound, sent] = asked;
      assert.deepEqual(
        [
          bound?.command,
          bound?.system_id,
          bound?.system_type,
          bound?.interface_version,
          bound?.address_range,
        ],
        ['bind_transceiver', 'wap', 'WAP', 0x34, '33600000001'],
      );
      assert.deepEqual(
        [
          sent?.command,
          sent?.esm_class,
          sent?.data_coding,
          sent?.source_port,
          sent?.dest_port,
          sent?.sar_msg_ref_num,
          sent?.sar_total_segments,
          sent?.sar_segment_seqnum,
          sent?.more_messages_to_send,
        ],
        ['data_sm', 1, 4, 9201, 49152, 7, 2, 1, 1],
      );
      await bearer.close();
      assert.equal(asked.at(-1)?.command, 'unbind');
    });

    it('[WDPWCMPAdapt-S-014] [WDPWCMPAdapt-S-018] submit_sm with header, validity and receipt', async () => {
      const asked: LibraryPdu[] = [];
      const server = await libraryServer((pdu, session) => {
        asked.push(pdu);
        session.send(pdu.response({ message_id: 'abc' }));
      });
      open.push(server);
      const bearer = await bind(server.port, gateway.address, { carriage: 'submit_sm' });
      const submission = await new Promise((resolve) =>
        bearer.submit(
          datagram(gateway, phone, push),
          { storeAndForward: true, validity: 3_600_000, receipt: true },
          resolve,
        ),
      );
      assert.deepEqual(submission, { state: 'accepted', messageId: 'abc' });
      const sent = asked[1];
      assert.deepEqual(
        [sent?.command, sent?.esm_class, sent?.registered_delivery, sent?.dest_addr_ton, sent?.dest_addr_npi],
        ['submit_sm', 0x43, 1, 1, 1],
      );
      assert.deepEqual(sent?.short_message, {
        udh: [Buffer.from('05040b8423f0', 'hex')],
        message: Buffer.from('a'),
      });
    });
  });
});
