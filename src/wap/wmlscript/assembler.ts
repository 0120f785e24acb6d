/**
 * The code of a function, first with labels and numbers of constants, then as octets: every instruction in its shortest
 * form (WAP-193_101-WMLScript §10.3, §10.5). Code that nothing reaches is dropped.
 */
import type { Constant } from './ast.js';
import type { ConstantPool } from './constant-pool.js';
import { type InstructionName, opcodes, opcodeTable } from './opcodes.js';

/** Layouts after which every jump gets the width that is always enough, so that time stays linear. */
const MAX_LAYOUTS = 16;

/** §10.5.1: the farthest that a jump reaches. */
const MAX_OFFSET = 0xffff;

// Beyond the opcodes: what becomes an instruction only when distances and places in the constant pool are known.
const NOTHING = 0x100;
const JUMP = 0x101;
const TJUMP = 0x102;
const LOAD_CONST = 0x103;
const CALL_URL = 0x104;

const RETURN = opcodes.RETURN.first;
const RETURN_ES = opcodes.RETURN_ES.first;

/** By width less one: implicit offset, one octet, two octets. */
const jumpForward = firsts('JUMP_FW_S', 'JUMP_FW', 'JUMP_FW_W');
const jumpBackward = firsts('JUMP_BW_S', 'JUMP_BW', 'JUMP_BW_W');
const testForward = firsts('TJUMP_FW_S', 'TJUMP_FW', 'TJUMP_FW_W');

/** Octets of each instruction; 0 for what is no instruction yet. */
const sizes = Uint8Array.from({ length: CALL_URL + 1 }, (_, op) => opcodeTable[op]?.size ?? 0);

/** A place in the code. */
export type Label = number;

interface ExternalCall {
  readonly url: number;
  readonly name: number;
  readonly args: number;
}

/** The code of one function. */
export class Code {
  readonly #pool: ConstantPool;
  readonly #ops: number[] = [];
  readonly #operands: number[] = [];
  readonly #calls: ExternalCall[] = [];
  /** By label: the instruction before which it is. */
  readonly #targets: number[] = [];
  readonly #references: number[] = [];
  #reachable = true;

  constructor(pool: ConstantPool) {
    this.#pool = pool;
  }

