import assert from 'node:assert/strict';
import { extended, invokeRetry, timingFor } from '../../../src/wap/wtp/timers.js';

describe('WTP timers and counters (WAP-224 Appendix A)', () => {
  const tables = [
    ['GSM SMS', false, [10, 0, 20, 60, 35, 70, 45, 300], 4, 4],
    ['GSM SMS', true, [10, 5, 20, 60, 40, 70, 45, 300], 4, 4],
    ['Any IPv4', false, [2, 0, 4, 5, 3, 7, 3, 40], 8, 6],
    ['Any IPv6', true, [2, 1, 4, 5, 4, 7, 3, 40], 8, 6],
    ['GSM CSD IPv4', true, [2, 1, 4, 5, 4, 7, 3, 40], 8, 6],
    ['GSM GPRS IPv4', false, [2, 0, 4, 5, 3, 7, 3, 40], 8, 6],
  ] as const;
  for (const [bearer, uack, seconds, rcrMax, aecMax] of tables) {
    it(`${bearer}, ${uack ? 'with' : 'without'} user acknowledgement`, () => {
      const timing = timingFor(bearer, uack);
      const { baseAck, shortAck, longAck, baseRetry, shortRetry, longRetry, groupRetry, wait } = timing;
      assert.deepEqual(
        [baseAck, shortAck, longAck, baseRetry, shortRetry, longRetry, groupRetry, wait],
        seconds.map((each) => 1000 * each),
      );
      assert.deepEqual([timing.rcrMax, timing.aecMax], [rcrMax, aecMax]);
    });
  }

  it('"Timer Usage": an Invoke has the base interval in class 2, the short one in class 1', () => {
    const timing = timingFor('Any IPv4', false);
    assert.deepEqual([invokeRetry(timing, 2), invokeRetry(timing, 1)], [5000, 3000]);
  });

  it('Appendix B.1: rt = T + n × M', () => {
    assert.equal(extended(7000, timingFor('Any IPv4', false), 1023), 7000);
    assert.equal(extended(7000, timingFor('Any IPv4', false), 10_240), 9000);
    assert.equal(extended(70_000, timingFor('GSM SMS', false), 420), 85_000);
  });
});
