/** What commands read and write: a file, or standard input and output where it is called `-`. */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { DecodeError } from '../wap/errors.js';

/** The octets of a file. What prevents it is one sentence with the name of the file. */
export async function readInput(file: string): Promise<Uint8Array> {
  if (file === '-') {
    const parts: Uint8Array[] = [];
    for await (const part of process.stdin) parts.push(part);
    return new Uint8Array(Buffer.concat(parts));
  }
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw new Error(`cannot read ${file}: ${reason(error)}`, { cause: error });
  }
}

/** The text of a file, now. What prevents it is one sentence with the name of the file. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot read ${file}: ${reason(error)}`, { cause: error });
  }
}

/** Ends when everything is on its way: the process may end, too. */
export async function writeOutput(file: string | undefined, data: Uint8Array | string): Promise<void> {
  if (file === undefined || file === '-') {
    await new Promise<void>((resolve) => process.stdout.write(data, () => resolve()));
    return;
  }
  try {
    await writeFile(file, data);
  } catch (error) {
    throw new Error(`cannot write ${file}: ${reason(error)}`, { cause: error });
  }
}

/** What prevents a command from using a file, in the words of `readInput`; `undefined` for errors of another kind. */
export function fileErrorText(error: unknown): string | undefined {
  const { code, syscall, path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  if (!(error instanceof Error) || code === undefined || syscall === undefined || path === undefined)
    return undefined;
  const doing = syscall === 'mkdir' ? 'make the folder' : 'open';
  return `cannot ${doing} ${dest ?? path}: ${reason(error)}`;
}

/** How a person calls it. */
export function inputName(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** What `body` makes of a file; what is wrong with its octets is said with its name. */
export function about<T>(file: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new Error(`${inputName(file)}: ${error.message}`, { cause: error });
  }
}

/** `ENOENT: no such file or directory, open 'x'` without the words of the system's programmers. */
function reason(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EEXIST') return 'it is a file';
  return message.replace(/^E[A-Z0-9]+: /, '').replace(/, [a-z]+(?: '.*')?$/s, '');
}
