/** The Wireless Control Message Protocol where the bearer has no ICMP: WAP-202-WCMP §5.5. */
import { bearerTypes } from '../address.js';
import {
  encodePdu,
  type Layout,
  type LayoutField,
  lengthOf,
  type Of,
  pdu,
  read,
  rest,
  sized,
  uint,
} from '../layout.js';
import { type Field, Reader } from '../octets.js';

/** Figure 5-5. The rule beside it, ICMPv6 plus 50, does not give 60; the figure counts. */
export const wcmpTypes = {
  'Destination Unreachable': 51,
  'Parameter Problem': 54,
  'Message Too Big': 60,
  'Reassembly Failure': 61,
  'Echo Request': 178,
  'Echo Reply': 179,
} as const satisfies Record<string, number>;

/** Figure 5-5, codes of Destination Unreachable. */
export const unreachableCodes = {
  'No route to destination': 0,
  'Communication administratively prohibited': 1,
  'Address unreachable': 3,
  'Port unreachable': 4,
} as const satisfies Record<string, number>;

/** Figure 5-5, codes of Reassembly Failure. */
export const reassemblyCodes = {
  'Reassembly time exceeded': 1,
  'Buffer Overflow': 2,
} as const satisfies Record<string, number>;

/** Octets of the original datagram in a Parameter Problem: §5.5.3.2. */
export const ORIGINAL_OCTETS = 64;

const type = (name: keyof typeof wcmpTypes) =>
  ({ kind: 'constant', name: 'Type', bits: 8, is: wcmpTypes[name] }) as const;
const ports = [uint('destinationPort', 16), uint('originatorPort', 16)] as const;
/** §5.5.2: the length is that of the data, in octets, as for the types whose figure prints it. */
const address = [uint('addressType', 8), lengthOf('address', 8), sized('address')] as const;

/** §5.5.3. */
// biome-ignore format: a line is a printed figure
export const wcmpLayouts = {
  'Destination Unreachable': pdu('Destination Unreachable', type('Destination Unreachable'), uint('code', 8), ...ports, ...address),
  'Parameter Problem': pdu('Parameter Problem', type('Parameter Problem'), uint('code', 8), ...address, uint('index', 8), rest('original')),
  'Message Too Big': pdu('Message Too Big', type('Message Too Big'), uint('code', 8), ...ports, ...address, uint('maximum', 16)),
  'Reassembly Failure': pdu('Reassembly Failure', type('Reassembly Failure'), uint('code', 8), ...ports, ...address),
  'Echo Request': pdu('Echo Request', type('Echo Request'), uint('code', 8), uint('identifier', 16), uint('sequence', 16), rest('data')),
  'Echo Reply': pdu('Echo Reply', type('Echo Reply'), uint('code', 8), uint('identifier', 16), uint('sequence', 16), rest('data')),
} as const;

type Layouts = typeof wcmpLayouts;

/** A control message. One whose type Figure 5-5 has not is kept as it is. */
export type Wcmp =
  | { readonly [Name in keyof Layouts]: Of<Layouts[Name]> }[keyof Layouts]
  | { readonly pdu: 'Unknown'; readonly type: number; readonly code: number; readonly data: Uint8Array };

export function decodeWcmp(octets: Uint8Array, record?: Field[]): Wcmp {
  const reader = new Reader(octets, 'WCMP', record);
  switch (reader.peek()) {
    case wcmpTypes['Destination Unreachable']:
      return whole(wcmpLayouts['Destination Unreachable'], reader);
    case wcmpTypes['Parameter Problem']:
      return whole(wcmpLayouts['Parameter Problem'], reader);
    case wcmpTypes['Message Too Big']:
      return whole(wcmpLayouts['Message Too Big'], reader);
    case wcmpTypes['Reassembly Failure']:
      return whole(wcmpLayouts['Reassembly Failure'], reader);
    case wcmpTypes['Echo Request']:
      return whole(wcmpLayouts['Echo Request'], reader);
    case wcmpTypes['Echo Reply']:
      return whole(wcmpLayouts['Echo Reply'], reader);
    default:
      return {
        pdu: 'Unknown',
        type: reader.uint8('Type'),
        code: reader.uint8('Code'),
        data: reader.rest('Data'),
      };
  }
}

function whole<L extends Layout<string, readonly LayoutField[]>>(layout: L, reader: Reader): Of<L> {
  const value = read(layout, reader);
  reader.end();
  return value;
}

export function encodeWcmp(message: Wcmp): Uint8Array {
  switch (message.pdu) {
    case 'Destination Unreachable':
      return encodePdu(wcmpLayouts['Destination Unreachable'], message);
    case 'Parameter Problem':
      return encodePdu(wcmpLayouts['Parameter Problem'], message);
    case 'Message Too Big':
      return encodePdu(wcmpLayouts['Message Too Big'], message);
    case 'Reassembly Failure':
      return encodePdu(wcmpLayouts['Reassembly Failure'], message);
    case 'Echo Request':
      return encodePdu(wcmpLayouts['Echo Request'], message);
    case 'Echo Reply':
      return encodePdu(wcmpLayouts['Echo Reply'], message);
    case 'Unknown':
      return Uint8Array.of(message.type, message.code, ...message.data);
  }
}

/** A telephone number as address information: GSM 03.40 semi-octets, the first digit in the low half. */
export function gsmAddress(number: string): { readonly addressType: number; readonly address: Uint8Array } {
  const digits = number.replace(/[^0-9]/g, '');
  const address = Uint8Array.from({ length: Math.ceil(digits.length / 2) }, (_, i) => {
    const high = digits[2 * i + 1];
    return ((high === undefined ? 0x0f : Number(high)) << 4) | Number(digits[2 * i]);
  });
  return { addressType: bearerTypes['GSM SMS'], address };
}

/** The digits of semi-octets; what is no digit ends them. */
export function gsmDigits(address: Uint8Array): string {
  let digits = '';
  for (const octet of address) {
    for (const half of [octet & 0x0f, octet >> 4]) {
      if (half > 9) return digits;
      digits += half;
    }
  }
  return digits;
}
