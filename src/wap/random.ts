/** Randomness as a parameter. */
import { sha256 } from './crypto.js';
import { encodeUtf8 } from './octets.js';

/** A source of octets that nobody can guess, or, in a repeatable run, that everybody can. */
export interface Random {
  octets(count: number): Uint8Array;
}

/** An integer from 0 up to, not including, `limit` (at most 2^32), without bias. */
export function randomBelow(random: Random, limit: number): number {
  const most = Math.floor(2 ** 32 / limit) * limit;
  for (;;) {
    const value = new DataView(random.octets(4).slice().buffer).getUint32(0);
    if (value < most) return value % limit;
  }
}

/**
 * The same octets for the same seed: SHA-256 over seed and a counter. NO SECURITY: for tests and `--seed`.
 * @param label keeps two users of one seed apart
 */
export function seededRandom(seed: number, label = ''): Random {
  let counter = 0;
  let pool = new Uint8Array(0);
  return {
    octets(count) {
      const octets = new Uint8Array(count);
      for (let at = 0; at < count; ) {
        if (pool.length === 0) pool = Uint8Array.from(sha256(encodeUtf8(`${seed}/${label}/${counter++}`)));
        const part = pool.subarray(0, count - at);
        octets.set(part, at);
        at += part.length;
        pool = pool.subarray(part.length);
      }
      return octets;
    },
  };
}
