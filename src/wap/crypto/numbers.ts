/** Octets and numbers, big-endian, and what is calculated with them. NO CONSTANT TIME: see the door. */
import { checkPrimeSync } from 'node:crypto';
import { trimZeros } from '../pki/der.js';

/** Octets, big-endian, as a number. */
export function toBigint(octets: Uint8Array): bigint {
  let digits = '';
  for (const octet of octets) digits += octet.toString(16).padStart(2, '0');
  return digits === '' ? 0n : BigInt(`0x${digits}`);
}

/** A number that is not negative as `length` octets. */
export function toOctets(value: bigint, length: number): Uint8Array {
  const digits = value.toString(16).padStart(2 * length, '0');
  if (digits.length > 2 * length) throw new RangeError(`the number does not fit ${length} octets`);
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** A number that is not negative in as few octets as do. */
export function toMagnitude(value: bigint): Uint8Array {
  return trimZeros(toOctets(value, Math.ceil(value.toString(16).length / 2)));
}

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The inverse of `value` modulo `modulus`, which have no common factor. */
export function invert(value: bigint, modulus: bigint): bigint {
  let [a, b] = [((value % modulus) + modulus) % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

/** Whether a number is a prime: wrong about a composite once in 2^64 tries. */
export function isPrime(number: Uint8Array): boolean {
  return checkPrimeSync(toBigint(number));
}

/** Whether `value` to the power of `order` is 1. All three are public: no care is taken of the time. */
export function isOfOrder(value: Uint8Array, order: bigint, prime: Uint8Array): boolean {
  const modulus = toBigint(prime);
  let [base, exponent, result] = [toBigint(value) % modulus, order, 1n];
  while (exponent > 0n) {
    if ((exponent & 1n) === 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
    exponent >>= 1n;
  }
  return result === 1n;
}
