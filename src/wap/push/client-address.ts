/** Client addresses: WAP-249-PPGService §6.1. `WAPPUSH=+33612345672/TYPE=PLMN@ppg.carrier.com` */
import { DecodeError } from '../errors.js';
import { decodeLatin1, encodeUtf8 } from '../octets.js';

/** Who a push is for. Keywords and the PPG specifier are compared without regard to case (§6.2). */
export interface ClientAddress {
  /** `USER`, `PLMN`, `IPv4`, `IPv6`, `MAN`, or a bearer address type of WDP in the letters in which it was sent. */
  readonly addressType: string;
  /**
   * The client: a user-defined identifier with its escapes undone, a telephone number without its separators, an address as
   * written. Escapes stand for octets; here they are the characters of ISO-8859-1.
   */
  readonly value: string;
  /** `keyword=value` in between, for future extensions. */
  readonly qualifiers: readonly (readonly [keyword: string, value: string])[];
  readonly ppg: string;
}

/** RFC 822 gives no limit; this is eight times the longest that makes sense. */
const MAX_ADDRESS = 2048;

/** The address types that §6.1 prints, with the ABNF of their value. */
const specifiers = {
  USER: /^[A-Za-z0-9+\-.%_]+$/,
  PLMN: /^\+[0-9\-.]+$/,
  IPv4: /^\d{1,3}(\.\d{1,3}){3}$/,
  IPv6: /^[0-9A-Fa-f]{4}(:[0-9A-Fa-f]{4}){7}$/,
  MAN: /^\d{8}$/,
} as const satisfies Record<string, RegExp>;

type KnownType = keyof typeof specifiers;

/** Reads a client address; throws `DecodeError` where it breaks the ABNF. */
export function decodeClientAddress(text: string): ClientAddress {
  const fail = (rule: string): never => {
    throw new DecodeError('PPG', 0, `${rule}: ${text.slice(0, 80)}`);
  };
  if (text.length > MAX_ADDRESS) return fail(`a client address is longer than ${MAX_ADDRESS} characters`);
  const at = text.lastIndexOf('@');
  const ppg = text.slice(at + 1);
  if (at < 0 || !/^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)*$/.test(ppg))
    return fail('a client address ends in @ and a PPG specifier');
  const [first, ...others] = text.slice(0, at).replace(/^\//, '').replace(/\/$/, '').split('/');
  const specifier = /^WAPPUSH=(.+)$/i.exec(first ?? '')?.[1];
  const addressType = /^TYPE=([A-Za-z0-9_]+)$/i.exec(others.pop() ?? '')?.[1];
  if (specifier === undefined) return fail('a client address starts with WAPPUSH=');
  if (addressType === undefined) return fail('a client address ends in /TYPE= before the PPG specifier');
  const known = knownType(addressType);
  if (!specifiers[known ?? 'USER'].test(specifier)) return fail(`not a client specifier of ${addressType}`);
  if (known === 'IPv4' && specifier.split('.').some((part) => Number(part) > 255))
    return fail('not an IPv4 address');
  if (known === 'PLMN' && !/\d/.test(specifier)) return fail('a telephone number has digits');
  const qualifiers = others.map((qualifier): [string, string] => {
    const [, keyword, value] = /^([A-Za-z0-9-]+)=([ -.0-<>-~]+)$/.exec(qualifier) ?? [];
    return keyword === undefined || value === undefined
      ? fail('not an extension qualifier')
      : [keyword, value];
  });
  return { addressType: known ?? addressType, value: plain(known, specifier), qualifiers, ppg };
}

/** Writes a client address. */
export function encodeClientAddress(address: ClientAddress): string {
  const escaped = address.addressType === 'USER' || knownType(address.addressType) === undefined;
  const specifier = escaped ? escapeValue(address.value) : address.value;
  const qualifiers = address.qualifiers.map(([keyword, value]) => `/${keyword}=${value}`).join('');
  return `WAPPUSH=${specifier}${qualifiers}/TYPE=${address.addressType}@${address.ppg}`;
}

/** Equal for two spellings of the same client: the PPG keeps messages by it. */
export function clientKey(address: ClientAddress): string {
  return `${address.addressType.toUpperCase()}|${address.value.toLowerCase()}`;
}

function knownType(text: string): KnownType | undefined {
  const types = Object.keys(specifiers) as KnownType[]; // the table's own keys
  return types.find((type) => type.toLowerCase() === text.toLowerCase());
}

function plain(type: KnownType | undefined, specifier: string): string {
  if (type === 'PLMN') return `+${specifier.replace(/\D/g, '')}`;
  if (type !== undefined && type !== 'USER') return specifier;
  return specifier.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function escapeValue(value: string): string {
  return decodeLatin1(
    value.split('').every((c) => c.charCodeAt(0) < 256) ? latin1(value) : encodeUtf8(value),
  ).replace(
    /[^A-Za-z0-9+\-._]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
