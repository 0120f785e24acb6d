/** From source text to bytecode: WAP-193_101-WMLScript §9. */
import type { CompilationUnit, MetaInformation } from './ast.js';
import { BYTECODE_VERSION, encodeUnit, type FunctionDefinition, type Pragma } from './bytecode.js';
import { ConstantPool, MAX_CONSTANTS } from './constant-pool.js';
import { type CompileError, Findings } from './findings.js';
import { generate } from './generator.js';
import { parse } from './parser.js';

/** MIBEnum of the character sets that strings are written in: WAP-230 Table 42. */
const characterSets = { 'utf-8': 106, 'iso-8859-1': 4 } as const;

/** Printed 65536 (§9.7); here the most that NumberOfPragmas can say (§9.5). */
export const MAX_PRAGMAS = 65535;

export interface CompileOptions {
  /**
   * What strings outside ASCII are written in, UTF-8 by default. With `iso-8859-1` those that it can hold take one octet
   * a character, and the others are UTF-8 all the same.
   */
  readonly charset?: keyof typeof characterSets;
}

export interface Compilation {
  /** The bytecode; missing if there are errors. */
  readonly octets?: Uint8Array;
  readonly errors: readonly CompileError[];
  /**
   * What `use meta http equiv` asks to be sent as header (§6.7.3.2). Like `use meta name` (§6.7.3.1) it is not in the
   * bytecode.
   */
  readonly headers: readonly MetaInformation[];
}

/** Compiles one compilation unit. Any text gives bytecode or errors. */
export function compileWmlScript(source: string, options: CompileOptions = {}): Compilation {
  const findings = new Findings(source);
  const unit = parse(source, findings);
  const headers = unit.meta.filter(({ kind }) => kind === 'http equiv');
  const octets = findings.none ? encode(unit, options.charset ?? 'utf-8', findings) : undefined;
  return octets === undefined ? { errors: findings.errors(), headers } : { octets, errors: [], headers };
}

/** The bytecode of a unit without mistakes, if it keeps to the limits of §9.7. */
function encode(
  unit: CompilationUnit,
  charset: keyof typeof characterSets,
  findings: Findings,
): Uint8Array | undefined {
  const pool = new ConstantPool(charset === 'iso-8859-1');
  const codes = generate(unit.functions, pool);
  for (const text of pragmaTexts(unit)) pool.string(text, 0);
  const pragmas = pragmaPool(unit, () => 0).length;
  if (pragmas > MAX_PRAGMAS) {
    findings.report(0, `script has ${pragmas} pragmas, more than the ${MAX_PRAGMAS} that fit in a unit`);
    return undefined;
  }
  if (pool.size > MAX_CONSTANTS) {
    findings.report(
      0,
      `script has ${pool.size} constants, more than the ${MAX_CONSTANTS} that fit in a unit`,
    );
    return undefined;
  }
  const constants = pool.place();
  const functions: FunctionDefinition[] = [];
  unit.functions.forEach(({ name, at, parameters, locals }, findex) => {
    const codeArray = codes[findex]?.assemble();
    if (codeArray === undefined)
      findings.report(at, `function '${name}' is too long: a jump is beyond 65535 octets`);
    else functions.push({ numberOfArguments: parameters, numberOfLocalVariables: locals, codeArray });
  });
  if (!findings.none) return undefined;
  const functionNames = unit.functions.flatMap(({ name, extern }, functionIndex) =>
    extern ? [{ functionIndex, functionName: name }] : [],
  );
  return encodeUnit({
    versionNumber: BYTECODE_VERSION,
    characterSet: characterSets[charset],
    constants,
    pragmas: pragmaPool(unit, (text) => pool.position(pool.string(text, 0))),
    functionNames,
    functions,
  });
}

/** The strings of the pragmas that go into bytecode. */
function pragmaTexts({ access, meta }: CompilationUnit): string[] {
  const texts = [access?.domain, access?.path];
  for (const { kind, propertyName, content, scheme } of meta) {
    if (kind === 'user agent') texts.push(propertyName, content, scheme);
  }
  return texts.filter((text) => text !== undefined);
}

/** §9.5. */
function pragmaPool({ access, meta }: CompilationUnit, index: (text: string) => number): Pragma[] {
  const pragmas: Pragma[] = [];
  if (access?.domain !== undefined) {
    pragmas.push({ type: 'Access Domain', accessDomainIndex: index(access.domain) });
  }
  if (access?.path !== undefined) pragmas.push({ type: 'Access Path', accessPathIndex: index(access.path) });
  for (const { kind, propertyName, content, scheme } of meta) {
    if (kind !== 'user agent') continue;
    const property = { propertyNameIndex: index(propertyName), contentIndex: index(content) };
    if (scheme === undefined) pragmas.push({ type: 'User Agent Property', ...property });
    else pragmas.push({ type: 'User Agent Property and Scheme', ...property, schemeIndex: index(scheme) });
  }
  return pragmas;
}
