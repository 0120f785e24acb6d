import assert from 'node:assert/strict';
import { type Key, lineText, ROWS, type View } from '../../src/terminal/screen.js';
import { entryView, listView, messageView } from '../../src/terminal/views.js';

const shown = (view: View): string[] => {
  const { lines, top } = view.screen();
  return lines.slice(top, top + ROWS).map(lineText);
};

describe("The handset's own screens", () => {
  it('a message scrolls as far as its text goes', () => {
    const view = messageView({ title: 't', text: '1\n2\n3\n4\n5\n6\n7\n8', left: ['OK', () => {}] });
    assert.deepEqual(shown(view), ['1', '2', '3', '4', '5', '6']);
    for (let i = 0; i < 5; i++) view.press('down');
    assert.deepEqual(shown(view), ['3', '4', '5', '6', '7', '8']);
    view.press('up');
    assert.equal(view.screen().top, 1);
  });

  it('with one thing to do all keys do it', () => {
    const done: string[] = [];
    const view = messageView({ title: 't', text: 'x', left: ['OK', () => done.push('ok')] });
    for (const key of ['softLeft', 'select', 'softRight', 'back'] as const) view.press(key);
    assert.equal(done.length, 4);
  });

  it('a list keeps what is focused in sight, long labels and headings too', () => {
    const picked: number[] = [];
    const items = Array.from({ length: 9 }, (_, i) => ({
      label: i === 4 ? 'a label that needs two lines' : `item ${i + 1}`,
      ...(i === 0 && { heading: 'First' }),
      act: () => picked.push(i + 1),
    }));
    const view = listView({ title: 't', items, right: ['Back', () => {}] });
    assert.equal(shown(view)[0], 'First');
    for (let i = 0; i < 4; i++) view.press('down');
    assert.deepEqual(shown(view).slice(-2), ['a label that needs', 'two lines']);
    for (let i = 0; i < 9; i++) view.press('down');
    assert.equal(shown(view).at(-1), 'item 9');
    view.press('select');
    view.press({ digit: '3' });
    view.press({ text: '7' });
    assert.deepEqual(picked, [9, 3, 7]);
    for (let i = 0; i < 9; i++) view.press('up');
    assert.equal(shown(view)[0], 'First');
  });

  it('a numeric field takes the digits of the keypad as they are', () => {
    let entered = '';
    const view = entryView({
      title: 'PIN',
      numeric: true,
      password: true,
      maxLength: 4,
      accept: (value) => {
        entered = value;
      },
      cancel: () => {},
    });
    for (const digit of ['1', '1', '2', '#', '5'] as const) view.press({ digit });
    assert.deepEqual(shown(view), ['[****_]']);
    assert.equal(view.screen().typing, '123');
    view.press('softLeft');
    assert.equal(entered, '112#');
  });

  it('the right soft key clears, and leaves when there is nothing to clear', () => {
    let left = 0;
    const view = entryView({ title: 't', value: '😀', accept: () => {}, cancel: () => left++ });
    const keys: readonly Key[] = ['softRight', 'softRight', 'back'];
    assert.deepEqual(
      keys.map((key) => {
        const label = view.screen().right;
        view.press(key);
        return label;
      }),
      ['Clear', 'Cancel', 'Cancel'],
    );
    assert.equal(left, 2);
  });
});
