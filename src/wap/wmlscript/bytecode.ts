/**
 * The WMLScript binary format: WAP-193_101-WMLScript §9. A unit is decoded down to its functions, whose code stays
 * octets; `instructions` walks through those. What the octets mean is not judged here (§11 is the machine's).
 */
import { DecodeError } from '../errors.js';
import { decodeUtf8, encodeUtf8, Reader, Writer } from '../octets.js';
import { type InstructionName, type OperandName, opcodes, opcodeTable } from './opcodes.js';

const LAYER = 'WMLScript';

/** §9.3: major version less one in the upper four bits, minor version in the lower: 1.1. */
export const BYTECODE_VERSION = 0x01;

/** §9.4.1: the code of each constant type. The names follow those of the fields. */
export const constantTypes = {
  integer8: 0,
  integer16: 1,
  integer32: 2,
  float32: 3,
  stringUtf8: 4,
  emptyString: 5,
  stringExt: 6,
} as const;

/** §9.4.1. A `stringExt` is in the unit's `characterSet`. */
export type Constant =
  | { readonly type: 'integer8' | 'integer16' | 'integer32' | 'float32'; readonly value: number }
  | { readonly type: 'stringUtf8'; readonly value: string }
  | { readonly type: 'emptyString' }
  | { readonly type: 'stringExt'; readonly value: Uint8Array };

/** §9.5.1: the code of each pragma type. */
export const pragmaTypes = {
  'Access Domain': 0,
  'Access Path': 1,
  'User Agent Property': 2,
  'User Agent Property and Scheme': 3,
} as const;

/** §9.5.1. All indexes are into the constant pool. */
export type Pragma =
  | { readonly type: 'Access Domain'; readonly accessDomainIndex: number }
  | { readonly type: 'Access Path'; readonly accessPathIndex: number }
  | {
      readonly type: 'User Agent Property';
      readonly propertyNameIndex: number;
      readonly contentIndex: number;
    }
  | {
      readonly type: 'User Agent Property and Scheme';
      readonly propertyNameIndex: number;
      readonly contentIndex: number;
      readonly schemeIndex: number;
    };

/** §9.6.1.1: the name of an `extern` function. */
export interface FunctionName {
  readonly functionIndex: number;
  readonly functionName: string;
}

/** §9.6.2. */
export interface FunctionDefinition {
  readonly numberOfArguments: number;
  /** Without the arguments. */
  readonly numberOfLocalVariables: number;
  readonly codeArray: Uint8Array;
}

/** §9.2: the bytecode of one compilation unit. */
export interface Unit {
  readonly versionNumber: number;
  /** MIBEnum of `stringExt` constants; 0 where it is unknown. */
  readonly characterSet: number;
  readonly constants: readonly Constant[];
  readonly pragmas: readonly Pragma[];
  readonly functionNames: readonly FunctionName[];
  readonly functions: readonly FunctionDefinition[];
}

const constantTypeNames = inverse(constantTypes);
const pragmaTypeNames = inverse(pragmaTypes);

/** Reads one unit, whole: any octets give a unit or one `DecodeError`. */
export function decodeUnit(octets: Uint8Array): Unit {
  const reader = new Reader(octets, LAYER);
  const versionNumber = reader.uint8('VersionNumber');
  const size = reader.uintvar('CodeSize');
  if (size !== reader.left) reader.fail(`CodeSize is ${size}, but ${reader.left} octets follow`);
  const numberOfConstants = readUint16(reader, 'NumberOfConstants');
  const characterSet = readUint16(reader, 'CharacterSet');
  const constants = repeat(numberOfConstants, () => readConstant(reader));
  const pragmas = repeat(readUint16(reader, 'NumberOfPragmas'), () => readPragma(reader));
  const numberOfFunctions = reader.uint8('NumberOfFunctions');
  const functionNames = repeat(reader.uint8('NumberOfFunctionNames'), () => ({
    functionIndex: reader.uint8('FunctionIndex'),
    functionName: readText(reader, 'FunctionName', reader.uint8('FunctionNameSize')),
  }));
  const functions = repeat(numberOfFunctions, () => ({
    numberOfArguments: reader.uint8('NumberOfArguments'),
    numberOfLocalVariables: reader.uint8('NumberOfLocalVariables'),
    codeArray: reader.octets('CodeArray', reader.uintvar('FunctionSize')),
  }));
  reader.end();
  return { versionNumber, characterSet, constants, pragmas, functionNames, functions };
}

