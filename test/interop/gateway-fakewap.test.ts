/** Kannel's terminal, fakewap, before our gateway. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { type Origin, startOrigin } from '../gateway/origin.js';
import { describeWithPeers } from '../support/peers.js';
import { run, temporaryFolder } from './programs.js';

describeWithPeers('fakewap through our gateway', ['fakewap'], ({ fakewap }) => {
  let origin: Origin;
  let gateway: Gateway;
  let folder: ReturnType<typeof temporaryFolder>;

  before(async () => {
    folder = temporaryFolder();
    origin = await startOrigin();
    gateway = await startGateway({ portBase: 0 });
  });
  after(async () => {
    await gateway.close();
    await origin.close();
    folder.remove();
  });

  const fetch = (mode: 'cl' | 'co', ...args: string[]) => {
    const port = mode === 'cl' ? gateway.ports.connectionless : gateway.ports.session;
    const always = ['-g', '127.0.0.1', '-p', String(port), '-M', mode === 'cl' ? '0' : '1', '-i', '0'];
    return run(fakewap, [...always, ...args], folder.path);
  };

  for (const mode of ['cl', 'co'] as const) {
    it(`fetches a deck, ${mode === 'cl' ? 'connectionless' : 'in connection mode'}`, async () => {
      const { code, output } = await fetch(mode, '-m', '1', '-w', 'deck.wmlc', `${origin.url}/deck.wml`);
      assert.equal(code, 0, output);
      assert.match(output, /Reply with status code 200/);
      const body = readFileSync(join(folder.path, 'deck.wmlc'));
      assert.match(formatWml(decodeWml(new Uint8Array(body)), '1.1'), /<card id="a" title="Shop">/);
    });

    it(`fetches 20 times by 4 clients, ${mode}`, async () => {
      const { code, output } = await fetch(mode, '-m', '20', '-c', '4', `${origin.url}/deck.wml`);
      assert.equal(code, 0, output);
      assert.match(output, /made total \d+ transactions/);
      assert.equal(output.match(/Reply with status code 200/g)?.length, 20);
    });
  }

  it('gets a 404 with a deck that says so', async () => {
    const { output } = await fetch('co', '-m', '1', '-F', '-w', 'missing', `${origin.url}/missing`);
    assert.match(output, /reply with status 404/);
  });
});
