import assert from 'node:assert/strict';
import { papServer } from '../../../src/gateway/ppg/http.js';
import type { KnownCapabilities } from '../../../src/gateway/ppg/push-proxy.js';
import { sqliteStore } from '../../../src/gateway/ppg/sqlite-store.js';
import { subscribers } from '../../../src/gateway/ppg/subscribers.js';
import { ProtocolError } from '../../../src/wap/errors.js';
import { decodeLatin1, encodeUtf8, toBase64 } from '../../../src/wap/octets.js';
import {
  decodeCapabilities,
  decodePap,
  encodePap,
  mobileClientAborted,
  type PapMessage,
  type PapStatus,
  papStatus,
  type StatusCarrier,
  statusCarriers,
} from '../../../src/wap/push/index.js';
import { other, push, quality, si, someone, start, world } from './world.js';

const later = { deliverAfterTimestamp: start + 3_600_000 };
const toldTo = { ppgNotifyRequestedTo: 'http://shop/n' };
const confirmed = { ...quality, deliveryMethod: 'confirmed' } as const;
const stranger = 'WAPPUSH=+1/TYPE=PLMN@ppg';
const ccq = { type: 'ccq-message', address: someone } as const;
const query = { type: 'statusquery-message', pushId: '1@shop', addresses: [] } as const;
const cancel = { type: 'cancel-message', pushId: '1@shop', addresses: [] } as const;

const profile = `<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:prf="x#"><Description><prf:component><Description>
  <prf:Push-Accept><Bag><li>text/plain</li><li>image/*</li></Bag></prf:Push-Accept><prf:Push-MsgSize>1400</prf:Push-MsgSize>
  </Description></prf:component></Description></RDF>`;
const known: KnownCapabilities = {
  values: decodeCapabilities(profile),
  profile: { headers: [{ name: 'Content-Type', value: 'application/rdf+xml' }], body: encodeUtf8(profile) },
};
const capabilities = async () => known;

/** A submission with a capabilities entity: what is assumed of the terminal. */
async function assuming(
  { proxy }: ReturnType<typeof world>,
  message: PapMessage,
  rdf: string,
  content = 'Content-Type: text/plain\r\n\r\nx',
): Promise<PapMessage> {
  const parts = [
    `Content-Type: application/xml\r\n\r\n${encodePap(message)}`,
    content,
    `Content-Type: application/rdf+xml\r\n\r\n${rdf}`,
  ];
  const body = `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--`;
  const answer = await proxy.handle('multipart/related; boundary=b', encodeUtf8(body), 'http://ppg/', {});
  return decodePap(decodeLatin1(answer.body)).message;
}

const assumed = (size: number) => `<RDF><Push-MsgSize>${size}</Push-MsgSize></RDF>`;

/** The reports of a message. */
async function reported(
  { ask, pass, notified }: ReturnType<typeof world>,
  more: Parameters<typeof push>[0] = {},
): Promise<PapMessage | undefined> {
  await ask(push({ ...toldTo, ...more }), si);
  await pass(7 * 86_400_000);
  return notified[0]?.message;
}

/** The carrier of the code in an answer, and the code. */
function carried(message: PapMessage | undefined): [StatusCarrier | undefined, string | undefined] {
  switch (message?.type) {
    case 'push-response':
      return ['response-result', message.result.code];
    case 'cancel-response':
      return ['cancel-result', message.results[0]?.code];
    case 'statusquery-response':
      return ['statusquery-result', message.results[0]?.code];
    case 'resultnotification-message':
    case 'ccq-response':
    case 'badmessage-response':
      return [message.type, message.code];
    default:
      return [undefined, undefined];
  }
}

/** A database that is away. */
function broken() {
  const store = sqliteStore(':memory:');
  const away = () => Promise.reject(new ProtocolError('queue', 'commit', 'away'));
  return { store: { ...store, has: away, recipients: away }, failed: () => undefined };
}

const busy = { deliver: async () => ({ state: 'busy', service: true }) as const };
const lost = { deliver: async () => ({ state: 'undeliverable', code: '4000', desc: 'x' }) as const };
const refusing = {
  deliver: async () => ({ state: 'aborted', code: mobileClientAborted(236), desc: 'x' }) as const,
};
const overSms = { locate: subscribers({ subscribers: { '+33612345672': 'sms:' }, pushPort: 2948 }) };

