/** A folder with an authority and a card, made through the commands; removed after the suite. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.js';

export interface PkiFolder {
  file(name: string): string;
}

/** Call it inside a `describe`. */
export function pkiFolder(): PkiFolder {
  let folder = '';
  const file = (name: string) => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-pki-'));
    writeFileSync(file('pin'), '2345\n1234\n87654321\n');
    run('ca', ['create', '--out', file('ca')]);
    run('wim', ['create', '--out', file('card'), '--pin-file', file('pin'), '--ca', file('ca')]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return { file };
}
