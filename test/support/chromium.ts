/** A page in Debian's Chromium, which speaks to nobody but us, and everything that went wrong on it. */
import { type Browser, chromium, type Page } from 'playwright-core';

export interface OpenPage {
  readonly browser: Browser;
  readonly page: Page;
  /** What its scripts threw, and what it logged as errors. */
  readonly errors: readonly string[];
}

/** @param executablePath where Chromium is */
export async function openPage(
  executablePath: string,
  url: string,
  viewport: { readonly width: number; readonly height: number },
): Promise<OpenPage> {
  const errors: string[] = [];
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  return { browser, page, errors };
}
