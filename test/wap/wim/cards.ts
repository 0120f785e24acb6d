/** Cards for tests: cheap ones, so that a PIN is tried in a millisecond. */
import { fromHex, toHex } from '../../../src/wap/octets.js';
import { seededRandom } from '../../../src/wap/random.js';
import type { Card } from '../../../src/wap/wim/card.js';
import { COST } from '../../../src/wap/wim/image.js';
import { type CardKey, createCard } from '../../../src/wap/wim/personalise.js';
import { alice, aliceOnline, authority } from '../pki/people.js';

export const pins = { general: '1234', nonRepudiation: '2345', unblock: '87654321' } as const;

export const usualKeys: readonly CardKey[] = [
  { label: 'Signature', usage: 'nonRepudiation', key: alice.key, certificate: alice.certificate },
  {
    label: 'Authentication',
    usage: 'authentication',
    key: aliceOnline.key,
    certificate: aliceOnline.certificate,
  },
];

export function newCard(keys: readonly CardKey[] = usualKeys): Card {
  const trusted = [authority.certificate];
  return createCard({ random: seededRandom(4711, 'card'), keys, pins, trusted, cost: COST.least });
}

/** Hexadecimal digits in, hexadecimal digits out. */
export function speaker(card: Card): (command: string) => string {
  return (command) => {
    const octets = fromHex(command);
    if (octets === undefined) throw new TypeError(`not hexadecimal: ${command}`);
    return toHex(card.transmit(octets));
  };
}

export const SELECT_WIM = '00a40400 0c a0000000635741502d57494d';
export const SELECT_PINS = '80a40000 02 5300';
/** As the card wants a PIN: digits and FF. */
export const padded = (digits: string) =>
  toHex(Uint8Array.from(digits, (digit) => digit.charCodeAt(0))).padEnd(16, 'f');