/** Writes one unit: the inverse of `decodeUnit`. */
export function encodeUnit(unit: Unit): Uint8Array {
  const body = new Writer(256);
  writeUint16(body, unit.constants.length);
  writeUint16(body, unit.characterSet);
  for (const constant of unit.constants) writeConstant(body, constant);
  writeUint16(body, unit.pragmas.length);
  for (const pragma of unit.pragmas) writePragma(body, pragma);
  body.uint8(unit.functions.length);
  body.uint8(unit.functionNames.length);
  for (const { functionIndex, functionName } of unit.functionNames) {
    const name = encodeUtf8(functionName);
    body.uint8(functionIndex).uint8(name.length).octets(name);
  }
  for (const { numberOfArguments, numberOfLocalVariables, codeArray } of unit.functions) {
    body.uint8(numberOfArguments).uint8(numberOfLocalVariables);
    body.uintvar(codeArray.length).octets(codeArray);
  }
  const octets = body.done();
  return new Writer(octets.length + 6).uint8(unit.versionNumber).uintvar(octets.length).octets(octets).done();
}

/** One instruction of a function's code. */
export interface Instruction {
  /** Offset in the code. */
  readonly at: number;
  readonly name: InstructionName;
  /** Octets, the opcode included. */
  readonly size: number;
  readonly operands: Readonly<Partial<Record<OperandName, number>>>;
  /** Where a jump goes, as offset in the code; not checked to lie in it. */
  readonly target?: number;
}

/** The instruction at `at`; throws `DecodeError` where the opcode is unassigned or an operand is cut short. */
export function decodeInstruction(code: Uint8Array, at: number): Instruction {
  const octet = code[at];
  const opcode = octet === undefined ? undefined : opcodeTable[octet];
  if (octet === undefined || opcode === undefined) {
    throw new DecodeError(LAYER, at, octet === undefined ? 'opcode is cut short' : 'opcode is unassigned');
  }
  const { name, size } = opcode;
  if (at + size > code.length) throw new DecodeError(LAYER, at, `${name} is cut short`);
  const operands: Partial<Record<OperandName, number>> = {};
  let next = at + 1;
  for (const [operand, bits] of opcode.operands) {
    if (bits < 8) operands[operand] = octet - opcode.first;
    else if (bits === 8) operands[operand] = code[next++] as number;
    else operands[operand] = ((code[next++] as number) << 8) | (code[next++] as number);
  }
  const { offset } = operands;
  if (offset === undefined) return { at, name, size, operands };
  // §10.5.1: forward from the octet after the jump, backward from the jump itself.
  const target = name.includes('JUMP_BW') ? at - offset : at + size + offset;
  return { at, name, size, operands, target };
}

/** Every instruction of a function's code, in order; throws `DecodeError` as `decodeInstruction` does. */
export function* instructions(code: Uint8Array): Generator<Instruction, void, undefined> {
  for (let at = 0; at < code.length; ) {
    const instruction = decodeInstruction(code, at);
    yield instruction;
    at += instruction.size;
  }
}

/** The octets of one instruction; an operand that is not given, or too wide, is a `RangeError`. */
export function encodeInstruction(name: InstructionName, operands: Instruction['operands'] = {}): Uint8Array {
  const { first, implicitBits, operands: layout, size } = opcodes[name];
  const writer = new Writer(size);
  const implicit = layout.find(([, bits]) => bits < 8)?.[0];
  const low = implicit === undefined ? 0 : (operands[implicit] ?? Number.NaN);
  if (!(low >= 0 && low < 1 << implicitBits)) throw new RangeError(`${name} cannot have ${implicit} ${low}`);
  writer.uint8(first + low);
  for (const [operand, bits] of layout) {
    const value = operands[operand] ?? Number.NaN;
    if (bits === 8) writer.uint8(value);
    if (bits === 16) writer.uint16(value);
  }
  return writer.done();
}

