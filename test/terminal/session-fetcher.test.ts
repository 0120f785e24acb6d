import assert from 'node:assert/strict';
import type { Answer, Fetcher } from '../../src/terminal/fetcher.js';
import { lazyFetcher } from '../../src/terminal/session-fetcher.js';

const request = { method: 'GET', url: 'http://a.example/', headers: [] } as const;
const { signal } = new AbortController();
const answer: Answer = { status: 200, headers: [], contentType: 'text/plain', body: new Uint8Array(0) };

/** Fetchers that are made, and what becomes of them. */
function made() {
  const log: string[] = [];
  const make = async (): Promise<Fetcher> => {
    log.push('made');
    return {
      fetch: async () => answer,
      close: async () => {
        log.push('closed');
      },
    };
  };
  return { log, make };
}

describe('A fetcher that is made when it is needed', () => {
  it('once, and closed with whoever used it', async () => {
    const { log, make } = made();
    const fetcher = lazyFetcher(make);
    assert.deepEqual(log, []);
    await Promise.all([fetcher.fetch(request, signal), fetcher.fetch(request, signal)]);
    await fetcher.close();
    assert.deepEqual(log, ['made', 'closed']);
    await assert.rejects(fetcher.fetch(request, signal), /switched off/);
  });

  it('one that failed is made again', async () => {
    const { log, make } = made();
    let fails = true;
    const fetcher = lazyFetcher(async () => {
      if (fails) throw new Error('not now');
      return make();
    });
    await assert.rejects(fetcher.fetch(request, signal), /not now/);
    fails = false;
    assert.equal(await fetcher.fetch(request, signal), answer);
    assert.deepEqual(log, ['made']);
    await fetcher.close();
  });

  it('closing does not wait for a question that nobody answers; what comes of it later is closed, too', async () => {
    const { log, make } = made();
    let answered: () => void = () => assert.fail('nobody asked');
    const question = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const fetcher = lazyFetcher(() => question.then(make));
    const fetching = fetcher.fetch(request, signal);
    await fetcher.close();
    assert.deepEqual(log, []);
    answered();
    await fetching;
    assert.deepEqual(log, ['made', 'closed']);
  });
});
