/**
 * Code as the machine runs it: every function of a unit in one pair of typed arrays, an instruction an index, whose
 * operands are looked up and found to exist (WAP-193_101-WMLScript §11.2). Each instruction has the opcode of its widest
 * printed form: JUMP_FW_S, JUMP_FW, JUMP_BW … are all JUMP_FW_W, whose operand is the target.
 */
import { DecodeError } from '../errors.js';
import { type Instruction, instructions, type Unit } from './bytecode.js';
import type { Implementation } from './lib/function.js';
import { implementation } from './lib/implementations.js';
import { isFunctionName } from './names.js';
import { type InstructionName, opcodes } from './opcodes.js';
import { stackDepth } from './stack-depth.js';
import { parseUrl } from './url.js';
import { invalid, type Value } from './values.js';

/** An external call: CALL_URL. */
export interface UrlTarget {
  readonly url: string;
  readonly functionName: string;
  readonly args: number;
}

export interface Code {
  readonly opcodes: Uint8Array;
  readonly operands: Int32Array;
  /** Offset of each instruction in the code of its function. */
  readonly offsets: Int32Array;
  /** Of each function: its first instruction. One more entry ends the last function. */
  readonly starts: Int32Array;
  readonly numberOfArguments: Uint8Array;
  readonly numberOfLocalVariables: Uint8Array;
  /** Of each function: variables, and the operands that it has at most at one time. */
  readonly frameSizes: Int32Array;
  /** Constants, and behind them those that have instructions of their own. */
  readonly values: readonly Value[];
  readonly libraryCalls: readonly Implementation[];
  readonly urlCalls: readonly UrlTarget[];
}

/** §10.5: instructions that the machine knows in one form only, and that form. */
const widest: Partial<Record<InstructionName, InstructionName>> = {
  JUMP_FW_S: 'JUMP_FW_W',
  JUMP_FW: 'JUMP_FW_W',
  JUMP_BW_S: 'JUMP_FW_W',
  JUMP_BW: 'JUMP_FW_W',
  JUMP_BW_W: 'JUMP_FW_W',
  TJUMP_FW_S: 'TJUMP_FW_W',
  TJUMP_FW: 'TJUMP_FW_W',
  TJUMP_BW: 'TJUMP_FW_W',
  TJUMP_BW_W: 'TJUMP_FW_W',
  CALL_S: 'CALL',
  CALL_LIB_S: 'CALL_LIB_W',
  CALL_LIB: 'CALL_LIB_W',
  CALL_URL: 'CALL_URL_W',
  LOAD_VAR_S: 'LOAD_VAR',
  STORE_VAR_S: 'STORE_VAR',
  INCR_VAR_S: 'INCR_VAR',
  LOAD_CONST_S: 'LOAD_CONST_W',
  LOAD_CONST: 'LOAD_CONST_W',
};

/** §10.5.4.4 to §10.5.4.10: constants that are not in the pool. */
const implicitConstants: ReadonlyMap<InstructionName, Value> = new Map<InstructionName, Value>([
  ['CONST_0', 0],
  ['CONST_1', 1],
  ['CONST_M1', -1],
  ['CONST_ES', ''],
  ['CONST_INVALID', invalid],
  ['CONST_TRUE', true],
  ['CONST_FALSE', false],
]);
const implicitConstantNames = [...implicitConstants.keys()];

/** Collects a unit's functions, one after the other. */
export class CodeBuilder {
  readonly #unit: Unit;
  readonly #texts: readonly (string | undefined)[];
  readonly #values: readonly Value[];
  readonly #opcodes: number[] = [];
  readonly #operands: number[] = [];
  readonly #offsets: number[] = [];
  readonly #starts: number[] = [];
  readonly #frameSizes: number[] = [];
  readonly #libraryCalls: Implementation[] = [];
  readonly #urlCalls: UrlTarget[] = [];
  #underflow: number | undefined;

  /** @param texts the constants of `values` that are strings */
  constructor(unit: Unit, values: readonly Value[], texts: readonly (string | undefined)[]) {
    this.#unit = unit;
    this.#texts = texts;
    this.#values = values;
  }

  /** Offset of the instruction of the function added last that finds too few operands; `undefined` where none does. */
  get underflow(): number | undefined {
    return this.#underflow;
  }

