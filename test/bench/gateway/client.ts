/**
 * A crowd of terminals that does as little as it can, so that what is measured is the gateway: datagrams are made beforehand, of replies only
 * the first octets are looked at.
 */
import { createSocket, type Socket } from 'node:dgram';
import { concat } from '../../../src/wap/octets.js';
import { encodeHeaders } from '../../../src/wap/wsp/index.js';

export type Mode = 'cl' | 'co';

export interface Load {
  readonly replies: number;
  readonly seconds: number;
  /** Milliseconds from request to reply, in order. */
  readonly waits: Float64Array;
  /** Requests that were given up after `PATIENCE`. */
  readonly lost: number;
}

/** A datagram of a burst may be lost: then the terminal asks anew. */
const PATIENCE = 3000;

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

/** An Invoke of class 2 in one packet. */
function invoke(tid: number, pdu: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(0x0e, tid >> 8, tid & 0xff, 0x02), pdu]);
}

class Terminal {
  readonly #socket: Socket;
  readonly #mode: Mode;
  readonly #get: Uint8Array;
  #tid = 0;
  #settle: ((ok: boolean) => void) | undefined;
  #timer: NodeJS.Timeout;
  #deadline = Number.POSITIVE_INFINITY;

  constructor(socket: Socket, mode: Mode, uri: string) {
    this.#socket = socket;
    this.#mode = mode;
    this.#get =
      mode === 'cl'
        ? concat([Uint8Array.of(0), getPdu(uri, headers)])
        : invoke(0, getPdu(uri, new Uint8Array(0)));
    socket.on('message', (octets) => this.#receive(octets));
    this.#timer = setInterval(() => {
      if (performance.now() > this.#deadline) this.#end(false);
    }, 500);
  }

  /** Opens its session. */
  connect(): Promise<boolean> {
    return this.#mode === 'cl' ? Promise.resolve(true) : this.#exchange(invoke(this.#next(), connectPdu));
  }

  get(): Promise<boolean> {
    const tid = this.#next();
    if (this.#mode === 'cl') this.#get[0] = tid & 0xff;
    else {
      this.#get[1] = tid >> 8;
      this.#get[2] = tid & 0xff;
    }
    return this.#exchange(this.#get);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #next(): number {
    this.#tid = (this.#tid + 1) & 0x7fff;
    return this.#tid;
  }

  #exchange(octets: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#deadline = performance.now() + PATIENCE;
      this.#socket.send(octets);
    });
  }

  #end(ok: boolean): void {
    this.#deadline = Number.POSITIVE_INFINITY;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(ok);
  }

  #receive(octets: Buffer): void {
    if (this.#mode === 'cl') {
      if (octets[0] === (this.#tid & 0xff) && octets[1] === 0x04) this.#end(octets[2] === 0x20);
      return;
    }
    const [first = 0, high = 0, low = 0] = octets;
    const type = (first >> 3) & 0x0f;
    const mine = (((high & 0x7f) << 8) | low) === this.#tid;
    // A verification of the TID is answered; a hold-on acknowledgement means nothing to do.
    if (type === 3 && (first & 0x04) !== 0) this.#socket.send(Uint8Array.of(0x1c, high & 0x7f, low));
    if (type === 4 && mine) this.#end(false);
    if (type !== 2) return;
    this.#socket.send(Uint8Array.of(0x18, high & 0x7f, low));
    if (mine) this.#end(true);
  }
}

/** A terminal of its own address, so that any number has room. */
async function terminal(host: string, port: number, mode: Mode, uri: string): Promise<Terminal> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 18 });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, host, () => socket.connect(port, '127.0.0.1', () => resolve()));
  });
  socket.on('error', () => undefined);
  return new Terminal(socket, mode, uri);
}

/** So many terminals ask again and again, each when its last reply has come. */
export async function load(
  port: number,
  mode: Mode,
  clients: number,
  uri: string,
  seconds: number,
): Promise<Load> {
  const terminals = await Promise.all(
    Array.from({ length: clients }, (_, i) => terminal(`127.0.1.${1 + (i % 250)}`, port, mode, uri)),
  );
  let lost = 0;
  for (const each of terminals)
    while (!(await each.connect())) if (++lost > 100) throw new Error('nobody answers');
  const waits: number[] = [];
  const start = performance.now();
  const end = start + 1000 * seconds;
  await Promise.all(
    terminals.map(async (each) => {
      for (let now = performance.now(); now < end; ) {
        const ok = await each.get();
        const then = performance.now();
        if (ok) waits.push(then - now);
        else lost++;
        now = then;
      }
    }),
  );
  const took = (performance.now() - start) / 1000;
  for (const each of terminals) each.close();
  return { replies: waits.length, seconds: took, waits: Float64Array.from(waits).sort(), lost };
}

/** Opens so many sessions that stay: each from an address of its own, whose socket goes when it is open. */
export async function openSessions(port: number, first: number, count: number, uri: string): Promise<void> {
  let next = first;
  const worker = async () => {
    while (next < first + count) {
      const i = next++;
      const each = await terminal(`127.2.${i >> 8}.${i & 0xff}`, port, 'co', uri);
      if (!(await each.connect())) throw new Error(`session ${i} is not opened`);
      // One reply each: a session that was used is what is measured.
      await each.get();
      each.close();
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** Asks until there is an answer: a gateway that is starting. */
export async function untilAnswered(port: number, uri: string): Promise<void> {
  for (let i = 0; i < 30; i++) {
    const each = await terminal('127.0.1.1', port, 'cl', uri);
    const ok = await Promise.race([each.get(), new Promise((resolve) => setTimeout(resolve, 1000))]);
    each.close();
    if (ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`nobody answers on port ${port}`);
}
