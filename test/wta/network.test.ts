import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Line } from '../../src/wta/exchange.js';
import {
  DEFLECTIONS_MAX,
  LEGS_MAX,
  Network,
  TEXTS_WAITING_MAX,
  testCoverage,
} from '../../src/wta/network.js';
import type { Indication } from '../../src/wta/signals.js';
import { connect, type Handset, noon, Town } from './town.js';

const nowhere = { inService: false, explanation: 'no networks' } as const;

describe('Calls through the network (WAP-268-WTAI §5.1)', () => {
  it('two handsets call each other: both ends hear of it in order', () => {
    const town = new Town();
    const [anna, bert] = [town.handset('101'), town.handset('102')];
    const call = anna.telephone.setup('102', true, undefined);
    assert.deepEqual(anna.news(), [`wtaev-cc/oc ${call} 102`, `wtaev-cc/cc ${call}`]);
    const ringing = bert.pending();
    assert.deepEqual(bert.news(), [`wtaev-cc/ic ${ringing} 101`]);
    assert.deepEqual(town.exchange.calls(), [{ caller: '101', called: '102', state: 'alerting' }]);
    assert.equal(bert.telephone.accept(ringing, true, undefined), true);
    assert.deepEqual(anna.news(), [`wtaev-cc/co ${call} 102`]);
    assert.deepEqual(bert.news(), [`wtaev-cc/co ${ringing} 101`]);
    assert.deepEqual(town.timers, []);
    bert.telephone.release(ringing);
    assert.deepEqual(anna.news(), [`wtaev-cc/cl ${call} 0`]);
    assert.deepEqual(bert.news(), [`wtaev-cc/cl ${ringing} 0`]);
    assert.deepEqual(town.exchange.calls(), []);
  });

  it('a call is cleared with the reason: busy, no answer, no network, no such number, dropped', () => {
    const town = new Town();
    const [anna, bert] = [town.handset('101'), town.handset('102', { callWaiting: false })];
    const carl = town.handset('103');
    const cleared = (): string | undefined =>
      anna
        .news()
        .at(-1)
        ?.replace(/^wtaev-cc\/cl \d+ /, '');
    anna.telephone.setup('102', true, undefined);
    town.wait(29_999);
    assert.equal(cleared(), `wtaev-cc/cc 1`);
    town.wait(1);
    assert.equal(cleared(), '6');
    assert.deepEqual(bert.telephone.logs.entries('missed').length, 1);
    connect(carl, bert);
    anna.telephone.setup('102', true, undefined);
    assert.equal(cleared(), '4');
    anna.telephone.setup('999', true, undefined);
    assert.equal(cleared(), '2');
    anna.telephone.setup('101', true, undefined);
    assert.equal(cleared(), '4');
    town.exchange.drop('102');
    carl.news();
    anna.telephone.setup('102', true, undefined);
    bert.telephone.release(bert.pending());
    assert.equal(cleared(), '4');
    connect(anna, bert);
    town.exchange.drop('102');
    assert.equal(cleared(), '3');
    town.exchange.setCoverage('101', nowhere);
    anna.telephone.setup('102', true, undefined);
    assert.equal(cleared(), '5');
    assert.deepEqual(town.timers, []);
  });

  it('a call waits beside another one where the subscription has Call Waiting, and only one does', () => {
    const town = new Town();
    const [anna, bert, carl, dora] = ['101', '102', '103', '104'].map((number) => town.handset(number)) as [
      Handset,
      Handset,
      Handset,
      Handset,
    ];
    connect(anna, bert);
    carl.telephone.setup('102', true, undefined);
    const waiting = bert.pending();
    assert.deepEqual(bert.news(), [`wtaev-cc/ic ${waiting} 103`]);
    dora.telephone.setup('102', true, undefined);
    assert.deepEqual(dora.news().at(-1), 'wtaev-cc/cl 1 4');
    bert.telephone.accept(waiting, true, undefined);
    assert.deepEqual(bert.news(), ['wtaev-gsm/ch 1', `wtaev-cc/co ${waiting} 103`]);
  });

  it('a caller who withholds the number is unknown', () => {
    const town = new Town();
    const [anna, bert] = [town.handset('101', { withheld: true }), town.handset('102')];
    anna.telephone.setup('102', true, undefined);
    assert.deepEqual(bert.news(), ['wtaev-cc/ic 1 ']);
    anna.telephone.release(1);
    assert.deepEqual(bert.telephone.logs.entries('missed')[0], {
      handle: 1,
      number: '',
      tstamp: noon,
      explanation: 'number withheld',
    });
  });

  it('calls that are deflected in a circle end', () => {
    const town = new Town();
    const [anna, bert, carl] = [town.handset('101'), town.handset('102'), town.handset('103')];
    for (const [self, other] of [
      [bert, carl],
      [carl, bert],
    ] as const) {
      self.listener = (event) => {
        if (event.id === 'wtaev-cc/ic') self.telephone.deflect(Number(event.parameters[0]), other.number);
      };
    }
    anna.telephone.setup('102', true, undefined);
    assert.equal(anna.news().at(-1), 'wtaev-cc/cl 1 2');
    assert.equal(bert.news().length + carl.news().length, 2 * (DEFLECTIONS_MAX + 1));
  });

  it('a server dials automatically, and hangs up', () => {
    const town = new Town();
    const bert = town.handset('102');
    const shop = new Line(town.exchange, '900');
    const news: string[] = [];
    const hangUp = shop.dial('102', (what) => news.push(what));
    bert.telephone.accept(bert.pending(), false, undefined);
    hangUp();
    assert.deepEqual(news, ['ringing', 'answered', 'normal']);
    assert.deepEqual(bert.news(), ['wtaev-cc/ic 1 900', 'wtaev-cc/co 1 900', 'wtaev-cc/cl 1 0']);
    shop.text('102', 'Your order');
    assert.deepEqual(bert.news(), ['wtaev-nt/it 1 900']);
    bert.telephone.setup('900', true, undefined);
    assert.equal(bert.news().at(-1), 'wtaev-cc/cl 2 4');
  });

  it('one subscriber has so many calls and no more', () => {
    const network = new Network({ clock: { now: () => 0 } });
    network.subscribe('101');
    for (let i = 0; i <= LEGS_MAX; i++) network.subscribe(`20${i}`);
    const last = Array.from({ length: LEGS_MAX + 1 }, (_, i) =>
      network.request('101', { type: 'setup', leg: i + 1, number: `20${i}` }),
    ).at(-1);
    assert.deepEqual(last, [
      { to: '101', indication: { type: 'cleared', leg: LEGS_MAX + 1, cause: 'unavailable' } },
    ]);
  });
});

