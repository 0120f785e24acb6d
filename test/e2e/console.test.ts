import assert from 'node:assert/strict';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { openPage } from '../support/chromium.js';
import { describeWithPeers } from '../support/peers.js';
import { type Running, start } from '../support/wapstack.js';

const PORT_BASE = 23400;

describeWithPeers('A person at the page of the demonstration, in Chromium', ['chromium'], (paths) => {
  let demo: Running | undefined;
  let browser: Browser | undefined;
  let page: Page;
  let errors: readonly string[];

  before(async function () {
    this.timeout(60_000);
    demo = start('demo', '--port-base', String(PORT_BASE));
    const [url] = await demo.said(/^http:\S+$/m);
    assert.equal(url, `http://127.0.0.1:${PORT_BASE + 10}/`);
    ({ browser, page, errors } = await openPage(paths.chromium, url ?? assert.fail(), {
      width: 1500,
      height: 1150,
    }));
  });

  after(async () => {
    await browser?.close();
    assert.equal((await demo?.stop())?.status, 0);
  });

  const key = (name: string): Promise<void> => page.click(`button[data-key="${name}"]`);
  /** Lines of the screen follow each other without a blank. */
  const shows = (hasText: RegExp): Promise<void> => page.locator('#screen', { hasText }).waitFor();

  async function buy(shop: FrameLocator): Promise<void> {
    await shop.getByRole('button', { name: /cart/i }).first().click();
    await shop.getByRole('link', { name: 'To the order form' }).click();
    await shop.locator('input[name=street]').fill('12 rue des Oliviers');
    await shop.locator('input[name=postcode]').fill('06610');
    await shop.locator('input[name=city]').fill('La Gaude');
    await shop.getByRole('button', { name: 'Review the order' }).click();
    await shop.getByRole('button', { name: 'Approve' }).click({ noWaitAfter: true });
  }

  it('buys in the shop, signs on the phone, and sees every message', async function () {
    this.timeout(60_000);
    const shop = page.frameLocator('#shop');
    const [, userId, password] =
      /Log in as (\S+) with the password (\S+?)\./.exec((await page.textContent('#login')) ?? '') ?? [];
    const [, pin] = /The PIN of the card is (\d+)/.exec((await page.textContent('#card')) ?? '') ?? [];
    await shop.locator('input[name=userId]').fill(userId ?? '');
    await shop.locator('input[name=password]').fill(password ?? '');
    await shop.locator('main form button').first().click();
    await buy(shop);

    await shows(/New message[\s\S]*Load/);
    await key('softLeft');
    await shows(/asks\s*you\s*to\s*sign[\s\S]*Options/);
    await key('softLeft');
    await shows(/Decline[\s\S]*Select/);
    await key('select');
    await shows(/Sign this text\?/);
    assert.equal(await page.getAttribute('#screen', 'class'), 'trusted');
    await key('softLeft');
    await shows(/Enter the signature/);
    for (const digit of pin ?? '') await page.click(`button[data-text="${digit}"]`);
    await shows(/\[\*\*\*\*_\]/);
    await key('softLeft');
    await shows(/Accepted/);
    await shop.getByText('Signed: thank you for your order').waitFor();

    const steps = (await page.textContent('#steps')) ?? '';
    for (const sign of ['[201]', '[214]', '[237, 270]', '[238]']) assert.ok(steps.includes(sign), sign);
    const messages = await page.locator('#messages li').allTextContents();
    for (const expected of [
      /POST \/pap/,
      /Push \(TID/,
      /Invoke class 2 TID \d+ \| Connect/,
      /\| POST http/,
      /Result TID \d+ \| Reply 200/,
    ]) {
      assert.ok(
        messages.some((message) => expected.test(message)),
        String(expected),
      );
    }
    await page.locator('#messages li', { hasText: 'ConnectReply' }).locator('summary').click();
    assert.match(
      (await page.textContent('#messages details[open] pre')) ?? '',
      /WSP {2}ConnectReply[\s\S]*capabilities/,
    );
    assert.deepEqual(errors, []);
  });

  it('types on the keyboard as on the keys', async function () {
    this.timeout(30_000);
    await page.focus('#handset');
    // Back through the cards, some of which ask the shop again, until the browser is left.
    while (!/Messages/.test((await page.textContent('#screen-lines')) ?? '')) {
      await page.keyboard.press('Escape');
      await page.waitForTimeout(100);
    }
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await shows(/Go to/);
    await page.keyboard.type('x');
    await shows(/http:\/\/x_/);
  });
});
