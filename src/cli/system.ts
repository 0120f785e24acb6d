/** The machine's own clock and randomness, for commands that are not asked to repeat themselves. */
import { randomBytes } from 'node:crypto';
import type { Random } from '../wap/random.js';
import type { Clock } from '../wap/time.js';

export const systemRandom: Random = { octets: (count) => new Uint8Array(randomBytes(count)) };

export const systemClock: Clock = { now: () => Date.now() };
