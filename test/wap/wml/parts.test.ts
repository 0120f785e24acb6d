import assert from 'node:assert/strict';
import { DecodeError } from '../../../src/wap/errors.js';
import {
  attributeOf,
  decodeWml,
  encodeWml,
  formatWml,
  isElement,
  parseWml,
  substitute,
  takeMeta,
  unescapeUrl,
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

describe('Variables of WML (WAP-191 §10.3)', () => {
  const values: Readonly<Record<string, string>> = { X: 'a b/&ü', Y: 'a%20b%2F%C3%BC%FF%zz' };
  const lookup = (name: string): string | undefined => values[name];
  const text = (source: string): string => {
    const first = child(child(deck(`<wml><card><p>${source}</p></card></wml>`))).children[0];
    assert.ok(Array.isArray(first));
    return substitute(first, lookup);
  };
  const href = (source: string): string => {
    const go = child(
      child(child(deck(`<wml><card><do type="accept"><go href="${source}"/></do></card></wml>`))),
    );
    return substitute(go.attributes.get('href') ?? [], lookup);
  };

  it('[WML-C-12] in text a value goes in as it is, unless a conversion is named (§10.3.1)', () => {
    assert.equal(text('<![CDATA[<$X>]]>'), '<a b/&ü>');
    assert.equal(text('$(X:escape)'), 'a%20b%2F%26%C3%BC');
    assert.equal(text('$(Y:unesc)'), 'a b/ü\u00ff%zz'.replace('ü\u00ff', 'Ã¼ÿ'));
    assert.equal(text('[$Z]'), '[]');
    assert.equal(text('$$X'), '$X');
  });

  it('[WML-C-12] within HREF values are escaped, noesc prevents it', () => {
    assert.equal(href('/?a=$X'), '/?a=a%20b%2F%26%C3%BC');
    assert.equal(href('/?a=$(X:noesc)'), '/?a=a b/&ü');
  });

  it('escapes take all but the unreserved set of RFC 2396', () => {
    const all = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
    const escaped = substitute([{ variable: 'all', conversion: 'escape' }], () => all);
    assert.equal(
      escaped,
      "%20!%22%23%24%25%26'()*%2B%2C-.%2F0123456789%3A%3B%3C%3D%3E%3F%40ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopqrstuvwxyz%7B%7C%7D~",
    );
    assert.equal(unescapeUrl(escaped), all);
    assert.equal(
      substitute([{ variable: 'x', conversion: 'escape' }], () => '\ud800'),
      '%EF%BF%BD',
    );
  });
});

describe('Attributes that a deck leaves away (WAP-192 §6.3)', () => {
  it('[WBXML-C-010] have the default of the DTD of their version', () => {
    const card = child(
      deck('<wml><card><do type="accept"><go href="x"/></do><p><input name="a"/></p></card></wml>'),
    );
    const go = child(child(card));
    const input = child(child(card, 1));
    assert.deepEqual(attributeOf(card, 'ordered'), ['true']);
    assert.deepEqual(attributeOf(card, 'newcontext'), ['false']);
    assert.deepEqual(attributeOf(go, 'method'), ['get']);
    assert.deepEqual(attributeOf(go, 'href'), ['x']);
    assert.deepEqual(attributeOf(go, 'enctype'), ['application/x-www-form-urlencoded']);
    assert.equal(attributeOf(go, 'enctype', '1.1'), undefined);
    assert.deepEqual(attributeOf(input, 'type'), ['text']);
    assert.equal(attributeOf(input, 'emptyok'), undefined);
    assert.deepEqual(attributeOf(input, 'emptyok', '1.2'), ['false']);
  });
});

describe('Meta-data (WAP-191 §11.3.2)', () => {
  it('what is not for the user agent is taken out', () => {
    const source = deck(
      '<wml><head><access domain="a"/><meta http-equiv="Expires" content="0"/><meta name="n" content="v" forua="true"/></head><card/></wml>',
    );
    const { deck: sent, meta } = takeMeta(source);
    assert.deepEqual(meta, [
      { httpEquiv: 'Expires', content: '0', forUserAgent: false },
      { name: 'n', content: 'v', forUserAgent: true },
    ]);
    assert.deepEqual(
      child(sent)
        .children.filter(isElement)
        .map(({ name }) => name),
      ['access', 'meta'],
    );
    const empty = takeMeta(deck('<wml><head><meta name="n" content="v"/></head><card/></wml>'));
    assert.deepEqual(
      empty.deck.children.filter(isElement).map(({ name }) => name),
      ['card'],
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
