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

  it('everything that the built-in tables have', () => {
    const type = documentType(
      parseTokenTable(
        json({
          name: 'mine',
          publicIds: ['-//X//DTD X//EN'],
          systemIds: ['http://x/x.dtd'],
          publicNumbers: ['0x1234'],
          root: 'x',
          mediaTypes: { text: 'text/x', binary: 'application/x' },
          pages: {
            0: {
              tags: [
                [5, 'x'],
                [6, 'b'],
                [7, 'raw'],
              ],
              attributes: [
                [5, 'u'],
                [6, 'at'],
              ],
            },
            7: { tags: [[5, 'far']] },
          },
          variables: { escaped: ['u'], parameters: true },
          dateTimes: ['at'],
          entities: { hello: 'Hi' },
          elementContent: ['x'],
          compress: { preserve: ['raw'], inline: ['b'] },
        }),
      ),
    );
    const octets = xmlToWbxml(
      '<x u="$0" at="1999-04-30T06:40:00Z">\n <b> &hello;  all </b> <raw> a  b </raw><far/></x>',
      { type },
    );
    assert.equal(
      toHex(octets),
      '03a4346a00c5054030000 6c3061999043006400146032048 6920616c6c2000 0147032061202062200001000705 01'.replaceAll(
        ' ',
        '',
      ),
    );
    const text = wbxmlToXml(octets, { type });
    assert.match(text, /^<!DOCTYPE x PUBLIC "-\/\/X\/\/DTD X\/\/EN" "http:\/\/x\/x.dtd">$/m);
    assert.match(
      text,
      /<x u="\$\(0\)" at="1999-04-30T06:40:00Z"><b> Hi all <\/b><raw> a {2}b <\/raw><far\/>/,
    );
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
      [json({ name: 'x', root: 'x', page: {} }), /has page at the table; it can have name, publicIds,/],
      [json({ name: 'x', root: 'x', pages: { 0: { tag: [] } } }), /has tag at pages\.0; it can have tags,/],
      [json({ name: 'x', root: 'x', pages: {}, publicNumbers: [1] }), /from 2 to 4294967295/],
      [json({ name: 'x', root: 'x', pages: {}, mediaTypes: { text: 'a' } }), /string at mediaTypes\.binary/],
      [json({ name: 'x', root: 'x', pages: {}, variables: { escaped: [], parameters: 1 } }), /true or false/],
      [json({ name: 'x', root: 'x', pages: {}, entities: { 'a b': '' } }), /a name at entities/],
      [json({ name: 'x', root: 'x', pages: {}, compress: { preserve: [] } }), /strings at compress\.inline/],
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
