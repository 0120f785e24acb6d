import assert from 'node:assert/strict';
import type { PageRequest } from '../../src/terminal/browser/context.js';
import { cachingFetcher, ResponseCache } from '../../src/terminal/cache.js';
import { type Answer, type Fetcher, follow } from '../../src/terminal/fetcher.js';
import { navigatingFetcher, SUBORDINATE_PROXIES_MAX } from '../../src/terminal/navigation.js';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { xmlToWbxml } from '../../src/wap/wbxml/index.js';
import { type BankOptions, bankDocument } from '../support/navigation.js';

const bank = 'http://www.bank.example/account';
const signal = new AbortController().signal;

type Headers = Readonly<Record<string, string>>;
const list = (headers: Headers) => Object.entries(headers).map(([name, value]) => ({ name, value }));

function page(body: string, headers: Headers = {}): Answer {
  return { status: 200, contentType: 'text/plain', headers: list(headers), body: encodeUtf8(body) };
}

function navigation(
  options: BankOptions = {},
  headers: Headers = { 'Cache-Control': 'max-age=600' },
  status = 300,
): Answer {
  const contentType = 'application/vnd.wap.connectivity-wbxml';
  return {
    status,
    contentType,
    headers: list({ 'Content-Type': contentType, ...headers }),
    body: xmlToWbxml(bankDocument(options)),
  };
}

/** A handset between a master proxy and whatever proxies it discovers; each way is told by its name. */
class Bench {
  now = Date.UTC(2001, 9, 9);
  readonly asked: string[] = [];
  readonly requests: PageRequest[] = [];
  readonly told: string[] = [];
  readonly closed: string[] = [];
  master: Answer = navigation();
  subordinate: Answer = page('the account');
  readonly #fetcher: Fetcher;

  constructor() {
    const clock = { now: () => this.now };
    const cache = new ResponseCache(clock);
    const way = (name: string, answer: () => Answer): Fetcher => ({
      fetch: async (request) => {
        this.asked.push(`${name} ${request.url}`);
        this.requests.push(request);
        return answer();
      },
      close: async () => {
        this.closed.push(name);
      },
    });
    this.#fetcher = navigatingFetcher({
      master: cachingFetcher(
        way('master', () => this.master),
        cache,
        clock,
      ),
      open: ({ name }) => way(name, () => this.subordinate),
      clock,
      forget: (url) => cache.forget(url),
      tell: (text) => this.told.push(text),
    });
  }

  /** Status and body of an answer, and where it stands if that is elsewhere. */
  async get(url: string, from?: string): Promise<string> {
    const request = { method: 'GET', url, headers: [], ...(from !== undefined && { from }) } as const;
    const followed = await follow(this.#fetcher, request, signal);
    const where = followed.url === url ? '' : ` at ${followed.url}`;
    return `${followed.answer.status} ${new TextDecoder().decode(followed.answer.body)}${where}`.trim();
  }

  close(): Promise<void> {
    return this.#fetcher.close();
  }
}

