import assert from 'node:assert/strict';
import { TidGenerator } from '../../../src/wap/wtp/gentid.js';
import { TID_SPACE, TID_WINDOW, TidCache, tidTest } from '../../../src/wap/wtp/tid.js';

describe('WTP TID test (WAP-224 Tables 7 and 8)', () => {
  const cases: readonly [rcvTid: number, lastTid: number, ok: boolean][] = [
    [5, 5, false],
    [6, 5, true],
    [5 + 0x4000, 5, true],
    [5 + 0x4001, 5, false],
    [4, 5, false],
    [0, 0x3fff, false],
    [0, 0x4000, true],
    [0, 0x7fff, true],
    [0x7fff, 0, false],
  ];
  for (const [rcvTid, lastTid, ok] of cases) {
    it(`RcvTID ${rcvTid} after ${lastTid}: ${ok ? 'Ok' : 'Fail'}`, () =>
      assert.equal(tidTest(rcvTid, lastTid), ok));
  }

  it('W is half the space', () => assert.equal(2 * TID_WINDOW, TID_SPACE));
});

describe('WTP cache of TIDs (WAP-224 §7.8.2)', () => {
  it('each TID is taken once, in any order within the last 31', () => {
    const cache = new TidCache(10);
    for (const tid of [100, 103, 101, 102]) assert.equal(cache.take('a', tid), true, `${tid}`);
    for (const tid of [100, 103, 101, 102, 99]) assert.equal(cache.take('a', tid), false, `${tid}`);
    assert.equal(cache.take('a', 131), true);
    assert.equal(cache.take('a', 104), true);
    assert.equal(cache.take('a', 99), false);
  });

  it('… also round the wrap', () => {
    const cache = new TidCache(10);
    for (const tid of [0x7fff, 1, 0]) assert.equal(cache.take('a', tid), true, `${tid}`);
    assert.equal(cache.take('a', 0), false);
  });

  it('Initiators are told apart, and remembered for one to two lifetimes', () => {
    const cache = new TidCache(10);
    cache.take('a', 5);
    cache.take('b', 3);
    assert.equal(cache.last('a'), 5);
    assert.equal(cache.turn(), true);
    cache.take('b', 4);
    assert.equal(cache.turn(), true);
    assert.deepEqual([cache.last('a'), cache.last('b')], [undefined, 4]);
    assert.equal(cache.turn(), false);
    assert.equal(cache.size, 0);
  });

  it('more Initiators than it can hold: all are forgotten, so unknown ones are verified until that is over', () => {
    const cache = new TidCache(2);
    for (const key of ['a', 'b']) assert.equal(cache.take(key, 1), true);
    assert.equal(cache.take('c', 1), false);
    assert.equal(cache.last('a'), undefined);
    assert.equal(cache.take('a', 1), false);
    cache.turn();
    assert.equal(cache.take('d', 1), false);
    cache.turn();
    assert.equal(cache.take('e', 1), true);
  });
});

describe('WTP generation of TIDs (WAP-224 §7.8.3)', () => {
  it('one counter for all Responders; TIDnew where one of them would take the TID for an old one', () => {
    const tids = new TidGenerator(0, 10);
    assert.deepEqual(tids.next('a'), { tid: 0, tidNew: false });
    for (let i = 0; i < TID_WINDOW; i++) tids.next('b');
    assert.deepEqual(tids.next('a'), { tid: TID_WINDOW + 1, tidNew: true });
    assert.deepEqual(tids.next('a'), { tid: TID_WINDOW + 2, tidNew: false });
  });

  it('Responders that were not spoken to for long are forgotten', () => {
    const tids = new TidGenerator(0, 1);
    tids.next('a');
    tids.verified('a');
    tids.verified('a');
    tids.next('b');
    assert.equal(tids.next('a').tidNew, false);
  });
});
