import assert from 'node:assert/strict';
import { untilStopped } from '../../src/cli/until-stopped.js';

describe('Commands that run until somebody ends them', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal} ends them, and the same one again, as it comes below npx, does not kill them while they close`, async () => {
      const before = process.listenerCount(signal);
      const stopped = untilStopped();
      process.emit(signal);
      await stopped;
      assert.equal(process.listenerCount(signal), before + 1);
    });
  }
});
