/** Agreeing on a pre-master secret: WAP-261 §10.5.3, §10.5.7, §11.1.1 to §11.1.3. */
import {
  type Curve,
  compressPoint,
  type DhGroup,
  dhPublicValue,
  dhSharedValue,
  ecdh,
  fieldOctets,
  generateEcKey,
  type PublicKey,
  type RsaPrivateKey,
  type RsaPublicKey,
  rsaDecryptSecret,
  rsaEncrypt,
  toBigint,
  uncompressPoint,
} from '../crypto.js';
import { concat } from '../octets.js';
import { curveByNumber, curves } from '../pki/curves.js';
import { encodeRsaKey, type ParameterSpecifier } from '../pki/wtls-certificate.js';
import type { Random } from '../random.js';
import type { Clock } from '../time.js';
import { drawExponent, type ExchangeGroup, groupOf, groups, isInGroup, specifierOf } from './groups.js';
import { type ExchangeKey, type HandshakeMessage, RANDOM_OCTETS } from './handshake.js';
import { computeMasterSecret, type MasterSecret } from './keys.js';
import { type SecretMaker, WTLS_VERSION } from './options.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import type { KeyExchangeSuite, Mac } from './suites.js';

/** Secret (§10.5.7.1): the version, and random octets. */
export const SECRET_OCTETS = 20;

/** RSA moduli that are taken from the other end: below, nothing is protected; above, a stranger makes us work for nothing. */
export const MODULUS_BITS = { least: 512, most: 4096 } as const;

type ServerKeyExchange = Extract<HandshakeMessage, { type: 'server_key_exchange' }>;
type ClientKeyExchange = Extract<HandshakeMessage, { type: 'client_key_exchange' }>;

/** What the handshake has agreed on when the master secret is made. */
export interface Randoms {
  readonly hash: Mac['hash'];
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
}

/** Random_bytes of a hello: beside them stands the time. */
export const RANDOM_BYTES = RANDOM_OCTETS - 4;

/** §10.5.1.2: the time, and twelve random octets. @param drawn begins with them */
export function helloRandom(drawn: Uint8Array, clock: Clock): Uint8Array {
  const seconds = Math.floor(clock.now() / 1000) % 2 ** 32;
  const random = new Uint8Array(RANDOM_OCTETS);
  random[0] = seconds >>> 24;
  random[1] = seconds >>> 16;
  random[2] = seconds >>> 8;
  random[3] = seconds;
  for (let i = 0; i < RANDOM_BYTES; i++) random[4 + i] = drawn[i] as number;
  return random;
}

function masterSecret(randoms: Randoms, preMasterSecret: Uint8Array): MasterSecret {
  return computeMasterSecret(randoms.hash, preMasterSecret, randoms.clientRandom, randoms.serverRandom);
}

/** Without public keys: a secret held before, or none at all (Table 4, suites 1 and 0). */
export function masterSecretWithout(randoms: Randoms, secret: Uint8Array): MasterSecret {
  return masterSecret(randoms, secret);
}

function modulusBits({ modulus }: { readonly modulus: Uint8Array }): number {
  const first = modulus.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : 8 * (modulus.length - first) - Math.clz32(modulus[first] as number) + 24;
}

/** Bits of a key as the limits of Table 4 count them. */
export function keyBits(key: PublicKey): number {
  return key.type === 'rsa' ? modulusBits(key) : key.curve.fieldBits;
}

// ---- the server's side

/** A key that a server offers, and how it finishes with what the client sends. */
export interface ServerExchange {
  /** For anonymous suites only. */
  readonly message?: ServerKeyExchange;
  /** Bits of the server's key. */
  readonly bits: number;
  finish(key: ClientKeyExchange['key'], randoms: Randoms): MasterSecret | Refusal;
}

const encodedKeys = new WeakMap<RsaPublicKey, Uint8Array>();

/** A server's own key, which is part of every pre-master secret. */
function encodedKey(key: RsaPublicKey): Uint8Array {
  const encoded = encodedKeys.get(key) ?? encodeRsaKey(key);
  encodedKeys.set(key, encoded);
  return encoded;
}

