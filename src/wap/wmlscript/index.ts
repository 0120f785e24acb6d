/** WMLScript: WAP-193_101-WMLScript, WAP-194-WMLScriptLibraries. */

export type { MetaInformation } from './ast.js';
export type {
  Constant,
  FunctionDefinition,
  FunctionName,
  Instruction,
  Pragma,
  Unit,
} from './bytecode.js';
export {
  BYTECODE_VERSION,
  constantTypes,
  decodeInstruction,
  decodeUnit,
  encodeInstruction,
  encodeUnit,
  instructions,
  pragmaTypes,
} from './bytecode.js';
export type { Compilation, CompileOptions } from './compiler.js';
export { compileWmlScript } from './compiler.js';
export { disassemble } from './disassemble.js';
export type { CompileError } from './findings.js';
export type { Library, LibraryFunction, LibraryName } from './libraries.js';
export { librariesById, librariesByName, libraryFunction, libraryTable } from './libraries.js';
export type { InstructionName, Opcode, OperandName } from './opcodes.js';
export { instructionSet, opcodes, opcodeTable } from './opcodes.js';
