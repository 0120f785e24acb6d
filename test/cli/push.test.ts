import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { type Bearer, openUdp } from '../../src/bearer/index.js';
import type { Output } from '../../src/cli/output.js';
import { runPush } from '../../src/cli/push.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { ProtocolError, UsageError } from '../../src/wap/errors.js';
import { toHex } from '../../src/wap/octets.js';
import { temporaryFolder } from '../support/folder.js';

/** What the command prints. */
function recorded() {
  const out: string[] = [];
  const output: Output = {
    out: (text) => void out.push(text),
    say: () => undefined,
    octets: () => undefined,
  };
  return { out, output };
}

describe('wapstack push', () => {
  const file = temporaryFolder();
  const arrived: string[] = [];
  let terminal: Bearer;
  let gateway: Gateway;
  let ppg: string;

  before(async () => {
    terminal = await openUdp({ host: '127.0.0.1', port: 0 });
    terminal.onDatagram((received) => {
      if (received.type === 'Datagram') arrived.push(toHex(received.octets));
    });
    gateway = await startGateway({
      portBase: 0,
      push: {
        defaultAddress: `127.0.0.1:${terminal.local.port}`,
        initiators: [{ name: 'me', password: 'secret' }],
      },
    });
    ppg = (gateway.papUrl ?? '').replace('//', '//me:secret@');
  });
  after(async () => {
    await gateway.close();
    await terminal.close();
  });

  /** Runs it. @returns the push-id that it printed */
  async function push(options: Partial<Parameters<typeof runPush>[0]>): Promise<string> {
    const { out, output } = recorded();
    await runPush({ ppg, to: ['+336'], ...options }, output);
    const [, pushId] = /^1001 Accepted for Processing, push-id (\S+@wapstack)$/.exec(out.join('\n')) ?? [];
    assert.ok(pushId !== undefined, out.join('\n'));
    return pushId;
  }

  /** The next push at the terminal, without its transaction id and type: the length of the headers, headers, body. */
  async function next(): Promise<string> {
    while (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return (arrived.shift() ?? '').slice(4);
  }

  it('--si with --href, and --sl, arrive as tokens', async () => {
    await push({ si: 'hi', href: 'http://www.x.com/' });
    // application/vnd.wap.sic; 1.3, SI 1.0, UTF-8; si, indication, href=http://www. "x" .com/, END, "hi", END, END.
    assert.equal(await next(), '01ae03056a0045c60d0378008501036869000101');
    await push({ sl: 'http://www.x.com/' });
    // application/vnd.wap.slc; 1.3, SL 1.0, UTF-8; sl, href=http://www. "x" .com/, END.
    assert.equal(await next(), '01b003066a00850a0378008501');
  });

  it('--body with --type goes as it is', async () => {
    writeFileSync(file('note.txt'), 'hello');
    await push({ body: file('note.txt'), type: 'text/plain' });
    assert.equal(await next(), '018368656c6c6f');
  });

  for (const [what, appId] of [
    ['URI', 'x-wap-application:wta.ua'],
    ['short name', 'wta.ua'],
    ['number', '3'],
  ] as const) {
    it(`--app-id takes a ${what}`, async () => {
      writeFileSync(file('note.txt'), 'hello');
      await push({ body: file('note.txt'), type: 'text/plain', appId });
      // X-Wap-Application-Id (0x2f), 3.
      assert.equal(await next(), '0383af8368656c6c6f');
    });
  }

  it('--to takes several: numbers, addresses, and the whole form', async () => {
    const pushId = await push({ si: 'hi', to: ['+33-6', '127.0.0.1', 'WAPPUSH=me/TYPE=USER@ppg'] });
    const { out, output } = recorded();
    await runPush({ ppg, query: pushId }, output);
    assert.deepEqual(
      out.map((line) => line.replace(/^\S+ \d+ [^,]*/, '')),
      [
        ', WAPPUSH=+33-6/TYPE=PLMN@127.0.0.1',
        ', WAPPUSH=127.0.0.1/TYPE=IPv4@127.0.0.1',
        ', WAPPUSH=me/TYPE=USER@ppg',
      ],
    );
  });

  it('--confirmed waits for a session; --query says so, and --cancel calls it back', async () => {
    const pushId = await push({ si: 'hi', confirmed: true });
    const ask = async (options: Partial<Parameters<typeof runPush>[0]>) => {
      const { out, output } = recorded();
      await runPush({ ppg, ...options }, output);
      return out.join('\n');
    };
    const whom = 'WAPPUSH=+336/TYPE=PLMN@127.0.0.1';
    assert.equal(await ask({ query: pushId }), `pending 1000 OK, ${whom}`);
    assert.equal(await ask({ query: pushId, to: ['+336'] }), `pending 1000 OK, ${whom}`);
    assert.equal(JSON.parse(await ask({ query: pushId, json: true })).results[0].messageState, 'pending');
    // While the terminal is asked for a session, the message may be on its way for a moment.
    let cancelled: string | undefined;
    while (cancelled === undefined)
      cancelled = await ask({ cancel: pushId }).catch((error: unknown) => {
        assert.match(String(error), /2008/);
        return undefined;
      });
    assert.equal(cancelled, `1000 OK, ${whom}`);
    assert.equal(await ask({ query: pushId }), `cancelled 1000 cancelled by the initiator, ${whom}`);
    await assert.rejects(
      ask({ cancel: pushId }),
      (error) => error instanceof ProtocolError && /refused with 3003 Not Possible/.test(error.message),
    );
    await assert.rejects(ask({ query: 'nobody' }), /refused with 2004 Push ID Not Found/);
    await assert.rejects(ask({ cancel: 'nobody' }), /refused with 2004 Push ID Not Found/);
  });

  it('a push proxy that asks who you are and is told nothing refuses', async () => {
    await assert.rejects(
      runPush({ ppg: gateway.papUrl ?? '', to: ['+336'], si: 'hi' }, recorded().output),
      /HTTP status 401/,
    );
  });

  for (const options of [
    { si: 'hi' },
    { query: '1', cancel: '1' },
    { query: '1', si: 'hi', to: ['+336'] },
    { cancel: '1', to: ['nobody'] },
  ]) {
    it(`refuses ${JSON.stringify(options)}`, async () => {
      await assert.rejects(runPush({ ppg, ...options }, recorded().output), UsageError);
    });
  }
});
