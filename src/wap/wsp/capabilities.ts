/** Capabilities: WAP-230-WSP §6.3.2 and §8.3. */
import { UsageError } from '../errors.js';
import { type Field, Reader, Writer } from '../octets.js';
import { readText, writeText } from './header-values.js';
import { capabilityNumbers, type ProtocolOption, protocolOptions } from './numbers.js';

/** §8.2.2.3, Table 7: where else a peer can be reached. */
export interface BearerAddress {
  /** A number of WAP-259 Appendix C; left out: the same bearer. */
  readonly bearerType?: number;
  /** Left out: the same port. */
  readonly portNumber?: number;
  /** In the bearer's own form; 4 octets for IPv4. At most 63. */
  readonly address: Uint8Array;
}

/** A capability that is left out stays as it is. Sizes are in octets; 0 is no limit (§8.3.2.1). */
export interface Capabilities {
  readonly aliases?: readonly BearerAddress[];
  readonly clientSduSize?: number;
  readonly serverSduSize?: number;
  readonly clientMessageSize?: number;
  readonly serverMessageSize?: number;
  readonly protocolOptions?: readonly ProtocolOption[];
  readonly methodMor?: number;
  readonly pushMor?: number;
  /** PDU type (0x50–0x5F without body, 0x70–0x7F with one) and name. */
  readonly extendedMethods?: readonly ExtendedMethod[];
  readonly headerCodePages?: readonly HeaderCodePage[];
  /** Those that this protocol version does not know. */
  readonly unknown?: readonly UnknownCapability[];
}

export interface ExtendedMethod {
  readonly pduType: number;
  readonly methodName: string;
}

export interface HeaderCodePage {
  readonly pageCode: number;
  readonly pageName: string;
}

export interface UnknownCapability {
  readonly identifier: number | string;
  readonly parameters: Uint8Array;
}

/** Every known capability has a value: a default (§8.3.3) or what was agreed on. */
export type Settings = Required<Omit<Capabilities, 'unknown'>>;

/** §8.3.3. */
export const defaultCapabilities: Settings = {
  aliases: [],
  clientSduSize: 1400,
  serverSduSize: 1400,
  clientMessageSize: 1400,
  serverMessageSize: 1400,
  protocolOptions: [],
  methodMor: 1,
  pushMor: 1,
  extendedMethods: [],
  headerCodePages: [],
};

/** Longest address of Table 7: six bits. */
const ADDRESS_OCTETS = 63;

// Addresses: §8.2.2.3, Table 7, also of the Redirect PDU.

export function readAddresses(reader: Reader): readonly BearerAddress[] {
  const addresses: BearerAddress[] = [];
  while (reader.left > 0) addresses.push(reader.group('Address', readAddress));
  return addresses;
}

function readAddress(reader: Reader): BearerAddress {
  const hasBearerType = reader.bits('Bearer Type Included', 1) === 1;
  const hasPort = reader.bits('PortNumber Included', 1) === 1;
  const length = reader.bits('Address Len', 6);
  return {
    ...(hasBearerType ? { bearerType: reader.uint8('BearerType') } : {}),
    ...(hasPort ? { portNumber: reader.uint16('PortNumber') } : {}),
    address: reader.octets('Address', length),
  };
}

export function decodeAddresses(octets: Uint8Array): readonly BearerAddress[] {
  return readAddresses(new Reader(octets, 'WSP'));
}

export function encodeAddresses(addresses: readonly BearerAddress[]): Uint8Array {
  const writer = new Writer();
  for (const { bearerType, portNumber, address } of addresses) {
    if (address.length > ADDRESS_OCTETS) throw new UsageError('a bearer address has at most 63 octets');
    writer.bits(bearerType === undefined ? 0 : 1, 1).bits(portNumber === undefined ? 0 : 1, 1);
    writer.bits(address.length, 6);
    if (bearerType !== undefined) writer.uint8(bearerType);
    if (portNumber !== undefined) writer.uint16(portNumber);
    writer.octets(address);
  }
  return writer.done();
}

// Capabilities: §8.3.1 and §8.3.2. A ConnectReply names extended methods and code pages by number only.

/** Which PDU the capabilities stand in. */
export type CapabilitiesIn = 'Connect' | 'ConnectReply';

export function encodeCapabilities(capabilities: Capabilities, inside: CapabilitiesIn): Uint8Array {
  const writer = new Writer();
  const { unknown = [], ...known } = capabilities;
  for (const [name, number] of Object.entries(capabilityNumbers)) {
    const parameters = parametersOf(name as CapabilityName, known, inside);
    if (parameters !== undefined) writeCapability(writer, number, parameters);
  }
  for (const { identifier, parameters } of unknown) writeCapability(writer, identifier, parameters);
  return writer.done();
}

type CapabilityName = keyof typeof capabilityNumbers;

function writeCapability(writer: Writer, identifier: number | string, parameters: Uint8Array): void {
  const inner = new Writer();
  if (typeof identifier === 'number') inner.uint8(0x80 | identifier);
  else writeText(inner, identifier);
  inner.octets(parameters);
  writer.uintvar(inner.length).octets(inner.done());
}

