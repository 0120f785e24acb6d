import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Stream } from '../../src/bearer/index.js';
import { decodeSmpp, encodeSmpp, type Smpp, type SmppBody, smppFrames } from '../../src/bearer/smpp-pdu.js';
import { BIND_TIME, VALIDITY } from '../../src/bearer/smsc.js';
import { KEPT_MESSAGES } from '../../src/bearer/smsc-queue.js';
import { toHex } from '../../src/wap/octets.js';
import { mutated } from '../support/arbitrary.js';
import { hex } from '../support/hex.js';
import { PUSH, smsWorld } from './smpp-world.js';

const gateway = '+33600000001';
const phone = '+33600000002';
const octets = toHex(hex(PUSH));

/** Speaks SMPP by hand. */
function raw(stream: Stream) {
  const answers: Smpp[] = [];
  const frames = smppFrames();
  const state = { closed: false };
  let sequence = 0;
  stream.listen({
    data: (chunk) => answers.push(...frames(chunk).map((each) => decodeSmpp(each))),
    closed: () => {
      state.closed = true;
    },
  });
  return {
    answers,
    state,
    write: (text: string) => stream.write(hex(text)),
    send: (body: SmppBody) => stream.write(encodeSmpp({ ...body, status: 0, sequence: ++sequence })),
  };
}

const bindAs = (
  systemId: string,
  password = '',
  addressRange = '',
  command: 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver' = 'bind_transceiver',
) =>
  ({
    command,
    systemId,
    password,
    systemType: '',
    interfaceVersion: 0x34,
    ton: 0,
    npi: 0,
    addressRange,
  }) as const;

const submitSm = (
  more: {
    esmClass?: number;
    source?: string;
    validityPeriod?: string;
    scheduleDeliveryTime?: string;
    registeredDelivery?: number;
    destination?: string;
    shortMessage?: Uint8Array;
  } = {},
) =>
  ({
    command: 'submit_sm',
    serviceType: '',
    sourceTon: 1,
    sourceNpi: 1,
    source: '33600000001',
    destinationTon: 1,
    destinationNpi: 1,
    destination: '33600000002',
    esmClass: 0x40,
    protocolId: 0,
    priority: 0,
    scheduleDeliveryTime: '',
    validityPeriod: '',
    registeredDelivery: 0,
    dataCoding: 4,
    shortMessage: hex(PUSH),
    tlvs: [],
    ...more,
  }) as const;

