/** Command and response APDUs of the card: WAP-260 §11.3, after ISO 7816-4, in their short forms (T=0). */
import { type Field, Reader, Writer } from '../octets.js';

/** Table 1: instruction codes. */
export const instructions = {
  VERIFY: 0x20,
  'MANAGE SECURITY ENVIRONMENT': 0x22,
  'CHANGE REFERENCE DATA': 0x24,
  'DISABLE VERIFICATION REQUIREMENT': 0x26,
  'ENABLE VERIFICATION REQUIREMENT': 0x28,
  'PERFORM SECURITY OPERATION': 0x2a,
  'RESET RETRY COUNTER': 0x2c,
  'MANAGE CHANNEL': 0x70,
  'ASK RANDOM': 0x84,
  SELECT: 0xa4,
  'READ BINARY': 0xb0,
  'GET RESPONSE': 0xc0,
  'UPDATE BINARY': 0xd6,
} as const satisfies Record<string, number>;

export type Instruction = keyof typeof instructions;

const instructionNames: ReadonlyMap<number, string> = new Map(
  Object.entries(instructions).map(([name, code]) => [code, name]),
);

/** §11.3.8. `61XX`, `63CX` and `6CXX` are made with a number in their last digits. */
export const SW = {
  'Normal ending': 0x9000,
  'Data available': 0x6100,
  'Cannot open or close a logical channel': 0x6200,
  'Verification failed': 0x6300,
  'Further retries': 0x63c0,
  'Memory failure': 0x6581,
  'Security environment cannot be set': 0x6600,
  'Wrong length': 0x6700,
  'Security status not satisfied': 0x6982,
  'PIN blocked': 0x6983,
  'Condition of use not satisfied': 0x6985,
  'No current EF': 0x6986,
  'Incorrect data': 0x6a80,
  'File not found': 0x6a82,
  'Reference not found': 0x6a88,
  'Incorrect P1-P2': 0x6b00,
  'Wrong Le': 0x6c00,
  'Unknown INS': 0x6d00,
  'Unknown CLA': 0x6e00,
  'Technical problem': 0x6f00,
} as const satisfies Record<string, number>;

const statusNames: ReadonlyMap<number, string> = new Map(Object.entries(SW).map(([name, sw]) => [sw, name]));

/** The status in words. */
export function describeStatus(sw: number): string {
  const digits = sw.toString(16).padStart(4, '0').toUpperCase();
  if (sw >> 8 === 0x61) return `${sw & 0xff || 256} octets available (${digits})`;
  if (sw >> 4 === 0x63c) return `${sw & 0xf} tries left (${digits})`;
  if (sw >> 8 === 0x6c) return `Wrong Le, ${sw & 0xff || 256} it must be (${digits})`;
  return `${statusNames.get(sw) ?? 'unknown status'} (${digits})`;
}

export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** The most octets that may come back: 1 to 256. */
  readonly le?: number;
}

export interface ResponseApdu {
  readonly data: Uint8Array;
  /** SW1 and SW2 in one number. */
  readonly sw: number;
}

/** Data of a short APDU: a length in one octet. */
export const DATA_MOST = 255;

/** Le = 0 means 256. */
export const LE_MOST = 256;

export function encodeCommand(command: CommandApdu): Uint8Array {
  const { cla, ins, p1, p2, data, le } = command;
  const writer = new Writer(6 + data.length).uint8(cla).uint8(ins).uint8(p1).uint8(p2);
  if (data.length > 0) writer.uint8(data.length).octets(data);
  if (le !== undefined) writer.uint8(le === LE_MOST ? 0 : le);
  return writer.done();
}

export function decodeCommand(octets: Uint8Array, record?: Field[]): CommandApdu {
  const reader = new Reader(octets, 'APDU', record);
  const header = {
    cla: reader.uint8('CLA'),
    ins: reader.uint8('INS'),
    p1: reader.uint8('P1'),
    p2: reader.uint8('P2'),
  };
  const data = reader.left > 1 ? reader.octets('Data', reader.uint8('Lc')) : new Uint8Array(0);
  const le = reader.left > 0 ? reader.uint8('Le') : undefined;
  reader.end();
  return { ...header, data, ...(le !== undefined && { le: le === 0 ? LE_MOST : le }) };
}

export function encodeResponse(response: ResponseApdu): Uint8Array {
  return new Writer(response.data.length + 2).octets(response.data).uint16(response.sw).done();
}

export function decodeResponse(octets: Uint8Array, record?: Field[]): ResponseApdu {
  const reader = new Reader(octets, 'APDU', record);
  if (octets.length < 2) reader.fail('a response without status');
  const data = reader.octets('Data', octets.length - 2);
  return { data, sw: reader.uint16('SW1-SW2') };
}

/** The command for a person: its name and parameters. A PIN is never in it. */
export function describeCommand(command: CommandApdu): string {
  const { cla, ins, p1, p2, data, le } = command;
  const name = instructionNames.get(ins) ?? `INS ${ins.toString(16).padStart(2, '0')}`;
  const digits = [p1, p2].map((octet) => octet.toString(16).padStart(2, '0')).join(' ');
  const lengths = `${data.length > 0 ? ` Lc=${data.length}` : ''}${le === undefined ? '' : ` Le=${le}`}`;
  return `${name} ${digits}${lengths} channel ${cla & 3}`;
}

const empty = new Uint8Array(0);

/** A response without data. @param more the number in the last digits of some status words */
export function status(name: keyof typeof SW, more = 0): ResponseApdu {
  return { data: empty, sw: SW[name] | more };
}

/** A response with data. */
export function answer(data: Uint8Array): ResponseApdu {
  return { data, sw: SW['Normal ending'] };
}