/** How each code comes out. */
const cases: readonly [PapStatus | '5236', StatusCarrier, () => Promise<PapMessage | undefined>][] = [
  ['1000', 'resultnotification-message', () => reported(world())],
  ['1000', 'ccq-response', () => world({ capabilities }).ask(ccq)],
  [
    '1000',
    'cancel-result',
    async () => {
      const { ask } = world();
      await ask(push(later), si);
      return ask(cancel);
    },
  ],
  [
    '1000',
    'statusquery-result',
    async () => {
      const { ask } = world();
      await ask(push(later), si);
      return ask(query);
    },
  ],
  ['1001', 'response-result', () => world().ask(push(), si)],
  ['2000', 'response-result', () => world().ask(push())],
  ['2000', 'badmessage-response', async () => (await world().askXml('<pap/>')).message],
  ['2001', 'cancel-result', () => othersMessage(cancel)],
  ['2001', 'statusquery-result', () => othersMessage(query)],
  ['2001', 'response-result', () => othersMessage(push({ pushId: '2', replacePushId: '1@shop' }))],
  ['2002', 'response-result', () => world().ask(push({ addresses: [stranger] }), si)],
  ['2002', 'ccq-response', () => world().ask({ ...ccq, address: stranger })],
  [
    '2002',
    'resultnotification-message',
    () => {
      const table = new Map([[someone, 1]]);
      const locate = subscribers({ subscribers: { '+33612345672': '127.0.0.2' }, pushPort: 2948 });
      // Served when it was accepted, and not any more.
      return reported(world({ locate: (client) => (table.delete(someone) ? locate(client) : undefined) }));
    },
  ],
  [
    '2003',
    'cancel-result',
    async () => {
      const { ask } = world();
      await ask(push(later), si);
      return ask({ ...cancel, addresses: [other] });
    },
  ],
  [
    '2003',
    'statusquery-result',
    async () => {
      const { ask } = world();
      await ask(push(later), si);
      return ask({ ...query, addresses: [other] });
    },
  ],
  ['2004', 'cancel-result', () => world().ask(cancel)],
  ['2004', 'statusquery-result', () => world().ask(query)],
  [
    '2004',
    'response-result',
    () => world().ask(push({ replacePushId: 'x', replaceMethod: 'pending-only' }), si),
  ],
  ['2005', 'response-result', () => assuming(world({ capabilities }), push(), assumed(1401))],
  [
    '2005',
    'resultnotification-message',
    async () => {
      const proxy = world({ capabilities });
      await assuming(proxy, push({ ...toldTo, addresses: [someone, other] }), assumed(1401));
      await proxy.pass();
      return proxy.notified[0]?.message;
    },
  ],
  ['2006', 'response-result', () => world({ capabilities }).ask(push(), si)],
  [
    '2006',
    'resultnotification-message',
    () => reported(world({ capabilities }), { addresses: [someone, other] }),
  ],
  [
    '2007',
    'response-result',
    async () => {
      const { ask } = world();
      await ask(push(), si);
      return ask(push(), si);
    },
  ],
  [
    '2008',
    'cancel-result',
    async () => {
      // On its way: nobody can call it back.
      const { ask, pass } = world({ deliver: () => new Promise(() => undefined) });
      await ask(push(), si);
      await pass();
      return ask(cancel);
    },
  ],
  [
    '2008',
    'response-result',
    async () => {
      const { ask, pass } = world();
      await ask(push(), si);
      await pass();
      return ask(push({ pushId: '2', replacePushId: '1@shop', replaceMethod: 'pending-only' }), si);
    },
  ],
  ['3000', 'response-result', () => world(broken()).ask(push(), si)],
  ['3000', 'cancel-result', () => world(broken()).ask(cancel)],
  ['3000', 'statusquery-result', () => world(broken()).ask(query)],
  [
    '3000',
    'ccq-response',
    () => world({ ...broken(), capabilities: () => Promise.reject(new Error('bug')) }).ask(ccq),
  ],
  [
    '3002',
    'badmessage-response',
    async () => (await world().askXml(encodePap(push()).replace('PAP 2.0', 'PAP 3.1'))).message,
  ],
  [
    '3003',
    'cancel-result',
    async () => {
      const { ask, pass } = world();
      await ask(push(), si);
      await pass();
      return ask(cancel);
    },
  ],
  ['3006', 'response-result', () => world().ask(push(), '<si>')],
  ['3007', 'response-result', () => world().ask(push({ qualityOfService: confirmed }), si)],
  ['3008', 'ccq-response', () => world().ask(ccq)],
  [
    '3009',
    'response-result',
    () => world().ask(push({ qualityOfService: { ...quality, network: 'PDC', networkRequired: true } }), si),
  ],
  [
    '3010',
    'response-result',
    () => world().ask(push({ qualityOfService: { ...quality, bearer: 'USSD', bearerRequired: true } }), si),
  ],
  ['4000', 'resultnotification-message', () => reported(world(lost))],
  [
    '4000',
    'statusquery-result',
    async () => {
      const { ask, pass } = world(lost);
      await ask(push(), si);
      await pass();
      return ask(query);
    },
  ],
  ['4001', 'resultnotification-message', () => reported(world({ ...busy, ...overSms }))],
  ['5236', 'resultnotification-message', () => reported(world(refusing))],
];

/** Codes that never come out, because what they refuse is done here (WAP-247 §8.14.3). */
const never: Partial<Record<PapStatus, string>> = {
  '3001': 'every operation of PAP is implemented',
  '3004': 'capabilities are compared',
  '3005': 'every operation takes several addresses',
  '3011': 'messages are replaced',
};

