/**
 * Verification: WAP-193_101-WMLScript §11. Structure is decodeUnit's; here are the rules about what is in it. The runtime
 * checks of §11.2 are made before the code runs, too, so that the machine need not repeat them: see verify-code.ts.
 */
import { DecodeError } from '../errors.js';
import { BYTECODE_VERSION, type Constant, type Pragma, type Unit } from './bytecode.js';
import { type Code, CodeBuilder } from './code.js';
import { type FatalError, fatalError } from './errors.js';
import { isFunctionName } from './names.js';
import { type Invalid, toFloat, type Value } from './values.js';

/** §9.7: arguments and local variables of one function together. */
const MAX_VARIABLES = 256;

/** Turns the octets of a string constant into text; `undefined` where it does not know the character set. */
export type DecodeText = (characterSet: number, octets: Uint8Array) => string | undefined;

/** Everything the machine knows of a unit that passed. */
export interface Verified {
  readonly values: readonly Value[];
  readonly code: Code;
  /** Index of each external function: only these can be called from outside (§8.5). */
  readonly externals: ReadonlyMap<string, number>;
  readonly accessDomain: string | undefined;
  readonly accessPath: string | undefined;
}

/** What a unit is made of, or the fatal error that it is. */
export function verifyUnit(unit: Unit, decodeText: DecodeText): Verified | FatalError {
  const rule = checkHeader(unit) ?? checkFunctionPool(unit);
  if (rule !== undefined) return fatalError('Verification Failed', rule);
  const values: Value[] = [];
  for (const [i, constant] of unit.constants.entries()) {
    const value = constantValue(constant, unit.characterSet, decodeText);
    if (value === undefined) return fatalError('Verification Failed', `constant ${i} cannot be decoded`);
    values.push(value);
  }
  const texts = unit.constants.map((constant, i) => (isString(constant) ? String(values[i]) : undefined));
  for (const pragma of unit.pragmas) {
    if (pragmaIndexes(pragma).some((index) => texts[index] === undefined)) {
      return fatalError('Verification Failed', `pragma ${pragma.type} does not point to a string constant`);
    }
  }
  const domains = unit.pragmas.flatMap((pragma) =>
    pragma.type === 'Access Domain' ? [texts[pragma.accessDomainIndex]] : [],
  );
  const paths = unit.pragmas.flatMap((pragma) =>
    pragma.type === 'Access Path' ? [texts[pragma.accessPathIndex]] : [],
  );
  // §9.5.1.1: the pool can contain only one entry of each type.
  if (domains.length > 1 || paths.length > 1) {
    return fatalError('Verification Failed', 'there are two access control pragmas of one type');
  }
  const code = verifyCode(unit, values, texts);
  if ('name' in code) return code;
  return {
    values: code.values,
    code,
    externals: new Map(unit.functionNames.map((name) => [name.functionName, name.functionIndex])),
    accessDomain: domains[0],
    accessPath: paths[0],
  };
}

function verifyCode(
  unit: Unit,
  values: readonly Value[],
  texts: readonly (string | undefined)[],
): Code | FatalError {
  const builder = new CodeBuilder(unit, values, texts);
  for (const functionIndex of unit.functions.keys()) {
    try {
      builder.add(functionIndex);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const place = { url: '', functionIndex, offset: error.offset };
      return fatalError('Verification Failed', error.rule, place);
    }
    const underflow = builder.underflow;
    if (underflow !== undefined) {
      const place = { url: '', functionIndex, offset: underflow };
      return fatalError('Stack Underflow', 'the operand stack has too few values', place);
    }
  }
  return builder.done();
}

/** §11.1: the major versions match, the minor one is not newer. */
function checkHeader({ versionNumber }: Unit): string | undefined {
  const major = (versionNumber >> 4) + 1;
  const minor = versionNumber & 0xf;
  if (versionNumber >> 4 === BYTECODE_VERSION >> 4 && minor <= (BYTECODE_VERSION & 0xf)) return undefined;
  return `bytecode version ${major}.${minor} is not supported`;
}

function checkFunctionPool({ functions, functionNames }: Unit): string | undefined {
  if (functionNames.length === 0) return 'there is no function name';
  for (const { functionIndex, functionName } of functionNames) {
    if (functionIndex >= functions.length) return `function ${functionIndex} has a name, but does not exist`;
    if (!isFunctionName(functionName)) return `the name of function ${functionIndex} is not a function name`;
  }
  for (const [i, { numberOfArguments, numberOfLocalVariables }] of functions.entries()) {
    if (numberOfArguments + numberOfLocalVariables > MAX_VARIABLES) {
      return `function ${i} has more than ${MAX_VARIABLES} variables`;
    }
  }
  return undefined;
}

function isString({ type }: Constant): boolean {
  return type === 'stringUtf8' || type === 'emptyString' || type === 'stringExt';
}

/** §12.4.2: a floating-point constant that is no number, or infinite, is invalid. */
function constantValue(
  constant: Constant,
  characterSet: number,
  decodeText: DecodeText,
): Value | Invalid | undefined {
  switch (constant.type) {
    case 'integer8':
    case 'integer16':
    case 'integer32':
      return constant.value;
    case 'float32':
      return toFloat(constant.value);
    case 'stringUtf8':
      return constant.value;
    case 'emptyString':
      return '';
    case 'stringExt':
      return decodeText(characterSet, constant.value);
  }
}

function pragmaIndexes(pragma: Pragma): readonly number[] {
  switch (pragma.type) {
    case 'Access Domain':
      return [pragma.accessDomainIndex];
    case 'Access Path':
      return [pragma.accessPathIndex];
    case 'User Agent Property':
      return [pragma.propertyNameIndex, pragma.contentIndex];
    case 'User Agent Property and Scheme':
      return [pragma.propertyNameIndex, pragma.contentIndex, pragma.schemeIndex];
  }
}
