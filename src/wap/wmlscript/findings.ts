/** What is wrong with a source text, gathered while the compiler goes on. */

/** One mistake in a source text. */
export interface CompileError {
  /** From 1. LF, CR and CR LF end a line: WAP-193_101 §7.2. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** What was expected, or which rule is broken. */
  readonly message: string;
}

/** More mistakes than this tell nobody anything; the rest of the source is not read then. */
export const MAX_ERRORS = 100;

/** The mistakes found so far, by offset in the source. */
export class Findings {
  readonly #source: string;
  readonly #found: { readonly at: number; readonly message: string }[] = [];
  #stopped = false;

  constructor(source: string) {
    this.#source = source;
  }

  get none(): boolean {
    return this.#found.length === 0;
  }

  /** Whether nothing more is wanted: whoever reads the source ends here. */
  get stopped(): boolean {
    return this.#stopped;
  }

  report(at: number, message: string): void {
    if (this.#stopped) return;
    this.#found.push({ at, message });
    if (this.#found.length === MAX_ERRORS) this.#stopped = true;
  }

  /** A mistake after which reading on makes no sense. */
  stop(at: number, message: string): void {
    this.report(at, message);
    this.#stopped = true;
  }

  /** In the order of the source, with lines and columns. */
  errors(): CompileError[] {
    const sorted = [...this.#found].sort((a, b) => a.at - b.at);
    const ends = /\r\n?|\n/g;
    let line = 1;
    let start = 0;
    let next = ends.exec(this.#source);
    return sorted.map(({ at, message }) => {
      while (next !== null && next.index + next[0].length <= at) {
        line++;
        start = next.index + next[0].length;
        next = ends.exec(this.#source);
      }
      return { line, column: at - start + 1, message };
    });
  }
}
