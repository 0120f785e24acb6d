/** Bytecode as text: WAP-193_101-WMLScript §9, §10.5. */
import { DecodeError } from '../errors.js';
import { toHex } from '../octets.js';
import {
  type Constant,
  decodeInstruction,
  decodeUnit,
  type FunctionDefinition,
  type Instruction,
  type Pragma,
  type Unit,
} from './bytecode.js';
import { librariesById, libraryFunction } from './libraries.js';

/**
 * A listing of one unit; throws `DecodeError` where the octets are none. Code that is no instruction is listed octet by
 * octet.
 */
export function disassemble(octets: Uint8Array): string {
  const unit = decodeUnit(octets);
  const { versionNumber, characterSet } = unit;
  const version = `${(versionNumber >> 4) + 1}.${versionNumber & 0xf}`;
  const names = new Map(
    unit.functionNames.map(({ functionIndex, functionName }) => [functionIndex, functionName]),
  );
  return [
    `WMLScript bytecode ${version}, ${octets.length} octets, character set ${characterSet}`,
    ...section('Constants', unit.constants.map(constantText)),
    ...section(
      'Pragmas',
      unit.pragmas.map((pragma) => pragmaText(pragma, unit)),
    ),
    ...unit.functions.flatMap((definition, findex) => functionText(unit, definition, findex, names)),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return ['', title, ...lines.map((line, index) => `${String(index).padStart(5)}  ${line}`)];
}

function constantText(constant: Constant): string {
  switch (constant.type) {
    case 'integer8':
    case 'integer16':
    case 'integer32':
    case 'float32':
      return `${constant.type} ${constant.value}`;
    case 'stringUtf8':
      return `${constant.type} ${JSON.stringify(constant.value)}`;
    case 'emptyString':
      return `${constant.type} ""`;
    case 'stringExt':
      return `${constant.type} ${toHex(constant.value)}`;
  }
}

function pragmaText(pragma: Pragma, unit: Unit): string {
  switch (pragma.type) {
    case 'Access Domain':
      return `${pragma.type} ${valueText(unit, pragma.accessDomainIndex)}`;
    case 'Access Path':
      return `${pragma.type} ${valueText(unit, pragma.accessPathIndex)}`;
    case 'User Agent Property':
      return `${pragma.type} ${valueText(unit, pragma.propertyNameIndex)} ${valueText(unit, pragma.contentIndex)}`;
    case 'User Agent Property and Scheme': {
      const indexes = [pragma.propertyNameIndex, pragma.contentIndex, pragma.schemeIndex];
      return `${pragma.type} ${indexes.map((index) => valueText(unit, index)).join(' ')}`;
    }
  }
}

/** The value of a constant. */
function valueText(unit: Unit, index: number): string {
  const constant = unit.constants[index];
  if (constant === undefined) return `(no constant ${index})`;
  return constantText(constant).slice(constant.type.length + 1);
}

function functionText(
  unit: Unit,
  { numberOfArguments, numberOfLocalVariables, codeArray }: FunctionDefinition,
  findex: number,
  names: ReadonlyMap<number, string>,
): string[] {
  const name = names.get(findex);
  const title = name === undefined ? `Function ${findex}` : `Function ${findex} extern ${name}`;
  const counts = `${numberOfArguments} arguments, ${numberOfLocalVariables} local variables`;
  const lines = ['', `${title}: ${counts}, ${codeArray.length} octets`];
  for (let at = 0; at < codeArray.length; ) {
    const instruction = instructionAt(codeArray, at);
    const size = instruction?.size ?? 1;
    const text = instruction === undefined ? '(no instruction)' : instructionText(unit, instruction, names);
    lines.push(`${String(at).padStart(5)}  ${toHex(codeArray.subarray(at, at + size)).padEnd(12)}  ${text}`);
    at += size;
  }
  return lines;
}

function instructionAt(code: Uint8Array, at: number): Instruction | undefined {
  try {
    return decodeInstruction(code, at);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function instructionText(
  unit: Unit,
  { name, operands, target }: Instruction,
  names: ReadonlyMap<number, string>,
): string {
  const shown = Object.values(operands).join(' ');
  const meaning = target === undefined ? meaningOf(unit, operands, names) : `to ${target}`;
  return [name.padEnd(13), shown.padEnd(7), meaning && `; ${meaning}`]
    .filter((part) => part !== '')
    .join(' ')
    .trimEnd();
}

/** What the operands refer to. */
function meaningOf(
  unit: Unit,
  operands: Instruction['operands'],
  names: ReadonlyMap<number, string>,
): string {
  const { cindex, lindex, findex, urlindex, args } = operands;
  if (cindex !== undefined) return valueText(unit, cindex);
  if (findex === undefined) return '';
  if (urlindex !== undefined)
    return `${valueText(unit, urlindex)} ${valueText(unit, findex)} with ${args} arguments`;
  if (lindex === undefined) return names.get(findex) ?? '';
  const library = librariesById.get(lindex)?.name ?? '(no library)';
  return `${library}.${libraryFunction(lindex, findex)?.name ?? '(no function)'}`;
}
