/** The signing script compiled by Kannel, the deck encoded by libwbxml: other gateways than ours have to manage, too. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signDeck, signScript } from '../../src/commerce/templates.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
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
      writeFileSync(join(folder, 'sign.wmls'), signScript({ text, options: '5' }));
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

describeWithPeers('wml/sign.wml in libwbxml', ['xml2wbxml'], ({ xml2wbxml }) => {
  it('becomes a deck of WML 1.3 that ours reads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wapstack-wbxml-'));
    try {
      const filled = {
        countersignature: 'AQ==',
        shop: 'Shop',
        token: 'ab-_',
        transaction: '4711-0815',
        about: 'Total EUR',
        what: '31.00',
      };
      writeFileSync(join(folder, 'sign.wml'), signDeck(filled));
      execFileSync(xml2wbxml, ['-o', 'sign.wmlc', 'sign.wml'], { cwd: folder, stdio: 'pipe' });
      const deck = formatWml(decodeWml(new Uint8Array(readFileSync(join(folder, 'sign.wmlc')))));
      assert.match(deck, /<meta forua="true" name="X-Wapstack-Countersignature" content="AQ=="\/>/);
      assert.match(deck, /<go href="ab-_\/sign\.wmls#sign\(\)"\/>/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