  /** Throws `DecodeError` with the offset of what breaks a rule of §11.2. */
  add(functionIndex: number): void {
    const definition = this.#unit.functions[functionIndex];
    if (definition === undefined) throw new RangeError(`there is no function ${functionIndex}`);
    const { codeArray, numberOfArguments, numberOfLocalVariables } = definition;
    const variables = numberOfArguments + numberOfLocalVariables;
    const start = this.#opcodes.length;
    this.#starts.push(start);
    /** Index of the instruction at each offset; -1 within an instruction. */
    const indexes = new Int32Array(codeArray.length + 1).fill(-1);
    const jumps: [index: number, at: number, target: number][] = [];
    for (const instruction of instructions(codeArray)) {
      const index = this.#opcodes.length;
      indexes[instruction.at] = index;
      const { target } = instruction;
      if (target !== undefined) jumps.push([index, instruction.at, target]);
      this.#push(instruction, variables);
    }
    // §8.4.3: the end of a function returns an empty string. A jump may go there: compilers end a loop or an if so.
    indexes[codeArray.length] = this.#opcodes.length;
    this.#emit(opcodes.RETURN_ES.first, 0, codeArray.length);
    for (const [index, at, target] of jumps) {
      const to = indexes[target];
      if (to === undefined)
        throw new DecodeError('WMLScript', at, 'the target of the jump is not in the function');
      if (to < 0) throw new DecodeError('WMLScript', at, 'the target of the jump is within an instruction');
      this.#operands[index] = to;
    }
    this.#measure(start, variables);
  }

  done(): Code {
    return {
      opcodes: Uint8Array.from(this.#opcodes),
      operands: Int32Array.from(this.#operands),
      offsets: Int32Array.from(this.#offsets),
      starts: Int32Array.from([...this.#starts, this.#opcodes.length]),
      numberOfArguments: Uint8Array.from(this.#unit.functions, (each) => each.numberOfArguments),
      numberOfLocalVariables: Uint8Array.from(this.#unit.functions, (each) => each.numberOfLocalVariables),
      frameSizes: Int32Array.from(this.#frameSizes),
      values: [...this.#values, ...implicitConstants.values()],
      libraryCalls: this.#libraryCalls,
      urlCalls: this.#urlCalls,
    };
  }

  #push(instruction: Instruction, variables: number): void {
    const { name, at } = instruction;
    const constant = implicitConstantNames.indexOf(name);
    if (constant >= 0) this.#emit(opcodes.LOAD_CONST_W.first, this.#values.length + constant, at);
    else this.#emit(opcodes[widest[name] ?? name].first, this.#operand(instruction, variables), at);
  }

  #emit(opcode: number, operand: number, offset: number): void {
    this.#opcodes.push(opcode);
    this.#operands.push(operand);
    this.#offsets.push(offset);
  }

  /** The operand as the machine wants it, found to be valid. */
  #operand({ at, name, operands }: Instruction, variables: number): number {
    const { vindex, cindex, findex = 0, lindex, urlindex, args = 0 } = operands;
    const fail = (rule: string): never => {
      throw new DecodeError('WMLScript', at, rule);
    };
    if (vindex !== undefined) return vindex < variables ? vindex : fail(`vindex ${vindex} is not a variable`);
    if (cindex !== undefined) {
      return cindex < this.#values.length ? cindex : fail(`cindex ${cindex} is not a constant`);
    }
    if (lindex !== undefined) {
      const called = implementation(lindex, findex);
      if (called === undefined) return fail(`library ${lindex} has no function ${findex}`);
      return this.#libraryCalls.push(called) - 1;
    }
    if (urlindex !== undefined) {
      const url = this.#texts[urlindex];
      const functionName = this.#texts[findex];
      if (url === undefined || parseUrl(url) === undefined) return fail(`urlindex ${urlindex} is not a URL`);
      // §10.5.2.6: the constant type of a function name must be 4.
      const isName =
        this.#unit.constants[findex]?.type === 'stringUtf8' && isFunctionName(functionName ?? '');
      if (!isName) return fail(`findex ${findex} is not a function name`);
      return this.#urlCalls.push({ url, functionName: functionName ?? '', args }) - 1;
    }
    if (name !== 'CALL' && name !== 'CALL_S') return 0;
    return findex < this.#unit.functions.length ? findex : fail(`findex ${findex} is not a function`);
  }

  #measure(start: number, variables: number): void {
    const depth = stackDepth(this.#opcodes, this.#operands, start, (opcode, operand) => {
      if (opcode === opcodes.CALL.first) return this.#unit.functions[operand]?.numberOfArguments ?? 0;
      if (opcode === opcodes.CALL_LIB_W.first) return this.#libraryCalls[operand]?.parameters ?? 0;
      return this.#urlCalls[operand]?.args ?? 0;
    });
    if ('conflict' in depth) {
      const at = this.#offsets[depth.conflict] ?? 0;
      throw new DecodeError(
        'WMLScript',
        at,
        'the operand stack is not equally high on all ways to this place',
      );
    }
    this.#underflow = 'underflow' in depth ? this.#offsets[depth.underflow] : undefined;
    this.#frameSizes.push('max' in depth ? variables + depth.max : variables);
  }
}
