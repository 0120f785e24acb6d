import assert from 'node:assert/strict';
import { DecodeError, UsageError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import {
  decodeWbxml,
  documentType,
  documentTypeByName,
  type EncodeOptions,
  encodeWbxml,
  parseXml,
  type TokenTable,
  WbxmlEncoder,
  wbxmlToXml,
  xmlToWbxml,
} from '../../../src/wap/wbxml/index.js';
import { hex } from '../../support/hex.js';

const wml = '<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.3//EN" "http://www.wapforum.org/DTD/wml13.dtd">';

/** What stands in the card of a deck, encoded; the frame 03 0a 6a 00 7f 67 … 01 01 taken away. */
function card(content: string, options: EncodeOptions = { stringTable: false }): string {
  const octets = toHex(xmlToWbxml(`${wml}<wml><card>${content}</card></wml>`, options));
  const frame = /^030a6a007f67(.*)0101$/.exec(octets);
  assert.ok(frame, octets);
  return frame[1] ?? '';
}

const compact = (octets: string): string => octets.replace(/\s/g, '');

describe('WBXML encoder (WAP-192 §5, §6)', () => {
  it('[WBXML-S-001] the service indication of WAP-167 §9 becomes the printed octets', () => {
    const source = `<?xml version="1.0"?>
      <!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN"
                   "http://www.wapforum.org/DTD/si.dtd">
<si>
     <indication           href="http://www.xyz.com/email/123/abc.wml"
                           created="1999-06-25T15:23:15Z"
                           si-expires="1999-06-30T00:00:00Z">You have 4 new e-mails</indication>
</si>`;
    assert.deepEqual(
      xmlToWbxml(source, { version: '1.2' }),
      hex(`
      02 05 6a 00 45 c6 0d 03 78797a 00 85 03 656d61696c2f3132332f6162632e776d6c 00
      0a c3 07 19990625152315 10 c3 04 19990630 01 03 596f7520686176652034206e657720652d6d61696c73 00 01 01`),
    );
  });

  it('[WBXML-S-001] the service loading of WAP-168 §10 and the cache operation of WAP-175 §10', () => {
    const sl =
      '<!DOCTYPE sl PUBLIC "-//WAPFORUM//DTD SL 1.0//EN" ""><sl href="http://www.xyz.com/ppaid/123/abc.wml"></sl>';
    assert.deepEqual(
      xmlToWbxml(sl, { version: '1.2' }),
      hex('02 06 6a 00 85 0a 03 78797a 00 85 03 70706169642f3132332f6162632e776d6c 00 01'),
    );
    const co = `<!DOCTYPE co PUBLIC "-//WAPFORUM//DTD CO 1.0//EN" "">
      <co><invalidate-object uri="foo.wml"></invalidate-object><invalidate-service uri="/bar"></invalidate-service>\n</co>`;
    assert.deepEqual(
      xmlToWbxml(co, { version: '1.2' }),
      hex('02 07 6a 00 45 86 05 03 666f6f2e776d6c 00 01 87 05 03 2f626172 00 01 01'),
    );
  });

  it('[WBXML-S-002] [WML-S-60] elements and attributes become the tokens of their table', () => {
    assert.equal(
      card('<p align="center" mode="nowrap">a<br/></p><p/>'),
      compact('e0 07 1d 01 03 61 00 26 01 20'),
    );
    assert.equal(
      card('<onevent type="ontimer"><go href="#x" method="post"/></onevent>'),
      compact('f3 3f 01 ab 4a 03 2378 00 1c 01 01'),
    );
    assert.equal(
      card('<p><input name="N" emptyok="true" accesskey="1"/></p>'),
      compact('60 af 21 03 4e 00 11 5e 03 31 00 01 01'),
    );
  });

  it('[WBXML-S-004] the declaration, the DOCTYPE and comments are taken away', () => {
    assert.equal(
      toHex(xmlToWbxml(`<?xml version="1.0"?>\n${wml}<!-- a --><wml><!-- b --><card/></wml><!-- c -->`)),
      '030a6a007f2701',
    );
  });

  it('[WBXML-S-005] [WBXML-S-006] text and entities become strings, or ENTITY where the encoding lacks them', () => {
    assert.equal(
      card('<p>a&amp;b&#x2d;&#99;&nbsp;<![CDATA[<]]></p>'),
      compact('60 03 6126622d63c2a03c 00 01'),
    );
    const ascii = toHex(
      xmlToWbxml(`${wml}<wml><card title="&#8364;5"><p>a&nbsp;b</p></card></wml>`, { charset: 'us-ascii' }),
    );
    assert.equal(
      ascii,
      compact('03 0a 03 00 7f e7 36 02 c12c 03 35 00 01 60 03 61 00 02 8120 03 62 00 01 01 01'),
    );
  });

  it('[WBXML-S-008] [WML-S-61] text that is not well-formed is refused, with line and column', () => {
    const cases: readonly [string, RegExp][] = [
      ['<wml><card></wml>', /unexpected close tag.*\(line 1, column \d+\)/],
      ['<wml>\n<card id="a" id="b"/></wml>', /duplicate attribute.*\(line 2, column \d+\)/],
      ['<wml>&foo;</wml>', /undefined entity/],
      ['<wml a=b/>', /unquoted attribute value|attribute/],
      ['<wml/><wml/>', /documents may contain only one root/],
      ['', /document must contain a root element/],
    ];
    for (const [source, message] of cases) {
      assert.throws(
        () => xmlToWbxml(source),
        (error) => error instanceof DecodeError && message.test(error.message),
        source,
      );
    }
  });

  it('[WBXML-S-012] processing instructions are kept', () => {
    const source = '<?a b?><x><?c?>y</x><?d e?>';
    assert.equal(
      toHex(xmlToWbxml(source)),
      compact(
        '03 01 6a 08 6100 7800 6300 6400 43 04 00 03 62 00 01 44 02 43 04 04 01 03 79 00 01 43 04 06 03 65 00 01',
      ),
    );
    assert.equal(wbxmlToXml(xmlToWbxml(source)), '<?xml version="1.0"?>\n<?a b?>\n<x><?c?>y</x>\n<?d e?>\n');
  });

  it('[WBXML-S-013] an attribute is one start token, or one LITERAL where it has none', () => {
    assert.equal(card('<p mode="wrap" align="left"/>'), compact('a0 1e 08 01'));
    // method has prefixes only: another value needs the literal name.
    assert.equal(
      toHex(xmlToWbxml(`${wml}<wml><card><do type="x-y" color="1"/></card></wml>`)),
      compact('03 0a 6a 06 636f6c6f7200 7f 67 a8 37 03 782d79 00 04 00 03 31 00 01 01 01'),
    );
    assert.equal(
      toHex(xmlToWbxml(`${wml}<wml><card><go method="put"/></card></wml>`)),
      compact('03 0a 6a 07 6d6574686f6400 7f 67 ab 04 00 03 707574 00 01 01 01'),
    );
  });

  it('[WBXML-S-013] an element without a token is a literal of the right kind (§5.8.4.5)', () => {
    const source = '<x><x/><x a="1"/><x a="1">y</x></x>';
    assert.equal(
      toHex(xmlToWbxml(source)),
      compact(
        '03 01 6a 04 7800 6100 44 00 04 00 84 00 04 02 03 31 00 01 c4 00 04 02 03 31 00 01 03 79 00 01 01',
      ),
    );
  });

  it('of the starts and value tokens the longest are taken, where they are shorter (§5.8.3)', () => {
    const href = (value: string): string => card(`<p><a href="${value}"/></p>`).slice(2, -4);
    assert.equal(href('http://www.a.com/'), compact('9c 4b a1 03 61 00 85'));
    assert.equal(href('https://x.org/y'), compact('9c 4c 03 78 00 88 03 79 00'));
    assert.equal(href(''), compact('9c 4a 03 00'));
    // In the midst of a string `top` would cost as much as it saves; at its end it does not.
    assert.equal(href('atopb'), compact('9c 4a 03 61746f7062 00'));
    assert.equal(href('atop'), compact('9c 4a 03 61 00 9e'));
    assert.equal(href('top'), compact('9c 4a 9e'));
  });

  it('variables become EXT tokens with the escape mode asked for (WAP-191 §14.2.1)', () => {
    assert.equal(
      card('<p>$a $(b:e)$(c:unesc)$$5<a href="$(d)$(e:noesc)"/></p>'),
      compact('60 42 6100 03 20 00 40 6200 41 6300 03 2435 00 9c 4a 40 6400 42 6500 01 01'),
    );
  });

  it('strings that repeat go into the string table where that is shorter; the most used first', () => {
    const octets = toHex(
      xmlToWbxml(`${wml}<wml><card><p>abc<br/>xyz<br/>xyz<br/>ab<br/>abc<br/>xyz</p></card></wml>`),
    );
    assert.equal(
      octets,
      // xyz three times: 4 + 3·2 < 3·5; abc twice: 4 + 2·2 < 2·5.
      compact(
        '03 0a 6a 08 78797a00 61626300 7f 67 60 83 04 26 83 00 26 83 00 26 03 6162 00 26 83 04 26 83 00 01 01 01',
      ),
    );
    // Twice one letter: 2 + 2·2 is not less than 2·3.
    assert.equal(card('<p>a<br/>a</p>', {}), compact('60 03 61 00 26 03 61 00 01'));
  });

  it('variable names share the string table: EXT_T (WAP-191 §14.3.1)', () => {
    const octets = toHex(xmlToWbxml(`${wml}<wml><card><p>$(name)<br/>$(name)</p></card></wml>`));
    assert.equal(octets, compact('03 0a 6a 05 6e616d6500 7f 67 60 82 00 26 82 00 01 01 01'));
  });

  it('white space: between elements none, in text one, in pre all (§6.1, WAP-191 §11.8.1)', () => {
    assert.equal(
      card('\n <p>\n a\t\n b <b>c</b> <i>d</i>\n <br/> </p>\n '),
      compact('60 03 61206220 00 64 03 63 00 01 03 20 00 6d 03 64 00 01 26 01'),
    );
    assert.equal(card('<pre> a\n  b </pre>'), compact('5b 03 20610a20206220 00 01'));
    assert.equal(card('<p xml:space="preserve"> a </p>'), compact('e0 62 01 03 206120 00 01'));
  });

  it('versions 1.0 to 1.3, and other encodings (§5.4, §5.6)', () => {
    const source = `${wml}<wml><card title="å"/></wml>`;
    assert.equal(
      toHex(xmlToWbxml(source, { version: '1.1' })),
      compact('01 0a 6a 00 7f a7 36 03 c3a5 00 01 01'),
    );
    assert.equal(
      toHex(xmlToWbxml(source, { version: '1.0' })),
      compact('00 0a 00 7f a7 36 03 c3a5 00 01 01'),
    );
    assert.equal(
      toHex(xmlToWbxml(source, { charset: 'ISO-8859-1' })),
      compact('03 0a 04 00 7f a7 36 03 e5 00 01 01'),
    );
    assert.equal(
      toHex(xmlToWbxml(source, { charset: 'iso-10646-ucs-2' })),
      compact('03 0a 8768 00 7f a7 36 03 00e5 0000 01 01'),
    );
    assert.throws(() => xmlToWbxml(source, { charset: 'x-none' }), UsageError);
    assert.throws(
      () => xmlToWbxml('<ж/>', { charset: 'iso-8859-1' }),
      UsageError,
      'a name cannot be an ENTITY',
    );
  });

  it('a public identifier without a number stands in the string table (§5.5)', () => {
    const table: TokenTable = {
      name: 'X',
      publicIds: ['-//X//DTD X//EN'],
      root: 'x',
      pages: { 0: { tags: [[5, 'x']] } },
    };
    const type = documentType(table);
    const octets = encodeWbxml(parseXml('<x/>'), type);
    assert.equal(toHex(octets), compact('03 00 00 6a 10 2d2f2f582f2f44544420582f2f454e 00 05'));
    assert.equal(decodeWbxml(octets, { type }).publicId, '-//X//DTD X//EN');
    // OMA gave EMN the number that is channel 1.2's in Table 5: the media type decides.
    const emn = documentTypeByName('emn');
    assert.ok(emn);
    const notice = xmlToWbxml('<emn timestamp="2002-04-16T06:40:00Z" mailbox="mailat:joe@x.com"/>', {
      type: emn,
    });
    assert.equal(
      toHex(notice),
      compact('03 0d 6a 00 85 05 c3 06 200204160640 07 03 6a6f6540782e636f6d 00 01'),
    );
    assert.match(
      wbxmlToXml(notice, { type: emn }),
      /<!DOCTYPE emn PUBLIC "-\/\/WAPFORUM\/\/DTD EMN 1\.0\/\/EN"/,
    );
  });

  it('code pages are switched to and back, tags and attributes apart (§5.8.1)', () => {
    const source =
      '<!DOCTYPE wta-wml PUBLIC "-//WAPFORUM//DTD WTA-WML 1.2//EN" ""><wta-wml><card><p><a href="wtai://wp/mc;5"/><br id="x"/></p></card></wta-wml>';
    assert.equal(
      toHex(xmlToWbxml(source)),
      compact('03 0c 6a 00 00 01 7f 00 00 67 60 9c 00 01 06 03 35 00 01 a6 00 00 55 03 78 00 01 01 01 01'),
    );
  });

  it('trees that are too deep are refused, as the decoder would', () => {
    const deep = `${'<b>'.repeat(600)}${'</b>'.repeat(600)}`;
    assert.throws(() => xmlToWbxml(deep), /nested more than 500 deep/);
  });
});

describe('WBXML encoder by events', () => {
  it('needs no tree: the octets are those of the document', () => {
    const type = documentTypeByName('sl');
    const encoder = new WbxmlEncoder(type, { version: '1.2' });
    encoder.processingInstruction({ target: 'action', data: ['cache'] });
    encoder.startElement('sl', new Map([['href', ['http://www.xyz.com/']]]));
    encoder.text([' \n ']);
    encoder.endElement();
    assert.equal(
      toHex(encoder.done()),
      compact('02 06 6a 07 616374696f6e00 43 04 00 03 6361636865 00 01 85 0a 03 78797a 00 85 01'),
    );
  });
});
