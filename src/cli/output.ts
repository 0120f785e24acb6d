/** Where commands print: results to standard output, what is said to a person to standard error. */

export interface Output {
  /** A line of the result. */
  out(line: string): void;
  /** The result as it is. */
  octets(octets: Uint8Array): void;
  /** A line for a person. */
  say(line: string): void;
}

export const standardOutput: Output = {
  out: (line) => void process.stdout.write(`${line}\n`),
  octets: (octets) => void process.stdout.write(octets),
  say: (line) => void process.stderr.write(`${line}\n`),
};
