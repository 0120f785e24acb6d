import assert from 'node:assert/strict';
import { UsageError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import { documentType, parseTokenTable, wbxmlToXml, xmlToWbxml } from '../../../src/wap/wbxml/index.js';

describe('Token tables in JSON files', () => {
  const json = (table: unknown): string => JSON.stringify(table);

  it('numbers as such or in hexadecimal', () => {
    const table = parseTokenTable(
      json({
        name: 'mine',
        publicIds: ['-//X//DTD X//EN'],
        root: 'x',
        pages: {
          0: {
            tags: [
              ['0x05', 'x'],
              [6, 'y'],
            ],
            attributes: [['0x05', 'u', 'http://']],
            values: [[133, '.com']],
          },
        },
      }),
    );
    const octets = xmlToWbxml('<x u="http://a.com"><y/></x>', { type: documentType(table) });
    assert.equal(toHex(octets), '0300006a102d2f2f582f2f44544420582f2f454e00c50503610085010601');
    assert.match(wbxmlToXml(octets, { type: documentType(table) }), /<x u="http:\/\/a\.com"><y\/><\/x>/);
  });

  it('what is wrong is said with its place', () => {
    const cases: readonly [string, RegExp][] = [
      ['{', /is not JSON/],
      ['[]', /needs an object at the table/],
      [json({ pages: {} }), /needs a string at name/],
      [json({ name: 'x', root: 'x', pages: { 256: {} } }), /a code page/],
      [json({ name: 'x', root: 'x', pages: { 0: { tags: [[4, 'x']] } } }), /at pages\.0\.tags\[0\]/],
      [json({ name: 'x', root: 'x', pages: { 0: { tags: [[0x40, 'x']] } } }), /from 5 to 63/],
      [json({ name: 'x', root: 'x', pages: { 0: { values: [[5, 'x']] } } }), /0x80 or more/],
      [json({ name: 'x', root: 'x', pages: { 0: { tags: [[5, 'a b']] } } }), /a name/],
      [json({ name: 'x', root: 'x', pages: { 0: { tags: 5 } } }), /a list of rows/],
    ];
    for (const [text, message] of cases) {
      assert.throws(
        () => parseTokenTable(text),
        (error) => error instanceof UsageError && message.test(error.message),
        text,
      );
    }
  });
});
