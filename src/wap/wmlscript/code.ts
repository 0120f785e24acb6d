/**
 * Code as the machine runs it: every function of a unit in one pair of typed arrays, an instruction an index, whose
 * operands are looked up and found to exist (WAP-193_101-WMLScript §11.2). Each instruction has the opcode of its widest
 * printed form: JUMP_FW_S, JUMP_FW, JUMP_BW … are all JUMP_FW_W, whose operand is the target.
 */
import { DecodeError } from '../errors.js';
import type { Unit } from './bytecode.js';
import type { Implementation } from './lib/function.js';
import { implementation } from './lib/implementations.js';
import { isFunctionName } from './names.js';
import { type InstructionName, type OperandName, opcodes, opcodeTable } from './opcodes.js';
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
  readonly numberOfArguments: readonly number[];
  readonly numberOfLocalVariables: readonly number[];
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

/** How an opcode octet is turned into what the machine runs. */
interface Form {
  readonly name: InstructionName;
  readonly size: number;
  /** The opcode of the widest form. */
  readonly opcode: number;
  /** Of an implicit constant: its index behind those of the pool; -1 for all others. */
  readonly constant: number;
  /** What the first operand is; `undefined` where there is none. */
  readonly operand: OperandName | undefined;
  /** Value of the operand that is part of the octet; -1 where none is. */
  readonly implicit: number;
  /** Widths in octets of the operands that follow. */
  readonly widths: readonly number[];
}

const forms: readonly (Form | undefined)[] = opcodeTable.map((opcode, octet) => {
  if (opcode === undefined) return undefined;
  const { name, size, operands, implicitBits } = opcode;
  const constant = [...implicitConstants.keys()].indexOf(name);
  return {
    name,
    size,
    opcode: opcodes[constant < 0 ? (widest[name] ?? name) : 'LOAD_CONST_W'].first,
    constant,
    operand: operands[0]?.[0],
    implicit: implicitBits === 0 ? -1 : octet - opcode.first,
    widths: operands.flatMap(([, bits]) => (bits < 8 ? [] : [bits / 8])),
  };
});

/** Collects a unit's functions, one after the other. */
export class CodeBuilder {
  readonly #unit: Unit;
  readonly #texts: readonly (string | undefined)[];
  readonly #values: readonly Value[];
  readonly #opcodes: Uint8Array;
  readonly #operands: Int32Array;
  readonly #offsets: Int32Array;
  readonly #starts: Int32Array;
  readonly #frameSizes: Int32Array;
  readonly #libraryCalls: Implementation[] = [];
  readonly #urlCalls: UrlTarget[] = [];
  /** Whether constants are URLs or function names, as far as a call asked. */
  readonly #urls = new Map<number, boolean>();
  readonly #names = new Map<number, boolean>();
  /** Operands of the instruction that is being read. */
  readonly #read = new Int32Array(3);
  #length = 0;
  #underflow: number | undefined;

  /** @param texts the constants of `values` that are strings */
  constructor(unit: Unit, values: readonly Value[], texts: readonly (string | undefined)[]) {
    this.#unit = unit;
    this.#texts = texts;
    this.#values = values;
    // An instruction takes an octet at least, and each function gets one more.
    const most = unit.functions.reduce((sum, { codeArray }) => sum + codeArray.length + 1, 0);
    this.#opcodes = new Uint8Array(most);
    this.#operands = new Int32Array(most);
    this.#offsets = new Int32Array(most);
    this.#starts = new Int32Array(unit.functions.length + 1);
    this.#frameSizes = new Int32Array(unit.functions.length);
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
    const start = this.#length;
    this.#starts[functionIndex] = start;
    /** Index of the instruction at each offset, one more than it is; 0 within an instruction. */
    const indexes = new Int32Array(codeArray.length + 1);
    for (let at = 0; at < codeArray.length; ) {
      const form = forms[codeArray[at] as number];
      if (form === undefined) fail(at, 'opcode is unassigned');
      if (at + form.size > codeArray.length) fail(at, `${form.name} is cut short`);
      this.#readOperands(codeArray, at + 1, form);
      indexes[at] = this.#length + 1;
      this.#emit(form.opcode, this.#operand(form, at, variables), at);
      at += form.size;
    }
    // §8.4.3: the end of a function returns an empty string. A jump may go there: compilers end a loop or an if so.
    indexes[codeArray.length] = this.#length + 1;
    this.#emit(opcodes.RETURN_ES.first, 0, codeArray.length);
    this.#starts[functionIndex + 1] = this.#length;
    this.#resolveJumps(start, indexes);
    this.#measure(functionIndex, start, variables);
  }

