import assert from 'node:assert/strict';
import { toHex } from '../../../src/wap/octets.js';
import {
  type DocumentVisitor,
  parseXml,
  readDocument,
  wbxmlToXml,
  xmlToWbxml,
} from '../../../src/wap/wbxml/index.js';
import { hex } from '../../support/hex.js';

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

  it('attributes come in their order, whatever else is in the text', () => {
    const attributes = (source: string): readonly unknown[] => {
      const { root } = parseXml(source);
      const child = root.children.find((node) => 'attributes' in node);
      return [...root.attributes, ...(child && 'attributes' in child ? child.attributes : [])];
    };
    const expected = [
      ['z', ['1']],
      ['a', ['<&']],
      ['m', []],
    ];
    const tag = '<x z="1" a="&lt;&amp;">';
    for (const prolog of ['', '<!DOCTYPE x>', '<?begin?>', '<?xml version="1.0"?>']) {
      for (const content of ['', '<![CDATA[c]]>', '<?inside it?>', '<![CDATA[c]]><?inside it?>']) {
        assert.deepEqual(attributes(`${prolog}${tag}${content}<y m=""/></x>`), expected, prolog + content);
      }
    }
    assert.throws(() => parseXml('<!DOCTYPE x><?p?><x a="1" a="1"><![CDATA[]]></x>'), /duplicate attribute/);
  });

  it('an instruction at the very beginning is none of the declaration', () => {
    assert.deepEqual(parseXml('<?xml-stylesheet a?><x><![CDATA[c]]></x>').before, [
      { target: 'xml-stylesheet', data: ['a'] },
    ]);
  });

  it('without a tree: the visitor is made at the document element, and is the answer', () => {
    const events: string[] = [];
    const visitor: DocumentVisitor = {
      startTag: (name, count, end) => events.push(`<${name} ${count} ${end}`),
      attribute: (name, value) => events.push(`${name}=${JSON.stringify(value)}`),
      text: (text) => events.push(JSON.stringify(text)),
      processingInstruction: ({ target }) => events.push(`?${target}`),
      endElement: () => events.push('>'),
    };
    const source = '<!DOCTYPE wml SYSTEM "d"><?p?><wml><p a="1$b" c="">x<![CDATA[y]]><b/>$z</p></wml>';
    const answer = readDocument(source, undefined, (type, doctype, root) => {
      events.push(`${type?.table.name} ${doctype?.systemId} ${root}`);
      return visitor;
    });
    assert.equal(answer, visitor);
    assert.deepEqual(events, [
      'WML d wml',
      '?p',
      '<wml 0 35',
      '<p 2 51',
      'a=["1",{"variable":"b","conversion":"noesc"}]',
      'c=[]',
      '"xy"',
      '<b 0 69',
      '>',
      '[{"variable":"z","conversion":"noesc"}]',
      '>',
      '>',
    ]);
  });
});
