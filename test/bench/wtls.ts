/**
 * WTLS beside the bare operations that bound it: `node dist/test/bench/wtls.js`. Full RSA-1024 handshakes at the server
 * against node:crypto's private operation; records sealed and opened against the bare cipher; memory of 10,000 connections.
 */
import { constants, createPrivateKey, privateDecrypt, randomBytes } from 'node:crypto';
import { type Endpoint, udpEndpoint } from '../../src/wap/address.js';
import { encodePrivateKeyInfo, pem } from '../../src/wap/pki/index.js';
import { type Random, seededRandom } from '../../src/wap/random.js';
import type { DatagramIndication } from '../../src/wap/wdp/index.js';
import { keyedCipher } from '../../src/wap/wtls/cipher.js';
import {
  type BulkCipherName,
  bulkCiphers,
  cipherSpecByName,
  decodeRecords,
  masterSecretOf,
  ReadState,
  WriteState,
  type Wtls,
  wtlsClient,
  wtlsServer,
} from '../../src/wap/wtls/index.js';
import { bank, rsaAuthority, rsaKey } from '../wap/wtls/parties.js';

// Stands still: a recorded handshake has to be the same with the server's twin.
const clock = { now: () => 1_000_000_000_000 };
const gateway = udpEndpoint('10.0.0.1', 9203);

/** Microseconds that one call takes, the best of several runs. */
function measure(count: number, call: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i++) call();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / count / 1000);
  }
  return best;
}

const random: Random = { octets: (count) => randomBytes(count) };

function makeServer(seed: number): Wtls {
  return wtlsServer({ random: seededRandom(seed), clock, identities: [bank()] });
}

/** What clients send for a full handshake with a server of that seed. */
function recordFlights(seed: number, count: number) {
  const server = makeServer(seed);
  return Array.from({ length: count }, (_, number) => {
    const phone = udpEndpoint(`10.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`, 49152);
    const client = wtlsClient({ random, clock, trusted: [rsaAuthority().trust] });
    const flights: Uint8Array[] = [];
    const bring = (effects: ReturnType<Wtls['fromBelow']>): void => {
      for (const effect of effects) {
        if (!('down' in effect)) continue;
        const { userData } = effect.down;
        flights.push(userData);
        for (const answer of server.fromBelow(indication(phone, gateway, userData))) {
          if ('down' in answer) bring(client.fromBelow(indication(gateway, phone, answer.down.userData)));
        }
      }
    };
    const userData = Uint8Array.of(1);
    bring(client.fromAbove({ type: 'T-DUnitdata.req', source: phone, destination: gateway, userData }));
    return { phone, flights };
  });
}

function indication(source: Endpoint, destination: Endpoint, userData: Uint8Array): DatagramIndication {
  return { type: 'T-DUnitdata.ind', source, destination, userData };
}

/** What a server of that seed spends on the handshakes that were recorded with its twin, in microseconds each. */
function replay(server: Wtls, recorded: ReturnType<typeof recordFlights>): number {
  const start = process.hrtime.bigint();
  for (const { phone, flights } of recorded) {
    for (const flight of flights) server.fromBelow(indication(phone, gateway, flight));
  }
  const spent = Number(process.hrtime.bigint() - start) / recorded.length / 1000;
  for (const { phone } of recorded) {
    if (server.information({ local: gateway, remote: phone }) === undefined) throw new Error('no connection');
  }
  return spent;
}

function row(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(64)} ${value}\n`);
}

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(0)} %`;

// ---- handshakes

const key = createPrivateKey(pem('PRIVATE KEY', encodePrivateKeyInfo(rsaKey('bank'))));
const cryptogram = new Uint8Array(128).fill(7);
const bare = measure(400, () => {
  privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, cryptogram);
});
const recorded = recordFlights(2, 500);
const full = Math.min(...Array.from({ length: 8 }, () => replay(makeServer(2), recorded)));
row('RSA-1024 private operations of node:crypto a second', (1e6 / bare).toFixed(0));
row('full RSA-1024 handshakes of the server a second', `${(1e6 / full).toFixed(0)} (${percent(bare, full)})`);

// ---- records

for (const name of ['RC5_CBC', '3DES_CBC_EDE', 'DES_CBC', 'IDEA_CBC'] as const satisfies BulkCipherName[]) {
  const spec = cipherSpecByName(name, 'SHA');
  for (const length of [100, 1400]) {
    const parameters = {
      spec,
      masterSecret: masterSecretOf(random.octets(20)),
      clientRandom: random.octets(16),
      serverRandom: random.octets(16),
      keyRefresh: 8,
    };
    const content = random.octets(length);
    const material = bulkCiphers.find((it) => it.name === name)?.expandedKeyMaterial ?? 0;
    const cipher = keyedCipher(spec.bulkCipher, random.octets(material));
    const padded = new Uint8Array(8 * Math.ceil((length + 21) / 8));
    const iv = random.octets(8);
    const encrypt = measure(1000, () => cipher.encrypt(iv, padded));
    const decrypt = measure(1000, () => cipher.decrypt(iv, padded));
    const sealing = measure(
      2000,
      (() => {
        const write = new WriteState(parameters, 'client', 'explicit');
        return () => write.seal(4, content, true);
      })(),
    );
    const records = (() => {
      const write = new WriteState(parameters, 'client', 'explicit');
      return Array.from({ length: 10_000 }, () => write.seal(4, content, true));
    })();
    let at = 0;
    const read = new ReadState(parameters, 'client', 'explicit');
    const opening = measure(2000, () => {
      const [first] = decodeRecords(records[at++] as Uint8Array);
      if (first === undefined || !('content' in read.open(first.record))) throw new Error('not opened');
    });
    row(
      `${name} with SHA, ${length} octets: seal, open; bare cipher`,
      `${sealing.toFixed(1)} µs (${percent(encrypt, sealing)}), ${opening.toFixed(1)} µs (${percent(decrypt, opening)}); ${encrypt.toFixed(1)}, ${decrypt.toFixed(1)} µs`,
    );
  }
}

// ---- memory

const many = recordFlights(3, 10_000);
globalThis.gc?.();
const before = process.memoryUsage();
const crowd = makeServer(3);
replay(crowd, many);
globalThis.gc?.();
const after = process.memoryUsage();
const mebibytes = (after.heapUsed + after.external - before.heapUsed - before.external) / 2 ** 20;
row(
  `${crowd.size()} connections at one server (run with --expose-gc to measure)`,
  `${mebibytes.toFixed(0)} MiB`,
);
