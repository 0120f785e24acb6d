/** Client IDs: WAP-196-ClientID §6. The first octet says of what kind the rest is. */
import { DecodeError } from '../errors.js';
import { decodeLatin1, encodeUtf8 } from '../octets.js';

/** §6.1, `assigned-identifier`: the rules and the second octet of what an operator gives. */
// biome-ignore format: a line is a printed rule
const subtypes = {
  operator: ['0', /^[0-9A-Za-z+-]{1,64}_[\x21-\x7e]+$/],
  nai: ['1', /^[\x20\x21\x23-\x7e]+$/],
  push: ['2', /^[\x20\x21\x23-\x7e]+$/],
} as const satisfies Record<string, readonly [digit: string, rule: RegExp]>;

/** §6.1, `native-client-id`: the first octet and the rule of what a device knows of itself. */
// biome-ignore format: a line is a printed rule
const natives = {
  iccid: ['1', /^\d{1,20}$/],
  min: ['2', /^\d{1,15}$/],
  esn: ['3', /^[0-9A-F]{8,12}$/i],
  msisdn: ['4', /^\d{1,15}$/],
  imsi: ['5', /^\d{1,15}$/],
  ipv4: ['6', /^\d{12}$/],
  ipv6: ['7', /^[0-9A-F:.]+$/i],
  itsi: ['8', /^\d{1,15}$/],
  man: ['9', /^\d{1,8}$/],
} as const satisfies Record<string, readonly [digit: string, rule: RegExp]>;

const ASSIGNED = '0';

/** Who gave it: `operator` an operator by its own plan, `nai` a network access identifier, `push` an address of WAP push. */
export type AssignedKind = keyof typeof subtypes;

/** What kinds of identifiers devices have. */
export type NativeKind = keyof typeof natives;

/** Which native identifiers count in a network: the primary one first (§6.1, Appendix A.1). */
// biome-ignore format: a line is a network
const identifiersOf = {
  GSM: ['iccid', 'msisdn'],
  'IS-136': ['esn', 'min'],
  CDMA: ['esn', 'imsi'],
  CDPD: ['esn'],
  AMPS: ['min'],
  PHS: ['min'],
  PDC: ['min'],
  IPv4: ['ipv4'],
  IPv6: ['ipv6'],
  TETRA: ['itsi'],
  Mobitex: ['man'],
} as const satisfies Record<string, readonly NativeKind[]>;

/** A network that §6.1 names a native identifier for. */
export type ClientNetwork = keyof typeof identifiersOf;

export type ClientId =
  | { readonly type: 'assigned'; readonly kind: AssignedKind; readonly identifier: string }
  | { readonly type: 'native'; readonly kind: NativeKind; readonly identifier: string }
  /** A type that is not known: opaque (§6). */
  | { readonly type: 'opaque'; readonly octets: Uint8Array };

/** What there is to make a Client ID of. */
export interface ClientDevice {
  readonly network: ClientNetwork;
  /** Identifiers as people write them: `+33612345678`, `192.0.2.7`. */
  readonly identifiers: Readonly<Partial<Record<NativeKind, string>>>;
  /** What an operator has assigned. */
  readonly assigned?: { readonly kind: AssignedKind; readonly identifier: string };
}

/** More than an address of a push has characters. */
const MAX_CLIENT_ID = 2048;

/** §6: the assigned one where there is one, otherwise the native one of the network; `undefined` where the device has neither. */
export function clientIdOf({ network, identifiers, assigned }: ClientDevice): ClientId | undefined {
  if (assigned !== undefined) return { type: 'assigned', ...assigned };
  for (const kind of identifiersOf[network]) {
    const written = identifiers[kind];
    if (written !== undefined) return { type: 'native', kind, identifier: inForm(kind, written) };
  }
  return undefined;
}

/** A telephone number is its digits, an IPv4 address four times three of them (§6.1). */
function inForm(kind: NativeKind, written: string): string {
  if (kind === 'msisdn') return written.replace(/^\+/, '');
  if (kind !== 'ipv4' || !/^\d{1,3}(\.\d{1,3}){3}$/.test(written)) return written;
  return written
    .split('.')
    .map((part) => part.padStart(3, '0'))
    .join('');
}

/** In US-ASCII, the Common Encoding of §6.2; throws `DecodeError` where the identifier breaks the rule of its kind. */
export function encodeClientId(id: ClientId): Uint8Array {
  if (id.type === 'opaque') return id.octets;
  const [prefix, rule] =
    id.type === 'assigned' ? [ASSIGNED + subtypes[id.kind][0], subtypes[id.kind][1]] : natives[id.kind];
  if (!rule.test(id.identifier)) throw new DecodeError('Client ID', 0, `${id.identifier} is no ${id.kind}`);
  return encodeUtf8(`${prefix}${id.identifier}`);
}

/** Reads a Client ID. Throws `DecodeError` where a known type breaks its rule; an unknown one is opaque. */
export function decodeClientId(octets: Uint8Array): ClientId {
  if (octets.length === 0) throw new DecodeError('Client ID', 0, 'it is empty');
  if (octets.length > MAX_CLIENT_ID)
    throw new DecodeError('Client ID', 0, `it is longer than ${MAX_CLIENT_ID} octets`);
  const text = decodeLatin1(octets);
  if (text.startsWith(ASSIGNED)) {
    for (const kind of ['operator', 'nai', 'push'] as const) {
      const [digit, rule] = subtypes[kind];
      if (text[1] === digit) return checked({ type: 'assigned', kind, identifier: text.slice(2) }, rule);
    }
    return { type: 'opaque', octets };
  }
  for (const [kind, [digit, rule]] of Object.entries(natives)) {
    if (text[0] === digit && isNative(kind))
      return checked({ type: 'native', kind, identifier: text.slice(1) }, rule);
  }
  return { type: 'opaque', octets };
}

function isNative(kind: string): kind is NativeKind {
  return Object.hasOwn(natives, kind);
}

function checked(id: Exclude<ClientId, { type: 'opaque' }>, rule: RegExp): ClientId {
  if (!rule.test(id.identifier)) throw new DecodeError('Client ID', 1, `${id.identifier} is no ${id.kind}`);
  return id;
}