function parametersOf(
  name: CapabilityName,
  of: Capabilities,
  inside: CapabilitiesIn,
): Uint8Array | undefined {
  switch (name) {
    case 'Client-SDU-Size':
      return size(of.clientSduSize);
    case 'Server-SDU-Size':
      return size(of.serverSduSize);
    case 'Client-Message-Size':
      return size(of.clientMessageSize);
    case 'Server-Message-Size':
      return size(of.serverMessageSize);
    case 'Method-MOR':
      return of.methodMor === undefined ? undefined : Uint8Array.of(of.methodMor);
    case 'Push-MOR':
      return of.pushMor === undefined ? undefined : Uint8Array.of(of.pushMor);
    case 'Protocol Options':
      return (
        of.protocolOptions &&
        Uint8Array.of(of.protocolOptions.reduce((flags, option) => flags | protocolOptions[option], 0))
      );
    case 'Extended Methods':
      return assignments(
        of.extendedMethods?.map((each) => [each.pduType, each.methodName]),
        inside,
      );
    case 'Header Code Pages':
      return assignments(
        of.headerCodePages?.map((each) => [each.pageCode, each.pageName]),
        inside,
      );
    case 'Aliases':
      return of.aliases && encodeAddresses(of.aliases);
  }
}

function size(value: number | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : new Writer(5).uintvar(value).done();
}

function assignments(
  entries: readonly (readonly [number, string])[] | undefined,
  inside: CapabilitiesIn,
): Uint8Array | undefined {
  if (entries === undefined) return undefined;
  const writer = new Writer();
  for (const [number, name] of entries) {
    writer.uint8(number);
    if (inside === 'Connect') writeText(writer, name);
  }
  return writer.done();
}

const namesByNumber = new Map<number, CapabilityName>(
  Object.entries(capabilityNumbers).map(([name, number]) => [number, name as CapabilityName]),
);

/** Of several instances of one capability the first counts: it is the sender's preferred one (§8.3). */
export function decodeCapabilities(
  octets: Uint8Array,
  inside: CapabilitiesIn,
  record?: Field[],
  base = 0,
): Capabilities {
  const reader = new Reader(octets, 'WSP', record, base);
  let capabilities: Capabilities = {};
  while (reader.left > 0) {
    capabilities = reader.group('Capability', () => {
      const length = reader.uintvar('Length');
      return reader.inside('Identifier and Parameters', length, (inner) => ({
        ...readCapability(inner, inside, capabilities),
        ...withoutUnknown(capabilities),
      }));
    });
  }
  return capabilities;
}

function withoutUnknown({ unknown: _, ...known }: Capabilities): Capabilities {
  return known;
}

function readCapability(reader: Reader, inside: CapabilitiesIn, before: Capabilities): Capabilities {
  const first = reader.peek() ?? reader.fail('Identifier is cut short');
  const identifier = first >= 0x80 ? reader.uint8('Identifier') & 0x7f : readText(reader, 'Identifier');
  const { unknown = [] } = before;
  const name = typeof identifier === 'number' ? namesByNumber.get(identifier) : undefined;
  // An empty value says that the responder did not know the capability (§8.3.1); a set is then simply empty.
  const isSize = name !== undefined && (name.endsWith('Size') || name.endsWith('MOR'));
  if (name === undefined || (isSize && reader.left === 0))
    return { unknown: [...unknown, { identifier, parameters: reader.rest('Parameters') }] };
  const known = readParameters(reader, name, inside);
  return unknown.length > 0 ? { ...known, unknown } : known;
}

function readParameters(reader: Reader, name: CapabilityName, inside: CapabilitiesIn): Capabilities {
  switch (name) {
    case 'Client-SDU-Size':
      return { clientSduSize: reader.uintvar('MaxSize') };
    case 'Server-SDU-Size':
      return { serverSduSize: reader.uintvar('MaxSize') };
    case 'Client-Message-Size':
      return { clientMessageSize: reader.uintvar('MaxSize') };
    case 'Server-Message-Size':
      return { serverMessageSize: reader.uintvar('MaxSize') };
    case 'Method-MOR':
      return { methodMor: reader.uint8('MOR') };
    case 'Push-MOR':
      return { pushMor: reader.uint8('MOR') };
    case 'Protocol Options':
      return { protocolOptions: reader.left === 0 ? [] : optionsOf(reader.uint8('Flags')) };
    case 'Extended Methods':
      return {
        extendedMethods: readAssignments(reader, inside).map(([pduType, methodName]) => ({
          pduType,
          methodName,
        })),
      };
    case 'Header Code Pages':
      return {
        headerCodePages: readAssignments(reader, inside).map(([pageCode, pageName]) => ({
          pageCode,
          pageName,
        })),
      };
    case 'Aliases':
      return { aliases: readAddresses(reader) };
  }
}

function optionsOf(flags: number): readonly ProtocolOption[] {
  return (Object.keys(protocolOptions) as ProtocolOption[]).filter(
    (option) => flags & protocolOptions[option],
  );
}

