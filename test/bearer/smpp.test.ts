import assert from 'node:assert/strict';
import { openSmpp, virtualScheduler } from '../../src/bearer/index.js';
import { MAX_EARLY, MAX_WAITING, WINDOW } from '../../src/bearer/smpp.js';
import { decodeSmpp, encodeSmpp, type Smpp, type SmppBody, smppFrames } from '../../src/bearer/smpp-pdu.js';
import { streamPair } from '../../src/bearer/smpp-stream.js';
import { toHex } from '../../src/wap/octets.js';
import type { FromBearer } from '../../src/wap/wdp/index.js';
import { hex } from '../support/hex.js';
import { message, PUSH, smsWorld } from './smpp-world.js';

const gateway = '+33600000001';
const phone = '+33600000002';

/** A bearer at a centre that does what the test says. */
async function scripted(answer: (request: Smpp) => { body: SmppBody; status?: number } | undefined) {
  const scheduler = virtualScheduler();
  const asked: Smpp[] = [];
  let send: (octets: Uint8Array) => void = () => undefined;
  const opening = openSmpp({
    host: '',
    port: 0,
    systemId: 'wap',
    password: '',
    address: gateway,
    scheduler,
    connect() {
      const [here, there] = streamPair(scheduler);
      const frames = smppFrames();
      send = (octets) => there.write(octets);
      there.listen({
        data: (chunk) => {
          for (const octets of frames(chunk)) {
            const request = decodeSmpp(octets);
            asked.push(request);
            if (request.command === 'bind_transceiver') {
              const body = { command: 'bind_transceiver_resp', systemId: '', tlvs: [] } as const;
              there.write(encodeSmpp({ ...body, status: 0, sequence: request.sequence }));
            }
            const reply = answer(request);
            if (reply) {
              const { body, status = 0 } = reply;
              there.write(encodeSmpp({ ...body, status, sequence: request.sequence }));
            }
          }
        },
        closed: () => undefined,
      });
      return here;
    },
  });
  scheduler.advance(0);
  const bearer = await opening;
  return { scheduler, asked, bearer, write: (pdu: Smpp) => send(encodeSmpp(pdu)) };
}

const accepted = (request: Smpp) =>
  request.command === 'data_sm'
    ? { body: { command: 'data_sm_resp', messageId: 'x', tlvs: [] } as const }
    : undefined;