describe('Texts through the network (WAP-268-WTAI §5.2)', () => {
  it('two handsets text each other', () => {
    const town = new Town();
    const [anna, bert] = [town.handset('101'), town.handset('102')];
    const sent = anna.telephone.sendText('102', 'hello');
    assert.deepEqual(anna.news(), [`wtaev-nt/st ${sent} 0`]);
    assert.deepEqual(bert.news(), ['wtaev-nt/it 1 101']);
    assert.equal(bert.telephone.messages.get(1)?.text, 'hello');
  });

  it('a text waits for a telephone that is out of reach, or has no room', () => {
    const town = new Town();
    const [anna, bert] = [town.handset('101'), town.handset('102')];
    town.exchange.setCoverage('102', nowhere);
    anna.telephone.sendText('102', 'wait');
    bert.news();
    town.exchange.setCoverage('102', testCoverage);
    assert.deepEqual(bert.news(), ['wtaev-ms/ns 1 wapstack ', 'wtaev-nt/it 1 101']);
    for (let i = 1; i < 100; i++) bert.telephone.sendText('101', '');
    assert.equal(bert.telephone.messages.isFull, true);
    bert.news();
    anna.telephone.removeText(1);
    anna.telephone.sendText('102', 'no room');
    assert.deepEqual(bert.news(), []);
    assert.equal(bert.telephone.sendText('101', ''), undefined);
    bert.telephone.removeText(1);
    assert.deepEqual(bert.news(), ['wtaev-nt/it 101 101']);
  });

  it('a text that cannot be sent says why', () => {
    const town = new Town();
    const anna = town.handset('101');
    anna.telephone.sendText('999', '');
    assert.deepEqual(anna.news(), ['wtaev-nt/st 1 1']);
    town.handset('102', { coverage: nowhere });
    const line = new Line(town.exchange, '900');
    for (let i = 0; i < TEXTS_WAITING_MAX; i++) line.text('102', '');
    anna.telephone.sendText('102', '');
    assert.deepEqual(anna.news(), ['wtaev-nt/st 2 3']);
    town.exchange.setCoverage('101', nowhere);
    anna.telephone.sendText('102', '');
    assert.deepEqual(anna.news(), ['wtaev-ms/ns 0  1', 'wtaev-nt/st 3 2']);
  });
});

