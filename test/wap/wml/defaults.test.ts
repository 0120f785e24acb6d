import assert from 'node:assert/strict';
import { attributeOf, isElement, parseWml, type WmlElement } from '../../../src/wap/wml/index.js';

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