function readConstant(reader: Reader): Constant {
  const type = constantTypeNames.get(reader.uint8('ConstantType'));
  switch (type) {
    case 'integer8':
      return { type, value: (reader.uint8('ConstantInteger8') << 24) >> 24 };
    case 'integer16':
      return { type, value: (reader.uint16('ConstantInteger16') << 16) >> 16 };
    case 'integer32':
      return { type, value: reader.uint32('ConstantInteger32') | 0 };
    case 'float32':
      return { type, value: readFloat32(reader) };
    case 'stringUtf8':
      return { type, value: readText(reader, 'ConstantStringUTF8', reader.uintvar('StringSizeUTF8')) };
    case 'emptyString':
      return { type };
    case 'stringExt':
      return { type, value: reader.octets('ConstantStringExt', reader.uintvar('StringSizeExt')) };
    case undefined:
      return reader.fail('ConstantType is reserved');
  }
}

function writeConstant(writer: Writer, constant: Constant): void {
  writer.uint8(constantTypes[constant.type]);
  switch (constant.type) {
    case 'integer8':
      writer.uint8(constant.value & 0xff);
      break;
    case 'integer16':
      writer.uint16(constant.value & 0xffff);
      break;
    case 'integer32':
      writer.uint32(constant.value >>> 0);
      break;
    case 'float32':
      writer.octets(float32Octets(constant.value));
      break;
    case 'stringUtf8': {
      const text = encodeUtf8(constant.value);
      writer.uintvar(text.length).octets(text);
      break;
    }
    case 'emptyString':
      break;
    case 'stringExt':
      writer.uintvar(constant.value.length).octets(constant.value);
      break;
  }
}

function readPragma(reader: Reader): Pragma {
  const type = pragmaTypeNames.get(reader.uint8('PragmaType'));
  switch (type) {
    case 'Access Domain':
      return { type, accessDomainIndex: readUint16(reader, 'AccessDomainIndex') };
    case 'Access Path':
      return { type, accessPathIndex: readUint16(reader, 'AccessPathIndex') };
    case 'User Agent Property':
      return {
        type,
        propertyNameIndex: readUint16(reader, 'PropertyNameIndex'),
        contentIndex: readUint16(reader, 'ContentIndex'),
      };
    case 'User Agent Property and Scheme':
      return {
        type,
        propertyNameIndex: readUint16(reader, 'PropertyNameIndex'),
        contentIndex: readUint16(reader, 'ContentIndex'),
        schemeIndex: readUint16(reader, 'SchemeIndex'),
      };
    case undefined:
      return reader.fail('PragmaType is reserved');
  }
}

function writePragma(writer: Writer, pragma: Pragma): void {
  writer.uint8(pragmaTypes[pragma.type]);
  switch (pragma.type) {
    case 'Access Domain':
      writeUint16(writer, pragma.accessDomainIndex);
      break;
    case 'Access Path':
      writeUint16(writer, pragma.accessPathIndex);
      break;
    case 'User Agent Property':
      writeUint16(writer, pragma.propertyNameIndex);
      writeUint16(writer, pragma.contentIndex);
      break;
    case 'User Agent Property and Scheme':
      writeUint16(writer, pragma.propertyNameIndex);
      writeUint16(writer, pragma.contentIndex);
      writeUint16(writer, pragma.schemeIndex);
      break;
  }
}

/** §9.1.1: mb_u_int16. */
function readUint16(reader: Reader, name: string): number {
  const value = reader.uintvar(name);
  if (value > 0xffff) reader.fail(`${name} is more than 16 bits`);
  return value;
}

function writeUint16(writer: Writer, value: number): void {
  if (value > 0xffff) throw new RangeError(`${value} is more than 16 bits`);
  writer.uintvar(value);
}

function readText(reader: Reader, name: string, size: number): string {
  return decodeUtf8(reader.octets(name, size)) ?? reader.fail(`${name} is not UTF-8`);
}

/** §9.1.1 leaves the order of a float's octets open; here it is that of all other numbers, most significant first. */
function readFloat32(reader: Reader): number {
  const octets = reader.octets('ConstantFloat32', 4);
  return new DataView(octets.buffer, octets.byteOffset, 4).getFloat32(0);
}

function float32Octets(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setFloat32(0, value);
  return octets;
}

/** As many as were announced: each takes at least one octet of input, so a false count ends in a `DecodeError`. */
function repeat<T>(count: number, read: () => T): T[] {
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(read());
  return items;
}

function inverse<Name extends string>(table: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> {
  return new Map((Object.keys(table) as Name[]).map((name) => [table[name], name]));
}
