/** `wapstack wmlscript`: compile, disassemble and run scripts. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { errorText, UsageError } from '../wap/errors.js';
import { decodeLatin1, decodeUtf8, toBase64, toHex } from '../wap/octets.js';
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
import { about, inputName, readInput, writeOutput } from './files.js';
import { systemRandom } from './system.js';

/** Bytecode starts with its version, a control character that no source text starts with (§9.3). */
const LAST_VERSION_OCTET = 0x08;

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
  .action(async (file: string, options: Output & { readonly latin1?: true }) => {
    const charset = options.latin1 ? 'iso-8859-1' : 'utf-8';
    const source = decodeSource(file, await readInput(file));
    const { octets, errors, headers } = compileWmlScript(source, { charset });
    if (options.json) {
      const bytecode = octets && toBase64(octets);
      const report = { bytecode, length: octets?.length, headers, errors };
      await writeOutput(options.output, `${JSON.stringify(report)}\n`);
    }
    if (octets === undefined) throw mistakes(file, errors);
    if (!options.json) await writeOutput(options.output, octets);
  });

const disassembleCommand = new Command('disassemble')
  .description('list bytecode; a script is compiled first')
  .argument('[file]', 'bytecode or source text; - or nothing: standard input', '-')
  .option('-o, --output <file>', 'where the listing goes; standard output otherwise')
  .option('--json', 'the pools as one JSON document, code in hexadecimal')
  .action(async (file: string, options: Output) => {
    const octets = bytecodeOf(file, await readInput(file));
    const listing = about(file, () => (options.json ? unitJson(octets) : disassemble(octets)));
    await writeOutput(options.output, listing);
  });

const runCommand = new Command('run')
  .description('run a function of a script or of bytecode')
  .argument('[file]', 'bytecode or source text; - or nothing: standard input', '-')
  .option('--call <function>', 'the extern function to call', 'main')
  .option('--arg <value>', 'an argument: 5, 1.5, true, invalid or text; may be repeated', append, [])
  .option('--input <text>', 'what the user answers to the next dialog; may be repeated', append, [])
  .option('--json', 'result, type and output as one JSON document')
  .action(async (file: string, options: Run) => {
    const host = new Host(options.input);
    const say = (text: string): Promise<void> => writeOutput(undefined, text);
    let returned: Value;
    try {
      returned = await execute(file, options, host);
    } catch (error) {
      if (options.json) await say(`${JSON.stringify({ error: errorText(error) })}\n`);
      else await say(lines(host.output));
      throw error;
    }
    const type = typeOf(returned);
    if (options.json)
      await say(`${JSON.stringify({ result: plain(returned), type, output: host.output })}\n`);
    else await say(lines([...host.output, convertToString(returned) ?? 'invalid']));
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

/** The value that the call ends with; whatever else ends it is an error. */
async function execute(file: string, { call, arg }: Run, host: Host): Promise<Value> {
  const args = arg.map(parseArgument);
  const loaded = loadUnit(bytecodeOf(file, await readInput(file)));
  const fail = (text: string): Error => new Error(`${inputName(file)}: ${text}`);
  if ('fatal' in loaded) throw fail(fatalErrorText(loaded.fatal));
  const url = pathToFileURL(file === '-' ? 'standard-input' : file).href;
  const execution = startCall(loaded.unit, call, args, { url, random: systemRandom });
  for (let outcome: Outcome = execution.run(); ; ) {
    if ('returned' in outcome) return outcome.returned;
    if ('exited' in outcome) return outcome.exited;
    if ('aborted' in outcome) throw fail(`Programmed Abort: ${outcome.aborted}`);
    if ('fatal' in outcome) throw fail(fatalErrorText(outcome.fatal));
    if ('host' in outcome) outcome = execution.resume(host.answer(outcome.host, outcome.args));
    else if ('loadUnit' in outcome) outcome = execution.resume(await loadFile(outcome.loadUnit));
    else outcome = execution.run();
  }
}

/** External units are files beside the one that runs, and nothing else. */
async function loadFile(url: string): Promise<Loaded> {
  if (!url.startsWith('file:')) {
    return { fatal: fatalError('Unable to Load Compilation Unit', `${url} is no file`) };
  }
  try {
    const path = fileURLToPath(url);
    return loadUnit(bytecodeOf(path, await readInput(path)));
  } catch (error) {
    return { fatal: fatalError('Unable to Load Compilation Unit', errorText(error)) };
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
  const { octets, errors } = compileWmlScript(decodeSource(file, content));
  if (octets === undefined) throw mistakes(file, errors);
  return octets;
}

function unitJson(octets: Uint8Array): string {
  const unit = decodeUnit(octets);
  const shown = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? toHex(value) : value);
  return `${JSON.stringify(unit, shown)}\n`;
}

/** One mistake as one line; of several, how many they are, and a line for each. */
function mistakes(file: string, errors: Compilation['errors']): Error {
  const name = inputName(file);
  const told = errors.map(({ line, column, message }) => `${name}:${line}:${column}: error: ${message}`);
  return new Error([...(told.length > 1 ? [`${told.length} errors`] : []), ...told].join('\n'));
}

/** Nothing says which character set a file is in: UTF-8 if it can be, ISO-8859-1 otherwise. */
function decodeSource(file: string, octets: Uint8Array): string {
  const text = decodeUtf8(octets);
  const isBinary = text === undefined ? octets.some(isControl) : octets.includes(0);
  if (isBinary) throw new Error(`${inputName(file)}: neither a script nor bytecode`);
  return text ?? decodeLatin1(octets);
}

/** Control characters that no text has: all but those from tab to carriage return. */
function isControl(octet: number): boolean {
  return octet < 0x09 || (octet > 0x0d && octet < 0x20) || octet === 0x7f;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function append(value: string, values: readonly string[]): string[] {
  return [...values, value];
}