/** What another initiator is answered. */
async function othersMessage(message: PapMessage): Promise<PapMessage> {
  const { proxy } = world();
  const app = papServer(proxy, {
    initiators: [
      { name: 'shop', password: 'a' },
      { name: 'bank', password: 'b' },
    ],
    maxBody: 10_000,
  });
  const ask = async (login: string, pap: PapMessage): Promise<PapMessage> => {
    const body = `--b\r\n\r\n${encodePap(pap)}\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--`;
    const headers = {
      'Content-Type': 'multipart/related; boundary=b',
      Authorization: `Basic ${toBase64(encodeUtf8(login))}`,
    };
    const answer = await app.request('/', { method: 'POST', headers, body });
    return decodePap(await answer.text()).message;
  };
  await ask('shop:a', push(later));
  return ask('bank:b', message);
}

describe('PAP status codes (WAP-247 §8.13, Table 1)', () => {
  for (const [code, carrier, act] of cases) {
    it(`${code} ${papStatus[code as PapStatus] ?? 'Mobile Client Aborted'} in ${carrier}`, async () => {
      assert.deepEqual(carried(await act()), [carrier, code]);
    });
  }

  it('each code comes out somewhere, and only where the table has a mark', () => {
    const out = new Set<string>(cases.map(([code]) => code));
    for (const code of Object.keys(papStatus) as PapStatus[] /* its own keys */) {
      assert.notEqual(out.has(code), never[code] !== undefined, code);
    }
    for (const [code, carrier] of cases) {
      if (code !== '5236') assert.ok(statusCarriers[code].includes(carrier), `${code} in ${carrier}`);
    }
  });
});

describe('Capabilities of clients (WAP-247 §5.5, §7.3, §10)', () => {
  it('[PAP-OPS-S-005] a query is answered with the profile that the terminal has named, as second entity', async () => {
    const { proxy } = world({ capabilities });
    const query = { ...ccq, queryId: 'q', appId: 'x-wap-application:wml.ua' };
    const answer = await proxy.handle('application/xml', encodeUtf8(encodePap(query)), 'http://ppg/', {});
    assert.match(answer.contentType, /^multipart\/related; boundary=\S+; type="application\/xml"$/);
    const text = decodeLatin1(answer.body);
    assert.match(text, /<ccq-response query-id="q" code="1000" desc="OK"><address address-value="WAPPUSH=/);
    assert.match(text, /Content-Type: application\/rdf\+xml\r\n\r\n<RDF .*<prf:Push-MsgSize>1400/s);
  });

  it('[PAP-OPS-S-005] without a profile, with what the headers of its session say', async () => {
    const values = new Map([
      ['CcppAccept', ['text/vnd.wap.wml', 'a<b']],
      ['Push-Accept-AppID', ['x-wap-application:wml.ua']],
      ['Push-MsgSize', ['1400']],
    ]);
    const { proxy } = world({ capabilities: async () => ({ values }) });
    const answer = await proxy.handle('application/xml', encodeUtf8(encodePap(ccq)), 'http://ppg/', {});
    const rdf = /\r\n\r\n(<\?xml version="1\.0"\?><rdf:RDF.*<\/rdf:RDF>)/s.exec(
      decodeLatin1(answer.body),
    )?.[1];
    assert.deepEqual(decodeCapabilities(rdf ?? ''), values);
  });

  it('[PAP-SEM-S-009] what is assumed is compared: less is enough, what is not known counts for nothing', async () => {
    for (const [rdf, code] of [
      [assumed(1400), '1001'],
      [assumed(1401), '2005'],
      ['<RDF><Push-Accept><Bag><li>image/gif</li></Bag></Push-Accept></RDF>', '1001'],
      ['<RDF><Push-Accept><Bag><li>text/plain</li><li>text/html</li></Bag></Push-Accept></RDF>', '2005'],
      ['<RDF><ScreenSize>9x9</ScreenSize></RDF>', '1001'],
    ] as const)
      assert.deepEqual(
        carried(await assuming(world({ capabilities }), push(), rdf)),
        ['response-result', code],
        rdf,
      );
    assert.deepEqual(carried(await assuming(world(), push(), assumed(1401))), ['response-result', '1001']);
  });

  it('[PAP-SEM-S-009] of several recipients one that does less is reported, the other gets the message', async () => {
    const able = { values: new Map([['Push-MsgSize', ['9000']]]) };
    const proxy = world({
      capabilities: async ({ address }) => (address === '::1' ? able : known),
    });
    await assuming(proxy, push({ ...toldTo, addresses: [someone, other] }), assumed(1401));
    await proxy.pass();
    assert.deepEqual(
      proxy.notified.map(
        ({ message }) =>
          message.type === 'resultnotification-message' && [
            message.messageState,
            message.code,
            message.address,
          ],
      ),
      [
        ['undeliverable', '2005', someone],
        ['delivered', '1000', other],
      ],
    );
    assert.deepEqual(
      proxy.delivered.map(({ endpoint }) => endpoint.address),
      ['::1'],
    );
  });

  it('capabilities that are no RDF are a bad message', async () => {
    assert.deepEqual(carried(await assuming(world(), push(), '<RDF>')), ['badmessage-response', '2000']);
  });
});
