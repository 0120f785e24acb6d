import assert from 'node:assert/strict';
import type { Bearer } from '../../src/bearer/bearer.js';
import { tap } from '../../src/bearer/bearer.js';
import { drive } from '../../src/bearer/driver.js';
import { virtualScheduler } from '../../src/bearer/scheduler.js';
import { udpEndpoint } from '../../src/wap/address.js';
import type { Effect, Layer, Primitive } from '../../src/wap/layer.js';
import type { Datagram, FromBearer } from '../../src/wap/wdp/primitives.js';

const here = udpEndpoint('10.0.0.1', 1);
const there = udpEndpoint('10.0.0.2', 2);
type Text = Primitive & { readonly text: string };
const datagram = (octet: number): Datagram => ({
  type: 'Datagram',
  source: there,
  destination: here,
  octets: Uint8Array.of(octet),
});

/** A stack that does what it is told: `up:x`, `down:1`, `start:5`, `stop`, `throw`, in one request. */
const obedient: Layer<Text, Text, FromBearer, Datagram> = {
  name: 'T',
  fromAbove: ({ text }) => text.split(' ').map(effect),
  fromBelow: (received) => [{ up: { type: 'ind', text: received.type } }],
  expired: (timer) => [{ up: { type: 'expired', text: timer } }],
};

function effect(order: string): Effect<Text, Datagram> {
  const [verb, argument = ''] = order.split(':');
  switch (verb) {
    case 'up':
      return { up: { type: 'ind', text: argument } };
    case 'down':
      return { down: datagram(Number(argument)) };
    case 'start':
      return { startTimer: 'T/t', after: Number(argument) };
    case 'stop':
      return { stopTimer: 'T/t' };
    case 'manage':
      return { manage: { type: 'news', layer: 'T', text: argument } };
    default:
      throw new Error(`cannot ${order}`);
  }
}

function setUp(user: (indication: Text, request: (text: string) => void) => void = () => undefined) {
  const scheduler = virtualScheduler();
  const log: string[] = [];
  let receive: (received: FromBearer) => void = () => undefined;
  let closed = 0;
  const bearer: Bearer = {
    local: here,
    send: ({ octets }) => log.push(`sent ${octets[0]}`),
    onDatagram: (next) => {
      receive = next;
    },
    close: async () => {
      closed++;
    },
  };
  const request = (text: string) => driver.request({ type: 'req', text });
  const driver = drive<Text, Text>({
    stack: obedient,
    bearer,
    scheduler,
    deliver: (indication) => {
      log.push(`${scheduler.now()} ${indication.type} ${indication.text}`);
      user(indication, request);
    },
    manage: ({ text }) => log.push(`news ${text}`),
    failed: (error) => log.push(`failed ${(error as Error).message}`),
  });
  return {
    scheduler,
    log,
    driver,
    request,
    receive: (received: FromBearer) => receive(received),
    closed: () => closed,
  };
}

describe('Driver', () => {
  it('performs effects in their order', () => {
    const { request, log } = setUp();
    request('down:1 up:a manage:b down:2');
    assert.deepEqual(log, ['sent 1', '0 ind a', 'news b', 'sent 2']);
  });

  it('timers: started, stopped, started anew', () => {
    const { request, log, scheduler, driver } = setUp();
    request('start:5');
    scheduler.advance(3);
    request('start:5');
    assert.equal(driver.timers(), 1);
    scheduler.advance(100);
    request('start:5 stop');
    scheduler.advance(100);
    assert.deepEqual(log, ['8 expired T/t']);
    assert.equal(driver.timers(), 0);
  });

  it('a request made by the user while effects are performed goes behind them', () => {
    const { receive, request, log } = setUp(({ text }, ask) => {
      if (text === 'a') ask('down:9 up:b');
    });
    request('up:a down:1');
    receive(datagram(7));
    assert.deepEqual(log, ['0 ind a', 'sent 1', 'sent 9', '0 ind b', '0 ind Datagram']);
  });

  it('what the user throws costs no other effect', () => {
    const { request, log } = setUp(({ text }) => {
      if (text === 'a') throw new Error('clumsy');
    });
    request('up:a down:1');
    request('down:2');
    assert.deepEqual(log, ['0 ind a', 'failed clumsy', 'sent 1', 'sent 2']);
  });

  it('what the stack throws goes to whoever made the request', () => {
    const { request, log } = setUp();
    assert.throws(() => request('dance'), { message: 'cannot dance' });
    assert.deepEqual(log, []);
  });

  it('closed: timers are stopped, nothing is received, requests are refused', async () => {
    const { driver, request, receive, scheduler, log, closed } = setUp();
    request('start:5');
    await driver.close();
    receive(datagram(1));
    scheduler.advance(10);
    assert.throws(() => request('down:1'), { name: 'UsageError' });
    assert.deepEqual(log, []);
    assert.equal(closed(), 1);
  });

  it('a tap sees every datagram in both directions, with its time', () => {
    const scheduler = virtualScheduler(42);
    const seen: string[] = [];
    let receive: (received: FromBearer) => void = () => undefined;
    const inner: Bearer = {
      local: here,
      send: () => undefined,
      onDatagram: (next) => {
        receive = next;
      },
      close: async () => undefined,
    };
    const tapped = tap(inner, scheduler, (each) =>
      seen.push(`${each.at} ${each.direction} ${each.datagram.octets[0]}`),
    );
    const got: string[] = [];
    tapped.onDatagram(({ type }) => got.push(type));
    tapped.send(datagram(1));
    receive(datagram(2));
    receive({ type: 'Undelivered', source: here, destination: there, error: 'gone' });
    assert.deepEqual(seen, ['42 sent 1', '42 received 2']);
    assert.deepEqual(got, ['Datagram', 'Undelivered']);
  });
});