function readAssignments(reader: Reader, inside: CapabilitiesIn): readonly (readonly [number, string])[] {
  const entries: (readonly [number, string])[] = [];
  while (reader.left > 0) {
    const number = reader.uint8('Code');
    entries.push([number, inside === 'Connect' ? readText(reader, 'Name') : '']);
  }
  return entries;
}

// Negotiation: §6.3.2.1.

function smallerSize(a: number, b: number): number {
  if (a === 0 || b === 0) return a + b;
  return Math.min(a, b);
}

/** `proposed`, cut down so that nothing implies more than `most`; what `most` leaves out is not limited. */
export function cutDown(proposed: Settings, most: Capabilities): Settings {
  const { clientSduSize = 0, serverSduSize = 0, clientMessageSize = 0, serverMessageSize = 0 } = most;
  const { methodMor = 255, pushMor = 255 } = most;
  return {
    aliases: proposed.aliases,
    clientSduSize: smallerSize(proposed.clientSduSize, clientSduSize),
    serverSduSize: smallerSize(proposed.serverSduSize, serverSduSize),
    clientMessageSize: smallerSize(proposed.clientMessageSize, clientMessageSize),
    serverMessageSize: smallerSize(proposed.serverMessageSize, serverMessageSize),
    protocolOptions: proposed.protocolOptions.filter(
      (option) => most.protocolOptions === undefined || most.protocolOptions.includes(option),
    ),
    methodMor: Math.min(proposed.methodMor, methodMor),
    pushMor: Math.min(proposed.pushMor, pushMor),
    extendedMethods: proposed.extendedMethods.filter(
      ({ pduType }) =>
        most.extendedMethods === undefined || most.extendedMethods.some((each) => each.pduType === pduType),
    ),
    headerCodePages: proposed.headerCodePages.filter(
      ({ pageCode }) =>
        most.headerCodePages === undefined || most.headerCodePages.some((each) => each.pageCode === pageCode),
    ),
  };
}

/** `proposed`, with the values that `changes` has. */
export function withChanges(proposed: Settings, changes: Capabilities): Settings {
  const { unknown: _, ...known } = changes;
  return { ...proposed, ...known };
}

/** The initiator's side: what the reply settles, or nothing where it implies more than was proposed. */
export function settle(proposed: Settings, reply: Capabilities): Settings | undefined {
  const named = withChanges(proposed, { ...reply, ...notRecognized(proposed, reply) });
  const settled = cutDown(named, proposed);
  const withinBounds =
    settled.clientSduSize === named.clientSduSize &&
    settled.serverSduSize === named.serverSduSize &&
    settled.clientMessageSize === named.clientMessageSize &&
    settled.serverMessageSize === named.serverMessageSize &&
    settled.methodMor === named.methodMor &&
    settled.pushMor === named.pushMor &&
    settled.protocolOptions.length === named.protocolOptions.length &&
    settled.extendedMethods.length === named.extendedMethods.length &&
    settled.headerCodePages.length === named.headerCodePages.length;
  if (!withinBounds) return undefined;
  // A reply has the numbers only; the names are the proposal's.
  return {
    ...settled,
    extendedMethods: proposed.extendedMethods.filter(({ pduType }) =>
      settled.extendedMethods.some((each) => each.pduType === pduType),
    ),
    headerCodePages: proposed.headerCodePages.filter(({ pageCode }) =>
      settled.headerCodePages.some((each) => each.pageCode === pageCode),
    ),
  };
}

/** A size that the responder does not know stays at its default, or at the proposal where that is less. */
function notRecognized(proposed: Settings, { unknown = [] }: Capabilities): Capabilities {
  const least = cutDown(proposed, defaultCapabilities);
  const numbers = new Set(unknown.map(({ identifier }) => identifier));
  const { clientSduSize, serverSduSize, clientMessageSize, serverMessageSize, methodMor, pushMor } = least;
  return {
    ...(numbers.has(capabilityNumbers['Client-SDU-Size']) ? { clientSduSize } : {}),
    ...(numbers.has(capabilityNumbers['Server-SDU-Size']) ? { serverSduSize } : {}),
    ...(numbers.has(capabilityNumbers['Client-Message-Size']) ? { clientMessageSize } : {}),
    ...(numbers.has(capabilityNumbers['Server-Message-Size']) ? { serverMessageSize } : {}),
    ...(numbers.has(capabilityNumbers['Method-MOR']) ? { methodMor } : {}),
    ...(numbers.has(capabilityNumbers['Push-MOR']) ? { pushMor } : {}),
  };
}

/** Those of `settings` that differ from `from`, or that `always` names. */
export function changesFrom(settings: Settings, from: Settings, always: Capabilities): Capabilities {
  const differing = Object.entries(settings).filter(
    ([name, value]) => name in always || !sameSetting(value, from[name as keyof Settings]),
  );
  return Object.fromEntries(differing);
}

function sameSetting(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((each, i) => each === b[i]);
}