describe('SMPP bearer (WAP-159 §5.2)', () => {
  it('comes back when the message centre does, ever more slowly, and says so', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway);
    world.stop();
    assert.equal(a.bearer.bound(), false);
    // Tried after 1, 2, 5 and 10 seconds: not there at the fourth attempt, there at the next.
    world.scheduler.advance(18_000);
    assert.deepEqual(a.news, ['Bound', 'Unbound', 'Unbound', 'Unbound', 'Unbound', 'Unbound']);
    world.restart();
    world.scheduler.advance(29_000);
    assert.equal(a.bearer.bound(), false);
    world.scheduler.advance(1_000);
    assert.equal(a.bearer.bound(), true);
    const b = await world.bind(phone);
    a.submit(phone);
    assert.deepEqual(b.received, [toHex(hex(PUSH))]);
  });

  it('what is sent while it is not bound is lost, and its sender knows', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway);
    world.stop();
    const submissions = a.submit(phone);
    a.bearer.send(message(gateway, phone, PUSH));
    await Promise.resolve();
    assert.deepEqual(submissions, [{ state: 'lost', error: 'not bound to a message centre' }]);
    assert.deepEqual(a.received, ['not bound to a message centre']);
  });

  it('patient, it opens before the centre is there; a refusal is one all the same', async () => {
    const world = smsWorld({ accounts: [] });
    world.stop();
    const a = await world.bind(phone, { patient: true });
    assert.equal(a.bearer.bound(), false);
    world.restart();
    world.scheduler.advance(1_000);
    assert.equal(a.bearer.bound(), true);
    await assert.rejects(world.bind(gateway, { patient: true, systemId: 'nobody' }), /ESME_RBINDFAIL/);
    world.stop();
    await assert.rejects(world.bind(gateway), { name: 'ProtocolError' });
  });

  it('[WDPWCMPAdapt-S-006] with a session for each direction (§5.2.3.2, §5.2.3.3)', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway, { bind: 'transmitter and receiver' });
    const b = await world.bind(phone, { bind: 'transmitter and receiver' });
    a.submit(phone);
    b.submit(gateway, '06 0504 23f0 0b84 62');
    assert.deepEqual(b.received, [toHex(hex(PUSH))]);
    assert.deepEqual(a.received, ['06050423f00b8462']);
    const closing = a.bearer.close();
    world.scheduler.advance(0);
    await closing;
    assert.deepEqual(world.centre()?.numbers(), [phone]);
  });

  it('no more requests wait for responses than the window holds, and no more messages for that', async () => {
    const { scheduler, asked, bearer } = await scripted(() => undefined);
    const lost: string[] = [];
    const send = () =>
      bearer.submit(message(gateway, phone, PUSH), {}, (end) =>
        lost.push(end.state === 'lost' ? end.error : end.state),
      );
    for (let i = 0; i < WINDOW + MAX_WAITING; i++) send();
    scheduler.advance(0);
    assert.equal(asked.filter(({ command }) => command === 'data_sm').length, WINDOW);
    assert.deepEqual(lost, []);
    send();
    await Promise.resolve();
    assert.deepEqual(lost, ['too many messages wait']);
    // The centre never answers: the session is over, and with it everything that waited.
    scheduler.advance(10_000);
    assert.equal(lost.length, 1 + WINDOW + MAX_WAITING);
  });

  it('a centre that is too busy is asked again a second later, and not for ever', async () => {
    let refusals = 2;
    const { scheduler, asked, bearer } = await scripted((request) =>
      request.command === 'data_sm' && refusals-- > 0
        ? { body: { command: 'data_sm_resp', messageId: '', tlvs: [] }, status: 0x58 }
        : accepted(request),
    );
    const ends: string[] = [];
    const send = () => bearer.submit(message(gateway, phone, PUSH), {}, ({ state }) => ends.push(state));
    send();
    scheduler.advance(1_999);
    assert.deepEqual(ends, []);
    scheduler.advance(1);
    assert.deepEqual(ends, ['accepted']);
    assert.equal(asked.filter(({ command }) => command === 'data_sm').length, 3);
    refusals = 100;
    send();
    scheduler.advance(60_000);
    assert.deepEqual(ends, ['accepted', 'refused']);
    assert.equal(refusals, 94);
  });

  it('[WDPWCMPAdapt-S-008] a silent centre is asked, and left when it does not answer (§5.3.1)', async () => {
    const { scheduler, asked, bearer } = await scripted(() => undefined);
    scheduler.advance(29_999);
    assert.equal(asked.length, 1);
    scheduler.advance(1);
    assert.equal(asked[1]?.command, 'enquire_link');
    assert.equal(bearer.bound(), true);
    scheduler.advance(10_000);
    assert.equal(bearer.bound(), false);
  });

  it('[WDPWCMPAdapt-S-002] [WDPWCMPAdapt-S-004] data_sm and deliver_sm are received and answered; before anybody listens they wait, so many', async () => {
    const { scheduler, asked, bearer, write } = await scripted(() => undefined);
    const common = {
      status: 0,
      serviceType: 'WAP',
      sourceTon: 1,
      sourceNpi: 1,
      source: '33600000002',
      destinationTon: 1,
      destinationNpi: 1,
      destination: '33600000001',
      registeredDelivery: 0,
      dataCoding: 4,
    } as const;
    const ports = [
      { tag: 0x020a, value: hex('c000') },
      { tag: 0x020b, value: hex('23f0') },
    ];
    const payload = { tag: 0x0424, value: hex('6f6b') };
    write({ ...common, command: 'data_sm', sequence: 1, esmClass: 0, tlvs: [...ports, payload] });
    write({
      ...common,
      command: 'data_sm',
      sequence: 2,
      esmClass: 0,
      tlvs: [{ tag: 0x0019, value: hex('01') }, payload],
    });
    const handling = { protocolId: 0, priority: 0, scheduleDeliveryTime: '', validityPeriod: '' };
    for (let sequence = 3; sequence < MAX_EARLY; sequence++) {
      write({
        ...common,
        ...handling,
        command: 'deliver_sm',
        sequence,
        esmClass: 0x40,
        shortMessage: hex(PUSH),
        tlvs: [],
      });
    }
    scheduler.advance(0);
    const answers = asked.slice(1).map(({ command, status }) => [command, status]);
    assert.deepEqual(answers.slice(0, 3), [
      ['data_sm_resp', 0],
      ['data_sm_resp', 0],
      ['deliver_sm_resp', 0],
    ]);
    assert.deepEqual(answers.at(-1), ['deliver_sm_resp', 0]);
    const late = { sequence: MAX_EARLY + 2, esmClass: 0x40, shortMessage: hex(PUSH), tlvs: [] };
    write({ ...common, ...handling, ...late, command: 'deliver_sm' });
    write({ ...common, ...handling, ...late, command: 'deliver_sm', sequence: MAX_EARLY + 3 });
    scheduler.advance(0);
    assert.equal(asked.at(-1)?.status, 0x64);
    const received: FromBearer[] = [];
    bearer.onDatagram((each) => received.push(each));
    await Promise.resolve();
    assert.deepEqual(
      received.slice(0, 3).map((each) => each.type === 'Datagram' && toHex(each.octets)),
      ['06050423f0c0006f6b', '0409026f6b', toHex(hex(PUSH))],
    );
    assert.equal(received[0]?.source.address, phone);
  });

  it('receipts of centres that only write text are understood', async () => {
    const { scheduler, bearer, write } = await scripted(() => undefined);
    const receipts: unknown[] = [];
    bearer.onReceipt((receipt) => receipts.push(receipt));
    const text = (words: string, sequence: number) =>
      write({
        command: 'deliver_sm',
        status: 0,
        sequence,
        serviceType: '',
        sourceTon: 1,
        sourceNpi: 1,
        source: '33600000002',
        destinationTon: 1,
        destinationNpi: 1,
        destination: '33600000001',
        registeredDelivery: 0,
        dataCoding: 0,
        esmClass: 0x04,
        protocolId: 0,
        priority: 0,
        scheduleDeliveryTime: '',
        validityPeriod: '',
        shortMessage: new TextEncoder().encode(words),
        tlvs: [],
      });
    text(
      'id:a1b2 sub:001 dlvrd:000 submit date:0109090146 done date:0109090147 stat:EXPIRED err:001 text:',
      1,
    );
    text('id:a1b3 stat:WHATEVR', 2);
    text('Hello', 3);
    scheduler.advance(0);
    assert.deepEqual(receipts, [
      { messageId: 'a1b2', state: 'EXPIRED', address: phone },
      { messageId: 'a1b3', state: undefined, address: phone },
    ]);
  });

  it('what is no telephone number is refused here', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway);
    const ends = a.submit('+336000000000000000000000000');
    await Promise.resolve();
    assert.deepEqual(ends, [{ state: 'refused', status: 0x0b, error: 'this is no telephone number' }]);
  });
});