/** RSA and RSA_anon. @param decrypt gives a new secret, a pseudo-random one where the cryptogram is none */
export function rsaExchange(
  key: RsaPublicKey,
  clientVersion: number,
  decrypt: (cryptogram: Uint8Array, length: number) => Uint8Array,
): Omit<ServerExchange, 'message'> {
  return {
    bits: modulusBits(key),
    finish(received, randoms) {
      if (received.kind !== 'encrypted') return refuse('illegal_parameter', 'no encrypted secret came');
      const secret = decrypt(received.secret, SECRET_OCTETS);
      // A version that was rolled back, or a cryptogram that was none, shows in the Finished messages only: saying so here
      // would tell a stranger whether the padding was right (§10.5.7.1).
      secret[0] = clientVersion;
      return masterSecret(randoms, concat([secret, encodedKey(key)]));
    },
  };
}

export function anonymousRsaExchange(key: RsaPrivateKey, clientVersion: number): ServerExchange {
  const { modulus, exponent } = key.publicKey;
  return {
    ...rsaExchange(key.publicKey, clientVersion, (cryptogram, length) =>
      rsaDecryptSecret(key, cryptogram, length),
    ),
    message: {
      type: 'server_key_exchange',
      parameters: { index: 0 },
      key: { kind: 'rsa', exponent, modulus },
    },
  };
}

/**
 * @param asked what the client suggests: index 0 lets the server say
 * @param own what the server takes, the favourite first
 */
export function anonymousDhExchange(
  random: Random,
  suite: KeyExchangeSuite,
  asked: ParameterSpecifier,
  own: readonly number[],
): ServerExchange | undefined {
  const fits = (group: ExchangeGroup) => group.bits <= (suite.limit ?? Number.POSITIVE_INFINITY);
  const wanted = asked.index === 0 ? undefined : groupOf(asked);
  const acceptable =
    wanted !== undefined && fits(wanted) && (wanted.number === 0 || own.includes(wanted.number));
  const ours = own.flatMap((number) => groups.filter((it) => it.number === number && fits(it)));
  const group = acceptable ? wanted : ours[0];
  if (group === undefined) return undefined;
  const exponent = drawExponent(random, group);
  return {
    bits: group.bits,
    message: {
      type: 'server_key_exchange',
      parameters: acceptable ? { index: 0 } : specifierOf(group),
      key: { kind: 'dh', value: dhPublicValue(group, exponent) },
    },
    finish(received, randoms) {
      if (received.kind !== 'dh') return refuse('illegal_parameter', 'no Diffie-Hellman value came');
      const shared = sharedValue(group, exponent, received.value);
      return isRefusal(shared) ? shared : masterSecret(randoms, shared);
    },
  };
}

/** §11.1.2: Z, as long as the prime (P1363's FE2OSP, which §11.1.3 names for curves). */
function sharedValue(group: ExchangeGroup, exponent: Uint8Array, value: Uint8Array): Uint8Array | Refusal {
  if (value.length > group.prime.length) return refuse('illegal_parameter', 'a public value is too long');
  const shared = isInGroup(group, value) ? dhSharedValue(group, exponent, value) : undefined;
  return shared ?? refuse('illegal_parameter', 'a public value is not in the group');
}

export function anonymousEcExchange(
  random: Random,
  suite: KeyExchangeSuite,
  asked: ParameterSpecifier,
  own: readonly number[],
): ServerExchange | undefined {
  const fits = (curve: Curve) => curve.fieldBits <= (suite.limit ?? Number.POSITIVE_INFINITY);
  const wanted = own.includes(asked.index) ? curveByNumber(asked.index) : undefined;
  const acceptable = wanted !== undefined && fits(wanted);
  const ours = own.flatMap((number) => curves.filter((it) => it.number === number && fits(it)));
  const curve = acceptable ? wanted : ours[0];
  if (curve === undefined) return undefined;
  const key = generateEcKey(random, curve);
  return {
    bits: curve.fieldBits,
    message: {
      type: 'server_key_exchange',
      parameters: { index: acceptable ? 0 : curve.number },
      key: { kind: 'ec', point: pointFor(suite, curve, key.publicKey.point) },
    },
    finish: (received, randoms) => finishEc(suite, curve, received, randoms, (point) => ecdh(key, point)),
  };
}

