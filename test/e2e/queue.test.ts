import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { encodePap, type NewPushSubmission } from '../../src/wap/push/index.js';
import { openPage } from '../support/chromium.js';
import { describeWithPeers } from '../support/peers.js';
import { type Running, start } from '../support/wapstack.js';

const PORT_BASE = 24800;

describeWithPeers('The page of the push queue, in Chromium', ['chromium'], (paths) => {
  let demo: Running | undefined;
  let browser: Browser | undefined;
  let page: Page;
  let errors: readonly string[];

  before(async function () {
    this.timeout(60_000);
    demo = start('demo', '--port-base', String(PORT_BASE));
    const [url] = await demo.said(/^http:\S+$/m);
    ({ browser, page, errors } = await openPage(paths.chromium, url ?? assert.fail(), {
      width: 1240,
      height: 760,
    }));
    await page.getByRole('link', { name: 'The push queue' }).click();
  });

  after(async () => {
    await browser?.close();
    assert.equal((await demo?.stop())?.status, 0);
  });

  async function submit(more: Partial<NewPushSubmission> & { pushId: string }): Promise<void> {
    const addresses = ['WAPPUSH=+33612345672/TYPE=PLMN@ppg'];
    const pap = encodePap({ type: 'push-message', addresses, ...more });
    const answer = await fetch(`http://127.0.0.1:${PORT_BASE + 80}/pap`, {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/related; boundary=b' },
      body: `--b\r\n\r\n${pap}\r\n--b\r\nContent-Type: text/vnd.wap.si\r\n\r\n<si><indication href="http://a/">x</indication></si>\r\n--b--`,
    });
    assert.match(await answer.text(), /code="1001"/);
  }

  const row = (pushId: string) => page.locator('#pushes > li', { hasText: pushId });

  it('shows each push with its recipients as it comes, newest first, and what becomes of it', async () => {
    await page
      .getByText('Nothing has been pushed yet.')
      .waitFor({ state: 'hidden' })
      .catch(() => undefined);
    assert.equal(await page.locator('#pushes > li').count(), 0);
    await submit({ pushId: 'first@test' });
    await row('first@test').getByText('delivered').waitFor();
    assert.match((await row('first@test').textContent()) ?? '', /\d\d:\d\d:\d\d 1000 OK.*no report wanted/);

    const quality = { deliveryMethod: 'confirmed', networkRequired: false, bearerRequired: false } as const;
    await submit({
      pushId: 'second@test',
      addresses: ['WAPPUSH=+33612345672/TYPE=PLMN@ppg', 'WAPPUSH=127.0.0.9/TYPE=IPv4@ppg'],
      deliverAfterTimestamp: Date.now() + 3_600_000,
      ppgNotifyRequestedTo: 'http://127.0.0.1:1/',
      qualityOfService: { priority: 'high', ...quality },
    });
    const second = row('second@test');
    await second
      .getByText(/due in (60 min|59 min)/)
      .first()
      .waitFor();
    assert.equal(await second.locator('.recipients li.pending').count(), 2);
    assert.match((await second.textContent()) ?? '', /high priority · confirmed · not before/);
    assert.deepEqual(await page.locator('#pushes .id').allTextContents(), ['second@test', 'first@test']);
    assert.equal(await page.textContent('#counts'), '2 pending, 1 delivered');
  });

  it('cancels what is pending, through PAP, and says what the push proxy answers', async () => {
    await page.getByRole('button', { name: 'Cancel second@test' }).click();
    const second = row('second@test');
    await second.locator('li.cancelled').nth(1).waitFor();
    await page.getByText('Cancelling second@test: 1000 OK for 2 recipients').waitFor();
    assert.match((await second.textContent()) ?? '', /1000 cancelled by the initiator/);
    // The initiator is not there: its report waits for the next attempt.
    await second
      .getByText(/report, 1 failed, again in \d s/)
      .first()
      .waitFor();
    assert.equal(await page.locator('#pushes button').count(), 0);
    assert.deepEqual(errors, []);
  });
});
