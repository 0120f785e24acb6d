import assert from 'node:assert/strict';
import { isElement, parseWml, takeMeta, type WmlElement } from '../../../src/wap/wml/index.js';

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