describe('The network as a whole', () => {
  const numbers = ['101', '102', '103', '104'] as const;
  const step = fc.record({
    who: fc.nat({ max: 3 }),
    other: fc.nat({ max: 3 }),
    handle: fc.nat({ max: 12 }),
    act: fc.constantFrom(
      'setup',
      'setup',
      'accept',
      'accept',
      'accept',
      'release',
      'busy',
      'hold',
      'retrieve',
      'transfer',
      'deflect',
      'multiparty',
      'multiparty',
      'separate',
      'dtmf',
      'drop',
      'lose',
      'find',
      'wait',
      'text',
    ),
  });

  function perform(
    town: Town,
    phones: readonly Handset[],
    {
      who,
      other,
      handle,
      act,
    }: {
      readonly who: number;
      readonly other: number;
      readonly handle: number;
      readonly act: string;
    },
  ): void {
    const { telephone, number } = phones[who] as Handset;
    const number2 = numbers[other] ?? '101';
    // Handles that mean something most of the time.
    const live = telephone
      .calls()
      .filter(({ gsm }) => gsm !== 'end')
      .map((call) => call.handle);
    const first = live[handle % (live.length || 1)] ?? handle;
    const second = live[(handle + 1) % (live.length || 1)] ?? handle;
    const pending = (phones[who] as Handset).pending();
    if (act === 'setup') telephone.setup(number2, false, undefined);
    // Whoever is called next answers: else few calls would come about.
    const callee = [...phones.slice(who), ...phones].find((phone) => phone.pending() !== 0);
    if (act === 'accept') callee?.telephone.accept(callee.pending(), true, undefined);
    if (act === 'release') telephone.release(first);
    if (act === 'busy') telephone.sendBusy(first);
    if (act === 'hold') telephone.hold(first);
    if (act === 'retrieve') telephone.retrieve(first);
    if (act === 'transfer') telephone.transfer(first, second);
    if (act === 'deflect') telephone.deflect(pending, number2);
    if (act === 'multiparty') telephone.multiparty(undefined);
    if (act === 'separate') telephone.separate(first);
    if (act === 'dtmf') telephone.sendDtmf(first, '1');
    if (act === 'text') telephone.sendText(number2, '');
    if (act === 'drop') town.exchange.drop(number);
    if (act === 'lose') town.exchange.setCoverage(number, nowhere);
    if (act === 'find') town.exchange.setCoverage(number, testCoverage);
    if (act === 'wait') town.wait(20_000);
  }

  it('whatever is done: one active call a telephone, both ends agree, every call that began is cleared once', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }), (steps) => {
        const town = new Town();
        const phones = numbers.map((number) => town.handset(number));
        for (const one of steps) {
          perform(town, phones, one);
          const legs = phones.flatMap(({ telephone }) =>
            telephone.calls().filter(({ kind, gsm }) => kind !== 'multiparty' && gsm !== 'end'),
          );
          assert.equal(legs.length, 2 * town.exchange.calls().length);
          for (const { telephone } of phones) {
            const own = telephone.calls().filter(({ multiparty }) => multiparty === 0);
            for (const state of ['call active', 'call held', 'call pending'] as const) {
              assert.ok(own.filter(({ gsm }) => gsm === state).length <= 1, `two calls are in ${state}`);
            }
          }
        }
        for (const number of numbers) town.exchange.drop(number);
        assert.deepEqual(town.exchange.calls(), []);
        assert.deepEqual(town.timers, []);
        for (const { telephone, events } of phones) {
          assert.ok(telephone.calls().every(({ gsm }) => gsm === 'end'));
          const begun = new Set(
            events.filter(({ id }) => /ic$|oc$|co$/.test(id)).map(({ parameters }) => parameters[0]),
          );
          const cleared = events
            .filter(({ id }) => id === 'wtaev-cc/cl')
            .map(({ parameters }) => parameters[0]);
          assert.equal(cleared.length, new Set(cleared).size, 'a call is cleared twice');
          for (const handle of begun) assert.ok(cleared.includes(handle), `call ${handle} is never cleared`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('signals that make no sense are without effect', () => {
    const network = new Network({ clock: { now: () => 0 } });
    network.subscribe('101');
    const none: readonly Indication[] = [];
    assert.deepEqual(network.request('999', { type: 'memory available' }), none);
    for (const type of ['alerting', 'connect', 'hold', 'retrieve', 'split multiparty'] as const) {
      assert.deepEqual(network.request('101', { type, leg: 7 }), none);
    }
    assert.deepEqual(network.request('101', { type: 'transfer', legs: [1, 2] }), none);
    assert.deepEqual(network.request('101', { type: 'build multiparty', legs: [1, 2] }), none);
    assert.deepEqual(network.request('101', { type: 'setup', leg: -1, number: '101' }), none);
    assert.deepEqual(network.expired('network/no answer 1'), none);
    assert.deepEqual(network.setCoverage('999', testCoverage), none);
  });
});
