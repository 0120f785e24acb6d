/** WMLScript units for tests: written as instructions, run with a host that is a table of answers. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../src/wap/random.js';
import {
  type CallOptions,
  type Constant,
  compileWmlScript,
  type Execution,
  encodeInstruction,
  encodeUnit,
  type Float,
  type InstructionName,
  type LoadedUnit,
  librariesByName,
  loadUnit,
  type Outcome,
  opcodes,
  type Pragma,
  startCall,
  typeOf,
  type Value,
} from '../../src/wap/wmlscript/index.js';

/** A function: its code as text, `LOAD_VAR_S 0; CONST_1; ADD; RETURN`. */
export interface Source {
  readonly name?: string;
  readonly args?: number;
  readonly locals?: number;
  readonly code: string;
}

export interface UnitSource {
  readonly functions: readonly Source[];
  readonly constants?: readonly Constant[];
  readonly pragmas?: readonly Pragma[];
  readonly characterSet?: number;
}

/** Octets of a unit. The first function is called main unless it has a name. */
export function assemble({
  functions,
  constants = [],
  pragmas = [],
  characterSet = 106,
}: UnitSource): Uint8Array {
  return encodeUnit({
    versionNumber: 1,
    characterSet,
    constants,
    pragmas,
    functionNames: functions.flatMap(({ name }, functionIndex) => {
      const functionName = name ?? (functionIndex === 0 ? 'main' : undefined);
      return functionName === undefined ? [] : [{ functionIndex, functionName }];
    }),
    functions: functions.map(({ args = 0, locals = 0, code }) => ({
      numberOfArguments: args,
      numberOfLocalVariables: locals,
      codeArray: Uint8Array.from(
        code.split(';').flatMap((line) => (line.trim() === '' ? [] : [...assembleLine(line.trim())])),
      ),
    })),
  });
}

function assembleLine(line: string): Uint8Array {
  const [name = '', ...numbers] = line.split(/\s+/);
  assert.ok(name in opcodes, `${name} is no instruction`);
  const { operands } = opcodes[name as InstructionName];
  const values = Object.fromEntries(operands.map(([operand], i) => [operand, Number(numbers[i])]));
  return encodeInstruction(name as InstructionName, values);
}

/** The unit of octets that pass verification. */
export function load(octets: Uint8Array): LoadedUnit {
  const loaded = loadUnit(octets);
  if ('unit' in loaded) return loaded.unit;
  return assert.fail(`${loaded.fatal.name}: ${loaded.fatal.rule}`);
}

/** The fatal error of octets that do not pass verification. */
export function refusal(octets: Uint8Array): string {
  const loaded = loadUnit(octets);
  if ('fatal' in loaded) return `${loaded.fatal.name}: ${loaded.fatal.rule}`;
  return assert.fail('the unit was accepted');
}

export const options: CallOptions = { url: 'http://www.host.com/app/test.wmlsc', random: seededRandom(1) };

export function start(unit: LoadedUnit, args: readonly Value[] = [], more?: Partial<CallOptions>): Execution {
  return startCall(unit, [...unit.externals.keys()][0] ?? '', args, { ...options, ...more });
}

/** Runs the first function of a unit to its first outcome. */
export function run(
  source: UnitSource | Uint8Array,
  args: readonly Value[] = [],
  more?: Partial<CallOptions>,
): Outcome {
  return start(load(source instanceof Uint8Array ? source : assemble(source)), args, more).run();
}

/** The value that code returns, the only function of its unit. */
export function evaluate(
  code: string,
  constants: readonly Constant[] = [],
  args: readonly Value[] = [],
  more?: Partial<CallOptions>,
): Value {
  return returned(run({ constants, functions: [{ code, args: args.length, locals: 4 }] }, args, more));
}

export function returned(outcome: Outcome): Value {
  return 'returned' in outcome ? outcome.returned : assert.fail(`not returned: ${JSON.stringify(outcome)}`);
}

/** Calls a library function, named as printed, from bytecode: the outcome. */
export function outcomeOf(name: string, args: readonly Value[], more?: Partial<CallOptions>): Outcome {
  const [library = '', fn = ''] = name.split('.');
  const entry = librariesByName.get(library);
  const lindex = entry?.id ?? assert.fail(`${library} is no library`);
  const findex = entry?.functions.get(fn)?.id ?? assert.fail(`${name} is no function`);
  const loads = args.map((_, i) => `LOAD_VAR ${i};`).join('');
  return run(
    { functions: [{ args: args.length, code: `${loads} CALL_LIB_W ${findex} ${lindex}; RETURN` }] },
    args,
    more,
  );
}

/** The value of a library function that needs no host. */
export function library(name: string, ...args: readonly Value[]): Value {
  return returned(outcomeOf(name, args));
}

/** A value as the tests print it: `3 integer`. */
export function shown(value: Value): string {
  const type = typeOf(value);
  if (type === 'invalid') return 'invalid';
  return `${typeof value === 'object' ? value.float : String(value)} ${type}`;
}

/** The fatal error's name and rule of an outcome. */
export function fatal(outcome: Outcome): string {
  return 'fatal' in outcome
    ? `${outcome.fatal.name}: ${outcome.fatal.rule}`
    : assert.fail(`not fatal: ${JSON.stringify(outcome)}`);
}

/** What an instruction makes of the values that it finds on the operand stack. */
export function operate(name: InstructionName, ...values: readonly Value[]): Value {
  return evaluate(`${loads(values)} ${name}; RETURN`, [], values);
}

/** The same on an integer-only device. */
export function operateOnIntegers(name: InstructionName, ...values: readonly Value[]): Value {
  return evaluate(`${loads(values)} ${name}; RETURN`, [], values, { integerOnly: true });
}

function loads(values: readonly Value[]): string {
  return values.map((_, i) => `LOAD_VAR ${i};`).join('');
}

/** A floating-point value, rounded to single precision. */
export function f(value: number): Float {
  return { float: Math.fround(value) };
}

/** Bytecode of a source text that has no mistakes. */
export function compile(source: string): Uint8Array {
  const { octets, errors } = compileWmlScript(source);
  return octets ?? assert.fail(errors.map(({ message }) => message).join('\n'));
}

/** Runs a unit with a browser context of variables; a dialog is answered with its default or an empty string. */
export function runWithBrowser(
  octets: Uint8Array,
  functionName = 'main',
  more?: Partial<CallOptions>,
): Outcome {
  const loaded = loadUnit(octets);
  if ('fatal' in loaded) return loaded;
  const variables = new Map<string, Value>();
  const execution = startCall(loaded.unit, functionName, [], { ...options, ...more });
  let outcome = execution.run();
  while ('host' in outcome) {
    const [name = '', value = ''] = outcome.args;
    if (outcome.host === 'WMLBrowser.setVar') variables.set(String(name), value);
    outcome = execution.resume(answerOf(outcome.host, name, value, variables));
  }
  return outcome;
}

function answerOf(host: string, name: Value, value: Value, variables: ReadonlyMap<string, Value>): Value {
  switch (host) {
    case 'WMLBrowser.getVar':
      return variables.get(String(name)) ?? '';
    case 'WMLBrowser.setVar':
    case 'Dialogs.confirm':
      return true;
    case 'Dialogs.prompt':
      return value;
    default:
      return '';
  }
}
