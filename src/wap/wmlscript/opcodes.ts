/** The instruction set: WAP-193_101-WMLScript §10.5. */

/** What an operand means, in the specification's words; `args` counts the arguments of an external call. */
export type OperandName = 'offset' | 'findex' | 'lindex' | 'urlindex' | 'args' | 'vindex' | 'cindex';

/**
 * Opcode, name, operands with their widths in bits, section. Operands of 8 and 16 bits follow the opcode in this order;
 * one of fewer bits is the low end of the opcode itself, whose first value is given here.
 */
export type InstructionRow = readonly [
  opcode: number,
  name: string,
  operands: readonly (readonly [OperandName, 3 | 4 | 5 | 8 | 16])[],
  section: string,
];

// biome-ignore format: a line is a printed row
export const instructionSet = [
  [0x80, 'JUMP_FW_S', [['offset', 5]], '10.5.1.1'],
  [0x01, 'JUMP_FW', [['offset', 8]], '10.5.1.2'],
  [0x02, 'JUMP_FW_W', [['offset', 16]], '10.5.1.3'],
  [0xa0, 'JUMP_BW_S', [['offset', 5]], '10.5.1.4'],
  [0x03, 'JUMP_BW', [['offset', 8]], '10.5.1.5'],
  [0x04, 'JUMP_BW_W', [['offset', 16]], '10.5.1.6'],
  [0xc0, 'TJUMP_FW_S', [['offset', 5]], '10.5.1.7'],
  [0x05, 'TJUMP_FW', [['offset', 8]], '10.5.1.8'],
  [0x06, 'TJUMP_FW_W', [['offset', 16]], '10.5.1.9'],
  [0x07, 'TJUMP_BW', [['offset', 8]], '10.5.1.10'],
  [0x08, 'TJUMP_BW_W', [['offset', 16]], '10.5.1.11'],
  [0x60, 'CALL_S', [['findex', 3]], '10.5.2.1'],
  [0x09, 'CALL', [['findex', 8]], '10.5.2.2'],
  [0x68, 'CALL_LIB_S', [['findex', 3], ['lindex', 8]], '10.5.2.3'],
  [0x0a, 'CALL_LIB', [['findex', 8], ['lindex', 8]], '10.5.2.4'],
  [0x0b, 'CALL_LIB_W', [['findex', 8], ['lindex', 16]], '10.5.2.5'],
  [0x0c, 'CALL_URL', [['urlindex', 8], ['findex', 8], ['args', 8]], '10.5.2.6'],
  [0x0d, 'CALL_URL_W', [['urlindex', 16], ['findex', 16], ['args', 8]], '10.5.2.7'],
  [0xe0, 'LOAD_VAR_S', [['vindex', 5]], '10.5.3.1'],
  [0x0e, 'LOAD_VAR', [['vindex', 8]], '10.5.3.2'],
  [0x40, 'STORE_VAR_S', [['vindex', 4]], '10.5.3.3'],
  [0x0f, 'STORE_VAR', [['vindex', 8]], '10.5.3.4'],
  [0x70, 'INCR_VAR_S', [['vindex', 3]], '10.5.3.5'],
  [0x10, 'INCR_VAR', [['vindex', 8]], '10.5.3.6'],
  [0x11, 'DECR_VAR', [['vindex', 8]], '10.5.3.7'],
  [0x50, 'LOAD_CONST_S', [['cindex', 4]], '10.5.4.1'],
  [0x12, 'LOAD_CONST', [['cindex', 8]], '10.5.4.2'],
  [0x13, 'LOAD_CONST_W', [['cindex', 16]], '10.5.4.3'],
  [0x14, 'CONST_0', [], '10.5.4.4'],
  [0x15, 'CONST_1', [], '10.5.4.5'],
  [0x16, 'CONST_M1', [], '10.5.4.6'],
  [0x17, 'CONST_ES', [], '10.5.4.7'],
  [0x18, 'CONST_INVALID', [], '10.5.4.8'],
  [0x19, 'CONST_TRUE', [], '10.5.4.9'],
  [0x1a, 'CONST_FALSE', [], '10.5.4.10'],
  [0x1b, 'INCR', [], '10.5.5.1'],
  [0x1c, 'DECR', [], '10.5.5.2'],
  [0x1d, 'ADD_ASG', [['vindex', 8]], '10.5.5.3'],
  [0x1e, 'SUB_ASG', [['vindex', 8]], '10.5.5.4'],
  [0x1f, 'UMINUS', [], '10.5.5.5'],
  [0x20, 'ADD', [], '10.5.5.6'],
  [0x21, 'SUB', [], '10.5.5.7'],
  [0x22, 'MUL', [], '10.5.5.8'],
  [0x23, 'DIV', [], '10.5.5.9'],
  [0x24, 'IDIV', [], '10.5.5.10'],
  [0x25, 'REM', [], '10.5.5.11'],
  [0x26, 'B_AND', [], '10.5.6.1'],
  [0x27, 'B_OR', [], '10.5.6.2'],
  [0x28, 'B_XOR', [], '10.5.6.3'],
  [0x29, 'B_NOT', [], '10.5.6.4'],
  [0x2a, 'B_LSHIFT', [], '10.5.6.5'],
  [0x2b, 'B_RSSHIFT', [], '10.5.6.6'],
  [0x2c, 'B_RSZSHIFT', [], '10.5.6.7'],
  [0x2d, 'EQ', [], '10.5.7.1'],
  [0x2e, 'LE', [], '10.5.7.2'],
  [0x2f, 'LT', [], '10.5.7.3'],
  [0x30, 'GE', [], '10.5.7.4'],
  [0x31, 'GT', [], '10.5.7.5'],
  [0x32, 'NE', [], '10.5.7.6'],
  [0x33, 'NOT', [], '10.5.8.1'],
  [0x34, 'SCAND', [], '10.5.8.2'],
  [0x35, 'SCOR', [], '10.5.8.3'],
  [0x36, 'TOBOOL', [], '10.5.8.4'],
  [0x37, 'POP', [], '10.5.9.1'],
  [0x38, 'TYPEOF', [], '10.5.10.1'],
  [0x39, 'ISVALID', [], '10.5.10.2'],
  [0x3a, 'RETURN', [], '10.5.11.1'],
  [0x3b, 'RETURN_ES', [], '10.5.11.2'],
  [0x3c, 'DEBUG', [], '10.5.12.1'],
] as const satisfies readonly InstructionRow[];

