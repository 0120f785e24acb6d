/** Predefined Diffie-Hellman parameters (WAP-261 Appendix A, Table 9) and explicit ones (§10.5.1.2). */
import { type DhGroup, isOfOrder, isPrime, toBigint, toOctets } from '../crypto.js';
import { DecodeError } from '../errors.js';
import { fromHex, Reader, Writer } from '../octets.js';
import type { ParameterSpecifier } from '../pki/wtls-certificate.js';
import type { Random } from '../random.js';

/** A group in which keys are agreed on. */
export interface ExchangeGroup extends DhGroup {
  /** The number of Table 9; 0 for one that has none. */
  readonly number: number;
  readonly bits: number;
  /** Octets of a private exponent. */
  readonly exponentOctets: number;
  /** The order of the generator, where it is known. */
  readonly order?: bigint;
}

/** Table 9. */
export const groups: readonly ExchangeGroup[] = [
  {
    number: 1,
    bits: 512,
    exponentOctets: 20,
    prime: printed(`FAF30C63D171E54A8131CD331D7C8D6C 8AED41B0354E1A29D8DAD03E2E67FF8E
      00053A07FD28A1EE6AF199FD70330EA8 C4C602B86EDFBF47FD1D7BFB6456BD57`),
    generator: printed(`E7734EBBCF50893C760181B2AA2DB0AC F2D5B6E775EE88BAFC7AA5A6BB20A64E
      B9F54301141F90291B7B375135394504 81C9F9CB2BA3E67B4580E2153FD22B80`),
    order: 0xdd0838e2dfed712c9a9cd91a874143a0c5cbfe41n,
  },
  {
    number: 2,
    bits: 768,
    exponentOctets: 20,
    prime:
      printed(`85DB5DB185090AED3BDB3BABFCB46669F9563E681EDB4359 9241FEF6AA9B5DF9EFE39C0CB7994A04F2BD8F57B5B22AF7
      5E360526216420BCA08FCDF98FF6417DCFDD1C40E4FFB183 260E3B28EF0B31A3633788C988B1BC6734A81B31A28CD6FB`),
    generator:
      printed(`1B15C3C57263B0DD1A9D996768B88370ED458D7B0081A220 054EFDD23B9CD8298B719FD3B67CB093817332D033642D21
      130F83D9CB2CC5ACDD36E6E6DDB2410AB30311CDBEE9222C CFE644443B0C7204F2D12F7A3719C8866A20A0E778EBBA`),
    order: 0xc5e121744718078db3291bf8c13e28b3bc3092b3n,
  },
];

function printed(text: string): Uint8Array {
  return fromHex(text) ?? new Uint8Array(0);
}

/** Bits of an explicit prime: below, it protects nothing; above, it costs the receiver seconds. */
export const EXPLICIT_PRIME_BITS = { least: 512, most: 2048 } as const;

/** The group that a specifier names or brings along; `undefined` where it does neither, or what it brings is none. */
export function groupOf(parameters: ParameterSpecifier): ExchangeGroup | undefined {
  const { index, explicit } = parameters;
  if (explicit === undefined) return groups.find(({ number }) => number === index);
  try {
    return readGroup(explicit);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** DHParameters. */
function readGroup(octets: Uint8Array): ExchangeGroup | undefined {
  const reader = new Reader(octets, 'DHParameters');
  const exponent = reader.uint8('dh_e');
  const prime = magnitude(reader.octets('dh_p', reader.uint16('dh_p length')));
  const generator = magnitude(reader.octets('dh_g', reader.uint16('dh_g length')));
  reader.end();
  const bits = toBigint(prime).toString(2).length;
  if (bits < EXPLICIT_PRIME_BITS.least || bits > EXPLICIT_PRIME_BITS.most) return undefined;
  const base = toBigint(generator);
  if (base <= 1n || base >= toBigint(prime) - 1n || !isPrime(prime)) return undefined;
  // 0: as long as the prime. Fewer than 20 octets would be found by trying.
  const exponentOctets = exponent === 0 ? prime.length : Math.min(Math.max(exponent, 20), prime.length);
  return { number: 0, bits, prime, generator, exponentOctets };
}

function magnitude(octets: Uint8Array): Uint8Array {
  const first = octets.findIndex((octet) => octet !== 0);
  return first < 0 ? new Uint8Array(0) : octets.slice(first);
}

/** What tells the other end which group: its number, or all of it. */
export function specifierOf(group: ExchangeGroup): ParameterSpecifier {
  if (group.number !== 0) return { index: group.number };
  const { prime, generator } = group;
  const explicit = new Writer()
    .uint8(group.exponentOctets === prime.length ? 0 : group.exponentOctets)
    .uint16(prime.length)
    .octets(prime)
    .uint16(generator.length)
    .octets(generator)
    .done();
  return { index: 255, explicit };
}

/** A private exponent from 1 to below the order, or to what the prime allows. */
export function drawExponent(random: Random, group: ExchangeGroup): Uint8Array {
  const most = (group.order ?? toBigint(group.prime) - 1n) - 1n;
  // Eight octets more than needed: what remains of the bias is beyond measuring.
  const limit = group.order === undefined ? 1n << BigInt(8 * group.exponentOctets) : group.order;
  const drawn = toBigint(random.octets(group.exponentOctets + 8)) % limit;
  const number = drawn > most ? most : drawn;
  return toOctets(number === 0n ? 1n : number, Math.max(group.exponentOctets, 1));
}

/** Whether a public value lies in the group that the generator makes, as far as its order is known (Appendix B.2). */
export function isInGroup(group: ExchangeGroup, value: Uint8Array): boolean {
  return group.order === undefined || isOfOrder(value, group.order, group.prime);
}
