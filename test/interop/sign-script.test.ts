/** The signing script, compiled by Kannel: what its gateway would do in place of ours. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signScript } from '../../src/commerce/templates.js';
import { decodeUnit } from '../../src/wap/wmlscript/index.js';
import { describeWithPeers } from '../support/peers.js';

describeWithPeers("wml/sign.wmls in Kannel's compiler", ['wmlsc'], ({ wmlsc }) => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-wmlsc-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const texts = [
    'Shop\nTransaction 4711-0815\nTotal EUR 31.00',
    'Größe "quoted" \'single\' $100 $(v) $$ \\ back\nline\ttab',
    '*/ // {{text}} $& </wml>',
    'ÿ\u2028日本',
  ];
  for (const text of texts) {
    it(`keeps the text ${JSON.stringify(text)} as it is`, () => {
      writeFileSync(join(folder, 'sign.wmls'), signScript({ text }));
      execFileSync(wmlsc, ['sign.wmls'], { cwd: folder, stdio: 'pipe' });
      const { constants, functionNames } = decodeUnit(
        new Uint8Array(readFileSync(join(folder, 'sign.wmlsc'))),
      );
      assert.deepEqual(
        functionNames.map(({ functionName }) => functionName),
        ['sign'],
      );
      const strings = constants.map((constant) => ('value' in constant ? constant.value : ''));
      assert.ok(strings.includes(text), JSON.stringify(strings));
    });
  }
});
