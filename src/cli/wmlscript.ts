/** `wapstack wmlscript`: compile, disassemble and run scripts. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { DecodeError, UsageError } from '../wap/errors.js';
import { decodeLatin1, decodeUtf8, toBase64, toHex } from '../wap/octets.js';
import type { Random } from '../wap/random.js';
import {
  type Compilation,
  compileWmlScript,
  convertToString,
  decodeUnit,
  disassemble,
  fatalError,
  fatalErrorText,
  invalid,
  type Loaded,
  loadUnit,
  type Outcome,
  startCall,
  toFloat,
  typeOf,
  type Value,
} from '../wap/wmlscript/index.js';

/** Bytecode starts with its version, a control character that no source text starts with (§9.3). */
const LAST_VERSION_OCTET = 0x08;

const systemRandom: Random = { octets: (count) => new Uint8Array(randomBytes(count)) };

interface Output {
  readonly output?: string;
  readonly json?: true;
}

interface Run {
  readonly call: string;
  readonly arg: readonly string[];
  readonly input: readonly string[];
  readonly json?: true;
}

const compileCommand = new Command('compile')
  .description('compile a script to bytecode')
  .argument('[file]', 'source text; - or nothing: standard input', '-')
  .option('-o, --output <file>', 'where the bytecode goes; standard output otherwise')
  .option('--latin1', 'strings that ISO-8859-1 can hold in that character set, an octet a character')
  .option('--json', 'bytecode in base64, headers and errors as one JSON document')
  .action((file: string, options: Output & { readonly latin1?: true }) => {
    const charset = options.latin1 ? 'iso-8859-1' : 'utf-8';
    const { octets, errors, headers } = compileWmlScript(decodeText(readInput(file)), { charset });
    if (options.json) {
      const bytecode = octets && toBase64(octets);
      writeOutput(
        `${JSON.stringify({ bytecode, length: octets?.length, headers, errors })}\n`,
        options.output,
      );
    }
    if (octets === undefined) throw new Error(errorText(file, errors));
    if (!options.json) writeOutput(octets, options.output);
  });

const disassembleCommand = new Command('disassemble')
  .description('list bytecode; a script is compiled first')
  .argument('[file]', 'bytecode or source text; - or nothing: standard input', '-')
  .option('-o, --output <file>', 'where the listing goes; standard output otherwise')
  .option('--json', 'the pools as one JSON document, code in hexadecimal')
  .action((file: string, options: Output) => {
    const octets = bytecodeOf(file, readInput(file));
    try {
      writeOutput(options.json ? unitJson(octets) : disassemble(octets), options.output);
    } catch (error) {
      if (error instanceof DecodeError) throw new Error(`${file}: ${error.message}`, { cause: error });
      throw error;
    }
  });

const runCommand = new Command('run')
  .description('run a function of a script or of bytecode')
  .argument('[file]', 'bytecode or source text; - or nothing: standard input', '-')
  .option('--call <function>', 'the extern function to call', 'main')
  .option('--arg <value>', 'an argument: 5, 1.5, true, invalid or text; may be repeated', append, [])
  .option('--input <text>', 'what the user answers to the next dialog; may be repeated', append, [])
  .option('--json', 'result, type and output as one JSON document')
  .action((file: string, options: Run) => {
    const octets = bytecodeOf(file, readInput(file));
    const host = new Host(options.input);
    const outcome = execute(file, octets, options, host);
    if (!('returned' in outcome)) {
      if (options.json) writeOutput(`${JSON.stringify({ ...outcome, output: host.output })}\n`);
      else writeOutput(lines(host.output));
      throw new Error(`${file}: ${outcome.error}`);
    }
    const { returned } = outcome;
    const type = typeOf(returned);
    if (options.json) {
      writeOutput(`${JSON.stringify({ result: plain(returned), type, output: host.output })}\n`);
    } else {
      writeOutput(lines([...host.output, convertToString(returned) ?? 'invalid']));
    }
  });

export const wmlscript = new Command('wmlscript')
  .description('compile, disassemble and run WMLScript')
  .addCommand(compileCommand)
  .addCommand(disassembleCommand)
  .addCommand(runCommand);

/** What stands in for a phone: variables in memory, dialogs answered in advance, the rest only told. */
class Host {
  readonly output: string[] = [];
  readonly #variables = new Map<string, string>();
  readonly #input: string[];

  constructor(input: readonly string[]) {
    this.#input = [...input];
  }