  done(): Code {
    return {
      opcodes: this.#opcodes.slice(0, this.#length),
      operands: this.#operands.slice(0, this.#length),
      offsets: this.#offsets.slice(0, this.#length),
      starts: this.#starts,
      numberOfArguments: this.#unit.functions.map((each) => each.numberOfArguments),
      numberOfLocalVariables: this.#unit.functions.map((each) => each.numberOfLocalVariables),
      frameSizes: this.#frameSizes,
      values: [...this.#values, ...implicitConstants.values()],
      libraryCalls: this.#libraryCalls,
      urlCalls: this.#urlCalls,
    };
  }

  #emit(opcode: number, operand: number, offset: number): void {
    this.#opcodes[this.#length] = opcode;
    this.#operands[this.#length] = operand;
    this.#offsets[this.#length] = offset;
    this.#length++;
  }

  #readOperands(code: Uint8Array, from: number, { implicit, widths }: Form): void {
    let count = 0;
    if (implicit >= 0) this.#read[count++] = implicit;
    let at = from;
    for (const width of widths) {
      const octet = code[at] as number;
      this.#read[count++] = width === 1 ? octet : (octet << 8) | (code[at + 1] as number);
      at += width;
    }
  }

  /** The operand as the machine wants it, found to be valid; that of a jump is the offset of its target. */
  #operand({ name, size, constant, operand }: Form, at: number, variables: number): number {
    if (constant >= 0) return this.#values.length + constant;
    const first = this.#read[0] as number;
    switch (operand) {
      case undefined:
      case 'lindex':
      case 'args':
        return 0;
      case 'offset':
        // §10.5.1: forward from the octet after the jump, backward from the jump itself.
        return name.includes('JUMP_BW') ? at - first : at + size + first;
      case 'vindex':
        return first < variables ? first : fail(at, `vindex ${first} is not a variable`);
      case 'cindex':
        return first < this.#values.length ? first : fail(at, `cindex ${first} is not a constant`);
      case 'urlindex':
        return this.#urlCall(at, first);
      case 'findex':
        if (opcodes[name].operands.length > 1) return this.#libraryCall(at, first);
        return first < this.#unit.functions.length ? first : fail(at, `findex ${first} is not a function`);
    }
  }

  #libraryCall(at: number, findex: number): number {
    const lindex = this.#read[1] as number;
    const called = implementation(lindex, findex);
    if (called === undefined) return fail(at, `library ${lindex} has no function ${findex}`);
    return this.#libraryCalls.push(called) - 1;
  }

  #urlCall(at: number, urlindex: number): number {
    const findex = this.#read[1] as number;
    const args = this.#read[2] as number;
    const url = this.#texts[urlindex] ?? '';
    const functionName = this.#texts[findex] ?? '';
    // Each constant is looked at once, however many calls refer to it.
    const isUrl =
      this.#urls.get(urlindex) ?? (this.#texts[urlindex] !== undefined && parseUrl(url) !== undefined);
    this.#urls.set(urlindex, isUrl);
    if (!isUrl) fail(at, `urlindex ${urlindex} is not a URL`);
    // §10.5.2.6: the constant type of a function name must be 4.
    const isName =
      this.#names.get(findex) ??
      (this.#unit.constants[findex]?.type === 'stringUtf8' && isFunctionName(functionName));
    this.#names.set(findex, isName);
    if (!isName) fail(at, `findex ${findex} is not a function name`);
    return this.#urlCalls.push({ url, functionName, args }) - 1;
  }

  #resolveJumps(start: number, indexes: Int32Array): void {
    for (let index = start; index < this.#length; index++) {
      const opcode = this.#opcodes[index];
      if (opcode !== opcodes.JUMP_FW_W.first && opcode !== opcodes.TJUMP_FW_W.first) continue;
      const to = indexes[this.#operands[index] as number];
      const at = this.#offsets[index] as number;
      if (to === undefined) fail(at, 'the target of the jump is not in the function');
      if (to === 0) fail(at, 'the target of the jump is within an instruction');
      this.#operands[index] = to - 1;
    }
  }

  #measure(functionIndex: number, start: number, variables: number): void {
    const code = this.#opcodes.subarray(start, this.#length);
    const depth = stackDepth(code, this.#operands.subarray(start), start, (opcode, operand) => {
      if (opcode === opcodes.CALL.first) return this.#unit.functions[operand]?.numberOfArguments ?? 0;
      if (opcode === opcodes.CALL_LIB_W.first) return this.#libraryCalls[operand]?.parameters ?? 0;
      return this.#urlCalls[operand]?.args ?? 0;
    });
    if ('conflict' in depth) {
      const at = this.#offsets[start + depth.conflict] ?? 0;
      fail(at, 'the operand stack is not equally high on all ways to this place');
    }
    this.#underflow = 'underflow' in depth ? this.#offsets[start + depth.underflow] : undefined;
    this.#frameSizes[functionIndex] = 'max' in depth ? variables + depth.max : variables;
  }
}

function fail(at: number, rule: string): never {
  throw new DecodeError('WMLScript', at, rule);
}
