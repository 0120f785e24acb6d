/**
 * Behaviour of an independent browser, step by step, as recorded with its decks. What it does otherwise than WAP-191 says,
 * or by means that a handset does not have, is left out by name.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Key } from '../../../src/terminal/screen.js';
import { Browsing } from '../../support/browsing.js';
import { describeWithFixtures } from '../../support/fixtures.js';

const pointer = 'it is played with a pointer, which the handset does not have';
const scripts = 'its links have the scheme script:, whose units are inside that browser';
const fragment = 'an unknown fragment means the first card (§12.5.1 step 4c), and is no failure';

/** Flows by the id that they have, and why they say nothing about this handset. */
const notApplicable: Readonly<Record<string, string>> = {
  'failed-accept-go-rolls-back': fragment,
  'waves-network-missing-fragment-error': fragment,
  'frame-bound-click-activates-link': pointer,
  'scroll-window-clamps-and-replays': pointer,
  'script-link-success-and-navigation-continuity': scripts,
  'verifier-failure-and-recovery': scripts,
  'script-navigation-order-and-external-outcome': scripts,
  'current-card-and-context-reset': scripts,
  'variable-fragment-and-prev-effects': scripts,
  'waves-input-rejection-retry-and-password-state': 'it types into the page; the handset has an entry screen',
  'waves-fragment-and-external-intent': 'it repeats fragment-and-external-intent on the screen of a PC',
  'waves-variable-snapshot-substitution-and-prev':
    'it repeats host-variable-snapshot-substitution-and-prev on the screen of a PC',
  'initialization-and-user-commit': 'its lists open and close by other keys',
};

/** From this step on a flow relies on an unknown fragment. */
const cutAt: Readonly<Record<string, number>> = { 'accept-go-prev-refresh-and-rollback': 16 };

interface Step {
  readonly action: { readonly type: string; readonly key?: string };
  readonly expect: {
    readonly state?: {
      readonly activeCardId?: string;
      readonly focusedLinkIndex?: number;
      readonly externalNavigationIntent?: string | null;
    };
  };
}

const keys: Readonly<Record<string, Key>> = { enter: 'select', down: 'down', up: 'up', back: 'back' };

/** That browser has twenty rows: a handset has to scroll to the next link first. */
function press(browsing: Browsing, key: Key): void {
  const focused = browsing.focused();
  const lines = key === 'up' || key === 'down' ? browsing.lines().length : 1;
  for (let i = 0; i < lines && browsing.focused() === focused; i++) browsing.press(key);
}

describeWithFixtures('Flows of another browser (WAP-191 §12.5)', 'wml', (folder) => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.flow.json'))) {
    const { flows } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as {
      flows: { id: string; title: string; steps: Step[] }[];
    };
    for (const { id, title, steps } of flows) {
      if (id in notApplicable) continue;
      it(`${id}: ${title}`, () => {
        const source = readFileSync(`${folder}/${file.replace('.flow.json', '.wml')}`, 'utf8');
        const url = `http://${id.includes('state') ? 'fixtures.test/examples' : 'local.test'}/start.wml`;
        const browsing = new Browsing({ [url]: source }).open(url);
        let asked = browsing.requests.length;
        for (const [i, { action, expect }] of steps.slice(0, cutAt[id]).entries()) {
          press(browsing, keys[action.key ?? action.type] ?? assert.fail(`no key for ${action.type}`));
          const { activeCardId, externalNavigationIntent } = expect.state ?? {};
          const current = browsing.browser.current?.card.attributes.get('id')?.[0];
          if (activeCardId !== undefined) assert.equal(current, activeCardId, `step ${i}`);
          if (typeof externalNavigationIntent === 'string' && browsing.requests.length > asked) {
            assert.equal(browsing.requests.at(-1)?.url, externalNavigationIntent, `step ${i}`);
          }
          asked = browsing.requests.length;
        }
      });
    }
  }

  it('names no flow that is not there', () => {
    const ids = readdirSync(folder)
      .filter((name) => name.endsWith('.flow.json'))
      .flatMap((name) =>
        (JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as { flows: { id: string }[] }).flows.map(
          (flow) => flow.id,
        ),
      );
    const named = [...Object.keys(notApplicable), ...Object.keys(cutAt)];
    assert.deepEqual(
      named.filter((id) => !ids.includes(id)),
      [],
    );
  });
});
