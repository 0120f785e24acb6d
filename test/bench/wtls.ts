/**
 * WTLS beside the bare operations that bound it: a server's full RSA-1024 handshakes beside node:crypto's private
 * operation, records sealed and opened beside the bare cipher; and the memory that connections take.
 *
 * Of a handshake only the server's share counts. Clients talk to a twin of the server first, and what they sent is
 * recorded, with the random octets that the twin drew; a fresh server that draws the same again then hears the same
 * datagrams, and that is timed. It still has to pay for the drawing.
 */
import { constants, createPrivateKey, privateDecrypt, randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Endpoint, udpEndpoint } from '../../src/wap/address.js';
import { encodePrivateKeyInfo, pem } from '../../src/wap/pki/index.js';
import type { Random } from '../../src/wap/random.js';
import type { DatagramIndication } from '../../src/wap/wdp/index.js';
import { keyedCipher } from '../../src/wap/wtls/cipher.js';
import {
  type BulkCipherName,
  bulkCiphers,
  cipherSpecByName,
  decodeRecords,
  type Identity,
  masterSecretOf,
  ReadState,
  WriteState,
  type Wtls,
  wtlsClient,
  wtlsServer,
} from '../../src/wap/wtls/index.js';
import { bank, rsaAuthority, rsaKey } from '../wap/wtls/parties.js';
import { type BenchResult, type BenchRow, cpuMicroseconds, row } from './bench.js';

const ROUNDS = 15;
const WARM_UP = 12;
const HANDSHAKES = 50;
/** Processor time is counted in steps that are small beside this. */
const ROUND_MILLISECONDS = 25;

/** Sessions that the issue of memory is about. */
const CROWD = 10_000;

/** As the gateway has it. */
const systemRandom: Random = { octets: (count) => randomBytes(count) };

// Stands still: what was recorded has to be right for the server's twin, too.
const clock = { now: () => 1_000_000_000_000 };
const gateway = udpEndpoint('10.0.0.1', 9203);

export async function run(): Promise<BenchResult> {
  return {
    name: 'wtls',
    peer: 'node:crypto, or the bare cipher',
    note: 'processor time; a ratio of 1.67 is 60 % of the peer, one of 2 is 50 %',
    rows: [
      handshakes(),
      ...ciphers.flatMap((name) => [100, 1400].flatMap((it) => records(name, it))),
      crowd(),
    ],
  };
}

// ---- handshakes

interface Recorded {
  /** What the server drew. */
  readonly drawn: readonly Uint8Array[];
  readonly clients: readonly { readonly phone: Endpoint; readonly flights: readonly Uint8Array[] }[];
}

function server(identity: Identity, random: Random): Wtls {
  return wtlsServer({ random, clock, identities: [identity] });
}

/** What clients send for a full handshake each. */
function record(identity: Identity, count: number): Recorded {
  const drawn: Uint8Array[] = [];
  const recording: Random = {
    octets(length) {
      const octets = Uint8Array.from(systemRandom.octets(length));
      drawn.push(octets);
      return octets;
    },
  };
  const twin = server(identity, recording);
  const clients = Array.from({ length: count }, (_, number) => {
    const phone = udpEndpoint(`10.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`, 49152);
    const client = wtlsClient({ random: systemRandom, clock, trusted: [rsaAuthority().trust] });
    const flights: Uint8Array[] = [];
    const bring = (effects: ReturnType<Wtls['fromBelow']>): void => {
      for (const effect of effects) {
        if (!('down' in effect)) continue;
        const { userData } = effect.down;
        flights.push(userData);
        for (const answer of twin.fromBelow(indication(phone, gateway, userData))) {
          if ('down' in answer) bring(client.fromBelow(indication(gateway, phone, answer.down.userData)));
        }
      }
    };
    const userData = Uint8Array.of(1);
    bring(client.fromAbove({ type: 'T-DUnitdata.req', source: phone, destination: gateway, userData }));
    return { phone, flights };
  });
  return { drawn, clients };
}

function indication(source: Endpoint, destination: Endpoint, userData: Uint8Array): DatagramIndication {
  return { type: 'T-DUnitdata.ind', source, destination, userData };
}

