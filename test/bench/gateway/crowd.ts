/** The terminals and the origin of the benchmark: programs in C, built when they are needed, so that they take little from the gateway. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { concat, toHex } from '../../../src/wap/octets.js';
import { encodeHeaders } from '../../../src/wap/wsp/index.js';
import { deck } from '../wbxml.js';

/** Connectionless, or in sessions. */
export type Mode = 'cl' | 'co';

/** What came of some seconds. Times are in microseconds. */
export interface Load {
  readonly replies: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  /** Requests without an answer within 3 s, which were asked anew. */
  readonly lost: number;
  /** Datagrams that the terminals' own kernel did not take. */
  readonly refused: number;
}

export interface Crowd {
  /** So many terminals ask again and again, each when its last reply has come. */
  load(port: number, mode: Mode, clients: number, milliseconds: number): Promise<Load>;
  /** Opens so many sessions that stay: each from an address of its own, counted from `first`. */
  openSessions(port: number, first: number, count: number): Promise<void>;
  /** Asks until there is an answer: a gateway that is starting. */
  untilAnswered(port: number): Promise<void>;
  /** Ends the origin. */
  close(): void;
}

const execute = promisify(execFile);

const headers = encodeHeaders([
  { name: 'Accept', value: 'application/vnd.wap.wmlc' },
  { name: 'Accept', value: 'application/vnd.wap.wmlscriptc' },
  { name: 'Accept', value: 'image/vnd.wap.wbmp' },
  { name: 'Accept-Charset', value: 'utf-8' },
  { name: 'User-Agent', value: 'wapstack-bench/1.0' },
]);

/** WAP-230 §8.2.3.1: Get, URI length, URI, headers. */
function getPdu(uri: string, own: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(0x40, uri.length), new TextEncoder().encode(uri), own]);
}

/** WAP-230 §8.2.2.1: version 1.0; the client takes SDUs of 65,535 octets. */
const connectPdu = concat([Uint8Array.of(0x01, 0x10, 5, headers.length, 4, 0x80, 0x83, 0xff, 0x7f), headers]);

/** The deck as an origin of today sends it. */
function response(): Buffer {
  const body = Buffer.from(deck(1500));
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: text/vnd.wap.wml',
    `Content-Length: ${body.length}`,
    'Date: Sun, 06 Nov 1994 08:49:37 GMT',
    'Connection: keep-alive',
    'Keep-Alive: timeout=60',
    '\r\n',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), body]);
}

/** Builds the programs and starts the origin; `undefined` where there is no C compiler. @param folder a temporary one */
export async function startCrowd(folder: string): Promise<Crowd | undefined> {
  const programs = { crowd: join(folder, 'crowd'), origin: join(folder, 'origin') };
  try {
    for (const [name, program] of Object.entries(programs)) {
      const source = fileURLToPath(new URL(`../../../../test/bench/gateway/${name}.c`, import.meta.url));
      execFileSync('cc', ['-O2', source, '-o', program], { stdio: 'ignore' });
    }
  } catch {
    return undefined;
  }
  const file = join(folder, 'response');
  writeFileSync(file, response());
  const origin = spawn(programs.origin, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise((resolve) => origin.stdout.once('data', (line) => resolve(Number(line))));
  const uri = `http://127.0.0.1:${port}/deck.wml`;
  const inSession = toHex(getPdu(uri, new Uint8Array(0)));
  const pdus = { cl: [toHex(getPdu(uri, headers))], co: [inSession, toHex(connectPdu)] };

  async function load(port: number, mode: Mode, clients: number, milliseconds: number): Promise<Load> {
    const args = ['load', port, mode, clients, milliseconds, ...pdus[mode]].map(String);
    const { stdout } = await execute(programs.crowd, args);
    return JSON.parse(stdout);
  }

  return {
    load,
    async openSessions(port, first, count) {
      await execute(programs.crowd, ['sessions', port, first, count, ...pdus.co].map(String));
    },
    async untilAnswered(port) {
      for (let i = 0; i < 30; i++) if ((await load(port, 'cl', 1, 300)).replies > 0) return;
      throw new Error(`nobody answers on port ${port}`);
    },
    close: () => origin.stdin.end(),
  };
}
