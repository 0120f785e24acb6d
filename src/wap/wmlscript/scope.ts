/** What names mean in a compilation unit: WAP-193_101-WMLScript §6.1.8, §6.2, §6.4; limits of §9.7. */
import type { LocalCall } from './ast.js';
import type { Findings } from './findings.js';
import { type Library, type LibraryFunction, librariesByName } from './libraries.js';

/** §9.7. */
export const MAX_FUNCTIONS = 255;
export const MAX_FUNCTION_NAME = 255;
export const MAX_PARAMETERS = 255;
export const MAX_LOCALS = 255;
/** Parameters and local variables of a function. */
export const MAX_VARIABLES = 256;

/** Of a function whose head is wrong. */
const UNKNOWN_ARITY = -1;

/** The names declared so far: external units, functions, and the variables of the function that is being read. */
export class Scope {
  readonly #findings: Findings;
  readonly #urls = new Map<string, string>();
  readonly #arity = new Map<string, number>();
  readonly #calls: LocalCall[] = [];
  #variables = new Map<string, number>();
  #parameters = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Of the function that is being read. */
  get parameters(): number {
    return this.#parameters;
  }

  /** Local variables of the function that is being read. */
  get locals(): number {
    return this.#variables.size - this.#parameters;
  }

  /** §6.7.1. */
  declareUnit(at: number, name: string, url: string): void {
    if (this.#urls.has(name))
      this.#findings.report(at, `external compilation unit '${name}' is declared twice`);
    this.#urls.set(name, url);
  }

  /** The URL behind the name of an external unit. */
  url(at: number, name: string): string {
    const url = this.#urls.get(name);
    if (url === undefined)
      this.#findings.report(at, `external compilation unit '${name}' has no 'use url' pragma`);
    return url ?? '';
  }

  startFunction(): void {
    this.#variables = new Map();
    this.#parameters = 0;
  }

  /**
   * A function, once its parameters are declared.
   * @param isWhole whether they are all
   */
  declareFunction(at: number, name: string, isWhole: boolean): void {
    if (name === '') return;
    if (this.#arity.has(name)) this.#findings.report(at, `function '${name}' is declared twice`);
    if (name.length > MAX_FUNCTION_NAME) {
      this.#findings.report(at, `function name is longer than ${MAX_FUNCTION_NAME} characters`);
    }
    if (this.#arity.size === MAX_FUNCTIONS) {
      this.#findings.report(
        at,
        `function '${name}' is one more than the ${MAX_FUNCTIONS} that fit in a unit`,
      );
    }
    this.#arity.set(name, isWhole ? this.#parameters : UNKNOWN_ARITY);
  }

  declareParameter(at: number, name: string): void {
    if (this.#parameters === MAX_PARAMETERS) {
      this.#findings.report(
        at,
        `parameter '${name}' is one more than the ${MAX_PARAMETERS} a function may have`,
      );
    }
    this.declareVariable(at, name);
    this.#parameters = this.#variables.size;
  }

  /** §6.2.2, §8.4.2: the index of a new variable. */
  declareVariable(at: number, name: string): number {
    if (this.#variables.has(name)) this.#findings.report(at, `variable '${name}' is declared twice`);
    const vindex = this.#variables.size;
    if (vindex === MAX_VARIABLES || vindex - this.#parameters === MAX_LOCALS) {
      this.#findings.report(at, `variable '${name}' is one more than a function may have`);
    }
    this.#variables.set(name, vindex);
    return vindex;
  }

  /** The index of a variable. */
  variable(at: number, name: string): number {
    const vindex = this.#variables.get(name);
    if (vindex === undefined) this.#findings.report(at, `variable '${name}' is not declared`);
    return vindex ?? 0;
  }

  /** A library function that is called with so many arguments; `undefined` for a mistake. */
  libraryFunction(
    at: number,
    libraryName: string,
    functionAt: number,
    functionName: string,
    count: number,
  ): { readonly library: Library; readonly called: LibraryFunction } | undefined {
    const library = librariesByName.get(libraryName);
    const called = library?.functions.get(functionName);
    if (library === undefined) this.#findings.report(at, `library '${libraryName}' is unknown`);
    else if (called === undefined) {
      this.#findings.report(functionAt, `library '${libraryName}' has no function '${functionName}'`);
    } else {
      this.#checkArguments(functionAt, `${libraryName}.${functionName}`, called.parameters, count);
      return { library, called };
    }
    return undefined;
  }

  /** A call of a function that may still be declared. */
  addCall(call: LocalCall): void {
    this.#calls.push(call);
  }

  /** All functions are declared now. */
  checkCalls(): void {
    for (const { at, name, args } of this.#calls) {
      const parameters = this.#arity.get(name);
      if (parameters === undefined) this.#findings.report(at, `function '${name}' is not declared`);
      else if (parameters !== UNKNOWN_ARITY) this.#checkArguments(at, name, parameters, args.length);
    }
  }

  /** §6.4.1: exactly as many as declared. */
  #checkArguments(at: number, name: string, expected: number, found: number): void {
    if (expected === found) return;
    const words = `${expected} argument${expected === 1 ? '' : 's'}`;
    this.#findings.report(at, `expected ${words} for '${name}', found ${found}`);
  }
}
