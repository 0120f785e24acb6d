/**
 * How high the operand stack is at each instruction: WAP-193_101-WMLScript §10.5, "Operand stack". The text checks for
 * underflow while the code runs (§12.3.1.7); here it is proved before, for every instruction that can be reached. To that
 * end code is refused whose stack would be unequally high on two ways to the same place, which the text does not forbid;
 * no compiler makes such code.
 */
import { type InstructionName, opcodes } from './opcodes.js';

/** What an instruction pops and pushes; a call pops its arguments, the short-circuit operators are below. */
// biome-ignore format: a line is a printed row
const effects = {
  JUMP_FW_W: [0, 0],
  TJUMP_FW_W: [1, 0],
  CALL: ['arguments', 1],
  CALL_LIB_W: ['arguments', 1],
  CALL_URL_W: ['arguments', 1],
  LOAD_VAR: [0, 1],
  STORE_VAR: [1, 0],
  INCR_VAR: [0, 0],
  DECR_VAR: [0, 0],
  LOAD_CONST_W: [0, 1],
  INCR: [1, 1],
  DECR: [1, 1],
  ADD_ASG: [1, 0],
  SUB_ASG: [1, 0],
  UMINUS: [1, 1],
  ADD: [2, 1],
  SUB: [2, 1],
  MUL: [2, 1],
  DIV: [2, 1],
  IDIV: [2, 1],
  REM: [2, 1],
  B_AND: [2, 1],
  B_OR: [2, 1],
  B_XOR: [2, 1],
  B_NOT: [1, 1],
  B_LSHIFT: [2, 1],
  B_RSSHIFT: [2, 1],
  B_RSZSHIFT: [2, 1],
  EQ: [2, 1],
  LE: [2, 1],
  LT: [2, 1],
  GE: [2, 1],
  GT: [2, 1],
  NE: [2, 1],
  NOT: [1, 1],
  SCAND: [1, 1],
  SCOR: [1, 1],
  TOBOOL: [1, 1],
  POP: [1, 0],
  TYPEOF: [1, 1],
  ISVALID: [1, 1],
  RETURN: [1, 0],
  RETURN_ES: [0, 0],
  DEBUG: [0, 0],
} as const satisfies Partial<Record<InstructionName, readonly [pops: number | 'arguments', pushes: number]>>;

/** By opcode. -1 pops as many as there are arguments. */
const pops = new Int8Array(256);
const pushes = new Int8Array(256);
for (const name of Object.keys(effects) as (keyof typeof effects)[]) {
  const [printed, pushed] = effects[name];
  pops[opcodes[name].first] = printed === 'arguments' ? -1 : printed;
  pushes[opcodes[name].first] = pushed;
}

const JUMP = opcodes.JUMP_FW_W.first;
const TJUMP = opcodes.TJUMP_FW_W.first;
const RETURN = opcodes.RETURN.first;
const RETURN_ES = opcodes.RETURN_ES.first;
const SCAND = opcodes.SCAND.first;
const SCOR = opcodes.SCOR.first;
const DEBUG = opcodes.DEBUG.first;

/** Not reached yet. */
const UNKNOWN = -1;

/** The highest stack, or the instruction that spoils it. */
export type Depth = { readonly max: number } | { readonly underflow: number } | { readonly conflict: number };

/**
 * The stack of a function.
 * @param operands of a jump: the index of its target in the whole unit, in which `code` begins at `start`
 *
 * SCAND and SCOR push one value, or two of which the upper is false; the TJUMP that follows pops it and jumps if there were
 * two. A depth that is not a whole number says that another value may lie on top of the stack: the half is the doubt.
 */
export function stackDepth(
  code: Uint8Array,
  operands: Int32Array,
  start: number,
  argumentsOf: (opcode: number, operand: number) => number,
): Depth {
  const depths = new Float64Array(code.length).fill(UNKNOWN);
  const waiting: number[] = [0];
  depths[0] = 0;
  let max = 0;

  function reach(index: number, depth: number): boolean {
    const known = depths[index] as number;
    if (known === depth) return true;
    if (known !== UNKNOWN) return false;
    depths[index] = depth;
    if (depth > max) max = Math.ceil(depth);
    waiting.push(index);
    return true;
  }

  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const opcode = code[index] as number;
    const operand = operands[index] as number;
    const before = depths[index] as number;
    const popped = pops[opcode] as number;
    const needed = popped < 0 ? argumentsOf(opcode, operand) : popped;
    if (Math.floor(before) < needed) return { underflow: index };
    if (opcode === RETURN || opcode === RETURN_ES) continue;
    const isJump = opcode === JUMP || opcode === TJUMP;
    if (before % 1 !== 0 && !isJump && opcode !== DEBUG) return { conflict: index };
    const after = before - needed + (pushes[opcode] as number);
    const next = opcode === SCAND || opcode === SCOR ? after + 0.5 : Math.floor(after);
    if (isJump) {
      const depth = opcode === TJUMP ? Math.ceil(after) : after;
      if (!reach(operand - start, depth)) return { conflict: operand - start };
    }
    if (opcode !== JUMP && !reach(index + 1, opcode === DEBUG ? after : next)) return { conflict: index + 1 };
  }
  return { max };
}
