/**
 * Octets in and out. Integers are big-endian and bit 0 is the most significant bit, as in every figure of the suite.
 *
 * Contract of every decoder built on `Reader`: any octets give a value or one `DecodeError`; no length is believed
 * before it is checked; each read names its field, so that errors and the dissector speak in the specification's words.
 */
import { DecodeError } from './errors.js';

/** One thing that was read: what the dissector prints. Nested where a field has parts. */
export interface Field {
  readonly name: string;
  /** First bit, counted from the start of the outermost octets. */
  readonly bit: number;
  /** Length in bits. */
  readonly bits: number;
  readonly value: unknown;
  readonly parts?: readonly Field[];
}

/** Longest multi-byte integer: 32 bits in groups of seven (WAP-230 §8.1.2, WAP-192 §5.1). */
const UINTVAR_OCTETS = 5;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** One character an octet; right for US-ASCII only, as the label stands for windows-1252. */
const oneToOne = new TextDecoder('latin1');
const utf8Encoder = new TextEncoder();

/** Text as UTF-8 octets. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** UTF-8 octets as text, or `undefined` where they are not UTF-8. */
export function decodeUtf8(octets: Uint8Array): string | undefined {
  try {
    return utf8.decode(octets);
  } catch {
    return undefined;
  }
}

/** Octets as text, one character an octet (ISO-8859-1 as ISO prints it, not windows-1252). */
export function decodeLatin1(octets: Uint8Array): string {
  if (isAscii(octets)) return oneToOne.decode(octets);
  let text = '';
  for (let i = 0; i < octets.length; i += 4096) {
    text += Reflect.apply(String.fromCharCode, undefined, octets.subarray(i, i + 4096));
  }
  return text;
}

function isAscii(octets: Uint8Array): boolean {
  for (let i = 0; i < octets.length; i++) if ((octets[i] as number) > 0x7f) return false;
  return true;
}

/** Text whose characters are all below 256 as octets; `undefined` where one is not. */
export function encodeLatin1(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return undefined;
    octets[i] = code;
  }
  return octets;
}

/** Octets as hexadecimal digits, without blanks. */
export function toHex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += octet.toString(16).padStart(2, '0');
  return text;
}

/** Hexadecimal digits, blanks anywhere, as octets; `undefined` where they are none. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/** Octets in base64, with padding (RFC 2045 without line breaks). */
export function toBase64(octets: Uint8Array): string {
  return btoa(decodeLatin1(octets));
}

/** Base64, blanks anywhere, as octets; `undefined` where it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return undefined;
  return encodeLatin1(atob(digits));
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

/** Reads octets field by field. With `record`, remembers each field for the dissector. */
export class Reader {
  readonly #octets: Uint8Array;
  readonly #layer: string;
  readonly #base: number;
  readonly #record: Field[] | undefined;
  #at = 0;
  #bit = 0;
  /** All octets, one character each, made when the first text is read: slices of it cost almost nothing. */
  #text: string | undefined;

  /**
   * @param layer named in errors
   * @param record receives a `Field` for every read; leave out on the hot path
   * @param base where `octets` start within the outermost octets, so that offsets are the outermost's
   */
  constructor(octets: Uint8Array, layer: string, record?: Field[], base = 0) {
    this.#octets = octets;
    this.#layer = layer;
    this.#record = record;
    this.#base = base;
  }

  /** In octets from the start of the outermost octets. */
  get offset(): number {
    return this.#base + this.#at;
  }

  /** Octets not yet read. */
  get left(): number {
    return this.#octets.length - this.#at;
  }

  /** Whether the next bit is the first of an octet. */
  get aligned(): boolean {
    return this.#bit === 0;
  }

  get recording(): boolean {
    return this.#record !== undefined;
  }

