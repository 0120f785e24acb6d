/**
 * The interpreter: WAP-193_101-WMLScript §8, §10. It runs until it needs its host (a library that is not pure, a unit to
 * load), returns, and is resumed with the answer; it knows no clock, network or user.
 *
 * Verification has proved what the instructions assume (indexes, stack depth), so that the loop repeats none of it; and
 * two integers, the common case, are computed in the loop itself.
 */
import { UsageError } from '../errors.js';
import { isAccessAllowed } from './access.js';
import type { Code } from './code.js';
import { convertToBoolean } from './conversions.js';
import { type FatalError, type FatalErrorName, fatalError, type Place } from './errors.js';
import { Heap } from './heap.js';
import type { Context, Result } from './lib/function.js';
import { defaultLimits, type Limits } from './limits.js';
import type { Loaded, LoadedUnit } from './load.js';
import { binary, increase, ofIntegers, unary } from './operators.js';
import type { CallOptions, Outcome } from './outcome.js';
import { pseudoRandom } from './pseudo-random.js';
import { compact } from './text.js';
import { resolveUrl, withoutFragment } from './url.js';
import { invalid, isValue, type Value } from './values.js';

/** MIBEnum of UTF-8: the native character set is Unicode's. */
const UTF_8 = 106;

/** The unit that called another one. */
interface Caller {
  readonly unit: LoadedUnit;
  readonly url: string;
  readonly referer: string;
  readonly base: number;
}

type Waiting =
  | { readonly for: 'run' }
  | { readonly for: 'host'; readonly translate: ((answer: Value) => Value) | undefined }
  | {
      readonly for: 'unit';
      readonly url: string;
      readonly functionName: string;
      readonly args: readonly Value[];
    }
  | { readonly for: 'nothing' };

/** Calls an external function of a unit. What is wrong with the call itself is the outcome of `run`. */
export function startCall(
  unit: LoadedUnit,
  functionName: string,
  args: readonly Value[],
  options: CallOptions,
): Execution {
  if (!args.every(isValue)) throw new UsageError('an argument is not a WMLScript value');
  return new Execution(unit, functionName, args, options);
}

/** One invocation of the interpreter. */
export class Execution {
  readonly #limits: Limits;
  readonly #slice: number;
  readonly #context: Context;
  readonly #stack: Value[] = [];
  readonly #heap: Heap;
  /** Of each function that called another one: its next instruction and the start of its variables. */
  readonly #frames: number[] = [];
  readonly #callers: Caller[] = [];
  #unit: LoadedUnit;
  #url: string;
  #referer: string;
  /** Length of `#frames` when the current unit was entered. */
  #base = 0;
  #pc = 0;
  #fp = 0;
  #sp = 0;
  #stepsLeft: number;
  #waiting: Waiting;
  #refused: FatalError | undefined;

