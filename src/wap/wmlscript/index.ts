/** WMLScript: WAP-193_101-WMLScript, WAP-194-WMLScriptLibraries. */

export { isAccessAllowed } from './access.js';
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
export { convertToBoolean, convertToFloat, convertToInteger, convertToString } from './conversions.js';
export { disassemble } from './disassemble.js';
export type { FatalError, FatalErrorName, Place } from './errors.js';
export { fatalError, fatalErrors, fatalErrorText } from './errors.js';
export type { CompileError } from './findings.js';
export { keyIdTypes, signTextOptions } from './lib/crypto.js';
export type { Library, LibraryFunction, LibraryName } from './libraries.js';
export { librariesById, librariesByName, libraryFunction, libraryTable } from './libraries.js';
export type { Limits } from './limits.js';
export { defaultLimits } from './limits.js';
export type { Loaded, LoadedUnit } from './load.js';
export { loadUnit, verify } from './load.js';
export type { Execution } from './machine.js';
export { startCall } from './machine.js';
export type { InstructionName, Opcode, OperandName } from './opcodes.js';
export { instructionSet, opcodes, opcodeTable } from './opcodes.js';
export type { CallOptions, Outcome } from './outcome.js';
export { hostOf, parseUrl, relativeUrl, resolveUrl, type Url, withoutFragment } from './url.js';
export { parseUrlCall, type UrlCall } from './url-call.js';
export type { Float, Invalid, TypeName, Value } from './values.js';
export { invalid, isValue, toFloat, typeCodes, typeOf } from './values.js';
export type { DecodeText } from './verify.js';
