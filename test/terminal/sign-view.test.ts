import assert from 'node:assert/strict';
import type { SignTextPrompt } from '../../src/terminal/sign-text.js';
import { signWithCard } from '../../src/terminal/sign-view.js';
import { COUNTERSIGNATURE_META } from '../../src/wap/pki/index.js';
import { now } from '../wap/pki/people.js';
import { newCard, pins } from '../wap/wim/cards.js';
import { card, deck, Handset, unit } from './handset.js';

const base = 'http://shop.example/';

/** A handset with a card, whose script asks for a signature of a text. */
async function asked(
  text: string,
  { head = '', args = '0, 0, ""', wim = newCard(), prompts = [] as SignTextPrompt[] } = {},
): Promise<Handset> {
  const handset = new Handset(
    {
      [`${base}a.wml`]: deck(`${head}${card('home', '<p>[$x]<a href="s#main()">run</a></p>')}`),
      [`${base}s`]: unit(
        `extern function main() { var x = Crypto.signText("${text}", ${args}); WMLBrowser.setVar("x", isvalid x ? x : "invalid"); WMLBrowser.refresh(); }`,
      ),
    },
    {
      signText: signWithCard({
        transmit: (apdu) => wim.transmit(apdu),
        clock: { now: () => now },
        prompted: (prompt) => prompts.push(prompt),
      }),
    },
  );
  await handset.open(`${base}a.wml`);
  return handset.press('select');
}

const screen = (handset: Handset): string => handset.lines().join(' ');

describe('Crypto.signText on the screen (WAP-161 §5.1.2)', () => {
  it('shows the text, all of it, and that nobody proves who asks; nothing of it looks like a deck', async () => {
    const handset = await asked('Pay 5 EUR');
    const { title, trusted } = handset.terminal.screen();
    assert.deepEqual([title, trusted], ['Sign this text?', true]);
    assert.match(screen(handset), /^From: shop\.example\. .*Not proven/);
    assert.match(screen(handset), / -{20} Pay 5 EUR -{20}$/);
    assert.equal(handset.text().endsWith('Sign | Cancel'), true);
  });

  it('a countersignature that is none proves nothing', async () => {
    const head = `<head><meta name="${COUNTERSIGNATURE_META}" content="AAAA" forua="true"/></head>`;
    assert.match(screen(await asked('Pay', { head })), /Not proven/);
  });

  it('characters that can deceive are pointed out', async () => {
    const handset = await asked('Pay \\u202e5 EUR\\u00a0now');
    assert.match(screen(handset), /Careful: the text has characters that can deceive\./);
    const drawn = handset.terminal.screen().lines.flatMap((line) => line.spans);
    assert.ok(drawn.some(({ text, underline }) => underline && text.includes('[U+202E]')));
    assert.ok(drawn.some(({ text, underline }) => underline && text.includes('\u2423')));
  });

  it('signs with the right PIN, which is not shown', async () => {
    const handset = await asked('Pay');
    await handset.press('softLeft');
    handset.type(pins.nonRepudiation);
    assert.ok(!screen(handset).includes(pins.nonRepudiation));
    assert.equal(handset.terminal.screen().trusted, true);
    await handset.press('softLeft');
    assert.equal(handset.title(), 'home');
    assert.match(screen(handset), /^\[AQ/);
  });

  it('the PIN is typed on the digit keys at once', async () => {
    const handset = await asked('Pay');
    await handset.press('softLeft');
    for (const digit of pins.nonRepudiation) await handset.press({ digit: digit as '0' });
    await handset.press('softLeft');
    assert.equal(handset.title(), 'home');
  });

  it('the user cancels at each step (§5.1.2 error:userCancel)', async () => {
    const first = await asked('Pay');
    await first.press('softRight');
    assert.equal(screen(first).startsWith('[error:userCancel]'), true);
    const second = await asked('Pay');
    await second.press('softLeft', 'back');
    assert.equal(screen(second).startsWith('[error:userCancel]'), true);
  });

  it('a wrong PIN is said to be so, three of them block the card', async () => {
    const prompts: SignTextPrompt[] = [];
    const handset = await asked('Pay', { prompts });
    await handset.press('softLeft');
    for (const expected of [/Wrong PIN\. 2 tries left\./, /Wrong PIN\. 1 try left\./, /is blocked/]) {
      handset.type('0000');
      await handset.press('softLeft');
      assert.match(screen(handset), expected);
    }
    await handset.press('softLeft');
    assert.equal(screen(handset).startsWith('[invalid]'), true);
    assert.deepEqual(
      prompts.map(({ kind }) => kind),
      ['confirm', 'pin', 'pin', 'pin', 'blocked', 'done'],
    );
  });

  it('arguments of the wrong kind are invalid', async () => {
    assert.equal(screen(await asked('Pay', { args: '1000, 0, ""' })).startsWith('[invalid]'), true);
  });

  it('no message comes between the user and the card; the end key ends both', async () => {
    const handset = await asked('Pay');
    handset.push('text/vnd.wap.si', '<si><indication action="signal-high">Hello</indication></si>');
    assert.equal(handset.title(), 'Sign this text?');
    await handset.press('end');
    assert.equal(handset.title(), 'New message');
    await handset.press('softRight');
    assert.equal(handset.title(), 'wapstack');
  });
});