describe('Subordinate pull proxies (WAP-187 §9)', () => {
  it('[E2E-C-005] [E2E-C-009] [E2E-C-013] a navigation document in a 300: its proxy gets the original request', async () => {
    const handset = new Bench();
    assert.equal(await handset.get(bank), '200 the account');
    assert.deepEqual(handset.asked, [`master ${bank}`, `Bank ${bank}`]);
    assert.deepEqual(handset.requests[1], handset.requests[0]);
    assert.deepEqual(handset.told, ['secure proxy: Bank for .bank.example']);
  });

  it('[E2E-C-008] each request goes over the proxy that is responsible for its address', async () => {
    const handset = new Bench();
    await handset.get(bank);
    handset.master = page('the news');
    assert.equal(await handset.get('http://pay.bank.example/'), '200 the account');
    assert.equal(await handset.get('http://news.example/'), '200 the news');
    assert.equal(await handset.get('http://bank.example/'), '200 the news');
    assert.deepEqual(handset.asked.slice(2), [
      'Bank http://pay.bank.example/',
      'master http://news.example/',
      'master http://bank.example/',
    ]);
  });

  it('[E2E-C-013] STARTPAGE takes the place of the original address, and the page stands there', async () => {
    const handset = new Bench();
    handset.master = navigation({ parms: '<parm name="STARTPAGE" value="http://start.bank.example/s"/>' });
    assert.equal(await handset.get(bank), '200 the account at http://start.bank.example/s');
    assert.deepEqual(handset.asked, [`master ${bank}`, 'Bank http://start.bank.example/s']);
  });

  it('[E2E-C-006] only the master may send one: from a subordinate proxy it is a 403', async () => {
    const handset = new Bench();
    await handset.get(bank);
    handset.subordinate = navigation({ domain: '.shop.example', name: 'Thief' });
    assert.equal(await handset.get(bank), '403');
    assert.match(handset.told.at(-1) ?? '', /not come from the master/);
    handset.master = page('the shop');
    assert.equal(await handset.get('http://www.shop.example/'), '200 the shop');
  });

  it('[E2E-C-007] a malformed one is a 403, and changes nothing', async () => {
    const handset = new Bench();
    handset.master = navigation({ parms: '<parm name="TRUST"/>' });
    assert.equal(await handset.get(bank), '403');
    assert.match(handset.told.at(-1) ?? '', /refused: TRUST/);
    assert.deepEqual(handset.asked, [`master ${bank}`]);
  });

  it('the document of another status is none of navigation (§9.2)', async () => {
    const handset = new Bench();
    handset.master = navigation({}, {}, 200);
    assert.match(await handset.get(bank), /^200/);
    assert.deepEqual(handset.asked, [`master ${bank}`]);
  });

  it('[E2E-C-009] the same domain in other letters takes the old proxy’s place (§9.3.2)', async () => {
    const handset = new Bench();
    handset.master = navigation({ domain: 'www.bank.example', name: 'Old' });
    await handset.get(bank);
    handset.master = navigation({ domain: 'WWW.Bank.example', name: 'New' });
    await handset.get('http://other.example/');
    assert.deepEqual(handset.closed, ['Old']);
    handset.asked.length = 0;
    await handset.get(bank);
    assert.deepEqual(handset.asked, [`New ${bank}`]);
  });

  it('[E2E-C-010] [E2E-C-016] [E2E-C-017] [E2E-C-020] what has expired is not used: the master is asked again', async () => {
    const handset = new Bench();
    await handset.get(bank);
    handset.now += 599_999;
    await handset.get(bank);
    handset.now += 1;
    handset.master = page('no more');
    assert.equal(await handset.get(bank), '200 no more');
    assert.deepEqual(handset.asked.slice(2), [`Bank ${bank}`, `master ${bank}`]);
    assert.deepEqual(handset.closed, ['Bank']);
  });

  it('[E2E-C-016] one that is stale when it comes is refused', async () => {
    const handset = new Bench();
    handset.master = navigation({}, { Expires: 'Thu, 01 Jan 1998 00:00:00 GMT' });
    assert.equal(await handset.get(bank), '403');
    assert.match(handset.told.at(-1) ?? '', /expired/);
  });

  it('[E2E-C-019] it is kept like any answer: max-age goes before Expires', async () => {
    const handset = new Bench();
    handset.master = navigation(
      {},
      { 'Cache-Control': 'max-age=60', Expires: 'Fri, 01 Jan 2010 00:00:00 GMT' },
    );
    await handset.get(bank);
    handset.now += 59_000;
    await handset.get(bank);
    handset.now += 1_000;
    await handset.get(bank);
    assert.deepEqual(handset.asked, [
      `master ${bank}`,
      `Bank ${bank}`,
      `Bank ${bank}`,
      `master ${bank}`,
      `Bank ${bank}`,
    ]);
  });

  it('[E2E-C-014] close-subordinate ends the proxy at once, and its document, fresh as it is', async () => {
    const handset = new Bench();
    handset.subordinate = page('goodbye', { 'X-Wap-Security': 'close-subordinate' });
    assert.equal(await handset.get(bank), '200 goodbye');
    assert.deepEqual(handset.closed, ['Bank']);
    handset.master = page('begin again');
    assert.equal(await handset.get(bank), '200 begin again');
  });

  it('[E2E-C-015] [E2E-C-018] an address that came over it goes nowhere else afterwards', async () => {
    const handset = new Bench();
    await handset.get(bank);
    const secret = 'http://www.bank.example/account?session=4711';
    handset.subordinate = page('goodbye', { 'X-Wap-Security': 'close-subordinate' });
    await handset.get(secret, bank);
    await assert.rejects(handset.get(secret, bank), /security information for www.bank.example has expired/);
    // Also from the history, where nobody says whence it came.
    await assert.rejects(handset.get(secret), /has expired/);
    assert.deepEqual(handset.asked, [`master ${bank}`, `Bank ${bank}`, `Bank ${secret}`]);
  });

  it('[E2E-C-018] a link in a secure page is held to one label of difference, while other requests are not', async () => {
    const handset = new Bench();
    await handset.get(bank);
    const deep = 'http://a.b.bank.example/';
    await assert.rejects(handset.get(deep, bank), /expired/);
    assert.equal(await handset.get(deep), '200 the account');
    handset.master = page('elsewhere');
    await assert.rejects(handset.get('http://elsewhere.example/', bank), /expired/);
    assert.equal(await handset.get('http://elsewhere.example/'), '200 elsewhere');
  });

  it('a server of the secure domain that sends on does not get round it', async () => {
    const handset = new Bench();
    handset.subordinate = {
      ...page(''),
      status: 302,
      headers: list({ Location: 'http://elsewhere.example/?secret' }),
    };
    await assert.rejects(handset.get(bank), /elsewhere.example has expired/);
    assert.deepEqual(handset.asked, [`master ${bank}`, `Bank ${bank}`]);
  });

  it('knows a few proxies at a time: the oldest goes first', async () => {
    const handset = new Bench();
    for (let i = 0; i <= SUBORDINATE_PROXIES_MAX; i++) {
      handset.master = navigation({ domain: `shop${i}.example`, name: `${i}` });
      await handset.get(`http://shop${i}.example/`);
    }
    assert.deepEqual(handset.closed, ['0']);
    await handset.close();
    assert.deepEqual([...handset.closed].sort(), ['0', '1', '2', '3', '4', 'master']);
  });
});