describe('message centre (WAP-159 §4, SMPP 3.4)', () => {
  it('a message goes to the number that is bound, and the sender gets its handle (§5.4.6.2)', async () => {
    const world = smsWorld();
    const [a, b] = [await world.bind(gateway), await world.bind(phone)];
    const [submission] = a.submit(phone);
    assert.deepEqual(submission, { state: 'accepted', messageId: '1' });
    assert.deepEqual(b.received, [octets]);
    assert.deepEqual(world.centre()?.messages(), 0);
    assert.deepEqual(
      world.events.map((event) => (event.type === 'message' ? event.state : event.type)),
      ['bound', 'bound', 'ACCEPTED', 'DELIVERED'],
    );
  });

  it('[WDPWCMPAdapt-S-012] in datagram mode, a number that is not there is told at once', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway);
    const [submission] = a.submit(phone);
    assert.deepEqual(submission, {
      state: 'refused',
      status: 0xfe,
      error: 'the message centre refused: ESME_RDELIVERYFAILURE',
    });
    a.bearer.send({
      type: 'Datagram',
      source: a.bearer.local,
      destination: { bearer: 'GSM SMS', address: phone, port: 0 },
      octets: hex(PUSH),
    });
    world.scheduler.advance(0);
    assert.deepEqual(a.received, ['the message centre refused: ESME_RDELIVERYFAILURE']);
  });

  it('[WDPWCMPAdapt-S-011] in store and forward mode, it is kept until the number is there, in order', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway, { storeAndForward: true });
    for (const last of ['61', '62', '63']) a.submit(phone, `06 0504 0b84 23f0 ${last}`);
    assert.equal(world.centre()?.messages(), 3);
    world.scheduler.advance(VALIDITY / 2);
    const b = await world.bind(phone);
    world.scheduler.advance(0);
    await Promise.resolve();
    assert.deepEqual(
      b.received.map((each) => each.slice(-2)),
      ['61', '62', '63'],
    );
    assert.equal(world.centre()?.messages(), 0);
  });

  it('[WDPWCMPAdapt-S-018] [WDPWCMPAdapt-S-014] [WDPWCMPAdapt-S-015] it lives as long as asked, and a receipt says that it has died', async () => {
    for (const carriage of ['data_sm', 'submit_sm'] as const) {
      const world = smsWorld();
      const a = await world.bind(gateway, { carriage });
      a.submit(phone, PUSH, { storeAndForward: true, validity: 90_000, receipt: true });
      world.scheduler.advance(89_000);
      assert.deepEqual(a.receipts, []);
      world.scheduler.advance(1_000);
      assert.deepEqual(a.receipts, [{ messageId: '1', state: 'EXPIRED', address: phone }]);
      const b = await world.bind(phone);
      world.scheduler.advance(0);
      assert.deepEqual(b.received, []);
    }
  });

  it('[WDPWCMPAdapt-S-014] [WDPWCMPAdapt-S-015] a receipt says that it was delivered', async () => {
    const world = smsWorld();
    const [a, b] = [await world.bind(gateway), await world.bind(phone)];
    a.submit(phone, PUSH, { receipt: true });
    a.submit(phone);
    assert.deepEqual(a.receipts, [{ messageId: '1', state: 'DELIVERED', address: phone }]);
    assert.equal(b.received.length, 2);
    assert.deepEqual(a.received, []);
  });

  it('a receipt in text is what SMPP 3.4 Appendix B shows', async () => {
    const world = smsWorld();
    await world.bind(phone);
    const a = raw(world.centre()?.connect() ?? assert.fail());
    a.send(bindAs('33600000001'));
    a.send(submitSm({ registeredDelivery: 1 }));
    world.scheduler.advance(0);
    const receipt = a.answers.find(({ command }) => command === 'deliver_sm');
    assert.ok(receipt?.command === 'deliver_sm');
    assert.equal(receipt.esmClass, 0x04);
    assert.equal(receipt.source, '33600000002');
    assert.equal(
      Buffer.from(receipt.shortMessage).toString('latin1'),
      'id:1 sub:001 dlvrd:001 submit date:0109090000 done date:0109090000 stat:DELIVRD err:000 text:',
    );
    assert.deepEqual(receipt.tlvs, [
      { tag: 0x001e, value: hex('31 00') },
      { tag: 0x0427, value: hex('02') },
    ]);
  });

  it('[WDPWCMPAdapt-S-019] who asked with set_dpf hears when the number is there again, once (§5.1.7)', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway);
    const [submission] = a.submit(phone, PUSH, { alert: true });
    assert.equal(submission?.state, 'refused');
    for (let i = 0; i < 2; i++) {
      const b = await world.bind(phone);
      world.scheduler.advance(0);
      b.stream()?.destroy();
      world.scheduler.advance(0);
    }
    assert.deepEqual(a.alerts, [phone]);
  });

  it('a refused data_sm says that the delivery pending flag is set', () => {
    const world = smsWorld();
    const a = raw(world.centre()?.connect() ?? assert.fail());
    a.send(bindAs('33600000001'));
    a.write(
      '00000041 00000103 00000000 00000002 00 01 01 3333363030303030303031 00 01 01 3333363030303030303032 00' +
        '41 00 04 0421 0001 01 0424 0008 06050b8423f00061',
    );
    world.scheduler.advance(0);
    assert.deepEqual(a.answers[1], {
      command: 'data_sm_resp',
      status: 0xfe,
      sequence: 2,
      messageId: '',
      tlvs: [{ tag: 0x0420, value: hex('01') }],
    });
  });

  it('a client that vanished keeps nothing from the next: what it did not answer goes to that', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway, { storeAndForward: true });
    const silent = raw(world.centre()?.connect() ?? assert.fail());
    silent.send(bindAs('33600000002'));
    world.scheduler.advance(0);
    a.submit(phone);
    assert.equal(silent.answers.length, 2);
    assert.equal(world.centre()?.messages(), 1);
    // It never answers: after the response time its session is over.
    world.scheduler.advance(10_000);
    assert.equal(silent.state.closed, true);
    assert.deepEqual(world.centre()?.numbers(), [gateway]);
    const b = await world.bind(phone);
    world.scheduler.advance(0);
    await Promise.resolve();
    assert.deepEqual(b.received, [octets]);
    assert.equal(world.centre()?.messages(), 0);
  });

  it('the youngest session of a number gets its messages, and the older one when that is gone', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway);
    const [old, young] = [await world.bind(phone), await world.bind(phone)];
    a.submit(phone);
    const closing = young.bearer.close();
    world.scheduler.advance(0);
    await closing;
    a.submit(phone);
    assert.deepEqual([old.received.length, young.received.length], [1, 1]);
  });

  it('a receiver that has no room now is tried again; one that refuses for good is not', async () => {
    const world = smsWorld();
    const a = await world.bind(gateway, { storeAndForward: true });
    const stream = world.centre()?.connect() ?? assert.fail();
    const b = raw(stream);
    b.send(bindAs('33600000002'));
    world.scheduler.advance(0);
    const refuse = (status: number) => {
      const last = b.answers.at(-1);
      assert.ok(last?.command === 'deliver_sm');
      stream.write(
        encodeSmpp({ command: 'deliver_sm_resp', status, sequence: last.sequence, messageId: '', tlvs: [] }),
      );
      world.scheduler.advance(0);
    };
    a.submit(phone, PUSH, { receipt: true, storeAndForward: true });
    refuse(0x64);
    assert.equal(b.answers.length, 2);
    world.scheduler.advance(5_000);
    assert.equal(b.answers.length, 3);
    refuse(0x65);
    assert.deepEqual(a.receipts, [{ messageId: '1', state: 'UNDELIVERABLE', address: phone }]);
    assert.equal(world.centre()?.messages(), 0);
  });

  it('keeps no more for a number than it can', async () => {
    const world = smsWorld({ rate: 10_000 });
    const a = raw(world.centre()?.connect() ?? assert.fail());
    a.send(bindAs('33600000001'));
    for (let i = 0; i <= KEPT_MESSAGES; i++) a.send(submitSm());
    world.scheduler.advance(0);
    assert.deepEqual(
      a.answers.slice(-2).map(({ status }) => status),
      [0x00, 0x14],
    );
    assert.equal(world.centre()?.messages(), KEPT_MESSAGES);
  });

  it('who sends more than its rate is throttled, and waits', async () => {
    const world = smsWorld({ rate: 2 });
    const a = raw(world.centre()?.connect() ?? assert.fail());
    a.send(bindAs('33600000001'));
    for (let i = 0; i < 3; i++) a.send(submitSm());
    world.scheduler.advance(1_000);
    a.send(submitSm());
    world.scheduler.advance(0);
    assert.deepEqual(
      a.answers.map(({ status }) => status),
      [0, 0, 0, 0x58, 0],
    );
    const b = await world.bind('+33600000003', { storeAndForward: true });
    for (let i = 0; i < 5; i++) b.submit(phone);
    assert.equal(world.centre()?.messages(), 5);
    world.scheduler.advance(5_000);
    assert.equal(world.centre()?.messages(), 8);
  });

  const refusals: readonly [title: string, more: Parameters<typeof submitSm>[0], status: number][] = [
    ['the number of another', { source: '33600000009' }, 0x0a],
    ['no destination', { destination: '' }, 0x0b],
    ['nothing in it', { shortMessage: new Uint8Array(0) }, 0x01],
    ['transaction mode', { esmClass: 0x42 }, 0x43],
    ['a time that is none', { validityPeriod: 'tomorrow' }, 0x62],
    ['a validity that is over', { validityPeriod: '000101000000000+' }, 0x62],
    ['a schedule that is none', { scheduleDeliveryTime: '0' }, 0x61],
  ];
  for (const [title, more, status] of refusals) {
    it(`${title}: ${status}`, () => {
      const world = smsWorld();
      const a = raw(world.centre()?.connect() ?? assert.fail());
      a.send(bindAs('33600000001'));
      a.send(submitSm(more));
      world.scheduler.advance(0);
      assert.deepEqual(a.answers[1], {
        command: 'submit_sm_resp',
        status,
        sequence: 2,
        messageId: '',
        tlvs: [],
      });
    });
  }

  it('a message may be for later', async () => {
    const world = smsWorld();
    const a = raw(world.centre()?.connect() ?? assert.fail());
    const b = await world.bind(phone);
    a.send(bindAs('33600000001'));
    a.send(submitSm({ scheduleDeliveryTime: '000000000100000R' }));
    world.scheduler.advance(59_000);
    assert.deepEqual(b.received, []);
    world.scheduler.advance(1_000);
    assert.deepEqual(b.received, [octets]);
  });

  it('the table says who may bind, with which password, as which number; terminals bind as themselves', () => {
    const world = smsWorld({
      accounts: [{ systemId: 'proxy', password: 'secret', addresses: [gateway] }],
      terminalPassword: 'sim',
    });
    const cases: readonly [ReturnType<typeof bindAs>, number][] = [
      [bindAs('proxy', 'secret'), 0],
      [bindAs('proxy', 'secret', '33600000001'), 0],
      [bindAs('proxy', 'wrong'), 0x0e],
      [bindAs('proxy', 'secret', '33600000005'), 0x0d],
      [bindAs('other', 'secret', '33600000001'), 0x0d],
      [bindAs('33600000002', 'sim'), 0],
      [bindAs('33600000002', 'none'), 0x0e],
      [bindAs('33600000002', 'sim', '33600000001'), 0x0d],
    ];
    for (const [bind, status] of cases) {
      const a = raw(world.centre()?.connect() ?? assert.fail());
      a.send(bind);
      world.scheduler.advance(0);
      assert.equal(a.answers[0]?.status, status, JSON.stringify(bind));
    }
    assert.deepEqual(world.centre()?.numbers(), [gateway, phone]);
  });

  it('[WDPWCMPAdapt-S-006] a transmitter gets nothing and a receiver sends nothing', async () => {
    const world = smsWorld();
    const [tx, rx] = [
      raw(world.centre()?.connect() ?? assert.fail()),
      raw(world.centre()?.connect() ?? assert.fail()),
    ];
    tx.send(bindAs('33600000001', '', '', 'bind_transmitter'));
    rx.send(bindAs('33600000001', '', '', 'bind_receiver'));
    world.scheduler.advance(0);
    rx.send(submitSm());
    tx.send(submitSm({ destination: '33600000001' }));
    world.scheduler.advance(0);
    assert.deepEqual(
      rx.answers.map(({ command, status }) => [command, status]),
      [
        ['bind_receiver_resp', 0],
        ['submit_sm_resp', 4],
        ['deliver_sm', 0],
      ],
    );
    assert.deepEqual(
      tx.answers.map(({ command }) => command),
      ['bind_transmitter_resp', 'submit_sm_resp'],
    );
  });

  it('who does not bind is cut off; who binds twice is told', () => {
    const world = smsWorld();
    const [idle, twice] = [
      raw(world.centre()?.connect() ?? assert.fail()),
      raw(world.centre()?.connect() ?? assert.fail()),
    ];
    twice.send(bindAs('33600000001'));
    twice.send(bindAs('33600000001'));
    world.scheduler.advance(BIND_TIME);
    assert.deepEqual([idle.state.closed, twice.state.closed], [true, false]);
    assert.deepEqual(
      twice.answers.map(({ status }) => status),
      [0, 5],
    );
  });

  it('[WDPWCMPAdapt-S-008] an idle link is asked whether it is there, and cut off where it is not', () => {
    const world = smsWorld();
    const stream = world.centre()?.connect() ?? assert.fail();
    const a = raw(stream);
    a.send(bindAs('33600000001'));
    world.scheduler.advance(30_000);
    assert.deepEqual(a.answers.at(-1), { command: 'enquire_link', status: 0, sequence: 1 });
    stream.write(encodeSmpp({ command: 'enquire_link_resp', status: 0, sequence: 1 }));
    world.scheduler.advance(30_000);
    assert.equal(a.state.closed, false);
    world.scheduler.advance(10_000);
    assert.equal(a.state.closed, true);
    assert.deepEqual(world.centre()?.numbers(), []);
  });

  it('[WDPWCMPAdapt-S-001] [WDPWCMPAdapt-S-002] what is not understood gets generic_nack, a broken length the end (§5.2.2)', () => {
    const world = smsWorld();
    const a = raw(world.centre()?.connect() ?? assert.fail());
    a.write('00000010 00001234 00000000 00000006');
    a.write('00000011 00000006 00000000 00000007 00');
    a.write('00000010 00000015 00000000 00000008');
    a.write('00000001 00000006 00000000 00000009');
    a.write('00000010 00000015 00000000 0000000a');
    world.scheduler.advance(0);
    assert.deepEqual(a.answers, [
      { command: 'generic_nack', status: 3, sequence: 6 },
      { command: 'generic_nack', status: 8, sequence: 7 },
      { command: 'enquire_link_resp', status: 0, sequence: 8 },
      { command: 'generic_nack', status: 2, sequence: 0 },
    ]);
    assert.equal(a.state.closed, true);
  });

  it('whatever comes, the centre stands and serves the next', async () => {
    const good = [bindAs('33600000001'), submitSm(), submitSm({ registeredDelivery: 3 })].map((body, i) =>
      encodeSmpp({ ...body, status: 0, sequence: i + 1 }),
    );
    const world = smsWorld();
    await fc.assert(
      fc.asyncProperty(fc.array(mutated(fc.constantFrom(...good)), { maxLength: 6 }), async (chunks) => {
        const stream = world.centre()?.connect() ?? assert.fail();
        stream.listen({ data: () => undefined, closed: () => undefined });
        for (const chunk of chunks) stream.write(chunk);
        world.scheduler.advance(0);
        stream.destroy();
        world.scheduler.advance(0);
      }),
      { numRuns: 200 },
    );
    assert.deepEqual(world.centre()?.numbers(), []);
    const [a, b] = [await world.bind('+4670000001'), await world.bind('+4670000002')];
    a.submit('+4670000002');
    assert.deepEqual(b.received, [octets]);
  });

  it('messages to receivers that come, go, stay silent or refuse: each ends once, or is kept', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ do: fc.constant('send' as const), to: fc.nat(2), stored: fc.boolean() }),
            fc.record({ do: fc.constantFrom('come' as const, 'go' as const), to: fc.nat(2) }),
            fc.record({ do: fc.constant('wait' as const), by: fc.nat(60_000) }),
          ),
          { maxLength: 40 },
        ),
        async (acts) => {
          const world = smsWorld({ idle: VALIDITY });
          const a = await world.bind(gateway, { idle: VALIDITY });
          const there = new Map<number, Awaited<ReturnType<typeof world.bind>>>();
          for (const act of acts) {
            if (act.do === 'wait') world.scheduler.advance(act.by);
            else if (act.do === 'send') {
              a.submit(`+3361000000${act.to}`, PUSH, { storeAndForward: act.stored });
            } else if (act.do === 'come' && !there.has(act.to)) {
              there.set(act.to, await world.bind(`+3361000000${act.to}`, { idle: VALIDITY }));
            } else if (act.do === 'go') {
              there.get(act.to)?.stream()?.destroy();
              there.delete(act.to);
            }
          }
          world.scheduler.advance(2 * VALIDITY);
          const states = world.events.flatMap((event) => (event.type === 'message' ? [event] : []));
          const accepted = states.filter(({ state }) => state === 'ACCEPTED').map(({ id }) => id);
          const ended = states.filter(({ state }) => state !== 'ACCEPTED').map(({ id }) => id);
          assert.deepEqual([...ended].sort(), [...accepted].sort());
          assert.equal(world.centre()?.messages(), 0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
