import assert from 'node:assert/strict';
import { DecodeError } from '../../../src/wap/errors.js';
import type { Field } from '../../../src/wap/octets.js';
import {
  decodeWbxml,
  decodeWbxmlEvents,
  documentType,
  formatXml,
  type Text,
  type TokenTable,
  wbxmlToXml,
} from '../../../src/wap/wbxml/index.js';
import { hex } from '../../support/hex.js';

/** The tags of WAP-192 §8.1. */
const simple: TokenTable = {
  name: 'XYZ',
  publicIds: [],
  root: 'XYZ',
  pages: {
    0: {
      tags: [
        [0x05, 'BR'],
        [0x06, 'CARD'],
        [0x07, 'XYZ'],
      ],
    },
  },
};

/** The tokens of WAP-192 §8.2. */
const expanded: TokenTable = {
  name: 'XYZ',
  publicIds: [],
  root: 'XYZ',
  pages: {
    0: {
      tags: [
        [0x05, 'CARD'],
        [0x06, 'INPUT'],
        [0x07, 'XYZ'],
        [0x08, 'DO'],
      ],
      attributes: [
        [0x05, 'STYLE', 'LIST'],
        [0x06, 'TYPE'],
        [0x07, 'TYPE', 'TEXT'],
        [0x08, 'URL', 'http://'],
        [0x09, 'NAME'],
        [0x0a, 'KEY'],
      ],
      values: [
        [0x85, '.org'],
        [0x86, 'ACCEPT'],
      ],
    },
  },
};

const rule = (octets: string): string => {
  try {
    decodeWbxml(hex(octets));
  } catch (error) {
    assert.ok(error instanceof DecodeError);
    return error.message;
  }
  return 'accepted';
};

