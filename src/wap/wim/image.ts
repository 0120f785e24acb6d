/**
 * What a card keeps while it has no power, and that as octets in a file.
 *
 * EMULATOR STORAGE: a real card keeps its secrets in a chip that resists being opened; a file does not. Here each
 * private key is encrypted (AES-256-GCM) under a key of its PIN object, and that key again under what scrypt makes of
 * the PIN, and of the unblocking code. Whoever has the file and guesses can try every PIN of four digits in hours, and
 * can set the try counters back: use it for tests and demonstrations.
 */
import { deriveKey, seal, unseal } from '../crypto.js';
import { concat, encodeUtf8, equalOctets, type Field, Reader, Writer } from '../octets.js';
import type { Random } from '../random.js';

/** Encrypted octets and the nonce under which they are. */
export interface Sealed {
  readonly nonce: Uint8Array;
  readonly octets: Uint8Array;
}

/** A PIN object. Its key opens everything that the PIN protects. */
export interface StoredPin {
  readonly reference: number;
  readonly disableAllowed: boolean;
  readonly tries: number;
  readonly unblockTries: number;
  readonly salt: Uint8Array;
  /** The PIN object's key under the PIN. */
  readonly locked: Sealed;
  /** The same under the unblocking code. */
  readonly rescue: Sealed;
  /** The key itself, while the verification requirement is disabled. */
  readonly open?: Uint8Array;
}

/**
 * A biometric object. What it opens cannot be encrypted under a capture, which is another each time: EMULATOR STORAGE, as
 * with `open`, lays the key beside it, and whoever has the file has what it protects.
 */
export interface StoredBiometric {
  readonly reference: number;
  /** The PIN for which it stands in. */
  readonly pinReference: number;
  readonly tries: number;
  readonly threshold: number;
  readonly template: Uint8Array;
  /** The PIN object's key. */
  readonly key: Uint8Array;
}

export interface StoredKey {
  readonly reference: number;
  readonly file: number;
  readonly pinReference: number;
  readonly nonRepudiation: boolean;
  /** PKCS#8, under the key of the PIN object. */
  readonly sealed: Sealed;
}

export type UpdateRight = 'NEV' | 'CHV';

/** An elementary file. What may not be read is not here. */
export interface StoredFile {
  readonly id: number;
  readonly update: UpdateRight;
  readonly content: Uint8Array;
}

export interface CardImage {
  /** scrypt's N is 2 to the power of this. */
  readonly cost: number;
  readonly pins: readonly StoredPin[];
  readonly biometrics: readonly StoredBiometric[];
  readonly keys: readonly StoredKey[];
  readonly files: readonly StoredFile[];
  /** Master secrets of WTLS sessions, under the key of PIN-G: as many as EF(Sessions) has records. */
  readonly masterSecrets: readonly (Sealed | undefined)[];
}

const SALT_OCTETS = 16;
const NONCE_OCTETS = 12;
export const KEY_OCTETS = 32;

/** scrypt with N = 2^14 takes about 50 ms; 2^10 is for tests; beyond 2^17 it needs more memory than Node grants. */
export const COST = { least: 10, usual: 14, most: 17 } as const;

/** Tells one sealed thing from another, so that they cannot be exchanged in the file. */
const CONTEXT = { pin: 'pin', rescue: 'unblock', key: 'key', masterSecret: 'master secret' } as const;

function contextOf(kind: keyof typeof CONTEXT, number: number): Uint8Array {
  return encodeUtf8(`wapstack card, ${CONTEXT[kind]} ${number}`);
}

/** Encrypts under a key that opens more than this one thing: hence a new nonce each time. */
export function sealWith(
  random: Random,
  key: Uint8Array,
  kind: keyof typeof CONTEXT,
  number: number,
  plain: Uint8Array,
): Sealed {
  const nonce = random.octets(NONCE_OCTETS).slice();
  return { nonce, octets: seal(key, nonce, plain, contextOf(kind, number)) };
}