/** The name of an instruction, as printed. */
export type InstructionName = (typeof instructionSet)[number][1];

/** What an opcode octet stands for. */
export interface Opcode {
  readonly name: InstructionName;
  /** The opcode whose implicit operand, if it has one, is zero. */
  readonly first: number;
  /** Width of the implicit operand in bits; 0 where the opcode has none. */
  readonly implicitBits: number;
  /** In the order in which they stand, the implicit one first. */
  readonly operands: readonly (readonly [OperandName, number])[];
  /** Octets, the opcode included. */
  readonly size: number;
  readonly section: string;
}

/** By instruction name. */
export const opcodes: Readonly<Record<InstructionName, Opcode>> = Object.fromEntries(
  instructionSet.map((row) => [row[1], opcode(row)]),
) as Record<InstructionName, Opcode>;

/** By opcode octet, 0 to 255; `undefined` where §10.5 assigns none. */
export const opcodeTable: readonly (Opcode | undefined)[] = table();

function opcode([first, name, operands, section]: (typeof instructionSet)[number]): Opcode {
  const widths: readonly (readonly [OperandName, number])[] = operands;
  const implicitBits = widths.reduce((bits, [, width]) => (width < 8 ? width : bits), 0);
  const size = widths.reduce((octets, [, width]) => octets + (width < 8 ? 0 : width / 8), 1);
  return { name, first, implicitBits, operands: widths, size, section };
}

function table(): (Opcode | undefined)[] {
  const octets = new Array<Opcode | undefined>(256).fill(undefined);
  for (const each of Object.values(opcodes))
    octets.fill(each, each.first, each.first + (1 << each.implicitBits));
  return octets;
}
