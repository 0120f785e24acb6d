/** Asking for a PIN at a terminal, without showing it. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from '../wap/errors.js';

/** What is typed, unseen. */
export async function askPin(label: string): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError('there is nobody to ask for the PIN: give --pin-file');
  process.stderr.write(`${label}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return (await lines.question('')).trim();
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
