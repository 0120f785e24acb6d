/**
 * The collection of real inputs that lies beside the project, with what independent tools made of them. It is not part
 * of the repository: where it is missing, the tests that read it are skipped by name. WAPSTACK_FIXTURES names another place.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../../../../shared/fixtures', import.meta.url));

/** The folder of the fixtures; `undefined` where there is none. */
export function fixturesFolder(): string | undefined {
  const folder = process.env.WAPSTACK_FIXTURES ?? beside;
  return existsSync(folder) ? folder : undefined;
}

/** A suite over the fixtures in one of their folders, `wml` say; one skipped test where they are missing. */
export function describeWithFixtures(title: string, name: string, body: (folder: string) => void): void {
  const folder = fixturesFolder();
  describe(title, () => {
    if (folder !== undefined) {
      body(`${folder}/${name}`);
      return;
    }
    it(`needs the fixtures beside the project, or WAPSTACK_FIXTURES`, function () {
      this.skip();
    });
  });
}
