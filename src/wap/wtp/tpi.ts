/** Transport Information Items, the variable part of a header: WAP-224-WTP §8.4. */
import type { Reader, Writer } from '../octets.js';

/** Table 25. */
export const tpiIdentities = {
  Error: 0x00,
  Info: 0x01,
  Option: 0x02,
  'Packet Sequence Number': 0x03,
  'SDU Boundary': 0x04,
  'Frame Boundary': 0x05,
} as const satisfies Record<string, number>;

/** Table 30. */
export const options = {
  /** Most octets that the Initiator takes as result. */
  'Maximum Receive Unit': 0x01,
  /** Octets of the whole message, in the first packet of a segmented one. */
  'Total Message Size': 0x02,
  /** Tenths of a second before the next packet group may be sent. */
  'Delay Transmission Timer': 0x03,
  /** Most octets of data in one packet group. */
  'Maximum Group': 0x04,
  /** The LastTID of a Responder that verifies. */
  'Current TID': 0x05,
  'No Cached TID': 0x06,
  /** Most packet groups that may be outstanding: extended segmentation. */
  NumGroups: 0x07,
} as const satisfies Record<string, number>;

export type OptionName = keyof typeof options;

/** Table 26. */
export const tpiErrors = { 'Unknown TPI': 0x01, 'Known TPI, unknown content': 0x02 } as const;

export type Tpi =
  | { readonly tpi: 'Error'; readonly errorCode: 0x01; readonly badIdentity: number }
  | {
      readonly tpi: 'Error';
      readonly errorCode: 0x02;
      readonly badIdentity: number;
      readonly firstOctet: number;
    }
  | { readonly tpi: 'Info'; readonly information: Uint8Array }
  /** @param value `undefined` where the option has no octet: the default. */
  | { readonly tpi: 'Option'; readonly option: number; readonly value: number | undefined }
  | { readonly tpi: 'Packet Sequence Number'; readonly psn: number }
  | { readonly tpi: 'SDU Boundary' }
  | { readonly tpi: 'Frame Boundary' }
  /** An identity that Table 25 has not, or content that its table does not allow. */
  | { readonly tpi: 'Raw'; readonly identity: number; readonly data: Uint8Array };

/** The value of an option, `undefined` where the item is missing, too. */
export function optionValue(tpis: readonly Tpi[], name: OptionName): number | undefined {
  for (const tpi of tpis) {
    if (tpi.tpi === 'Option' && tpi.option === options[name]) return tpi.value;
  }
  return undefined;
}

export function hasOption(tpis: readonly Tpi[], name: OptionName): boolean {
  return tpis.some((tpi) => tpi.tpi === 'Option' && tpi.option === options[name]);
}

export function option(name: OptionName, value?: number): Tpi {
  return { tpi: 'Option', option: options[name], value };
}

/** The Packet Sequence Number item, if there is one. */
export function psnOf(tpis: readonly Tpi[]): number | undefined {
  for (const tpi of tpis) if (tpi.tpi === 'Packet Sequence Number') return tpi.psn;
  return undefined;
}

/** What the Info item carries, if there is one: §7.4. */
export function exitInfoOf(tpis: readonly Tpi[]): Uint8Array | undefined {
  for (const tpi of tpis) if (tpi.tpi === 'Info') return tpi.information;
  return undefined;
}

/** The Error items that answer items which nobody understood: §7.10.2. */
export function errorsFor(tpis: readonly Tpi[]): Tpi[] {
  const errors: Tpi[] = [];
  for (const tpi of tpis) {
    if (tpi.tpi === 'Option' && !Object.values<number>(options).includes(tpi.option)) {
      errors.push({
        tpi: 'Error',
        errorCode: 0x02,
        badIdentity: tpiIdentities.Option,
        firstOctet: tpi.option,
      });
    }
    if (tpi.tpi !== 'Raw') continue;
    const badIdentity = tpi.identity;
    // An Error item is not answered with another: two ends that disagree about it would never stop.
    if (badIdentity === tpiIdentities.Error) continue;
    const known = Object.values<number>(tpiIdentities).includes(badIdentity);
    errors.push(
      known
        ? { tpi: 'Error', errorCode: 0x02, badIdentity, firstOctet: tpi.data[0] ?? 0 }
        : { tpi: 'Error', errorCode: 0x01, badIdentity },
    );
  }
  return errors;
}

