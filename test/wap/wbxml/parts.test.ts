import assert from 'node:assert/strict';
import { DecodeError, UsageError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import { encodeDateTime, formatDateTime } from '../../../src/wap/wbxml/date-time.js';
import {
  charsetByMib,
  charsetByName,
  documentType,
  parseTokenTable,
  parseXml,
  wbxmlToXml,
  xmlText,
  xmlToWbxml,
} from '../../../src/wap/wbxml/index.js';
import { parseVariables, type VariableError } from '../../../src/wap/wbxml/variables.js';
import { hex } from '../../support/hex.js';

describe('%Datetime (WAP-167 §8.2.2)', () => {
  const dates: readonly [string, string][] = [
    ['1999-04-30T06:40:00Z', '199904300640'],
    ['1999-06-25T15:23:15Z', '19990625152315'],
    ['1999-06-30T00:00:00Z', '19990630'],
    ['2000-10-20T10:20:30Z', '20001020102030'],
  ];
  for (const [text, octets] of dates) {
    it(`${text} is ${octets}`, () => {
      assert.deepEqual(encodeDateTime(text), hex(octets));
      assert.equal(formatDateTime(hex(octets)), text);
    });
  }

  it('what is none stays as it is', () => {
    assert.equal(encodeDateTime('tomorrow'), undefined);
    assert.equal(formatDateTime(hex('')), undefined);
    assert.equal(formatDateTime(hex('19a9')), undefined);
    assert.equal(formatDateTime(hex('1999063000000000')), undefined);
  });
});

describe('Character encodings (WAP-192 §5.6, WAP-230 Table 42)', () => {
  it('by MIBEnum and by name, in any case', () => {
    for (const [mib, name] of [
      [3, 'us-ascii'],
      [4, 'iso-8859-1'],
      [17, 'shift_jis'],
      [106, 'utf-8'],
      [1000, 'iso-10646-ucs-2'],
      [2026, 'big5'],
    ] as const) {
      assert.equal(charsetByMib(mib)?.name, name);
      assert.equal(charsetByName(name.toUpperCase())?.mib, mib);
    }
    assert.equal(charsetByMib(9999), undefined);
  });

  it('what an encoding lacks is no question mark', () => {
    assert.equal(charsetByName('iso-8859-2')?.encode('å'), undefined);
    assert.equal(charsetByName('iso-8859-1')?.encode('ą'), undefined);
    assert.equal(charsetByName('us-ascii')?.encode('å'), undefined);
    assert.equal(charsetByName('us-ascii')?.decode(hex('e5')), undefined);
    assert.deepEqual(charsetByName('iso-8859-2')?.encode('ą'), hex('b1'));
    // ISO-8859-1 as ISO prints it: 80 to 9F are controls, not the letters of windows-1252.
    assert.equal(charsetByName('iso-8859-1')?.decode(hex('80')), '\u0080');
  });
});

describe('Octets of XML (XML 1.0 §4.3.3)', () => {
  const texts: readonly [string, string][] = [
    ['3c782f3e', '<x/>'],
    ['efbbbf 3c782f3e', '<x/>'],
    ['feff 003c 0078 002f 003e', '<x/>'],
    ['fffe 3c00 7800 2f00 3e00', '<x/>'],
    ['003c 0078 002f 003e', '<x/>'],
  ];
  for (const [octets, text] of texts) it(`${octets}`, () => assert.equal(xmlText(hex(octets)), text));

  it('the declaration names the encoding, the transport has the last word (RFC 2376)', () => {
    const declared = new Uint8Array([
      ...new TextEncoder().encode('<?xml version="1.0" encoding="ISO-8859-1"?><x>'),
      0xe5,
    ]);
    assert.match(xmlText(declared), /<x>å$/);
    assert.match(xmlText(declared, 'iso-8859-5'), /<x>х$/);
    assert.throws(() => xmlText(declared, 'utf-8'), new DecodeError('XML', 0, 'the text is not utf-8'));
    assert.throws(() => xmlText(declared, 'x-none'), /the encoding x-none is not supported/);
  });
});

describe('Variables in text (WAP-191 §10.3)', () => {
  const text = (source: string): unknown =>
    parseVariables(source, { conversion: 'noesc', parameters: false });
  const variable = (name: string, conversion = 'noesc') => ({ variable: name, conversion });

  it('the forms of §10.3.1', () => {
    assert.deepEqual(text('This is a $var'), ['This is a ', variable('var')]);
    assert.deepEqual(text('another $(var).'), ['another ', variable('var'), '.']);
    assert.deepEqual(text('$(var:escape)$(var:unesc)$(var:noesc)'), [
      variable('var', 'escape'),
      variable('var', 'unesc'),
      variable('var'),
    ]);
    assert.deepEqual(text('$_X $X32 $Test_9A'), [
      variable('_X'),
      ' ',
      variable('X32'),
      ' ',
      variable('Test_9A'),
    ]);
    assert.deepEqual(text('$(a:E)$(a:Unesc)'), [variable('a', 'escape'), variable('a', 'unesc')]);
  });

  it('two dollar signs are one (§10.3.3)', () => {
    assert.deepEqual(text('This is a $$ character.'), ['This is a $ character.']);
    assert.deepEqual(text('$$$$x'), ['$$x']);
    assert.deepEqual(text('$$$x'), ['$', variable('x')]);
  });

  it('what is no reference stays, and is reported (§10.3.5)', () => {
    const errors: VariableError[] = [];
    const found = parseVariables(
      'left is $10.00 $(a:foo) $ $(b',
      { conversion: 'noesc', parameters: false },
      errors,
    );
    assert.deepEqual(found, ['left is $10.00 $(a:foo) $ $(b']);
    assert.deepEqual(
      errors.map(({ at }) => at),
      [8, 15, 24, 26],
    );
  });

  it('WTA names the parameters of an event by numbers (WAP-266 §9.3)', () => {
    assert.deepEqual(parseVariables('$0-$(12)', { conversion: 'noesc', parameters: true }), [
      variable('0'),
      '-',
      variable('12'),
    ]);
  });
});

describe('XML text (XML 1.0)', () => {
  it('[WML-C-06] the character entities of WML, and numeric ones (WAP-191 §6.2)', () => {
    const { root } = parseXml('<wml>&quot;&amp;&apos;&lt;&gt;&nbsp;&shy;&#32;&#x20;&#302;</wml>');
    assert.deepEqual(root.children, [['"&\'<>\u00a0\u00ad  Į']]);
    assert.throws(() => parseXml('<si>&nbsp;</si>'), /undefined entity/);
  });

  it('declared and external entities are never expanded', () => {
    const bomb = `<!DOCTYPE wml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><wml>&NAME;</wml>`;
    for (const name of ['a', 'b', 'c', '__proto__', 'constructor']) {
      assert.throws(() => parseXml(bomb.replace('NAME', name)), /undefined entity/, name);
    }
  });

  it('elements know where they begin', () => {
    const { root } = parseXml('<?xml version="1.0"?>\n<a>\n  <b\n x=">"/><c/></a>');
    assert.deepEqual(root.position, { line: 2, column: 1 });
    assert.deepEqual(
      root.children.map((child) => ('position' in child ? child.position : undefined)),
      [undefined, { line: 3, column: 3 }, { line: 4, column: 9 }],
    );
  });

  it('what XML has no words for is written as <?wbxml …?> and read back', () => {
    const octets = hex('03 01 6a 02 7800 c4 00 6f b0 41 2100 c3 01 ff 03 3c00 01 82 07 03 61 00 c1 c3 00 01');
    const text = wbxmlToXml(octets);
    assert.equal(
      text,
      '<?xml version="1.0"?>\n<x wbxml-attribute-00-6F="&lt;?wbxml value 00-B0?>&lt;?wbxml ext-i-1 !?>&lt;?wbxml opaque FF?>&lt;">' +
        '<?wbxml ext-t-2 7?>a<?wbxml ext-1?><?wbxml opaque ?></x>\n',
    );
    assert.equal(toHex(xmlToWbxml(text)), toHex(octets));
  });

  it('no character is written that XML 1.0 has not', () => {
    assert.match(
      wbxmlToXml(hex('03 01 6a 02 7800 c4 00 04 00 03 0d0a0901 00 01 03 0d02263c3e 00 01')),
      /<x x="&#13;&#10;&#9;\ufffd">&#13;\ufffd&amp;&lt;&gt;<\/x>/,
    );
  });
});

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
