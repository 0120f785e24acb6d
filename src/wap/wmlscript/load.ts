/** From octets to a unit that may run: WAP-193_101-WMLScript §9, §11. */
import { DecodeError } from '../errors.js';
import { decodeLatin1, decodeUtf8 } from '../octets.js';
import { decodeUnit, type Unit } from './bytecode.js';
import { type FatalError, fatalError } from './errors.js';
import { invalid, type Value } from './values.js';
import { type DecodeText, type Verified, verifyUnit } from './verify.js';

/** A compilation unit that passed verification. It belongs to no execution and may serve many. */
export interface LoadedUnit extends Verified {
  readonly unit: Unit;
  /** The constants as an integer-only device has them: §13. */
  readonly integerOnlyValues: readonly Value[];
}

/** A unit, or the fatal error that stands in its place: what `Execution.resume` takes after `loadUnit`. */
export type Loaded = { readonly unit: LoadedUnit } | { readonly fatal: FatalError };

/** MIBEnum of the character sets that need no library. */
const characterSets = {
  unknown: 0,
  'US-ASCII': 3,
  'ISO-8859-1': 4,
  'UTF-8': 106,
  'ISO-10646-UCS-2': 1000,
} as const;

/**
 * Decodes and verifies.
 * @param decodeText for string constants in character sets other than US-ASCII, ISO-8859-1, UTF-8 and UCS-2
 */
export function loadUnit(octets: Uint8Array, decodeText?: DecodeText): Loaded {
  let unit: Unit;
  try {
    unit = decodeUnit(octets);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { fatal: fatalError('Verification Failed', `octet ${error.offset}: ${error.rule}`) };
  }
  const verified = verifyUnit(
    unit,
    (characterSet, text) => decodeSimpleText(characterSet, text) ?? decodeText?.(characterSet, text),
  );
  if ('rule' in verified) return { fatal: verified };
  const integerOnlyValues = verified.values.map((value) => (typeof value === 'object' ? invalid : value));
  return { unit: { ...verified, unit, integerOnlyValues } };
}

/** The fatal error of octets or of a decoded unit; `undefined` where it passes: §11. */
export function verify(unit: Unit, decodeText?: DecodeText): FatalError | undefined {
  const verified = verifyUnit(
    unit,
    (characterSet, text) => decodeSimpleText(characterSet, text) ?? decodeText?.(characterSet, text),
  );
  return 'rule' in verified ? verified : undefined;
}

/** §9.1.3. In an unknown character set a text is taken for UTF-8 where it can be, and for ISO-8859-1 otherwise. */
function decodeSimpleText(characterSet: number, octets: Uint8Array): string | undefined {
  switch (characterSet) {
    case characterSets.unknown:
      return decodeUtf8(octets) ?? decodeLatin1(octets);
    case characterSets['US-ASCII']:
      return octets.some((octet) => octet > 0x7f) ? undefined : decodeLatin1(octets);
    case characterSets['ISO-8859-1']:
      return decodeLatin1(octets);
    case characterSets['UTF-8']:
      return decodeUtf8(octets);
    case characterSets['ISO-10646-UCS-2']:
      return decodeUcs2(octets);
    default:
      return undefined;
  }
}

function decodeUcs2(octets: Uint8Array): string | undefined {
  if (octets.length % 2 !== 0) return undefined;
  let text = '';
  for (let i = 0; i < octets.length; i += 2) {
    text += String.fromCharCode(((octets[i] as number) << 8) | (octets[i + 1] as number));
  }
  return text;
}
