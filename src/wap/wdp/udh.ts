/** The User Data Header of a short message: WAP-259-WDP §6.3.1, §6.3.2 and Appendix D, after GSM 03.40 §9.2.3.24. */
import { Reader, Writer } from '../octets.js';

/** Information element identifiers: Appendix D, WAP-202 §5.4.1. */
export const elementIdentifiers = {
  'Fragmentation (short)': 0x00,
  'Port address (8 bits)': 0x04,
  'Port address (16 bits)': 0x05,
  'Fragmentation (long)': 0x08,
  WCMP: 0x09,
} as const satisfies Record<string, number>;

export interface PortAddress {
  readonly destination: number;
  readonly originator: number;
}

/** One segment of a datagram: Figure 6-1. */
export interface Fragment {
  /** Whether the reference has 16 bits, not 8. */
  readonly long: boolean;
  readonly reference: number;
  /** 1 to 255. */
  readonly total: number;
  /** 1 to `total`. */
  readonly sequence: number;
}

/** What a short message of WDP holds. */
export interface ShortMessage {
  readonly ports: PortAddress | undefined;
  readonly fragment: Fragment | undefined;
  /** A control message, not decoded. */
  readonly wcmp: Uint8Array | undefined;
  readonly userData: Uint8Array;
}

/** Elements that are unknown, or whose numbers Figure 6-1 rules out, are passed over; of two of a kind the last counts (GSM 03.40). */
export function decodeShortMessage(octets: Uint8Array): ShortMessage {
  const reader = new Reader(octets, 'WDP');
  let ports: PortAddress | undefined;
  let fragment: Fragment | undefined;
  let wcmp: Uint8Array | undefined;
  reader.inside('User Data Header', reader.uint8('UDHL'), (header) => {
    while (header.left > 0) {
      const identifier = header.uint8('IEI');
      const length = header.uint8('IEDL');
      const name = elementNames.get(identifier);
      if (name === undefined || (name !== 'WCMP' && lengths[name] !== length)) {
        header.octets('IED', length);
        continue;
      }
      header.inside(name, length, (element) => {
        if (name === 'WCMP') wcmp = element.rest('WCMP');
        else if (name === 'Port address (8 bits)' || name === 'Port address (16 bits)')
          ports = readPorts(element, length / 2);
        else fragment = readFragment(element, name === 'Fragmentation (long)') ?? fragment;
      });
    }
  });
  return { ports, fragment, wcmp, userData: reader.rest('User Data') };
}

const elementNames = new Map(
  Object.entries(elementIdentifiers).map(([name, identifier]) => [
    identifier as number,
    name as keyof typeof elementIdentifiers,
  ]),
);

const lengths = {
  'Fragmentation (short)': 3,
  'Port address (8 bits)': 2,
  'Port address (16 bits)': 4,
  'Fragmentation (long)': 4,
} as const;

function readPorts(element: Reader, octets: number): PortAddress {
  const destination = element.bits('Destination Port', 8 * octets);
  return { destination, originator: element.bits('Originator Port', 8 * octets) };
}

/** `undefined` where the receiver must ignore the whole element. */
function readFragment(element: Reader, long: boolean): Fragment | undefined {
  const reference = element.bits('Datagram reference number', long ? 16 : 8);
  const total = element.uint8('Maximum number of segments');
  const sequence = element.uint8('Sequence number');
  return total === 0 || sequence === 0 || sequence > total ? undefined : { long, reference, total, sequence };
}

export function encodeShortMessage({ ports, fragment, wcmp, userData }: ShortMessage): Uint8Array {
  const header = new Writer();
  if (ports) {
    header.uint8(elementIdentifiers['Port address (16 bits)']).uint8(4);
    header.uint16(ports.destination).uint16(ports.originator);
  }
  if (fragment) {
    const { long, reference, total, sequence } = fragment;
    if (long) header.uint8(elementIdentifiers['Fragmentation (long)']).uint8(4).uint16(reference);
    else header.uint8(elementIdentifiers['Fragmentation (short)']).uint8(3).uint8(reference);
    header.uint8(total).uint8(sequence);
  }
  if (wcmp) header.uint8(elementIdentifiers.WCMP).uint8(wcmp.length).octets(wcmp);
  return new Writer(140).uint8(header.length).octets(header.done()).octets(userData).done();
}