describe('WBXML decoder (WAP-192 §5)', () => {
  it('[WBXML-C-001] the simple example of §8.1: elements, strings, entities', () => {
    const octets = hex(`
      03 01 03 00 47 46 03 2058202620 59 00 05 03 2058 00 02 8120 03 3d 00 02 8120 03 3120 00 01 01`);
    const document = decodeWbxml(octets, { type: documentType(simple) });
    assert.equal(document.version, '1.3');
    assert.equal(document.charset, 'us-ascii');
    assert.equal(document.publicId, undefined);
    assert.equal(
      formatXml(document),
      '<?xml version="1.0"?>\n<XYZ><CARD> X &amp; Y<BR/> X\u00a0=\u00a01 </CARD></XYZ>\n',
    );
  });

  it('[WBXML-C-001] the expanded example of §8.2: attributes and the string table', () => {
    const octets = hex(`
      03 01 6a 12 616263 00 20456e746572206e616d653a20 00
      47 c5 09 83 00 05 01 88 06 86 08 03 78797a 00 85 03 2f73 00 01 83 04 86 07 0a 03 4e 00 01 01 01`);
    const document = decodeWbxml(octets, { type: documentType(expanded) });
    assert.equal(
      formatXml(document),
      '<?xml version="1.0"?>\n<XYZ><CARD NAME="abc" STYLE="LIST"><DO TYPE="ACCEPT" URL="http://xyz.org/s"/>' +
        ' Enter name: <INPUT TYPE="TEXT" KEY="N"/></CARD></XYZ>\n',
    );
  });

  it('the service indication of WAP-167 §9: dates are OPAQUE', () => {
    const octets = hex(`
      02 05 6a 00 45 c6 0d 03 78797a 00 85 03 656d61696c2f3132332f6162632e776d6c 00
      0a c3 07 19990625152315 10 c3 04 19990630 01 03 596f752068617665203420 6e657720652d6d61696c73 00 01 01`);
    assert.equal(
      wbxmlToXml(octets),
      '<?xml version="1.0"?>\n<!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN" "http://www.wapforum.org/DTD/si.dtd">\n' +
        '<si><indication href="http://www.xyz.com/email/123/abc.wml" created="1999-06-25T15:23:15Z" ' +
        'si-expires="1999-06-30T00:00:00Z">You have 4 new e-mails</indication></si>\n',
    );
  });

  it('the service loading of WAP-168 §10 and the cache operation of WAP-175 §10', () => {
    const sl = hex('02 06 6a 00 85 0a 03 78797a 00 85 03 70706169642f3132332f6162632e776d6c 00 01');
    assert.match(wbxmlToXml(sl), /\n<sl href="http:\/\/www\.xyz\.com\/ppaid\/123\/abc\.wml"\/>\n$/);
    // Printed in the table with charset 03, in the stream with 6A.
    const co = hex('02 07 6a 00 45 86 05 03 666f6f2e776d6c 00 01 87 05 03 2f626172 00 01 01');
    assert.match(
      wbxmlToXml(co),
      /\n<co><invalidate-object uri="foo\.wml"\/><invalidate-service uri="\/bar"\/><\/co>\n$/,
    );
  });

  it('[WBXML-C-011] tags and attributes may be literals, with and without attributes and content (§5.8.4.5)', () => {
    const tokens = decodeWbxml(
      hex('03 0a 6a 00 7f e7 55 03 61 00 01 e0 52 03 78 00 01 03 79 00 01 a6 55 03 62 00 01 01 01'),
    );
    // LITERAL_C wml, LITERAL_AC card, LITERAL_AC p, LITERAL_A br; LITERAL id, align.
    const literals = decodeWbxml(
      hex(`
      03 0a 6a 17 776d6c00 6361726400 7000 6272 00 696400 616c69676e00
      44 00 c4 04 04 0e 03 61 00 01 c4 09 04 11 03 78 00 01 03 79 00 01 84 0b 04 0e 03 62 00 01 01 01`),
    );
    assert.deepEqual(literals.root, tokens.root);
    assert.equal(
      wbxmlToXml(hex('03 01 6a 02 7800 04 00')),
      '<?xml version="1.0"?>\n<x/>\n',
      'LITERAL alone: neither attributes nor content',
    );
  });

  it('[WBXML-C-011] a value may be a token, a string or both (§5.8.3)', () => {
    const value = (octets: string): Text | undefined =>
      decodeWbxml(hex(`03 0a 6a 00 9c ${octets} 01`)).root.attributes.get('href');
    const expected = ['http://www.x.com/'];
    assert.deepEqual(value('4a 03 687474703a2f2f7777772e782e636f6d2f 00'), expected);
    assert.deepEqual(value('4b a1 03 78 00 85'), expected);
    assert.deepEqual(value('4a 8f 03 78 00 85'), expected);
    assert.deepEqual(value('4a 8e 03 7777 00 02 77 03 2e78 00 85'), expected);
  });

  it('version 1.0 has no charset field; the public identifier may stand in the string table (§5.5)', () => {
    const first = decodeWbxml(hex('00 04 00 7f 27 01'));
    assert.equal(first.version, '1.0');
    assert.equal(first.root.name, 'wml');
    const literal = decodeWbxml(
      hex('03 00 00 6a 1d 2d2f2f574150464f52554d2f2f44544420574d4c20312e332f2f454e00 7f 27 01'),
    );
    assert.equal(literal.publicId, '-//WAPFORUM//DTD WML 1.3//EN');
    assert.equal(literal.root.name, 'wml');
  });

  it('SWITCH_PAGE in tags and in attributes are two things (§5.8.1)', () => {
    // WTA-WML: tag page 1 has wta-wml; attribute page 1 has href=wtai://; the tag page goes back for card.
    const octets = hex('03 0c 6a 00 00 01 7f 00 00 67 60 9c 00 01 06 03 31 00 01 26 01 01 01');
    assert.match(
      wbxmlToXml(octets),
      /\n<wta-wml><card><p><a href="wtai:\/\/wp\/mc;1"\/><br\/><\/p><\/card><\/wta-wml>\n$/,
    );
  });

  it('variables by EXT_I and EXT_T, in content and in values (WAP-191 §14.3.1)', () => {
    const octets = hex('03 0a 6a 04 6100 6200 7f 67 60 40 7800 81 00 82 02 9c 4a 42 79 00 01 01 01 01');
    const { root } = decodeWbxml(octets);
    const p = root.children[0];
    assert.ok(p && 'children' in p);
    assert.match(wbxmlToXml(octets), /<p>\$\(x:escape\)\$\(a:unesc\)\$\(b\)<a href="\$\(y:noesc\)"\/><\/p>/);
  });

  it('processing instructions before, within and after (§5.8.4.4)', () => {
    const octets = hex(
      '03 01 6a 04 7000 7800 43 04 00 03 31 00 01 44 02 43 04 00 01 01 43 04 00 03 32 00 01',
    );
    assert.equal(wbxmlToXml(octets), '<?xml version="1.0"?>\n<?p 1?>\n<x><?p?></x>\n<?p 2?>\n');
  });

  it('what the document type does not define is kept and shown, not guessed', () => {
    const octets = hex('03 0a 6a 00 7f c5 70 b0 03 78 00 01 c0 c3 02 0aff 80 05 40 2100 01 01');
    // EXT_T_0 with an index outside the table is an error; here in a document type without variables.
    const text = wbxmlToXml(octets, { type: documentType(simple) });
    assert.equal(
      text,
      '<?xml version="1.0"?>\n<!DOCTYPE wbxml-tag-00-3F PUBLIC "-//WAPFORUM//DTD WML 1.3//EN" "">\n' +
        '<wbxml-tag-00-3F><BR wbxml-attribute-00-70="&lt;?wbxml value 00-B0?>x">' +
        '<?wbxml ext-0?><?wbxml opaque 0AFF?><?wbxml ext-t-0 5?><?wbxml ext-i-0 !?></BR></wbxml-tag-00-3F>\n',
    );
  });

  it('[WML-C-05] characters are Unicode whatever the encoding was (§5.6)', () => {
    const documents: readonly [string, string][] = [
      ['03 0a 04 00 7f 67 60 03 e5 00 01 01 01', 'å'],
      ['03 0a 6a 00 7f 67 60 03 c3a5 00 01 01 01', 'å'],
      ['03 0a 05 00 7f 67 60 03 b1 00 01 01 01', 'ą'],
      ['03 0a 11 00 7f 67 60 03 82a0 00 01 01 01', 'あ'],
      ['03 0a 8768 00 7f 67 60 03 00e5 0100 0000 01 01 01', 'åĀ'],
      ['03 0a 8f6a 00 7f 67 60 03 a4a4 00 01 01 01', '中'],
    ];
    for (const [octets, text] of documents) {
      assert.match(wbxmlToXml(hex(octets)), new RegExp(`<p>${text}</p>`));
    }
    // Charset 0: the transport's, else UTF-8.
    const unknown = hex('03 0a 00 00 7f 67 60 03 e5 00 01 01 01');
    assert.match(wbxmlToXml(unknown, { charset: 'iso-8859-1' }), /<p>å<\/p>/);
    assert.throws(() => wbxmlToXml(unknown), new DecodeError('WBXML', 8, 'STR_I is not UTF-8'));
  });

  it('each broken rule is one sentence with its place', () => {
    const cases: readonly [string, string][] = [
      ['', 'WBXML at octet 0: version is cut short'],
      ['10 04 6a 00 7f', 'WBXML at octet 1: version 2.0 is not understood'],
      ['03 04 bf7f 00 7f', 'WBXML at octet 4: charset 8191 is not supported'],
      ['03 04 6a 05 61', 'WBXML at octet 4: strtbl is cut short'],
      ['03 04 6a 00', 'WBXML at octet 4: stag is cut short'],
      ['03 04 6a 00 01', 'WBXML at octet 5: token 1 stands where an element must begin'],
      ['03 04 6a 00 7f 27', 'WBXML at octet 6: token is cut short'],
      ['03 04 6a 00 3f 01', 'WBXML at octet 5: something follows the document element'],
      ['03 04 6a 00 7f 03 61', 'WBXML at octet 6: STR_I has no end'],
      ['03 04 6a 00 7f 83 00 01', 'WBXML at octet 7: index 0 lies outside the string table'],
      ['03 04 6a 00 7f 02 00 01', 'WBXML at octet 7: entity 0 is no character of XML'],
      ['03 04 6a 00 7f 02 83b000 01', 'WBXML at octet 9: entity 55296 is no character of XML'],
      ['03 04 6a 00 7f 02 c48000 01', 'WBXML at octet 9: entity 1114112 is no character of XML'],
      ['03 04 6a 00 bf 85 01', 'WBXML at octet 6: token 133 stands where an attribute must begin'],
      ['03 04 6a 00 bf 55 43', 'WBXML at octet 7: token 67 stands where it has no meaning'],
      ['03 04 6a 00 bf 55 55 01', 'WBXML at octet 8: attribute id stands twice'],
      ['03 04 6a 00 7f c3 05 61 01', 'WBXML at octet 7: OPAQUE is cut short'],
      ['03 04 6a 02 2100 04 00', 'WBXML at octet 8: a literal is no name'],
      ['03 01 6a 02 7800 43 04 00 04 00 01', 'WBXML at octet 10: a processing instruction has no END'],
    ];
    for (const [octets, message] of cases) assert.equal(rule(octets), message, octets);
  });

  it('nesting is bounded, and so is what references into the string table add up to', () => {
    const deep = new Uint8Array(5000 + 4).fill(0x64);
    deep.set(hex('03 04 6a 00'));
    assert.throws(
      () => decodeWbxml(deep),
      new DecodeError('WBXML', 505, 'elements are nested more than 500 deep'),
    );
    // 60 kB of string, referred to 20,000 times: 1.2 GB if nobody counted.
    const bomb = [...hex('03 04 6a 83d460'), ...new Uint8Array(60000).fill(0x61), 0x7f];
    for (let i = 0; i < 20000; i++) bomb.push(0x83, 0x00);
    assert.throws(
      () => decodeWbxml(Uint8Array.from(bomb)),
      /references into the string table add up to too much$/,
    );
  });

  it('events need no tree, and a recording names what was read', () => {
    const seen: string[] = [];
    const record: Field[] = [];
    decodeWbxmlEvents(
      hex('03 0a 6a 00 7f 27 03 61 00 01'),
      {
        prologue: ({ version, publicId, charset }) => seen.push(`${version} ${publicId} ${charset.name}`),
        startElement: (name) => seen.push(`<${name}>`),
        text: (text) => seen.push(String(text)),
        processingInstruction: () => assert.fail(),
        endElement: (name) => seen.push(`</${name}>`),
      },
      { record },
    );
    assert.deepEqual(seen, [
      '1.3 -//WAPFORUM//DTD WML 1.3//EN utf-8',
      '<wml>',
      '<card>',
      '</card>',
      'a',
      '</wml>',
    ]);
    assert.deepEqual(
      record.map(({ name, bit, bits }) => `${name} ${bit / 8}+${bits / 8}`),
      [
        'version 0+1',
        'publicid 1+1',
        'charset 2+1',
        'length 3+1',
        'strtbl 4+0',
        'stag 4+1',
        'token 5+1',
        'token 6+1',
        'STR_I 7+2',
        'token 9+1',
      ],
    );
  });
});
