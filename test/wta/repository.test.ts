import assert from 'node:assert/strict';
import fc from 'fast-check';
import { md5 } from '../../src/wap/crypto.js';
import { encodeUtf8, toBase64 } from '../../src/wap/octets.js';
import type { Channel, ChannelResource } from '../../src/wta/channel.js';
import {
  INSTALLATIONS_MAX,
  memoryStore,
  Repository,
  type RepositoryAnswer,
  type RepositoryChange,
  type RepositoryRequest,
} from '../../src/wta/repository.js';

const base = 'http://wta/';

/** A repository, and a server whose pages are a table. */
class Keeping {
  readonly pages = new Map<string, string>();
  readonly requests: RepositoryRequest[] = [];
  readonly shown: string[] = [];
  readonly notices: string[] = [];
  readonly removed: string[] = [];
  readonly commits: RepositoryChange[] = [];
  readonly store = memoryStore();
  now = 0;
  repository: Repository;
  readonly #capacity: number;

  constructor(pages: Readonly<Record<string, string>> = {}, capacity = 1000) {
    for (const [url, text] of Object.entries(pages)) this.pages.set(base + url, text);
    this.#capacity = capacity;
    this.repository = this.restart();
  }

  restart(): Repository {
    const { store, commits } = this;
    this.repository = new Repository(
      {
        fetch: (request, answer) => {
          this.requests.push(request);
          answer(this.#answer(request));
        },
        show: (url, { body }) => this.shown.push(`${url} ${new TextDecoder().decode(body)}`),
        notify: (text) => this.notices.push(text),
        removed: (urls) => this.removed.push(...urls),
      },
      {
        store: {
          load: () => store.load(),
          commit(change) {
            commits.push(change);
            store.commit(change);
          },
        },
        clock: { now: () => this.now },
        capacity: this.#capacity,
      },
    );
    return this.repository;
  }

  install(channel: Channel, expires?: number): boolean {
    let result = false;
    this.repository.install(
      channel,
      { url: `${base}channel`, ...(expires !== undefined && { expires }) },
      (isInstalled) => {
        result = isInstalled;
      },
    );
    return result;
  }

  asked(): string[] {
    return this.requests.splice(0).map(({ url }) => url.slice(base.length));
  }

  held(): string[] {
    return this.store
      .load()
      .resources.map(({ url }) => url.slice(base.length))
      .sort();
  }

  #answer({ url, ifNoneMatch }: RepositoryRequest): RepositoryAnswer | undefined {
    const text = this.pages.get(url);
    if (text === undefined) return undefined;
    const etag = `"${text}"`;
    if (ifNoneMatch === etag) return { status: 304, contentType: '', body: new Uint8Array() };
    return { status: 200, contentType: 'text/plain', body: encodeUtf8(text), etag };
  }
}

function channelOf(
  channelid: string,
  resources: readonly (string | (Partial<ChannelResource> & { readonly url: string }))[],
  more: Partial<Channel> = {},
): Channel {
  return {
    maxspace: 100,
    channelid,
    useraccessible: false,
    title: channelid,
    resources: resources.map((each) => {
      const { url, ...validators } = typeof each === 'string' ? { url: each } : each;
      return { fragment: '', ...validators, url: base + url };
    }),
    ...more,
  };
}

