import assert from 'node:assert/strict';
import { type Crossing, type Effect, type Layer, over, type Primitive } from '../../src/wap/layer.js';

type Text = Primitive & { readonly text: string };
const text = (type: string, words: string): Text => ({ type, text: words });

/** Marks what passes; `reply` goes down at once for everything that comes up. */
function marking(name: string, reply = false): Layer<Text, Text, Text, Text> {
  const mark = (primitive: Text): Text => text(primitive.type, `${name}(${primitive.text})`);
  return {
    name,
    fromAbove: (primitive) => [{ down: mark(primitive) }, { startTimer: `${name}/t`, after: 5 }],
    fromBelow: (primitive) => {
      const up: Effect<Text, Text> = { up: mark(primitive) };
      return reply ? [{ down: text('reply', name) }, up] : [up];
    },
    expired: (timer) => [{ manage: { type: 'expired', layer: name, text: timer } }],
  };
}

describe('The contract of a layer', () => {
  it('what goes down passes every layer, top first; effects keep their order', () => {
    const stack = over(marking('A'), over(marking('B'), marking('C')));
    assert.equal(stack.name, 'A');
    assert.deepEqual(stack.fromAbove(text('req', 'x')), [
      { down: { type: 'req', text: 'C(B(A(x)))' } },
      { startTimer: 'C/t', after: 5 },
      { startTimer: 'B/t', after: 5 },
      { startTimer: 'A/t', after: 5 },
    ]);
  });

  it('what comes up passes every layer, bottom first; an answer goes down again before it arrives', () => {
    const stack = over(marking('A'), over(marking('B', true), marking('C')));
    assert.deepEqual(stack.fromBelow(text('ind', 'x')), [
      { down: { type: 'reply', text: 'C(B)' } },
      { startTimer: 'C/t', after: 5 },
      { up: { type: 'ind', text: 'A(B(C(x)))' } },
    ]);
  });

  it('a timer goes to the layer whose name it starts with', () => {
    const stack = over(marking('A'), over(marking('B'), marking('C')));
    for (const name of ['A', 'B', 'C']) {
      assert.deepEqual(stack.expired(`${name}/t`), [
        { manage: { type: 'expired', layer: name, text: `${name}/t` } },
      ]);
    }
  });

  it('every crossing is observed once, where it happens', () => {
    const seen: string[] = [];
    const observe = ({ from, to, primitive }: Crossing) => seen.push(`${from}>${to} ${primitive.type}`);
    const stack = over(marking('A'), over(marking('B', true), marking('C'), observe), observe);
    stack.fromAbove(text('req', 'x'));
    stack.fromBelow(text('ind', 'x'));
    assert.deepEqual(seen, ['A>B req', 'B>C req', 'C>B ind', 'B>C reply', 'B>A ind']);
  });
});
