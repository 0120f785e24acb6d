/** scripts/limits.mjs: from the constants in src and their comments to docs/limits.md. */
import assert from 'node:assert/strict';
import { house } from '../support/source-text.js';

interface Limit {
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly why: string;
}

/** What the script exports; it is no TypeScript, so this is said here. */
interface Script {
  limitsIn(file: string, source: string): readonly Limit[];
  limits(): readonly Limit[];
  limitsPage(all: readonly Limit[]): string;
}

const source = `/** The head of the file. */
import { seconds } from '../time.js';

/** Octets of a message:
 *  larger than any deck. */
export const LARGEST_MESSAGE = 1 << 20;

/** How long; how often. */
const LONGEST_WAIT: Millis = seconds(600);
const TRIES_MOST = 3;

const MAX_SILENT = 16 * 1_024;
/** No limit, but a number. */
export const VERSION = 1;

export interface Limits {
  /** Values on the stack. */
  readonly stack: number;
}
export const defaultLimits: Limits = { stack: 16_384 };
`;

describe('The page of limits', () => {
  let script: Script;
  before(async () => {
    script = (await import(`${house}scripts/limits.mjs`)) as Script;
  });

  it('finds constants that limit, with their values and reasons', () => {
    assert.deepEqual(script.limitsIn('wap/x/a.ts', source), [
      {
        name: 'LARGEST_MESSAGE',
        value: '1,048,576',
        file: 'wap/x/a.ts',
        why: 'Octets of a message: larger than any deck.',
      },
      { name: 'LONGEST_WAIT', value: '600 s', file: 'wap/x/a.ts', why: 'How long; how often.' },
      { name: 'TRIES_MOST', value: '3', file: 'wap/x/a.ts', why: 'How long; how often.' },
      { name: 'MAX_SILENT', value: '16,384', file: 'wap/x/a.ts', why: '' },
      { name: 'defaultLimits.stack', value: '16,384', file: 'wap/x/a.ts', why: 'Values on the stack.' },
    ]);
  });

  it('has a table a room', () => {
    const page = script.limitsPage([
      { name: 'MAX_B', value: '2', file: 'wap/x/b.ts', why: 'So | many.' },
      { name: 'MAX_A', value: '1', file: 'gateway/ppg/a.ts', why: 'One.' },
      { name: 'MAX_C', value: '3', file: 'wap/c.ts', why: 'Three.' },
    ]);
    assert.deepEqual(
      page.split('\n').filter((line) => /^(?:##|\| `)/.test(line)),
      [
        '## src/gateway',
        '| `MAX_A` | 1 | [ppg/a.ts](../src/gateway/ppg/a.ts) | One. |',
        '## src/wap',
        '| `MAX_C` | 3 | [c.ts](../src/wap/c.ts) | Three. |',
        '## src/wap/x',
        '| `MAX_B` | 2 | [b.ts](../src/wap/x/b.ts) | So \\| many. |',
      ],
    );
  });

  it('every limit of src says why', () => {
    /** Said where it can be set, WapClientOptions.timeout; sizes of fields of the records and of the hello. */
    const elsewhere = [
      'DEFAULT_TIMEOUT in terminal/fetch.ts',
      'SESSION_ID_MOST in wap/wtls/handshake.ts',
      'SEQUENCE_MOST in wap/wtls/record.ts',
    ];
    const silent = script.limits().filter(({ why }) => why === '');
    assert.deepEqual(
      silent.map(({ name, file }) => `${name} in ${file}`).filter((limit) => !elsewhere.includes(limit)),
      [],
    );
  });
});