  constructor(unit: LoadedUnit, functionName: string, args: readonly Value[], options: CallOptions) {
    const { url, referer, integerOnly = false, characterSet = UTF_8, random, slice } = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#heap = new Heap(this.#limits.heap, this.#stack);
    this.#slice = slice ?? Number.POSITIVE_INFINITY;
    this.#unit = unit;
    this.#url = url;
    this.#referer = referer ?? '';
    this.#stepsLeft = this.#limits.steps;
    this.#context = {
      integerOnly,
      characterSet,
      pseudoRandom: pseudoRandom(random),
      url: () => this.#url,
      referer: () => this.#referer,
      fits: (characters) => this.#heap.fits(characters),
    };
    this.#waiting = { for: 'run' };
    this.#refused = this.#enter(unit, url, referer, functionName, args);
  }

  /** Starts, or goes on after `paused`. */
  run(): Outcome {
    if (this.#waiting.for !== 'run') throw new UsageError('the execution does not wait to be run');
    return this.#refused ? this.#end({ fatal: this.#refused }) : this.#interpret();
  }

  /**
   * Goes on after `host` with the function's value, or after `loadUnit` with the unit. A fatal error in place of either
   * ends the execution: Unable to Load Compilation Unit, or Fatal Library Function Error.
   */
  resume(answer: Value | Loaded): Outcome {
    const waiting = this.#waiting;
    const isFatal = typeof answer === 'object' && 'fatal' in answer;
    if (isFatal && (waiting.for === 'host' || waiting.for === 'unit'))
      return this.#end({ fatal: answer.fatal });
    if (waiting.for === 'host' && isValue(answer)) {
      this.#waiting = { for: 'run' };
      const value = this.#supported(waiting.translate ? waiting.translate(answer) : answer);
      this.#stack[this.#sp++] = value;
      if (this.#heap.holds(lengthOf(value), this.#sp)) return this.#interpret();
      return this.#fail('Out of Memory', 'the heap is full', this.#pc - 1);
    }
    if (waiting.for === 'unit' && typeof answer === 'object' && 'unit' in answer) {
      this.#waiting = { for: 'run' };
      const fatal = this.#callUnit(answer.unit, waiting.url, waiting.functionName, waiting.args);
      return fatal ? this.#end({ fatal }) : this.#interpret();
    }
    throw new UsageError('the execution does not wait for this');
  }

  /** §12.3.4: the user or the system ends the execution at a moment when the machine has returned. */
  abort(name: 'User Initiated' | 'System Initiated'): Outcome {
    return this.#fail(name, 'the execution was ended from outside', this.#pc);
  }

  /** Instructions executed so far, and the characters that libraries looked at. */
  steps(): number {
    return this.#limits.steps - this.#stepsLeft;
  }

  #end(outcome: Outcome): Outcome {
    this.#waiting = { for: 'nothing' };
    return outcome;
  }

  #fail(name: FatalErrorName, rule: string, pc: number): Outcome {
    return this.#end({ fatal: fatalError(name, rule, this.#place(pc)) });
  }

  #place(pc: number): Place {
    const { starts, offsets } = this.#unit.code;
    let functionIndex = 0;
    while (functionIndex + 2 < starts.length && (starts[functionIndex + 1] as number) <= pc) functionIndex++;
    return { url: this.#url, functionIndex, offset: offsets[pc] ?? 0 };
  }

  /** Makes a function of a unit the current one, with its arguments as variables: §8.3.4, §8.4. */
  #enter(
    unit: LoadedUnit,
    url: string,
    referer: string | undefined,
    functionName: string,
    args: readonly Value[],
  ): FatalError | undefined {
    if (referer !== undefined && !isAccessAllowed(unit, url, referer)) {
      return fatalError('Access Violation', `${url} does not allow access from ${referer}`);
    }
    const index = unit.externals.get(functionName);
    if (index === undefined) {
      return fatalError('External Function Not Found', `${url} has no external function ${functionName}`);
    }
    const { numberOfArguments, numberOfLocalVariables, frameSizes, starts } = unit.code;
    if (numberOfArguments[index] !== args.length) {
      const rule = `${functionName} takes ${numberOfArguments[index]} arguments, but gets ${args.length}`;
      return fatalError('Invalid Function Arguments', rule);
    }
    if (this.#sp + (frameSizes[index] as number) > this.#limits.stack) {
      return fatalError('Stack Overflow', `the variables of ${functionName} find no room`);
    }
    this.#fp = this.#sp;
    for (const value of args) this.#stack[this.#sp++] = this.#supported(value);
    for (let i = numberOfLocalVariables[index] as number; i > 0; i--) this.#stack[this.#sp++] = '';
    this.#pc = starts[index] as number;
    const characters = args.reduce<number>(
      (sum, each) => sum + (typeof each === 'string' ? each.length : 0),
      0,
    );
    return this.#heap.holds(characters, this.#sp)
      ? undefined
      : fatalError('Out of Memory', 'the heap is full');
  }

  /** CALL_URL, once the unit is there. */
  #callUnit(
    unit: LoadedUnit,
    url: string,
    functionName: string,
    args: readonly Value[],
  ): FatalError | undefined {
    const at = this.#place(this.#pc - 1);
    if (this.#frames.length >= 2 * this.#limits.calls) {
      return fatalError('Stack Overflow', 'too many functions call each other', at);
    }
    const caller = { unit: this.#unit, url: this.#url, referer: this.#referer, base: this.#base };
    const [pc, fp] = [this.#pc, this.#fp];
    const fatal = this.#enter(unit, url, withoutFragment(this.#url), functionName, args);
    if (fatal) return { ...fatal, at };
    this.#frames.push(pc, fp);
    this.#callers.push(caller);
    this.#base = this.#frames.length;
    this.#unit = unit;
    this.#url = url;
    this.#referer = withoutFragment(caller.url);
    return undefined;
  }

  /** §13: on an integer-only device variables never contain a floating-point value. */
  #supported(value: Value): Value {
    return typeof value === 'object' && this.#context.integerOnly ? invalid : value;
  }

  #values(): readonly Value[] {
    return this.#context.integerOnly ? this.#unit.integerOnlyValues : this.#unit.values;
  }

  #interpret(): Outcome {
    const stack = this.#stack;
    const frames = this.#frames;
    const integerOnly = this.#context.integerOnly;
    const maxFrames = 2 * this.#limits.calls;
    const maxStack = this.#limits.stack;
    const budget = Math.min(this.#stepsLeft, this.#slice);
    let steps = budget;
    let code: Code = this.#unit.code;
    let opcodes = code.opcodes;
    let operands = code.operands;
    let values = this.#values();
    let pc = this.#pc;
    let fp = this.#fp;
    let sp = this.#sp;

    for (;;) {
      if (steps <= 0) {
        this.#save(pc, fp, sp, budget - steps);
        if (this.#stepsLeft > 0) return { paused: this.steps() };
        return this.#fail(
          'System Initiated',
          `the script did not end within ${this.#limits.steps} steps`,
          pc,
        );
      }
      steps--;
      const opcode = opcodes[pc] as number;
      const operand = operands[pc] as number;
      pc++;
      // Opcodes are literals here, as they are printed: a table is made of those, and not of names.
      switch (opcode) {
        case 0x0e: // LOAD_VAR
          stack[sp++] = stack[fp + operand] as Value;
          continue;
        case 0x0f: // STORE_VAR
          stack[fp + operand] = stack[--sp] as Value;
          continue;
        case 0x13: // LOAD_CONST_W, CONST_0 and the like
          stack[sp++] = values[operand] as Value;
          continue;
        case 0x02: // JUMP_FW_W and all jumps without a condition
          pc = operand;
          continue;
        case 0x06: {
          // TJUMP_FW_W and all jumps with one
          const value = stack[--sp] as Value;
          if (value !== true && (value === false || convertToBoolean(value) !== true)) pc = operand;
          continue;
        }
        case 0x10: // INCR_VAR
        case 0x11: {
          // DECR_VAR
          const by = opcode === 0x10 ? 1 : -1;
          const value = stack[fp + operand] as Value;
          if (typeof value === 'number') {
            const result = value + by;
            stack[fp + operand] = result === (result | 0) ? result : invalid;
          } else {
            steps -= lengthOf(value);
            stack[fp + operand] = increase(value, by, integerOnly);
          }
          continue;
        }
        case 0x20: // ADD
        case 0x21: // SUB
        case 0x22: // MUL
        case 0x23: // DIV
        case 0x24: // IDIV
        case 0x25: // REM
        case 0x26: // B_AND
        case 0x27: // B_OR
        case 0x28: // B_XOR
        case 0x2a: // B_LSHIFT
        case 0x2b: // B_RSSHIFT
        case 0x2c: // B_RSZSHIFT
        case 0x2d: // EQ
        case 0x2e: // LE
        case 0x2f: // LT
        case 0x30: // GE
        case 0x31: // GT
        case 0x32: {
          // NE
          const b = stack[--sp] as Value;
          const a = stack[sp - 1] as Value;
          if (typeof a === 'number' && typeof b === 'number' && opcode !== 0x23) {
            stack[sp - 1] = ofIntegers(opcode, a, b);
            continue;
          }
          const result = this.#binary(opcode, a, b, sp + 1);
          if (result === undefined) {
            this.#save(pc, fp, sp, budget - steps);
            return this.#fail('Out of Memory', 'the heap is full', pc - 1);
          }
          // A concatenation looks at no character, everything else may look at all.
          if (opcode !== 0x20) steps -= lengthOf(a) + lengthOf(b);
          stack[sp - 1] = result;
          continue;
        }
        case 0x1b: // INCR
        case 0x1c: // DECR
        case 0x1f: // UMINUS
        case 0x29: // B_NOT
          steps -= lengthOf(stack[sp - 1]);
          stack[sp - 1] = unary(opcode, stack[sp - 1] as Value, integerOnly);
          continue;
        case 0x33: // NOT
        case 0x36: // TOBOOL
        case 0x38: // TYPEOF
        case 0x39: // ISVALID
          stack[sp - 1] = unary(opcode, stack[sp - 1] as Value, integerOnly);
          continue;
        case 0x34: {
          // SCAND
          const value = convertToBoolean(stack[sp - 1] as Value) ?? invalid;
          stack[sp - 1] = value;
          if (value !== true) stack[sp++] = false;
          continue;
        }
        case 0x35: {
          // SCOR
          const value = convertToBoolean(stack[sp - 1] as Value) ?? invalid;
          stack[sp - 1] = value === false ? true : value;
          if (value !== false) stack[sp++] = false;
          continue;
        }
        case 0x37: // POP
          sp--;
          continue;
        case 0x3c: // DEBUG
          continue;
        case 0x1d: // ADD_ASG
        case 0x1e: {
          // SUB_ASG
          const by = stack[--sp] as Value;
          const value = stack[fp + operand] as Value;
          if (typeof value === 'number' && typeof by === 'number') {
            const result = opcode === 0x1d ? value + by : value - by;
            stack[fp + operand] = result === (result | 0) ? result : invalid;
            continue;
          }
          if (opcode !== 0x1d) steps -= lengthOf(value) + lengthOf(by);
          const result = this.#binary(opcode === 0x1d ? 0x20 : 0x21, value, by, sp);
          if (result === undefined) {
            this.#save(pc, fp, sp, budget - steps);
            return this.#fail('Out of Memory', 'the heap is full', pc - 1);
          }
          stack[fp + operand] = result;
          continue;
        }
        case 0x09: {
          // CALL
          if (frames.length >= maxFrames) {
            this.#save(pc, fp, sp, budget - steps);
            return this.#fail('Stack Overflow', 'too many functions call each other', pc - 1);
          }
          frames.push(pc, fp);
          fp = sp - (code.numberOfArguments[operand] as number);
          if (fp + (code.frameSizes[operand] as number) > maxStack) {
            this.#save(pc, fp, sp, budget - steps);
            return this.#fail('Stack Overflow', 'the operand stack is full', pc - 1);
          }
          for (let i = code.numberOfLocalVariables[operand] as number; i > 0; i--) stack[sp++] = '';
          pc = code.starts[operand] as number;
          continue;
        }
        case 0x3a: // RETURN
        case 0x3b: {
          // RETURN_ES
          const value = opcode === 0x3a ? (stack[sp - 1] as Value) : '';
          sp = fp;
          if (frames.length === this.#base) {
            const caller = this.#callers.pop();
            if (caller === undefined) {
              this.#save(pc, fp, sp, budget - steps);
              return this.#end({ returned: value });
            }
            this.#leave(caller);
            code = this.#unit.code;
            opcodes = code.opcodes;
            operands = code.operands;
            values = this.#values();
          }
          fp = frames.pop() as number;
          pc = frames.pop() as number;
          stack[sp++] = value;
          continue;
        }
        case 0x0b: {
          // CALL_LIB_W
          const called = code.libraryCalls[operand] as Code['libraryCalls'][number];
          const args = stack.slice(sp - called.parameters, sp);
          sp -= called.parameters;
          for (const value of args) steps -= lengthOf(value);
          const result = called.call(this.#context, args);
          if (typeof result === 'string') {
            steps -= result.length;
            stack[sp++] = compact(result, args[0]);
            if (this.#heap.holds(result.length, sp)) continue;
            this.#save(pc, fp, sp, budget - steps);
            return this.#fail('Out of Memory', 'the heap is full', pc - 1);
          }
          if (typeof result !== 'object' || 'float' in result) {
            stack[sp++] = result;
            continue;
          }
          this.#save(pc, fp, sp, budget - steps);
          return this.#leaveWith(result);
        }
        case 0x0d: {
          // CALL_URL_W
          const called = code.urlCalls[operand] as Code['urlCalls'][number];
          const args = stack.slice(sp - called.args, sp);
          sp -= called.args;
          this.#save(pc, fp, sp, budget - steps);
          return this.#load(called.url, called.functionName, args);
        }
      }
    }
  }

  #save(pc: number, fp: number, sp: number, steps: number): void {
    this.#stepsLeft = Math.max(this.#stepsLeft - steps, 0);
    this.#pc = pc;
    this.#fp = fp;
    this.#sp = sp;
  }

  /** `undefined` where the heap has no room for the result. */
  #binary(opcode: number, a: Value, b: Value, sp: number): Value | undefined {
    if (opcode === 0x20 && !this.#heap.fits(lengthOf(a) + lengthOf(b))) return undefined;
    const result = binary(opcode, a, b, this.#context.integerOnly);
    return typeof result !== 'string' || this.#heap.holds(result.length, sp) ? result : undefined;
  }

  #leave(caller: Caller): void {
    this.#unit = caller.unit;
    this.#url = caller.url;
    this.#referer = caller.referer;
    this.#base = caller.base;
  }

  #leaveWith(result: Exclude<Result, Value>): Outcome {
    if ('failed' in result) return this.#fail(result.failed, result.rule, this.#pc - 1);
    if ('host' in result) {
      this.#waiting = { for: 'host', translate: result.translate };
      return { host: result.host, args: result.args };
    }
    return this.#end(result);
  }

  #load(reference: string, functionName: string, args: readonly Value[]): Outcome {
    const url = resolveUrl(withoutFragment(this.#url), reference);
    if (url === undefined) {
      const rule = `${reference} cannot be resolved against ${this.#url}`;
      return this.#fail('Unable to Load Compilation Unit', rule, this.#pc - 1);
    }
    this.#waiting = { for: 'unit', url, functionName, args };
    return { loadUnit: url, functionName, args };
  }
}

/** Units of a string, 0 for all other values. */
function lengthOf(value: Value | undefined): number {
  return typeof value === 'string' ? value.length : 0;
}
