import assert from 'node:assert/strict';
import { Heap } from '../../../src/wap/wmlscript/heap.js';
import type { Value } from '../../../src/wap/wmlscript/index.js';

describe('The heap (WAP-193_101-WMLScript §12.3.3.2)', () => {
  it('holds strings of two octets a character, and something for each', () => {
    const heap = new Heap(1000, []);
    assert.equal(heap.fits(500), true);
    assert.equal(heap.fits(501), false);
  });

  it('is full when the strings that the stack holds are too many', () => {
    const stack: Value[] = [];
    const heap = new Heap(1000, stack);
    let count = 0;
    do stack.push('a'.repeat(42));
    while (heap.holds(42, stack.length) && ++count < 100);
    // 42 characters and the overhead are 100 octets; they are counted when 600 more were made.
    assert.equal(count, 11);
  });

  it('forgets what lies above the stack', () => {
    const stack: Value[] = ['a'.repeat(400), 'b'.repeat(400)];
    const heap = new Heap(1000, stack);
    assert.equal(heap.holds(400, 1), true);
    assert.deepEqual(stack, ['a'.repeat(400)]);
  });

  it('many small strings that are dropped never fill it', () => {
    const heap = new Heap(1000, []);
    for (let i = 0; i < 1000; i++) assert.equal(heap.holds(10, 0), true);
  });
});
