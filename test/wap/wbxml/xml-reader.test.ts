import assert from 'node:assert/strict';
import { readXml, type XmlVisitor } from '../../../src/wap/wbxml/xml-reader.js';

describe('XML text, read (XML 1.0)', () => {
  it('after 100 errors of syntax nothing more is read: a text that is all errors costs no more than its first ones', () => {
    const seen = { errors: 0, elements: 0 };
    const visitor: XmlVisitor = {
      entities: () => undefined,
      doctype: () => undefined,
      startElement: () => seen.elements++,
      endElement: () => undefined,
      text: () => undefined,
      processingInstruction: () => undefined,
      error: () => seen.errors++,
    };
    readXml(`<a>${'\u0001'.repeat(99)}<b/></a>`, visitor);
    assert.deepEqual(seen, { errors: 99, elements: 2 });
    readXml(`<a>${'\u0001'.repeat(200)}<b/></a>`, visitor);
    assert.deepEqual(seen, { errors: 199, elements: 3 });
  });
});
