import assert from 'node:assert/strict';
import { isElement, parseWml, substitute, unescapeUrl, type WmlElement } from '../../../src/wap/wml/index.js';

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
