import assert from 'node:assert/strict';
import { openUdp, realScheduler } from '../../src/bearer/index.js';
import { type Phone, startPhone } from '../../src/terminal/phone.js';
import { sessionFetcher } from '../../src/terminal/session-fetcher.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { seededRandom } from '../../src/wap/random.js';
import { hex } from '../support/hex.js';

const host = '127.0.0.1';

/** Something that hears datagrams, as a gateway would, and answers each with what the test says. */
async function peer(answer: (octets: Uint8Array) => Uint8Array | undefined) {
  const bearer = await openUdp({ host, port: 0 });
  const heard: Uint8Array[] = [];
  bearer.onDatagram((received) => {
    if (received.type !== 'Datagram') return;
    heard.push(received.octets);
    const octets = answer(received.octets);
    if (octets === undefined) return;
    bearer.send({ type: 'Datagram', source: bearer.local, destination: received.source, octets });
  });
  return { bearer, heard, port: bearer.local.port ?? 0 };
}

describe('A phone that is switched on (WAP-235 §6.2.3)', () => {
  it('[OTA-CL-C-001] [OTA-CL-C-002] hears connectionless pushes at its push port', async () => {
    const sender = await openUdp({ host, port: 0 });
    const probe = await openUdp({ host, port: 0 });
    const pushPort = probe.local.port ?? 0;
    await probe.close();
    let phone: Phone | undefined;
    try {
      const came = new Promise<string>((resolve, reject) => {
        startPhone({
          host,
          pushPort,
          gateway: { host, port: 9 },
          scheduler: realScheduler,
          random: seededRandom(1),
          watch: (event) => {
            if (event.type === 'push') resolve(event.text);
          },
        }).then((started) => {
          phone = started;
          // Push (WSP §8.2.4.1): TID, type, length of the headers, application/vnd.wap.sic; then <si><indication>Hi.
          const octets = hex('00 06 01 ae 02 05 6a 00 45 46 03 48 69 00 01 01');
          sender.send({
            type: 'Datagram',
            source: sender.local,
            destination: udpEndpoint(host, pushPort),
            octets,
          });
        }, reject);
      });
      assert.equal(await came, 'Hi');
      assert.equal(phone?.terminal.screen().title, 'New message');
    } finally {
      await phone?.close();
      await sender.close();
    }
  });
});

describe('Resources over a session (WAP-230 §6.3)', () => {
  const request = { method: 'GET', url: 'http://a.example/', headers: [] } as const;

  it('a gateway that refuses the session is an error, and the next request tries again', async () => {
    // Abort of the WTP user (WTP §8.3.4) with the TID of the Invoke, its reason CONNECTERR (WSP Table 35).
    const { bearer, heard, port } = await peer((octets) =>
      Uint8Array.of(0x21, (octets[1] ?? 0) ^ 0x80, octets[2] ?? 0, 0xe5),
    );
    const fetcher = sessionFetcher({
      gateway: { host, port },
      mode: 'co',
      local: { host },
      random: seededRandom(1),
    });
    try {
      const { signal } = new AbortController();
      await assert.rejects(fetcher.fetch(request, signal));
      const before = heard.length;
      await assert.rejects(fetcher.fetch(request, signal));
      assert.ok(heard.length > before);
    } finally {
      await fetcher.close();
      await bearer.close();
    }
  });
});