  /** Ends the decoding: the octets broke `rule`. */
  fail(rule: string, options?: ErrorOptions): never {
    throw new DecodeError(this.#layer, this.offset, rule, options);
  }

  /** The next octet, not consumed; `undefined` at the end. */
  peek(): number | undefined {
    return this.#octets[this.#at];
  }

  /** Up to `count` of the next octets, not consumed and not recorded: a view, not a copy. */
  ahead(count: number): Uint8Array {
    return this.#octets.subarray(this.#at, this.#at + count);
  }

  /** An unsigned integer of 1 to 32 bits that may start and end within an octet. */
  bits(name: string, count: number): number {
    const first = this.#at * 8 + this.#bit;
    if (first + count > this.#octets.length * 8) this.fail(`${name} is cut short`);
    let value = 0;
    for (let left = count; left > 0; ) {
      const here = Math.min(8 - this.#bit, left);
      const octet = this.#octets[this.#at] as number;
      value = value * 2 ** here + ((octet >> (8 - this.#bit - here)) & ((1 << here) - 1));
      this.#bit += here;
      left -= here;
      if (this.#bit === 8) {
        this.#bit = 0;
        this.#at++;
      }
    }
    this.#record?.push({ name, bit: this.#base * 8 + first, bits: count, value });
    return value;
  }

  uint8(name: string): number {
    const at = this.#need(name, 1);
    return this.#done(name, at, this.#octets[at] as number);
  }

  uint16(name: string): number {
    const at = this.#need(name, 2);
    return this.#done(name, at, ((this.#octets[at] as number) << 8) | (this.#octets[at + 1] as number));
  }

  uint32(name: string): number {
    const at = this.#need(name, 4);
    const high = ((this.#octets[at] as number) << 8) | (this.#octets[at + 1] as number);
    const low = ((this.#octets[at + 2] as number) << 8) | (this.#octets[at + 3] as number);
    return this.#done(name, at, high * 0x10000 + low);
  }

  /** Seven bits an octet, the top bit says that more follow: uintvar (WAP-230 §8.1.2), mb_u_int32 (WAP-192 §5.1). */
  uintvar(name: string): number {
    const at = this.#at;
    let value = 0;
    for (let i = 0; i < UINTVAR_OCTETS; i++) {
      const octet = this.#octets[this.#at];
      if (octet === undefined) this.fail(`${name} is cut short`);
      this.#at++;
      value = value * 128 + (octet & 0x7f);
      if (octet < 0x80) {
        if (value > 0xffffffff) this.fail(`${name} is more than 32 bits`);
        return this.#done(name, at, value);
      }
    }
    return this.fail(`${name} is longer than ${UINTVAR_OCTETS} octets`);
  }

  /** The next `count` octets: a view, not a copy. */
  octets(name: string, count: number): Uint8Array {
    const at = this.#need(name, count);
    return this.#done(name, at, this.#octets.subarray(at, at + count));
  }

  /** All octets that are left: a view, not a copy. */
  rest(name: string): Uint8Array {
    return this.octets(name, this.left);
  }

  /** Octets up to a NUL, which is consumed and not returned. */
  terminated(name: string): Uint8Array {
    const end = this.#octets.indexOf(0, this.#at);
    if (end < 0) this.fail(`${name} has no end`);
    const at = this.#at;
    this.#at = end + 1;
    return this.#done(name, at, this.#octets.subarray(at, end));
  }

  /** UTF-8 text up to a NUL, which is consumed and not returned. */
  utf8(name: string): string {
    const octets = this.#octets;
    const at = this.#at;
    let end = at;
    let ascii = true;
    for (; ; end++) {
      const octet = octets[end];
      if (octet === undefined) this.fail(`${name} has no end`);
      if (octet === 0) break;
      if (octet > 0x7f) ascii = false;
    }
    let text: string | undefined;
    if (ascii) {
      this.#text ??= oneToOne.decode(octets);
      text = this.#text.slice(at, end);
    } else text = decodeUtf8(octets.subarray(at, end));
    if (text === undefined) this.fail(`${name} is not UTF-8`);
    this.#at = end + 1;
    return this.#done(name, at, text);
  }

  /** A reader of the next `count` octets; what it records becomes the parts of the field `name`. */
  inside<T>(name: string, count: number, read: (inner: Reader) => T): T {
    const at = this.#need(name, count);
    const parts: Field[] | undefined = this.#record && [];
    const inner = new Reader(this.#octets.subarray(at, at + count), this.#layer, parts, this.#base + at);
    const value = read(inner);
    this.#at = at + count;
    if (parts) this.#record?.push({ name, bit: (this.#base + at) * 8, bits: count * 8, value, parts });
    return value;
  }

  /** Groups what `read` reads under one name. */
  group<T>(name: string, read: (inner: this) => T): T {
    if (this.#record === undefined) return read(this);
    const from = this.#record.length;
    const at = this.#at;
    const value = read(this);
    const parts = this.#record.splice(from);
    this.#record.push({ name, bit: (this.#base + at) * 8, bits: (this.#at - at) * 8, value, parts });
    return value;
  }

  /** Fails unless everything was read. */
  end(): void {
    if (this.left > 0) this.fail(`${this.left} octets are left over`);
  }

  #need(name: string, count: number): number {
    if (this.#bit !== 0) throw new RangeError(`${this.#layer}: ${name} is read within an octet`);
    const at = this.#at;
    if (count > this.#octets.length - at) this.fail(`${name} is cut short`);
    this.#at = at + count;
    return at;
  }

  #done<T>(name: string, at: number, value: T): T {
    this.#record?.push({ name, bit: (this.#base + at) * 8, bits: (this.#at - at) * 8, value });
    return value;
  }
}

/** Buffers that finished writers leave to the next: one of this size costs more to make than to fill. */
const spare: Uint8Array[] = [];
const SPARE_OCTETS = 4096;
/** As many as writers are at work within one another. */
const MAX_SPARE = 8;

/** Writes octets field by field into a buffer that grows. */
export class Writer {
  #octets: Uint8Array;
  /** Whether `#octets` goes to the next writer when this one is done. */
  #spare: boolean;
  #at = 0;
  #partial = 0;
  #bit = 0;

  /** @param expected how many octets will come, where it is known */
  constructor(expected = 64) {
    this.#spare = expected <= SPARE_OCTETS;
    this.#octets = this.#spare ? (spare.pop() ?? new Uint8Array(SPARE_OCTETS)) : new Uint8Array(expected);
  }

  /** Octets written so far. */
  get length(): number {
    return this.#at;
  }

  /** An unsigned integer of 1 to 32 bits that may start and end within an octet. */
  bits(value: number, count: number): this {
    check(value, 2 ** count - 1);
    for (let left = count; left > 0; ) {
      const here = Math.min(8 - this.#bit, left);
      const part = Math.floor(value / 2 ** (left - here)) & ((1 << here) - 1);
      this.#partial |= part << (8 - this.#bit - here);
      this.#bit += here;
      left -= here;
      if (this.#bit === 8) {
        this.#bit = 0;
        this.#room(1);
        this.#octets[this.#at++] = this.#partial;
        this.#partial = 0;
      }
    }
    return this;
  }

  uint8(value: number): this {
    check(value, 0xff);
    this.#room(1);
    this.#octets[this.#at++] = value;
    return this;
  }

  uint16(value: number): this {
    check(value, 0xffff);
    this.#room(2);
    this.#octets[this.#at++] = value >> 8;
    this.#octets[this.#at++] = value & 0xff;
    return this;
  }

  uint32(value: number): this {
    check(value, 0xffffffff);
    return this.uint16(Math.floor(value / 0x10000)).uint16(value % 0x10000);
  }

  /** Seven bits an octet, as few octets as do: see `Reader.uintvar`. */
  uintvar(value: number): this {
    check(value, 0xffffffff);
    this.#room(UINTVAR_OCTETS);
    for (let i = uintvarLength(value) - 1; i > 0; i--) {
      this.#octets[this.#at++] = 0x80 | (Math.floor(value / 2 ** (7 * i)) & 0x7f);
    }
    this.#octets[this.#at++] = value & 0x7f;
    return this;
  }

  octets(octets: Uint8Array): this {
    this.#room(octets.length);
    this.#octets.set(octets, this.#at);
    this.#at += octets.length;
    return this;
  }

  /** Octets and a NUL behind them. */
  terminated(octets: Uint8Array): this {
    return this.octets(octets).uint8(0);
  }

  /** Text in UTF-8. */
  utf8(text: string): this {
    const length = text.length;
    this.#room(3 * length);
    const octets = this.#octets;
    const at = this.#at;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.#at = at + utf8Encoder.encodeInto(text, octets.subarray(at)).written;
        return this;
      }
      octets[at + i] = code;
    }
    this.#at = at + length;
    return this;
  }

  /** What was written, a copy of exactly that length. */
  done(): Uint8Array {
    if (this.#bit !== 0) throw new RangeError('the last octet is not full');
    const written = this.#octets.slice(0, this.#at);
    if (!this.#spare) return written;
    if (spare.length < MAX_SPARE) spare.push(this.#octets);
    // Whoever writes on finds it full, and gets a wider one.
    this.#octets = written;
    this.#spare = false;
    return written;
  }

  #room(count: number): void {
    if (this.#bit !== 0) throw new RangeError('an octet is not full yet');
    if (this.#at + count <= this.#octets.length) return;
    const wider = new Uint8Array(Math.max(2 * this.#octets.length, this.#at + count));
    wider.set(this.#octets);
    if (this.#spare && spare.length < MAX_SPARE) spare.push(this.#octets);
    this.#octets = wider;
    this.#spare = false;
  }
}

/** Octets that `value` takes as uintvar. */
export function uintvarLength(value: number): number {
  let length = 1;
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) length++;
  return length;
}

function check(value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${value} is not an integer from 0 to ${most}`);
  }
}
