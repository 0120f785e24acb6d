import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentModel } from '../../../src/wap/wml/content-model.js';
import { dtdOf, dtdVersions } from '../../../src/wap/wml/dtd.js';

/** Whether children in this order are what a model wants. */
function accepts(text: string, names: readonly string[]): boolean {
  const model = contentModel(text);
  let state: number | undefined = 0;
  for (const name of names) {
    state = model.next(state, name);
    if (state === undefined) return false;
  }
  return model.complete(state);
}

describe('Content models (XML 1.0 §3.2)', () => {
  it('sequences, choices and repetitions', () => {
    const deck = '(head?, template?, card+)';
    assert.equal(accepts(deck, ['card']), true);
    assert.equal(accepts(deck, ['head', 'template', 'card', 'card']), true);
    assert.equal(accepts(deck, ['template', 'head', 'card']), false);
    assert.equal(accepts(deck, ['head']), false);
    assert.equal(accepts(deck, []), false);
    assert.equal(accepts('(go | prev | noop | refresh)', ['go', 'go']), false);
    assert.equal(accepts('EMPTY', ['go']), false);
    assert.equal(accepts('(#PCDATA | a)*', ['a', 'a']), true);
  });

  it('say the same as a regular expression, for each model of every version', () => {
    for (const version of dtdVersions) {
      for (const { content } of dtdOf(version).values()) {
        if (content === 'EMPTY' || content.includes('#PCDATA')) continue;
        const names = [...new Set(content.match(/[A-Za-z][\w-]*/g))];
        const pattern = new RegExp(
          `^${content.replace(/[A-Za-z][\w-]*/g, '(?:$&;)').replace(/[\s,]/g, '')}$`,
        );
        fc.assert(
          fc.property(fc.array(fc.constantFrom(...names, 'other'), { maxLength: 6 }), (children) => {
            const text = children.map((name) => `${name};`).join('');
            assert.equal(accepts(content, children), pattern.test(text), `${content}: ${text}`);
          }),
          { numRuns: 60 },
        );
      }
    }
  });
});

describe('DTDs of WML', () => {
  it('every element that a model names is declared, in every version', () => {
    for (const version of dtdVersions) {
      const dtd = dtdOf(version);
      for (const { name, content } of dtd.values()) {
        for (const child of content.replace('#PCDATA', '').match(/[A-Za-z][\w-]*/g) ?? []) {
          if (content !== 'EMPTY') assert.ok(dtd.has(child), `${version} ${name}: ${child}`);
        }
      }
    }
  });

  it('how many elements and attributes they declare', () => {
    const counts = dtdVersions.map((version) => {
      const dtd = dtdOf(version);
      return [version, dtd.size, [...dtd.values()].reduce((sum, { attributes }) => sum + attributes.size, 0)];
    });
    assert.deepEqual(counts, [
      ['1.0', 30, 67],
      ['1.1', 35, 160],
      ['1.2', 37, 169],
      ['1.3', 36, 167],
    ]);
  });
});