/** ECDH_ECDSA: the server's key is in its certificate. */
export function certifiedEcExchange(
  suite: KeyExchangeSuite,
  curve: Curve,
  agree: (point: Uint8Array) => Uint8Array | undefined,
): ServerExchange {
  return {
    bits: curve.fieldBits,
    finish: (received, randoms) => finishEc(suite, curve, received, randoms, agree),
  };
}

function finishEc(
  suite: KeyExchangeSuite,
  curve: Curve,
  received: ClientKeyExchange['key'],
  randoms: Randoms,
  agree: (point: Uint8Array) => Uint8Array | undefined,
): MasterSecret | Refusal {
  if (received.kind !== 'ec') return refuse('illegal_parameter', 'no point came');
  const point = readPoint(suite, curve, received.point);
  if (isRefusal(point)) return point;
  return agreed(randoms, agree(point));
}

/** §11.1.3: Z is the x coordinate. */
export function agreed(randoms: Randoms, shared: Uint8Array | undefined): MasterSecret | Refusal {
  if (shared === undefined) return refuse('illegal_parameter', 'a point is not on the curve');
  return masterSecret(randoms, shared);
}

function pointFor(suite: KeyExchangeSuite, curve: Curve, point: Uint8Array): Uint8Array {
  return suite.points === 'uncompressed' ? point : compressPoint(curve, point);
}

/** 04, x, y. Suites of uncompressed points MUST NOT bring others (Table 4). */
function readPoint(suite: KeyExchangeSuite, curve: Curve, point: Uint8Array): Uint8Array | Refusal {
  if (suite.points === 'uncompressed' && point[0] !== 4) {
    return refuse('illegal_parameter', 'the suite wants uncompressed points');
  }
  const whole = point.length <= 1 + 2 * fieldOctets(curve) ? uncompressPoint(curve, point) : undefined;
  return whole ?? refuse('illegal_parameter', 'a point is not on the curve');
}

// ---- the client's side

/** What the client sends, and what both ends know then. */
export interface ClientExchange {
  /** Absent where the client's certificate holds its part (§10.5.7). */
  readonly message?: ClientKeyExchange;
  readonly masterSecret: MasterSecret;
}

/** The server's part: its message, for anonymous suites, or the key of its certificate. */
export type ServerPart =
  | { readonly parameters: ParameterSpecifier; readonly key: ExchangeKey }
  | { readonly certified: PublicKey };

export function exchangeAsClient(
  random: Random,
  suite: KeyExchangeSuite,
  asked: ParameterSpecifier,
  part: ServerPart,
  randoms: Randoms,
  maker?: SecretMaker,
): ClientExchange | Refusal {
  switch (suite.algorithm) {
    case 'rsa':
    case 'rsa_anon': {
      const key = rsaKeyOf(part);
      return key === undefined
        ? refuse('illegal_parameter', 'the server has no RSA key')
        : exchangeRsa(random, suite, key, randoms, maker);
    }
    case 'dh_anon':
      return exchangeDh(random, suite, asked, part, randoms);
    case 'ecdh_anon':
    case 'ecdh_ecdsa':
      return exchangeEc(random, suite, asked, part, randoms);
    case 'null':
    case 'shared_secret':
      return refuse('unexpected_message', 'the suite exchanges no keys');
  }
}

function rsaKeyOf(part: ServerPart): RsaPublicKey | undefined {
  if ('certified' in part) return part.certified.type === 'rsa' ? part.certified : undefined;
  return part.key.kind === 'rsa' ? { type: 'rsa', ...part.key } : undefined;
}

function exchangeRsa(
  random: Random,
  suite: KeyExchangeSuite,
  key: RsaPublicKey,
  randoms: Randoms,
  maker: SecretMaker | undefined,
): ClientExchange | Refusal {
  const fault = rsaFault(suite, key);
  if (fault !== undefined) return fault;
  if (maker !== undefined) {
    const made = maker.rsa(key, WTLS_VERSION, concat([randoms.clientRandom, randoms.serverRandom]));
    return {
      message: { type: 'client_key_exchange', key: { kind: 'encrypted', secret: made.encrypted } },
      masterSecret: made.masterSecret,
    };
  }
  const secret = concat([Uint8Array.of(WTLS_VERSION), random.octets(SECRET_OCTETS - 1)]);
  return {
    message: {
      type: 'client_key_exchange',
      key: { kind: 'encrypted', secret: rsaEncrypt(random, key, secret) },
    },
    masterSecret: masterSecret(randoms, concat([secret, encodeRsaKey(key)])),
  };
}

