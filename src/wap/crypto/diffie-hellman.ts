/** Diffie-Hellman in the groups of numbers modulo a prime. */
import { createDiffieHellman, type DiffieHellman } from 'node:crypto';
import { toBigint, toOctets } from './numbers.js';

/** A group for Diffie-Hellman: numbers as octets, big-endian. */
export interface DhGroup {
  readonly prime: Uint8Array;
  readonly generator: Uint8Array;
}

/** OpenSSL examines a group for milliseconds when it meets it. */
const exchanges = new WeakMap<DhGroup, DiffieHellman>();

function exchangeOf(group: DhGroup, secret: Uint8Array): DiffieHellman {
  const exchange = exchanges.get(group) ?? createDiffieHellman(group.prime, group.generator);
  exchanges.set(group, exchange);
  exchange.setPrivateKey(secret);
  return exchange;
}

/** g to the power of `secret`, as long as the prime. */
export function dhPublicValue(group: DhGroup, secret: Uint8Array): Uint8Array {
  return toOctets(toBigint(new Uint8Array(exchangeOf(group, secret).generateKeys())), group.prime.length);
}

/** The other's value to the power of `secret`, as long as the prime; `undefined` where that value is out of range. */
export function dhSharedValue(group: DhGroup, secret: Uint8Array, value: Uint8Array): Uint8Array | undefined {
  const number = toBigint(value);
  if (number <= 1n || number >= toBigint(group.prime) - 1n) return undefined;
  const exchange = exchangeOf(group, secret);
  try {
    return toOctets(toBigint(new Uint8Array(exchange.computeSecret(value))), group.prime.length);
  } catch {
    return undefined;
  }
}
