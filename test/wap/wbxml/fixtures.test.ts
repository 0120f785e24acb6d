import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { DecodeError } from '../../../src/wap/errors.js';
import {
  decodeWbxml,
  documentTypeByName,
  documentTypeByPublicId,
  documentTypeOf,
  encodeWbxml,
  formatElement,
  wbxmlToXml,
} from '../../../src/wap/wbxml/index.js';
import { describeWithFixtures } from '../../support/fixtures.js';

/** Accepted by their makers, refused here. */
const refused: Readonly<Record<string, RegExp>> = {
  // WAP-192 §5.3: an element with content has an END. The document element's is missing.
  'gecko-prov-vendorconfig': /token is cut short/,
};

describeWithFixtures('WBXML of others', 'wbxml', (folder) => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.wbxml'))) {
    const name = file.replace(/\.wbxml$/, '');
    const octets = new Uint8Array(readFileSync(`${folder}/${file}`));
    const expected = JSON.parse(readFileSync(`${folder}/${name}.expected.json`, 'utf8'));
    const rule = refused[name];

    if (rule !== undefined) {
      it(`${name} is refused`, () => assert.throws(() => decodeWbxml(octets), rule));
      continue;
    }

    it(`${name} is read, written and read again`, () => {
      const document = decodeWbxml(octets);
      const type = document.publicId === undefined ? undefined : documentTypeByPublicId(document.publicId);
      assert.deepEqual(decodeWbxml(encodeWbxml(document, type)).root, document.root);
    });

    // The examples of WAP-192 §8 need a table of their own: decode.test.ts has it.
    if (typeof expected.expected_xml !== 'string' || name.startsWith('spec-wbxml-8')) continue;
    it(`${name} has the text that is expected`, () => {
      // Printed with the number of another document type: WAP-191 §14.4.
      const type = name === 'spec-wml-example-verbatim' ? documentTypeByName('wml') : undefined;
      const document = decodeWbxml(octets, type && { type });
      const text = formatElement(document.root, type ?? documentTypeOf(document));
      // Theirs writes an element without children as two tags.
      assert.equal(text, expected.expected_xml.replace(/<([\w-]+)([^<>]*)><\/\1>/g, '<$1$2/>'));
    });
  }
});

describeWithFixtures('WBXML that is broken', 'fuzz', (folder) => {
  // What each must come to; the others may be read or refused, but nothing else.
  const outcomes: Readonly<Record<string, RegExp>> = {
    'wbxml-charset-latin1': /<p>café<\/p>/,
    'wbxml-charset-zero': /<p>h<\/p>/,
    'wbxml-deep-nesting': /nested more than 500 deep/,
    'wbxml-empty': /version is cut short/,
    'wbxml-entity-beyond-unicode': /no character of XML/,
    'wbxml-entity-nul': /no character of XML/,
    'wbxml-entity-surrogate': /no character of XML/,
    'wbxml-ext-reserved': /<\?wbxml ext-0\?>/,
    'wbxml-ext-t-all': /\$\(x:escape\)\$\(y:unesc\)\$\(z\)/,
    'wbxml-extra-end': /something follows the document element/,
    'wbxml-header-only': /stag is cut short/,
    'wbxml-missing-ends': /token is cut short/,
    'wbxml-strt-offset-beyond': /outside the string table/,
    'wbxml-two-roots': /something follows the document element/,
    'wbxml-unknown-attr-start': /wbxml-attribute-00-70=""/,
    'wbxml-unterminated-stri': /STR_I has no end/,
  };
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.wbxml'))) {
    const name = file.replace(/\.wbxml$/, '');
    it(`${name}: a document or a DecodeError`, () => {
      let outcome: string;
      try {
        outcome = wbxmlToXml(new Uint8Array(readFileSync(`${folder}/${file}`)));
      } catch (error) {
        assert.ok(error instanceof DecodeError);
        outcome = error.message;
      }
      const expected = outcomes[name];
      if (expected !== undefined) assert.match(outcome, expected);
    });
  }
});