function rsaFault(suite: KeyExchangeSuite, key: RsaPublicKey): Refusal | undefined {
  const bits = modulusBits(key);
  if (bits > (suite.limit ?? MODULUS_BITS.most)) {
    return refuse('export_restriction', `${suite.name} does not allow a modulus of ${bits} bits`);
  }
  const isKey =
    bits >= MODULUS_BITS.least &&
    key.modulus[0] !== 0 &&
    ((key.modulus.at(-1) ?? 0) & 1) === 1 &&
    key.exponent.length <= 8 &&
    ((key.exponent.at(-1) ?? 0) & 1) === 1 &&
    toBigint(key.exponent) > 1n;
  return isKey ? undefined : refuse('illegal_parameter', `a modulus of ${bits} bits is not taken`);
}

function exchangeDh(
  random: Random,
  suite: KeyExchangeSuite,
  asked: ParameterSpecifier,
  part: ServerPart,
  randoms: Randoms,
): ClientExchange | Refusal {
  if ('certified' in part || part.key.kind !== 'dh') {
    return refuse('illegal_parameter', 'the server has no Diffie-Hellman value');
  }
  const group = groupOf(part.parameters.index === 0 ? asked : part.parameters);
  if (group === undefined) return refuse('unknown_parameter_index', 'the group is unknown, or none');
  if (group.bits > (suite.limit ?? group.bits)) {
    return refuse('export_restriction', `${suite.name} does not allow a prime of ${group.bits} bits`);
  }
  const exponent = drawExponent(random, group);
  const shared = sharedValue(group, exponent, part.key.value);
  if (isRefusal(shared)) return shared;
  const value = dhPublicValue(group satisfies DhGroup, exponent);
  return {
    message: { type: 'client_key_exchange', key: { kind: 'dh', value } },
    masterSecret: masterSecret(randoms, shared),
  };
}

function exchangeEc(
  random: Random,
  suite: KeyExchangeSuite,
  asked: ParameterSpecifier,
  part: ServerPart,
  randoms: Randoms,
): ClientExchange | Refusal {
  const server = serverPoint(suite, asked, part);
  if (isRefusal(server)) return server;
  const { curve, point } = server;
  const key = generateEcKey(random, curve);
  const secret = agreed(randoms, ecdh(key, point));
  if (isRefusal(secret)) return secret;
  return {
    message: {
      type: 'client_key_exchange',
      key: { kind: 'ec', point: pointFor(suite, curve, key.publicKey.point) },
    },
    masterSecret: secret,
  };
}

/** The curve and the point of the server. */
export function serverPoint(
  suite: KeyExchangeSuite,
  asked: ParameterSpecifier,
  part: ServerPart,
): { readonly curve: Curve; readonly point: Uint8Array } | Refusal {
  if ('certified' in part) {
    return part.certified.type === 'ec'
      ? limited(suite, part.certified)
      : refuse('illegal_parameter', 'the server has no key on a curve');
  }
  if (part.key.kind !== 'ec') return refuse('illegal_parameter', 'the server has no point');
  const curve = curveByNumber(part.parameters.index === 0 ? asked.index : part.parameters.index);
  if (curve === undefined) return refuse('unknown_parameter_index', 'the curve is unknown');
  const point = readPoint(suite, curve, part.key.point);
  return isRefusal(point) ? point : limited(suite, { curve, point });
}

function limited<T extends { readonly curve: Curve }>(suite: KeyExchangeSuite, key: T): T | Refusal {
  const { fieldBits } = key.curve;
  return fieldBits > (suite.limit ?? fieldBits)
    ? refuse('export_restriction', `${suite.name} does not allow a field of ${fieldBits} bits`)
    : key;
}
