import assert from 'node:assert/strict';
import { DecodeError } from '../../../src/wap/errors.js';
import {
  decodeWml,
  encodeWml,
  formatWml,
  isElement,
  parseWml,
  type WmlElement,
} from '../../../src/wap/wml/index.js';
import { hex } from '../../support/hex.js';

function deck(text: string): WmlElement {
  const { document } = parseWml(text);
  assert.ok(document);
  return document;
}

const child = (element: WmlElement, index = 0): WmlElement => {
  const found = element.children.filter(isElement)[index];
  assert.ok(found);
  return found;
};

/** The deck that WAP-191 §14.4 prints. */
const printed = `<?xml version="1.0"?>
<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.2//EN" "http://www.wapforum.org/DTD/wml12.dtd">
    <wml>
       <card id="abc" ordered="true">
          <p>
             <do type="accept">
               <go href="http://xyz.org/s"/>
             </do>
             X: $(X)<br/>
             Y: $(&#x59;)<br/>
             Enter name: <input type="text" name="N"/>
          </p>
       </card>
    </wml>`;

describe('WML encoding (WAP-191 §14)', () => {
  // Printed with public identifier 08, which is CHANNEL 1.1 (WAP-192 Table 5); here 09, WML 1.2. Printed with variable
  // names in the string table; here inline, as long as they stand once.
  const stream = hex(`
    02 09 6a 00 7f e7 55 03 616263 00 33 01 60 e8 38 01 ab 4b 03 78797a 00 88 03 73 00 01 01
    03 20583a20 00 42 5800 26 03 20593a20 00 42 5900 26 03 20456e746572206e616d653a20 00 af 48 21 03 4e 00 01 01 01 01`);

  it('the example of §14.4 becomes the printed octets', () => {
    const { document } = parseWml(printed);
    assert.ok(document);
    assert.deepEqual(encodeWml(document, { version: '1.2', wml: '1.2' }), stream);
  });

  it('the example of §14.4 with its string table is read back', () => {
    const deck = decodeWml(
      hex(`
      02 09 6a 04 5800 5900 7f e7 55 03 616263 00 33 01 60 e8 38 01 ab 4b 03 78797a 00 88 03 73 00 01 01
      03 20583a20 00 82 00 26 03 20593a20 00 82 02 26 03 20456e746572206e616d653a20 00 af 48 21 03 4e 00 01 01 01 01`),
    );
    assert.deepEqual(deck, decodeWml(stream));
    assert.match(
      formatWml(deck, '1.2'),
      /<do type="accept"><go href="http:\/\/xyz\.org\/s"\/><\/do> X: \$\(X\)<br\/> Y: \$\(Y\)<br\/>/,
    );
  });
});

describe('Decks in binary form (WAP-191 §14)', () => {
  it('[WML-S-60] [WML-S-65] a deck is written and read in every version', () => {
    const source = deck(
      '<wml><card id="a" title="T $x"><p>Hello $(y:escape)<br/><a href="http://www.a.com/$z">link</a></p></card></wml>',
    );
    for (const version of ['1.1', '1.2', '1.3'] as const) {
      const back = decodeWml(encodeWml(source, { wml: version }));
      assert.equal(
        formatWml(back, version).split('\n')[2],
        '<wml><card id="a" title="T $(x)"><p>Hello $(y:escape)<br/><a href="http://www.a.com/$(z)">link</a></p></card></wml>',
      );
    }
  });

  it('WML 1.0 has names in capitals and numbers of its own', () => {
    const octets = hex('00 02 00 7f 67 03 48 00 a2 36 03 61 00 01 01 01');
    assert.equal(formatWml(decodeWml(octets)).split('\n')[2], '<WML><CARD>H<A TITLE="a"/></CARD></WML>');
    assert.deepEqual(encodeWml(decodeWml(octets), { version: '1.0' }), octets);
  });

  it('WTA-WML is a deck, too; $0 is a parameter (WAP-266 §9.3)', () => {
    const source = parseWml(
      '<?xml version="1.0"?><!DOCTYPE wta-wml PUBLIC "-//WAPFORUM//DTD WTA-WML 1.2//EN" ""><wta-wml><card><onevent type="wtaev-cc/ic"><refresh><setvar name="n" value="$0"/></refresh></onevent></card></wta-wml>',
    );
    assert.deepEqual(source.findings, []);
    assert.ok(source.document);
    const octets = encodeWml(source.document);
    assert.deepEqual(
      octets,
      hex('03 0c 6a 00 00 01 7f 00 00 67 f3 00 01 12 01 76 be 00 00 21 03 6e 00 4d 42 30 00 01 01 01 01 01'),
    );
    assert.match(formatWml(decodeWml(octets)), /<setvar name="n" value="\$\(0\)"\/>/);
  });

  it('[WML-C-17] a deck of an unknown DTD is read with the tokens of WML; its own elements keep their content', () => {
    const octets = hex('03 01 6a 06 626c696e6b00 7f 67 60 44 00 03 61 00 01 01 01 01');
    assert.match(formatWml(decodeWml(octets)), /<p><blink>a<\/blink><\/p>/);
  });

  it('what WML gives no meaning is left out; what is no deck is refused', () => {
    const octets = hex('03 0a 6a 00 7f 67 60 03 61 00 c0 c3 01 ff 03 62 00 43 55 01 01 01 01');
    assert.deepEqual(child(child(decodeWml(octets))).children, [['a', 'b']]);
    assert.throws(
      () => decodeWml(hex('03 05 6a 00 05')),
      new DecodeError('WML', 0, 'the document element is si, not wml'),
    );
  });
});
