import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toHex } from '../../../src/wap/octets.js';
import { Body } from '../../../src/wap/wbxml/body.js';
import { decodeWbxml, encodeWbxml, type XmlDocument } from '../../../src/wap/wbxml/index.js';
import { stringTable } from '../../../src/wap/wbxml/string-table.js';
import { hex } from '../../support/hex.js';

/** STR_I. */
const inline = 0x03;

function body(...strings: readonly string[]): Body {
  const made = new Body(1);
  for (const text of strings) made.utf8(inline, text, 0, text.length);
  return made;
}

describe('String table (WAP-192 §5.7)', () => {
  it('the string that is used most comes first, and only what gets shorter is there', () => {
    const strings = body('home', 'once', 'news', 'home', 'news', 'news', 'x', 'x', 'news');
    const { octets, references } = stringTable(strings, 0, true, 1);
    assert.deepEqual(octets, hex('6e65777300 686f6d6500'));
    assert.deepEqual([...references], [5, -1, 0, 5, 0, 0, -1, -1, 0]);
    assert.equal(
      toHex(strings.withReferences(strings.length, references)),
      '8305036f6e6365008300830583008300037800037800' + '8300',
    );
  });

  it('strings that are required come before all others, whether they repeat or not', () => {
    const { octets, references } = stringTable(body('abc', 'abc', 'abc', 'id', 'abc'), 1, true, 1);
    assert.deepEqual(octets, hex('61626300'));
    assert.deepEqual([...references], [0, 0, 0, -1, 0]);
    const { octets: alone } = stringTable(body('abc', 'id', 'abc', 'id'), 2, false, 1);
    assert.deepEqual(alone, hex('61626300 696400'));
  });

  it('an index of several octets, an extension token and a literal', () => {
    const made = new Body(1);
    const long = 'l'.repeat(200);
    made.octet(0x67);
    for (const token of [inline, inline, 0x41, 0x41, 0x41]) {
      const text = token === inline ? long : 'name';
      made.utf8(token, text, 0, text.length);
    }
    const literal = made.literal();
    made.octet(0x01);
    const { length } = made;
    made.utf8(inline, 'tag', 0, 3);
    const { octets, references } = stringTable(made, 1, true, 1);
    assert.equal(toHex(octets), `74616700${'6e616d6500'}${'6c'.repeat(200)}00`);
    references[literal] = references.at(-1) ?? -1;
    assert.equal(toHex(made.withReferences(length, references)), '678309830981048104810404' + '0001');
  });

  it('thousands of strings, each of them twice, are read as they were written', () => {
    const children = Array.from({ length: 3000 }, (_, i) => ({
      name: 'p',
      attributes: new Map(),
      children: [[`${i % 1500}-${(i * 7) % 1500}`]],
    }));
    const document: XmlDocument = { root: { name: 'p', attributes: new Map(), children } };
    const { root } = decodeWbxml(encodeWbxml(document, undefined));
    assert.deepEqual(
      root.children.map((child) => ('children' in child ? child.children : undefined)),
      children.map((child) => child.children),
    );
  });

  it('what strings say is the same with a table and without', () => {
    const strings = fc.array(
      fc.oneof(fc.constantFrom('', 'a', 'ab', 'name', 'å€😀', 'x'.repeat(130)), fc.string({ maxLength: 8 })),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(strings, fc.nat(5), fc.boolean(), (texts, last, shorten) => {
        const required = Math.min(last, texts.length);
        const made = body(...texts);
        const { octets, references } = stringTable(made, required, shorten, 1);
        const encoder = new TextEncoder();
        for (const [i, text] of texts.entries()) {
          const at = references[i] ?? -1;
          assert.ok(at >= 0 || i < texts.length - required);
          if (at < 0) continue;
          const expected = encoder.encode(`${text}\0`);
          assert.deepEqual(octets.slice(at, at + expected.length), expected);
        }
      }),
      { numRuns: 300 },
    );
  });
});