/** A fresh server that goes through all that was recorded. */
function replay(identity: Identity, { drawn, clients }: Recorded): Wtls {
  let at = 0;
  const repeating: Random = {
    octets(length) {
      // Drawn all the same: it costs something.
      const fresh = systemRandom.octets(length);
      return drawn[at++] ?? fresh;
    },
  };
  const fresh = server(identity, repeating);
  for (const { phone, flights } of clients) {
    for (const flight of flights) fresh.fromBelow(indication(phone, gateway, flight));
  }
  return fresh;
}

function handshakes(): BenchRow {
  const identity = bank();
  const recorded = record(identity, HANDSHAKES);
  const crowd = replay(identity, recorded);
  for (const { phone } of recorded.clients) {
    if (crowd.information({ local: gateway, remote: phone }) === undefined) throw new Error('no connection');
  }
  const key = createPrivateKey(pem('PRIVATE KEY', encodePrivateKeyInfo(rsaKey('bank'))));
  const cryptogram = new Uint8Array(128).fill(7);
  const bare = () => privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, cryptogram);
  return compare(
    'full RSA-1024 handshake at the server; the private operation',
    () => cpuMicroseconds(() => replay(identity, recorded), 2 * ROUND_MILLISECONDS) / HANDSHAKES,
    () => cpuMicroseconds(bare, ROUND_MILLISECONDS),
  );
}

function compare(what: string, ours: () => number, peer: () => number): BenchRow {
  const rounds = Array.from({ length: WARM_UP + ROUNDS }, (_, round) =>
    // In turns, so that neither is always the first.
    round % 2 === 0 ? [ours(), peer()] : [peer(), ours()].reverse(),
  ).slice(WARM_UP);
  const column = (at: number) => rounds.map((each) => each[at] ?? Number.NaN);
  return row(what, 'µs', column(0), column(1));
}

// ---- records

const ciphers = ['RC5_CBC', '3DES_CBC_EDE', 'DES_CBC', 'IDEA_CBC'] as const satisfies BulkCipherName[];

/** Blocks that a record of so many octets fills, with its MAC of 20 and its padding. */
const blocksOf = (length: number) => new Uint8Array(8 * Math.ceil((length + 21) / 8));

function records(name: BulkCipherName, length: number): readonly BenchRow[] {
  const spec = cipherSpecByName(name, 'SHA');
  const parameters = {
    spec,
    masterSecret: masterSecretOf(randomBytes(20)),
    clientRandom: randomBytes(16),
    serverRandom: randomBytes(16),
    keyRefresh: 8,
  };
  const content = Uint8Array.from(randomBytes(length));
  const material = bulkCiphers.find((it) => it.name === name)?.expandedKeyMaterial ?? 0;
  const cipher = keyedCipher(spec.bulkCipher, Uint8Array.from(randomBytes(material)));
  const padded = blocksOf(length);
  const iv = Uint8Array.from(randomBytes(8));

  let write = new WriteState(parameters, 'client', 'explicit');
  const seal = (): Uint8Array => {
    if (write.left === 0) write = new WriteState(parameters, 'client', 'explicit');
    return write.seal(4, content, true);
  };
  const sealed = Array.from({ length: 2048 }, seal);
  let at = sealed.length;
  let read = new ReadState(parameters, 'client', 'explicit');
  const open = (): void => {
    if (at === sealed.length) {
      at = 0;
      read = new ReadState(parameters, 'client', 'explicit');
    }
    const [first] = decodeRecords(sealed[at++] as Uint8Array);
    if (first === undefined || !('content' in read.open(first.record))) throw new Error('not opened');
  };
  write = new WriteState(parameters, 'client', 'explicit');
  const timed = (operation: () => unknown) => () => cpuMicroseconds(operation, ROUND_MILLISECONDS);
  return [
    compare(
      `seal ${length} octets with ${name}`,
      timed(seal),
      timed(() => cipher.encrypt(iv, padded)),
    ),
    compare(
      `open ${length} octets with ${name}`,
      timed(open),
      timed(() => cipher.decrypt(iv, padded)),
    ),
  ];
}

// ---- memory

function crowd(): BenchRow {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const identity = bank();
  const recorded = record(identity, CROWD);
  const used = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 2 ** 20;
  };
  const before = used();
  const full = replay(identity, recorded);
  const mebibytes = used() - before;
  return row(`${full.size()} connections at one server`, 'MiB', [mebibytes]);
}
