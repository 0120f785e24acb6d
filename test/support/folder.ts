/** A folder of a test's own, that is gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Registers hooks of the suite that is being described. @returns the path of a file in the folder */
export function temporaryFolder(): (file?: string) => string {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return (file = '.') => join(folder, file);
}