  /** An instruction whose operands, octet after octet, are `operand`. */
  emit(opcode: number, operand = 0): void {
    if (!this.#reachable) return;
    this.#ops.push(opcode);
    this.#operands.push(operand);
    if (opcode === RETURN || opcode === RETURN_ES) this.#reachable = false;
  }

  constant(constant: Constant): void {
    if (!this.#reachable) return;
    switch (constant.kind) {
      case 'integer':
        if (constant.value === 0) this.emit(opcodes.CONST_0.first);
        else if (constant.value === 1) this.emit(opcodes.CONST_1.first);
        else if (constant.value === -1) this.emit(opcodes.CONST_M1.first);
        else this.emit(LOAD_CONST, this.#pool.integer(constant.value, 1));
        break;
      case 'float':
        this.emit(LOAD_CONST, this.#pool.float(constant.value, 1));
        break;
      case 'string':
        if (constant.value === '') this.emit(opcodes.CONST_ES.first);
        else this.emit(LOAD_CONST, this.#pool.string(constant.value, 1));
        break;
      case 'boolean':
        this.emit(constant.value ? opcodes.CONST_TRUE.first : opcodes.CONST_FALSE.first);
        break;
      case 'invalid':
        this.emit(opcodes.CONST_INVALID.first);
        break;
    }
  }

  load(vindex: number): void {
    if (vindex < 32) this.emit(opcodes.LOAD_VAR_S.first + vindex);
    else this.emit(opcodes.LOAD_VAR.first, vindex);
  }

  store(vindex: number): void {
    if (vindex < 16) this.emit(opcodes.STORE_VAR_S.first + vindex);
    else this.emit(opcodes.STORE_VAR.first, vindex);
  }

  increment(operator: '++' | '--', vindex: number): void {
    if (operator === '--') this.emit(opcodes.DECR_VAR.first, vindex);
    else if (vindex < 8) this.emit(opcodes.INCR_VAR_S.first + vindex);
    else this.emit(opcodes.INCR_VAR.first, vindex);
  }

  callLocal(findex: number): void {
    if (findex < 8) this.emit(opcodes.CALL_S.first + findex);
    else this.emit(opcodes.CALL.first, findex);
  }

  callLibrary(lindex: number, findex: number): void {
    if (lindex > 255) this.emit(opcodes.CALL_LIB_W.first, (findex << 16) | lindex);
    else if (findex < 8) this.emit(opcodes.CALL_LIB_S.first + findex, lindex);
    else this.emit(opcodes.CALL_LIB.first, (findex << 8) | lindex);
  }

  callUrl(url: string, name: string, args: number): void {
    if (!this.#reachable) return;
    // An index beyond one octet costs two octets more, but the first sixteen are no better than the next.
    const call = { url: this.#pool.string(url, 0.5), name: this.#pool.string(name, 0.5), args };
    this.emit(CALL_URL, this.#calls.push(call) - 1);
  }

  label(): Label {
    this.#references.push(0);
    return this.#targets.push(0) - 1;
  }

  /** The label is here. */
  bind(label: Label): void {
    this.#targets[label] = this.#ops.length;
    if ((this.#references[label] ?? 0) > 0) this.#reachable = true;
  }

  jump(label: Label): void {
    this.#branch(JUMP, label);
    this.#reachable = false;
  }

  /** Pops a value, and jumps forward if it is false or invalid. */
  jumpUnless(label: Label): void {
    this.#branch(TJUMP, label);
  }

  /** The octets, once all constants are placed; `undefined` if a jump is too far. */
  assemble(): Uint8Array | undefined {
    this.#tidy();
    const ops = this.#ops;
    const count = ops.length;
    const widths = new Uint8Array(count);
    const jumps: number[] = [];
    for (let i = 0; i < count; i++) {
      const op = ops[i] as number;
      widths[i] = sizes[op] || this.#leastSize(op, this.#operands[i] as number);
      if (op === JUMP || op === TJUMP) jumps.push(i);
    }
    const addresses = new Uint32Array(count + 1);
    for (let layout = 0; ; layout++) {
      for (let i = 0; i < count; i++) addresses[i + 1] = (addresses[i] as number) + (widths[i] as number);
      if (!this.#widen(jumps, addresses, widths, layout === MAX_LAYOUTS)) break;
    }
    for (const i of jumps) if (this.#offset(i, addresses) > MAX_OFFSET) return undefined;
    return this.#write(addresses, widths);
  }

  #branch(op: number, label: Label): void {
    if (!this.#reachable) return;
    this.emit(op, label);
    this.#references[label] = (this.#references[label] ?? 0) + 1;
  }

  /** §8.4.3 makes the last return needless, §11.2 wants every jump to end at an instruction. */
  #tidy(): void {
    const ops = this.#ops;
    const operands = this.#operands;
    const targets = this.#targets;
    const inUse = new Uint32Array(ops.length + 1);
    this.#references.forEach((references, label) => {
      inUse[targets[label] as number] = (inUse[targets[label] as number] as number) + references;
    });
    if (inUse[ops.length] !== 0) {
      ops.push(RETURN_ES);
      operands.push(0);
    }
    const drop = (i: number): void => {
      ops[i] = NOTHING;
      inUse[i + 1] = (inUse[i + 1] as number) + (inUse[i] as number);
    };
    // Backwards, so that what follows is settled.
    for (let i = ops.length - 1; i >= 0; i--) {
      if (ops[i] === RETURN_ES && ops[i + 1] === RETURN_ES) drop(i);
      if (ops[i] !== JUMP) continue;
      let target = targets[operands[i] as number] as number;
      while (ops[target] === NOTHING) target++;
      const landing = ops[target];
      const returns = landing === RETURN || landing === RETURN_ES;
      if (target !== i + 1 && !returns) continue;
      inUse[target] = (inUse[target] as number) - 1;
      if (target === i + 1) drop(i);
      else ops[i] = landing as number;
    }
    const last = ops.length - 1;
    if (ops[last] === RETURN_ES && inUse[last] === 0) ops[last] = NOTHING;
  }

  #leastSize(op: number, operand: number): number {
    if (op === JUMP || op === TJUMP) return 1;
    if (op === LOAD_CONST) {
      const index = this.#pool.position(operand);
      return index < 16 ? 1 : index < 256 ? 2 : 3;
    }
    if (op === CALL_URL) return this.#isShort(this.#calls[operand] as ExternalCall) ? 4 : 6;
    return 0;
  }

  #isShort({ url, name }: ExternalCall): boolean {
    return this.#pool.position(url) < 256 && this.#pool.position(name) < 256;
  }

  /** Whether jumps had to be widened. */
  #widen(jumps: readonly number[], addresses: Uint32Array, widths: Uint8Array, all: boolean): boolean {
    let widened = false;
    for (const i of jumps) {
      const offset = this.#offset(i, addresses);
      const width = offset < 32 ? 1 : offset < 256 ? 2 : 3;
      if (width <= (widths[i] as number) && !(all && widths[i] !== 3)) continue;
      widths[i] = all ? 3 : width;
      widened = true;
    }
    return widened;
  }

  /** Forward from the octet after the jump, backward from the jump itself: §10.5.1. */
  #offset(i: number, addresses: Uint32Array): number {
    const target = this.#targets[this.#operands[i] as number] as number;
    const to = addresses[target] as number;
    return target > i ? to - (addresses[i + 1] as number) : (addresses[i] as number) - to;
  }

  #write(addresses: Uint32Array, widths: Uint8Array): Uint8Array {
    const ops = this.#ops;
    const octets = new Uint8Array(addresses[ops.length] as number);
    let at = 0;
    const put = (opcode: number, operand: number, width: number): void => {
      octets[at++] = opcode;
      for (let shift = 8 * (width - 2); shift >= 0; shift -= 8) octets[at++] = operand >> shift;
    };
    for (let i = 0; i < ops.length; i++) {
      const op = ops[i] as number;
      const operand = this.#operands[i] as number;
      const width = widths[i] as number;
      if (op < NOTHING) put(op, operand, width);
      else if (op === LOAD_CONST) {
        const index = this.#pool.position(operand);
        if (width === 1) octets[at++] = opcodes.LOAD_CONST_S.first + index;
        else put(width === 2 ? opcodes.LOAD_CONST.first : opcodes.LOAD_CONST_W.first, index, width);
      } else if (op === JUMP || op === TJUMP) {
        const offset = this.#offset(i, addresses);
        const backward = (this.#targets[operand] as number) <= i;
        const first = (op === TJUMP ? testForward : backward ? jumpBackward : jumpForward)[
          width - 1
        ] as number;
        if (width === 1) octets[at++] = first + offset;
        else put(first, offset, width);
      } else if (op === CALL_URL) {
        const call = this.#calls[operand] as ExternalCall;
        const url = this.#pool.position(call.url);
        const name = this.#pool.position(call.name);
        if (this.#isShort(call)) put(opcodes.CALL_URL.first, (url << 16) | (name << 8) | call.args, 4);
        else {
          put(opcodes.CALL_URL_W.first, url, 3);
          put(name >> 8, ((name & 0xff) << 8) | call.args, 3);
        }
      }
    }
    return octets;
  }
}

function firsts(...names: readonly InstructionName[]): Uint8Array {
  return Uint8Array.from(names, (name) => opcodes[name].first);
}
