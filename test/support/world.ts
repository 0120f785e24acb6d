/**
 * The virtual world: ends on one simulated link, a virtual clock, one seed. Nothing here waits: time jumps to the next thing that is due.
 */
import {
  type Bearer,
  type Driver,
  drive,
  type LinkProfile,
  linkProfiles,
  type Stack,
  simulatedLink,
  tap,
} from '../../src/bearer/index.js';
import { type VirtualScheduler, virtualScheduler } from '../../src/bearer/scheduler.js';
import { type Endpoint, endpointKey, type Peers, udpEndpoint } from '../../src/wap/address.js';
import type { Management, Primitive } from '../../src/wap/layer.js';
import { toHex } from '../../src/wap/octets.js';
import { type Random, seededRandom } from '../../src/wap/random.js';
import type { Millis } from '../../src/wap/time.js';
import type { FromBearer } from '../../src/wap/wdp/primitives.js';
import { hex } from './hex.js';

/** A primitive on one line: its name, then its parameters; octets in hexadecimal, addresses left out. */
export function print(primitive: Primitive): string {
  const words: string[] = [primitive.type];
  for (const [name, value] of Object.entries(primitive)) {
    if (name === 'type' || value === undefined) continue;
    if (value instanceof Uint8Array) words.push(`${name}=${toHex(value)}`);
    else if (typeof value !== 'object') words.push(`${name}=${String(value)}`);
  }
  return words.join(' ');
}

function seconds(time: Millis): string {
  return (time / 1000).toFixed(3);
}

/** One stack alone, with a transcript of what it sends and says. */
export interface Bench<FromAbove extends Primitive, ToAbove extends Primitive> {
  request(primitive: FromAbove): void;
  /** A datagram from the peer. */
  receive(octets: string): void;
  /** The bearer gives a datagram back. */
  undelivered(error: string): void;
  advance(by: Millis): void;
  /** What happened since the last call: `time < octets` sent, `time ^ primitive` to the user, `time ! news` to the management. */
  lines(): string[];
  readonly indications: ToAbove[];
  /** Timers that are running. */
  timers(): number;
  readonly peers: Peers;
}

/** @param management whether the transcript has the news for the management entity, too */
export function bench<FromAbove extends Primitive, ToAbove extends Primitive>(
  make: (peers: Peers) => Stack<FromAbove, ToAbove>,
  management = false,
  peers: Peers = { local: udpEndpoint('10.0.0.1', 9201), remote: udpEndpoint('10.0.0.2', 49152) },
): Bench<FromAbove, ToAbove> {
  const scheduler = virtualScheduler();
  const indications: ToAbove[] = [];
  let lines: string[] = [];
  let receive: (received: FromBearer) => void = () => undefined;
  const say = (mark: string, text: string) => lines.push(`${seconds(scheduler.now())} ${mark} ${text}`);
  const bearer: Bearer = {
    local: peers.local,
    send: ({ octets }) => say('<', toHex(octets)),
    onDatagram: (next) => {
      receive = next;
    },
    close: async () => undefined,
  };
  const driver = drive({
    stack: make(peers),
    bearer,
    scheduler,
    deliver: (indication) => {
      indications.push(indication);
      say('^', print(indication));
    },
    manage: ({ type }) => {
      if (management) say('!', type);
    },
    failed: (error) => {
      throw error;
    },
  });
  return {
    request: (primitive) => driver.request(primitive),
    receive: (octets) =>
      receive({ type: 'Datagram', source: peers.remote, destination: peers.local, octets: hex(octets) }),
    undelivered: (error) =>
      receive({ type: 'Undelivered', source: peers.local, destination: peers.remote, error }),
    advance: (by) => scheduler.advance(by),
    lines: () => {
      const said = lines;
      lines = [];
      return said;
    },
    indications,
    timers: () => driver.timers(),
    peers,
  };
}

/** One end of a world. */
export interface End<FromAbove extends Primitive, ToAbove extends Primitive> {
  readonly local: Endpoint;
  readonly driver: Driver<FromAbove>;
  request(primitive: FromAbove): void;
  /** All that the user got. */
  readonly indications: ToAbove[];
  readonly news: Management[];
}

export interface World {
  readonly scheduler: VirtualScheduler;
  /** A source of randomness of its own for each label. */
  random(label: string): Random;
  /**
   * Adds an end. `user` hears each indication and may answer at once.
   * @param address `10.0.0.1:9201`
   */
  end<FromAbove extends Primitive, ToAbove extends Primitive>(
    address: string,
    make: (local: Endpoint, random: Random) => Stack<FromAbove, ToAbove>,
    user?: (indication: ToAbove, request: (primitive: FromAbove) => void) => void,
  ): End<FromAbove, ToAbove>;
  /** The same for an end that is not on IP: a telephone number. */
  endAt: <FromAbove extends Primitive, ToAbove extends Primitive>(
    local: Endpoint,
    make: (local: Endpoint, random: Random) => Stack<FromAbove, ToAbove>,
    user?: (indication: ToAbove, request: (primitive: FromAbove) => void) => void,
  ) => End<FromAbove, ToAbove>;
  /** Who sent what to whom: `0.020 10.0.0.1|9201 > 10.0.0.2|49152 1c8001`. */
  readonly transcript: string[];
  /** Until nothing is due; throws if that takes longer than `limit`. */
  settle(limit?: Millis): void;
  readonly counts: ReturnType<typeof simulatedLink>['counts'];
}

const ONE_DAY: Millis = 24 * 60 * 60 * 1000;

/** @param seed print it when a test fails: the same seed is the same world */
export function world(seed: number, profile: LinkProfile = linkProfiles.ideal): World {
  const scheduler = virtualScheduler();
  const link = simulatedLink({ scheduler, random: seededRandom(seed, 'link'), profile });
  const transcript: string[] = [];

  function endAt<FromAbove extends Primitive, ToAbove extends Primitive>(
    local: Endpoint,
    make: (local: Endpoint, random: Random) => Stack<FromAbove, ToAbove>,
    user?: (indication: ToAbove, request: (primitive: FromAbove) => void) => void,
  ): End<FromAbove, ToAbove> {
    const bearer = tap(link.attach(local), scheduler, ({ at, direction, datagram }) => {
      if (direction !== 'sent') return;
      const ends = `${endpointKey(datagram.source)} > ${endpointKey(datagram.destination)}`;
      transcript.push(`${seconds(at)} ${ends} ${toHex(datagram.octets)}`);
    });
    const indications: ToAbove[] = [];
    const news: Management[] = [];
    const driver: Driver<FromAbove> = drive<FromAbove, ToAbove>({
      stack: make(local, seededRandom(seed, endpointKey(local))),
      bearer,
      scheduler,
      deliver: (indication) => {
        indications.push(indication);
        user?.(indication, (primitive) => driver.request(primitive));
      },
      manage: (each) => news.push(each),
      failed: (error) => {
        throw error;
      },
    });
    return { local, driver, indications, news, request: (primitive) => driver.request(primitive) };
  }

  return {
    scheduler,
    transcript,
    counts: link.counts,
    random: (label) => seededRandom(seed, label),
    settle: (limit = ONE_DAY) => scheduler.settle(limit),
    endAt,
    end(address, make, user) {
      const [host = '', port = '0'] = address.split(':');
      return endAt(udpEndpoint(host, Number(port)), make, user);
    },
  };
}