describe('Channel installation (WAP-266-WTA §8.1, §8.4.3)', () => {
  it('[WTA-REP-C-001] [WTA-REP-C-010] [WTA-REP-C-013] [WTA-REP-C-008] resources are loaded, and there by their URLs', () => {
    const keeping = new Keeping({ a: 'A', b: 'B' });
    assert.equal(keeping.install(channelOf('one', ['a', 'b'])), true);
    assert.deepEqual(keeping.asked(), ['a', 'b']);
    assert.deepEqual(keeping.repository.resource('http://wta/a#card')?.body, encodeUtf8('A'));
    assert.equal(keeping.repository.resource('http://wta/c'), undefined);
    assert.deepEqual(keeping.repository.channel('one')?.channel.title, 'one');
    assert.equal(keeping.commits.length, 1);
  });

  it('[WTA-CHN-C-003] [WTA-CHN-C-004] the success URL is asked last, and only then the channel is active', () => {
    const keeping = new Keeping({ a: 'A', ok: 'Welcome' });
    const seen: boolean[] = [];
    const { repository } = keeping;
    keeping.pages.get = (url: string) => {
      if (url.endsWith('ok')) seen.push(repository.channel('one') !== undefined);
      return url.endsWith('ok') ? 'Welcome' : 'A';
    };
    keeping.install(channelOf('one', ['a'], { success: `${base}ok` }));
    assert.deepEqual(seen, [false]);
    assert.deepEqual(keeping.asked(), ['a', 'ok']);
    assert.deepEqual(keeping.shown, ['http://wta/ok Welcome']);
    assert.notEqual(repository.channel('one'), undefined);
  });

  it('[WTA-CHN-C-005] [WTA-CHN-C-006] [WTA-CHN-C-008] what cannot be loaded ends it: the failure URL is asked, nothing is kept', () => {
    const keeping = new Keeping({ a: 'A', no: 'Sorry' });
    assert.equal(keeping.install(channelOf('one', ['a', 'gone', 'b'], { failure: `${base}no` })), false);
    assert.deepEqual(keeping.asked(), ['a', 'gone', 'no']);
    assert.deepEqual(keeping.shown, ['http://wta/no Sorry']);
    assert.deepEqual(keeping.notices, []);
    assert.deepEqual(keeping.commits, []);
    assert.equal(keeping.repository.resource('http://wta/a'), undefined);
  });

  it('[WTA-CHN-C-007] without a failure URL, or where it fails too, the user is told', () => {
    const keeping = new Keeping();
    keeping.install(channelOf('one', ['gone']));
    keeping.install(channelOf('two', ['gone'], { failure: `${base}no` }));
    assert.deepEqual(keeping.notices, [
      'Channel installation failed: one, http://wta/gone cannot be loaded.',
      'Channel installation failed: two, http://wta/gone cannot be loaded.',
    ]);
  });

  it('a success URL that cannot be reached is a failure', () => {
    const keeping = new Keeping({ a: 'A' });
    assert.equal(keeping.install(channelOf('one', ['a'], { success: `${base}ok` })), false);
    assert.deepEqual(keeping.held(), []);
  });

  it('[WTA-CHN-C-009] a newer version that fails leaves the older one as it was', () => {
    const keeping = new Keeping({ a: 'A', b: 'B' });
    keeping.install(channelOf('one', ['a']));
    keeping.pages.set(`${base}a`, 'A2');
    assert.equal(keeping.install(channelOf('one', ['a', 'gone'])), false);
    assert.deepEqual(keeping.repository.resource(`${base}a`)?.body, encodeUtf8('A'));
    assert.deepEqual(keeping.repository.channel('one')?.channel.resources.length, 1);
  });

  it('[WTA-CHN-C-001] the same channelid, or the same eventid, replaces', () => {
    const keeping = new Keeping({ a: 'A', b: 'B', c: 'C' });
    keeping.install(channelOf('one', ['a'], { eventid: 'wtaev-cc/ic' }));
    keeping.install(channelOf('one', ['b'], { eventid: 'wtaev-nt/it' }));
    assert.equal(keeping.repository.boundTo('wtaev-cc/ic'), undefined);
    assert.deepEqual(keeping.held(), ['b']);
    keeping.install(channelOf('two', ['c'], { eventid: 'wtaev-nt/it' }));
    assert.equal(keeping.repository.boundTo('wtaev-nt/it')?.channel.channelid, 'two');
    assert.equal(keeping.repository.channel('one'), undefined);
    assert.deepEqual(keeping.held(), ['c']);
    assert.deepEqual(keeping.removed, ['http://wta/a', 'http://wta/b']);
  });

  it('[WTA-CHN-C-002] what is as fresh as the channel says is not loaded again', () => {
    const keeping = new Keeping({ a: 'A', b: 'B', c: 'C' });
    const digest = toBase64(md5(encodeUtf8('A')));
    keeping.install(channelOf('one', ['a', { url: 'b', lastmod: 100 }, 'c']));
    keeping.asked();
    keeping.install(
      channelOf('one', [
        { url: 'a', md5: digest },
        { url: 'b', lastmod: 100 },
        { url: 'c', etag: '"C"' },
      ]),
    );
    assert.deepEqual(keeping.asked(), []);
    keeping.install(channelOf('one', [{ url: 'b', lastmod: 101 }, { url: 'c', etag: '"C2"' }, 'a']));
    assert.deepEqual(keeping.requests[0], { url: 'http://wta/b', ifNoneMatch: '"B"', ifModifiedSince: 100 });
    assert.deepEqual(keeping.asked(), ['b', 'c', 'a']);
    assert.equal(keeping.repository.resource(`${base}b`)?.lastmod, 101);
  });

  it('what does not have the digest that the channel says is not what it means', () => {
    const keeping = new Keeping({ a: 'A' });
    assert.equal(keeping.install(channelOf('one', [{ url: 'a', md5: '1B2M2Y8AsgTpgAmY7PhCfg==' }])), false);
  });

  it('[WTA-REP-C-002] an empty channel unloads the one with its identity', () => {
    const keeping = new Keeping({ a: 'A' });
    keeping.install(channelOf('one', ['a']));
    assert.equal(keeping.install(channelOf('one', [])), true);
    assert.deepEqual(keeping.repository.channels(), []);
    assert.deepEqual(keeping.store.load(), { channels: [], resources: [] });
  });

  it('a channel that is too large is not installed', () => {
    const keeping = new Keeping({ a: 'AAAAAA', b: 'BBBBBB' }, 10);
    assert.equal(keeping.install(channelOf('one', ['a'], { maxspace: 11 })), false);
    assert.deepEqual(keeping.asked(), []);
    assert.equal(keeping.install(channelOf('one', ['a'], { maxspace: 5 })), false);
    assert.equal(keeping.install(channelOf('one', ['a'], { maxspace: 6 })), true);
    assert.equal(keeping.install(channelOf('two', ['b'], { maxspace: 6 })), false);
    assert.equal(keeping.install(channelOf('one', ['b'], { maxspace: 6 })), true);
  });

  it('what is stored is there after a restart', () => {
    const keeping = new Keeping({ a: 'A' });
    keeping.install(channelOf('one', ['a'], { useraccessible: true }));
    const repository = keeping.restart();
    assert.deepEqual(
      repository.userAccessible().map(({ channel }) => channel.title),
      ['one'],
    );
    assert.deepEqual(repository.resource(`${base}a`)?.body, encodeUtf8('A'));
  });

  it('one after the other, and so many and no more', () => {
    const waiting: ((answer: RepositoryAnswer | undefined) => void)[] = [];
    const results: boolean[] = [];
    const repository = new Repository(
      { fetch: (_, answer) => waiting.push(answer), show() {}, notify() {}, removed() {} },
      { store: memoryStore(), clock: { now: () => 0 } },
    );
    for (let i = 0; i <= INSTALLATIONS_MAX; i++) {
      repository.install(channelOf(`c${i}`, ['a']), { url: undefined }, (isInstalled) =>
        results.push(isInstalled),
      );
    }
    assert.deepEqual(results, [false]);
    assert.equal(waiting.length, 1);
    waiting[0]?.({ status: 200, contentType: '', body: new Uint8Array(1) });
    assert.deepEqual(results, [false, true]);
    assert.equal(waiting.length, 2);
  });
});