/** The octets; `undefined` where the key is wrong. */
export function openWith(
  key: Uint8Array,
  kind: keyof typeof CONTEXT,
  number: number,
  sealed: Sealed,
): Uint8Array | undefined {
  return unseal(key, sealed.nonce, sealed.octets, contextOf(kind, number));
}

export interface NewPin {
  readonly reference: number;
  readonly disableAllowed: boolean;
  readonly tries: number;
  readonly unblockTries: number;
  /** Padded. */
  readonly pin: Uint8Array;
  readonly unblock: Uint8Array;
}

/** A PIN object and its key. */
export function createPin(random: Random, cost: number, pin: NewPin): { stored: StoredPin; key: Uint8Array } {
  const key = random.octets(KEY_OCTETS).slice();
  const salt = random.octets(SALT_OCTETS).slice();
  const { reference, disableAllowed, tries, unblockTries } = pin;
  const locked = sealWith(random, deriveKey(pin.pin, salt, cost), 'pin', reference, key);
  const rescue = sealWith(random, deriveKey(pin.unblock, salt, cost), 'rescue', reference, key);
  return { key, stored: { reference, disableAllowed, tries, unblockTries, salt, locked, rescue } };
}

/** The PIN object's key, if `pin` is right. That takes as long when it is wrong. */
export function openPin(stored: StoredPin, cost: number, pin: Uint8Array): Uint8Array | undefined {
  return openWith(deriveKey(pin, stored.salt, cost), 'pin', stored.reference, stored.locked);
}

/** The PIN object's key, if the unblocking code is right. */
export function rescuePin(stored: StoredPin, cost: number, code: Uint8Array): Uint8Array | undefined {
  return openWith(deriveKey(code, stored.salt, cost), 'rescue', stored.reference, stored.rescue);
}

/** The same PIN object under another PIN. */
export function changePin(
  random: Random,
  stored: StoredPin,
  cost: number,
  key: Uint8Array,
  pin: Uint8Array,
): StoredPin {
  const locked = sealWith(random, deriveKey(pin, stored.salt, cost), 'pin', stored.reference, key);
  return { ...stored, locked };
}

const MAGIC = encodeUtf8('wapstack card 1\n');

export function encodeImage(image: CardImage): Uint8Array {
  const writer = new Writer(4096).octets(MAGIC).uint8(image.cost);
  writer.uint8(image.pins.length);
  for (const pin of image.pins) {
    writer.uint8(pin.reference).uint8(pin.disableAllowed ? 1 : 0);
    writer.uint8(pin.tries).uint8(pin.unblockTries).octets(pin.salt);
    writeSealed(writer, pin.locked);
    writeSealed(writer, pin.rescue);
    writer.uint8(pin.open === undefined ? 0 : 1);
    if (pin.open !== undefined) writer.octets(pin.open);
  }
  writer.uint8(image.keys.length);
  for (const key of image.keys) {
    writer
      .uint8(key.reference)
      .uint16(key.file)
      .uint8(key.pinReference)
      .uint8(key.nonRepudiation ? 1 : 0);
    writeSealed(writer, key.sealed);
  }
  writer.uint8(image.files.length);
  for (const file of image.files) {
    writer.uint16(file.id).uint8(file.update === 'CHV' ? 1 : 0);
    writer.uint16(file.content.length).octets(file.content);
  }
  writer.uint8(image.masterSecrets.length);
  for (const sealed of image.masterSecrets) {
    writer.uint8(sealed === undefined ? 0 : 1);
    if (sealed !== undefined) writeSealed(writer, sealed);
  }
  writer.uint8(image.biometrics.length);
  for (const it of image.biometrics) {
    writer.uint8(it.reference).uint8(it.pinReference).uint8(it.tries).uint16(it.threshold);
    writer.uint8(it.template.length).octets(it.template).octets(it.key);
  }
  return writer.done();
}

