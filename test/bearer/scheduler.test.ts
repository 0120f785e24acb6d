import assert from 'node:assert/strict';
import fc from 'fast-check';
import { realScheduler, virtualScheduler } from '../../src/bearer/scheduler.js';

describe('Virtual scheduler', () => {
  it('does what is due, in order of time and then of scheduling, and ends exactly when told', () => {
    const scheduler = virtualScheduler(1000);
    const done: string[] = [];
    const note = (what: string) => () => done.push(`${scheduler.now()} ${what}`);
    scheduler.schedule(20, note('c'));
    scheduler.schedule(10, note('a'));
    scheduler.schedule(10, note('b'));
    scheduler.schedule(31, note('late'));
    scheduler.advance(30);
    assert.deepEqual(done, ['1010 a', '1010 b', '1020 c']);
    assert.equal(scheduler.now(), 1030);
    assert.equal(scheduler.next(), 1031);
  });

  it('what is taken back is not done, and what is scheduled by an action is', () => {
    const scheduler = virtualScheduler();
    const done: number[] = [];
    const cancel = scheduler.schedule(1, () => done.push(1));
    scheduler.schedule(2, () => scheduler.schedule(3, () => done.push(scheduler.now())));
    cancel();
    scheduler.settle(10);
    assert.deepEqual(done, [5]);
    assert.equal(scheduler.next(), undefined);
  });

  it('settle sees that something never ends', () => {
    const scheduler = virtualScheduler();
    const again = () => {
      scheduler.schedule(10, again);
    };
    again();
    assert.throws(() => scheduler.settle(100), RangeError);
  });

  it('any actions are done in the order of their times', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.boolean())), (orders) => {
        const scheduler = virtualScheduler();
        const done: number[] = [];
        const kept: number[] = [];
        for (const [after, cancelled] of orders) {
          const cancel = scheduler.schedule(after, () => done.push(scheduler.now()));
          if (cancelled) cancel();
          else kept.push(after);
        }
        scheduler.settle(100);
        assert.deepEqual(
          done,
          kept.sort((a, b) => a - b),
        );
      }),
    );
  });
});

describe('Real scheduler', () => {
  it('calls once, unless taken back', async () => {
    let taken = false;
    realScheduler.schedule(0, () => {
      taken = true;
    })();
    await new Promise<void>((resolve) => {
      realScheduler.schedule(1, resolve);
    });
    assert.equal(taken, false);
  });
});
