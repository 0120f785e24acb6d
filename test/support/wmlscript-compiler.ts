/** What the tests of the WMLScript compiler look at. */
import { toHex } from '../../src/wap/octets.js';
import { decodeUnit, type Unit } from '../../src/wap/wmlscript/bytecode.js';
import { compileWmlScript } from '../../src/wap/wmlscript/compiler.js';

/** The unit that a script becomes; its mistakes are thrown. */
export function unitOf(source: string): Unit {
  const { octets } = compileWmlScript(source);
  if (octets === undefined) throw new TypeError(mistakes(source).join('\n'));
  return decodeUnit(octets);
}

/** The code of a script's first function in hexadecimal. */
export function codeOf(source: string): string {
  return toHex(unitOf(source).functions[0]?.codeArray ?? new Uint8Array());
}

/** The code of `extern function f(x, y)` with that body. */
export function bodyOf(body: string): string {
  return codeOf(`extern function f(x, y) { ${body} }`);
}

/** What the compiler finds wrong, as a compiler prints it. */
export function mistakes(source: string): string[] {
  return compileWmlScript(source).errors.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}
