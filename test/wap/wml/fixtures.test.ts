import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { decodeWml, encodeWml, formatWml, parseWml } from '../../../src/wap/wml/index.js';
import { describeWithFixtures } from '../../support/fixtures.js';

/** Judged by libxml2, which takes namespaces for part of XML; WML and XML 1.0 know none. */
const namespaces = new Set(['waplabs-wml-205-error-recovery']);

describeWithFixtures('Decks of others', 'wml', (folder) => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.wml'))) {
    const name = file.replace(/\.wml$/, '');
    const source = (): string => readFileSync(`${folder}/${file}`, 'utf8');
    const expected = JSON.parse(readFileSync(`${folder}/${name}.expected.json`, 'utf8'));

    if (!namespaces.has(name)) {
      it(`${name}: well-formed ${expected.dtd.well_formed}, valid ${expected.dtd.dtd_valid}, as libxml2 says`, () => {
        const { document, findings } = parseWml(source());
        assert.equal(document !== undefined, expected.dtd.well_formed);
        const invalid = findings.filter(
          ({ severity, section }) => severity === 'error' && section !== '§11.1',
        );
        assert.equal(invalid.length === 0, expected.dtd.dtd_valid);
      });
    }

    it(`${name}: encoded and decoded, it means the same`, () => {
      const { document } = parseWml(source());
      assert.ok(document);
      const once = decodeWml(encodeWml(document));
      assert.deepEqual(decodeWml(encodeWml(once)), once);
      const again = parseWml(formatWml(once)).document;
      assert.ok(again);
      assert.deepEqual(encodeWml(again), encodeWml(document));
    });
  }
});