describe('Garbage collection (WAP-266-WTA §8.3)', () => {
  it('[WTA-REP-C-003] [WTA-REP-C-005] [WTA-REP-C-006] stale channels go, and resources that nothing names any more', () => {
    const keeping = new Keeping({ a: 'A', b: 'B' });
    keeping.install(channelOf('old', ['a', 'b']), 100);
    keeping.install(channelOf('new', ['b']));
    keeping.now = 99;
    keeping.repository.collectGarbage();
    assert.deepEqual(keeping.held(), ['a', 'b']);
    keeping.now = 100;
    assert.equal(keeping.repository.channel('old'), undefined);
    keeping.repository.collectGarbage();
    assert.deepEqual(keeping.held(), ['b']);
    assert.deepEqual(
      keeping.store.load().channels.map(({ channel }) => channel.channelid),
      ['new'],
    );
  });

  it('[WTA-REP-C-004] empty channels go', () => {
    const keeping = new Keeping();
    keeping.store.commit({
      removeChannels: [],
      putChannels: [{ channel: channelOf('empty', []), url: undefined }],
      removeResources: [],
      putResources: [],
    });
    keeping.restart().collectGarbage();
    assert.deepEqual(keeping.store.load().channels, []);
  });

  it('room is made of what is stale before a channel is refused', () => {
    const keeping = new Keeping({ a: 'AAAAAA', b: 'BBBBBB' }, 10);
    keeping.install(channelOf('old', ['a'], { maxspace: 6 }), 100);
    keeping.now = 200;
    assert.equal(keeping.install(channelOf('new', ['b'], { maxspace: 6 })), true);
    assert.deepEqual(keeping.held(), ['b']);
  });
});

describe('The repository as a whole (WAP-266-WTA §8)', () => {
  it('whatever is installed: an active channel has all of its resources, and no resource is without a channel', () => {
    const names = ['a', 'b', 'c', 'gone'];
    const step = fc.record({
      id: fc.constantFrom('one', 'two', 'three'),
      resources: fc.subarray(names),
      eventid: fc.option(fc.constantFrom('wtaev-cc/ic', 'wtaev-nt/it'), { nil: undefined }),
      ok: fc.boolean(),
      expires: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const keeping = new Keeping({ a: 'A', b: 'B', c: 'C', ok: '' });
        for (const { id, resources, eventid, ok, expires } of steps) {
          keeping.now++;
          const success = base + (ok ? 'ok' : 'gone');
          keeping.install(channelOf(id, resources, { success, ...(eventid && { eventid }) }), expires);
          const { channels } = keeping.store.load();
          const named = new Set(channels.flatMap(({ channel }) => channel.resources.map(({ url }) => url)));
          assert.deepEqual(keeping.held(), [...named].map((url) => url.slice(base.length)).sort());
          const events = channels.flatMap(({ channel }) => channel.eventid ?? []);
          assert.equal(events.length, new Set(events).size);
        }
      }),
      { numRuns: 200 },
    );
  });
});