  answer(name: string, args: readonly Value[]): Value {
    const [first = '', second = ''] = args.map((arg) => convertToString(arg) ?? '');
    switch (name) {
      case 'WMLBrowser.getVar':
        return this.#variables.get(first) ?? '';
      case 'WMLBrowser.setVar':
        this.#tell(name, args);
        this.#variables.set(first, second);
        return true;
      case 'WMLBrowser.newContext':
        this.#tell(name, args);
        this.#variables.clear();
        return '';
      case 'WMLBrowser.go':
      case 'WMLBrowser.prev':
      case 'WMLBrowser.refresh':
      case 'Dialogs.alert':
        this.#tell(name, args);
        return '';
      case 'Dialogs.prompt':
        this.#tell(name, args);
        return this.#input.shift() ?? second;
      case 'Dialogs.confirm':
        this.#tell(name, args);
        return this.#confirms(second);
      case 'Crypto.signText':
        // WAP-161 §5.1.2: there is no key here.
        this.#tell(name, args);
        return 'error:noCert';
      default:
        this.#tell(name, args);
        return invalid;
    }
  }

  /** The text of the OK key, `true`, `yes` or `ok` confirm; nothing left to say does, too. */
  #confirms(ok: string): boolean {
    const answer = this.#input.shift();
    return answer === undefined || answer === ok || ['true', 'yes', 'ok'].includes(answer.toLowerCase());
  }

  #tell(name: string, args: readonly Value[]): void {
    const shown = args.map((arg) => (typeof arg === 'string' ? JSON.stringify(arg) : convertToString(arg)));
    this.output.push(`${name}(${shown.join(', ')})`);
  }
}

function execute(
  file: string,
  octets: Uint8Array,
  { call, arg }: Run,
  host: Host,
): { readonly returned: Value } | { readonly error: string; readonly code?: number } {
  const loaded = loadUnit(octets);
  if ('fatal' in loaded) return { error: fatalErrorText(loaded.fatal), code: loaded.fatal.code };
  const url = pathToFileURL(file === '-' ? 'standard-input' : file).href;
  const execution = startCall(loaded.unit, call, arg.map(parseArgument), { url, random: systemRandom });
  for (let outcome: Outcome = execution.run(); ; ) {
    if ('returned' in outcome) return outcome;
    if ('exited' in outcome) return { returned: outcome.exited };
    if ('aborted' in outcome) return { error: `Programmed Abort: ${outcome.aborted}`, code: 8 };
    if ('fatal' in outcome) return { error: fatalErrorText(outcome.fatal), code: outcome.fatal.code };
    if ('host' in outcome) outcome = execution.resume(host.answer(outcome.host, outcome.args));
    else if ('loadUnit' in outcome) outcome = execution.resume(loadFile(outcome.loadUnit));
    else outcome = execution.run();
  }
}

/** External units are files beside the one that runs, and nothing else. */
function loadFile(url: string): Loaded {
  if (!url.startsWith('file:')) {
    return { fatal: fatalError('Unable to Load Compilation Unit', `${url} is no file`) };
  }
  try {
    const path = fileURLToPath(url);
    return loadUnit(bytecodeOf(path, readInput(path)));
  } catch (error) {
    return { fatal: fatalError('Unable to Load Compilation Unit', (error as Error).message) };
  }
}

function parseArgument(text: string): Value {
  if (text === 'invalid') return invalid;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^[+-]?[0-9]+$/.test(text)) {
    const value = Number(text);
    if (value !== (value | 0)) throw new UsageError(`${text} is no integer of 32 bits`);
    return value;
  }
  if (/^[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][+-]?[0-9]+)?$/.test(text)) {
    const value = toFloat(Number(text));
    if (value === invalid) throw new UsageError(`${text} is no single-precision number`);
    return value;
  }
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

function plain(value: Value): number | string | boolean | null {
  if (typeof value === 'symbol') return null;
  return typeof value === 'object' ? value.float : value;
}

/** Bytecode as it is, or what the source text compiles to. */
function bytecodeOf(file: string, content: Uint8Array): Uint8Array {
  const [first = 0xff] = content;
  if (first <= LAST_VERSION_OCTET) return content;
  const { octets, errors } = compileWmlScript(decodeText(content));
  if (octets === undefined) throw new Error(errorText(file, errors));
  return octets;
}

function unitJson(octets: Uint8Array): string {
  const unit = decodeUnit(octets);
  const shown = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? toHex(value) : value);
  return `${JSON.stringify(unit, shown)}\n`;
}

function errorText(file: string, errors: Compilation['errors']): string {
  const name = file === '-' ? 'standard input' : file;
  return errors.map(({ line, column, message }) => `${name}:${line}:${column}: error: ${message}`).join('\n');
}

/** Nothing says which character set a file is in: UTF-8 if it can be, ISO-8859-1 otherwise. */
function decodeText(octets: Uint8Array): string {
  return decodeUtf8(octets) ?? decodeLatin1(octets);
}

function readInput(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file === '-' ? 0 : resolve(file)));
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function writeOutput(content: string | Uint8Array, file?: string): void {
  if (file === undefined || file === '-') process.stdout.write(content);
  else writeFileSync(file, content);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function append(value: string, values: readonly string[]): string[] {
  return [...values, value];
}