/** All items up to the one whose continue flag is clear. */
export function readTpis(reader: Reader): Tpi[] {
  const tpis: Tpi[] = [];
  for (let more = true; more; ) {
    reader.group('TPI', () => {
      more = reader.bits('con', 1) === 1;
      tpis.push(readTpi(reader));
    });
  }
  return tpis;
}

function readTpi(reader: Reader): Tpi {
  const identity = reader.bits('TPI Identity', 4);
  const long = reader.bits('long', 1) === 1;
  const short = reader.bits(long ? 'RES' : 'TPI Length', 2);
  const length = long ? reader.uint8('TPI Length') : short;
  if (length > reader.left) reader.fail('TPI Data is cut short');
  const raw = (): Tpi => ({ tpi: 'Raw', identity, data: reader.octets('TPI Data', length) });

  switch (identity) {
    case tpiIdentities.Error:
      return readError(reader, length) ?? raw();
    case tpiIdentities.Info:
      return { tpi: 'Info', information: reader.octets('Information', length) };
    case tpiIdentities.Option:
      if (length < 1 || length > 5) return raw();
      return {
        tpi: 'Option',
        option: reader.uint8('Option Identity'),
        value: length === 1 ? undefined : reader.bits('Option Value', 8 * (length - 1)),
      };
    case tpiIdentities['Packet Sequence Number']:
      if (length < 1 || length > 3) return raw();
      return { tpi: 'Packet Sequence Number', psn: reader.bits('PSN', 8 * length) };
    case tpiIdentities['SDU Boundary']:
      return length === 0 ? { tpi: 'SDU Boundary' } : raw();
    case tpiIdentities['Frame Boundary']:
      return length === 0 ? { tpi: 'Frame Boundary' } : raw();
    default:
      return raw();
  }
}

/** Tables 27 and 28; `undefined`, and nothing read, where the item is neither. */
function readError(reader: Reader, length: number): Tpi | undefined {
  const errorCode = (reader.peek() ?? 0) >> 4;
  if (length === 1 && errorCode === tpiErrors['Unknown TPI']) {
    reader.bits('ErrorCode', 4);
    return { tpi: 'Error', errorCode: 0x01, badIdentity: reader.bits('Bad TPI Identity', 4) };
  }
  if (length === 2 && errorCode === tpiErrors['Known TPI, unknown content']) {
    reader.bits('ErrorCode', 4);
    return {
      tpi: 'Error',
      errorCode: 0x02,
      badIdentity: reader.bits('Bad TPI Identity', 4),
      firstOctet: reader.uint8('First octet of TPI'),
    };
  }
  return undefined;
}

export function writeTpis(tpis: readonly Tpi[], writer: Writer): void {
  tpis.forEach((tpi, i) => {
    const identity = tpi.tpi === 'Raw' ? tpi.identity : tpiIdentities[tpi.tpi];
    const data = tpiData(tpi);
    const long = data.length > 3;
    writer.bits(i < tpis.length - 1 ? 1 : 0, 1).bits(identity, 4);
    writer.bits(long ? 1 : 0, 1).bits(long ? 0 : data.length, 2);
    if (long) writer.uint8(data.length);
    writer.octets(data);
  });
}

function tpiData(tpi: Tpi): Uint8Array {
  switch (tpi.tpi) {
    case 'Error':
      return tpi.errorCode === 0x01
        ? Uint8Array.of(0x10 | tpi.badIdentity)
        : Uint8Array.of(0x20 | tpi.badIdentity, tpi.firstOctet);
    case 'Info':
      return tpi.information;
    case 'Option':
      return Uint8Array.of(tpi.option, ...(tpi.value === undefined ? [] : bigEndian(tpi.value)));
    case 'Packet Sequence Number':
      return Uint8Array.from(bigEndian(tpi.psn));
    case 'SDU Boundary':
    case 'Frame Boundary':
      return new Uint8Array(0);
    case 'Raw':
      return tpi.data;
  }
}

/** As few octets as do, at least one. */
function bigEndian(value: number): number[] {
  const octets: number[] = [];
  let rest = value;
  do {
    octets.unshift(rest % 256);
    rest = Math.floor(rest / 256);
  } while (rest > 0);
  return octets;
}