function writeSealed(writer: Writer, { nonce, octets }: Sealed): void {
  writer.octets(nonce).uint16(octets.length).octets(octets);
}

/** Reads what `encodeImage` wrote. Secrets stay sealed: no PIN is needed for this. */
export function decodeImage(octets: Uint8Array, record?: Field[]): CardImage {
  const reader = new Reader(octets, 'card file', record);
  if (!equalOctets(reader.octets('magic', MAGIC.length), MAGIC)) reader.fail('this is no card');
  const cost = reader.uint8('cost');
  if (cost < COST.least || cost > COST.most) reader.fail(`a cost of ${cost} is not accepted`);
  const pins = times(reader, 'pins', readPin);
  const keys = times(reader, 'keys', readKey);
  const files = times(reader, 'files', readFile);
  const masterSecrets = times(reader, 'master secrets', (inner) =>
    inner.uint8('present') === 0 ? undefined : readSealed(inner, 'master secret'),
  );
  // Cards that were written before there were any end here.
  const biometrics = reader.left === 0 ? [] : times(reader, 'biometrics', readBiometric);
  reader.end();
  if (pins.length === 0) reader.fail('the card has no PIN');
  return { cost, pins, biometrics, keys, files, masterSecrets };
}

function times<T>(reader: Reader, name: string, read: (reader: Reader) => T): readonly T[] {
  return Array.from({ length: reader.uint8(name) }, () => read(reader));
}

function readPin(reader: Reader): StoredPin {
  const reference = reader.uint8('reference');
  const disableAllowed = reader.uint8('disable allowed') === 1;
  const tries = reader.uint8('tries');
  const unblockTries = reader.uint8('unblock tries');
  if (tries > 15 || unblockTries > 15) reader.fail('a counter is beyond 15');
  const salt = reader.octets('salt', SALT_OCTETS).slice();
  const locked = readSealed(reader, 'locked');
  const rescue = readSealed(reader, 'rescue');
  const fields = { reference, disableAllowed, tries, unblockTries, salt, locked, rescue };
  if (reader.uint8('is disabled') === 0) return fields;
  return { ...fields, open: reader.octets('open', KEY_OCTETS).slice() };
}

function readBiometric(reader: Reader): StoredBiometric {
  const reference = reader.uint8('reference');
  const pinReference = reader.uint8('pin reference');
  const tries = reader.uint8('tries');
  if (tries > 15) reader.fail('a counter is beyond 15');
  const threshold = reader.uint16('threshold');
  const template = reader.octets('template', reader.uint8('template length')).slice();
  return {
    reference,
    pinReference,
    tries,
    threshold,
    template,
    key: reader.octets('key', KEY_OCTETS).slice(),
  };
}

function readKey(reader: Reader): StoredKey {
  return {
    reference: reader.uint8('reference'),
    file: reader.uint16('file'),
    pinReference: reader.uint8('pin reference'),
    nonRepudiation: reader.uint8('non-repudiation') === 1,
    sealed: readSealed(reader, 'key'),
  };
}

function readFile(reader: Reader): StoredFile {
  const id = reader.uint16('file');
  const update = reader.uint8('update') === 1 ? 'CHV' : 'NEV';
  return { id, update, content: reader.octets('content', reader.uint16('content length')).slice() };
}

function readSealed(reader: Reader, name: string): Sealed {
  const nonce = reader.octets(`${name} nonce`, NONCE_OCTETS).slice();
  return { nonce, octets: reader.octets(name, reader.uint16(`${name} length`)).slice() };
}

/** A PIN as the card wants it: digits, with FF up to eight octets; `undefined` where it has not 4 to 8 digits. */
export function padPin(digits: string, octets: number, pad: number): Uint8Array | undefined {
  if (!/^[0-9]+$/.test(digits) || digits.length < 4 || digits.length > octets) return undefined;
  return concat([encodeUtf8(digits), new Uint8Array(octets - digits.length).fill(pad)]);
}
