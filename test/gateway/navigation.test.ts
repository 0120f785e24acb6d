import assert from 'node:assert/strict';
import { contentConversions } from '../../src/gateway/conversions.js';
import { cookieProxy } from '../../src/gateway/cookies.js';
import type { HttpResponse } from '../../src/gateway/http.js';
import type { NavigationSettings } from '../../src/gateway/navigation.js';
import { proxy } from '../../src/gateway/proxy.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { decodeNavigation } from '../../src/wap/provisioning/index.js';
import { wbxmlToXml, xmlToWbxml } from '../../src/wap/wbxml/index.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { headerValue } from '../../src/wap/wsp/index.js';
import { bankDocument } from '../support/navigation.js';

const text = 'text/vnd.wap.connectivity-xml';
const binary = 'application/vnd.wap.connectivity-wbxml';
const now = Date.UTC(2001, 9, 9);

interface Asking {
  readonly accept?: string;
  readonly url?: string;
  readonly settings?: NavigationSettings;
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly certificateName?: string;
}

async function ask(asking: Asking) {
  const {
    accept = binary,
    url = 'http://bank.example/a',
    settings,
    status = 300,
    type = text,
    headers = {},
  } = asking;
  const answer: HttpResponse = {
    status,
    headers: Object.entries({ 'Content-Type': type, ...headers }).map(([name, value]) => ({ name, value })),
    body: asking.body ?? encodeUtf8(bankDocument()),
    ...(asking.certificateName !== undefined && { certificateName: asking.certificateName }),
  };
  const forward = proxy({
    http: { fetch: () => Promise.resolve(answer), close: () => undefined },
    conversions: contentConversions(),
    clock: { now: () => now },
    name: 'gw.example',
    cookies: cookieProxy({ now: () => now }),
    resultLength: ({ body }) => 40 + body.length,
    ...(settings && { navigation: settings }),
  });
  const response = await forward(
    {
      method: 'GET',
      uri: url,
      headers: ['application/vnd.wap.wmlc', accept].map((value) => ({ name: 'Accept', value })),
      body: new Uint8Array(0),
      client: udpEndpoint('192.0.2.7', 49152),
    },
    new AbortController().signal,
  );
  return response ?? assert.fail('no response');
}

const deckText = (body: Uint8Array) => formatWml(decodeWml(body));

describe('The gateway as a master pull proxy (WAP-187 §8)', () => {
  it('[E2E-S-005] [E2E-S-002] a navigation document goes on with status 300, tokenised for the terminal that wants it so', async () => {
    const { status, headers, body } = await ask({});
    assert.equal(status, 300);
    assert.equal(headerValue(headers, 'Content-Type'), binary);
    assert.deepEqual(decodeNavigation(wbxmlToXml(body)), decodeNavigation(bankDocument()));
  });

  it('[E2E-S-001] in its textual form to a terminal that takes only that', async () => {
    const { status, headers, body } = await ask({ accept: text });
    assert.equal(status, 300);
    assert.equal(headerValue(headers, 'Content-Type'), text);
    assert.deepEqual(body, encodeUtf8(bankDocument()));
  });

  it('an origin may send it tokenised', async () => {
    const body = xmlToWbxml(bankDocument());
    const response = await ask({ type: binary, body });
    assert.equal(response.status, 300);
    assert.deepEqual(response.body, body);
  });

  it('[E2E-S-005] a terminal that has not asked for such documents gets 403 and an explanation', async () => {
    for (const accept of ['text/plain', '*/*']) {
      const { status, body } = await ask({ accept });
      assert.equal(status, 403);
      assert.match(deckText(body), /takes no navigation documents/);
    }
  });

  it('[E2E-S-004] a malformed one is a bad gateway: 502', async () => {
    const { status, body } = await ask({ body: encodeUtf8(bankDocument({ parms: '<parm name="TRUST"/>' })) });
    assert.equal(status, 502);
    assert.match(deckText(body), /malformed: TRUST may not stand in it/);
    assert.equal((await ask({ type: binary, body: new Uint8Array([3, 11, 106]) })).status, 502);
  });

  it('[E2E-S-006] the policy refuses with 403, and a liberal one does not', async () => {
    const body = encodeUtf8(bankDocument({ parms: '<parm name="MASTER"/>' }));
    assert.equal((await ask({ body })).status, 403);
    assert.equal(
      (await ask({ body, settings: { emptyDomain: false, master: true, accessPoints: false } })).status,
      300,
    );
  });

  it('[E2E-S-007] [E2E-S-008] a stranger may not send anybody to a proxy for the bank: 403', async () => {
    const stranger = await ask({ url: 'http://evil.example/a' });
    assert.equal(stranger.status, 403);
    assert.match(deckText(stranger.body), /evil.example may not send navigation documents for .bank.example/);
    const url = 'https://bank.example/a';
    assert.equal((await ask({ url, certificateName: 'bank.example' })).status, 300);
    assert.equal((await ask({ url, certificateName: 'evil.example' })).status, 403);
  });

  it('[E2E-S-009] another lifetime than the origin proposed is said with max-age (§8.2)', async () => {
    const settings = { emptyDomain: false, master: false, accessPoints: false, maxAge: 600 };
    const control = async (headers: Readonly<Record<string, string>>) =>
      headerValue((await ask({ settings, headers })).headers, 'Cache-Control');
    assert.equal(await control({ Expires: new Date(now + 3_600_000).toUTCString() }), 'max-age=600');
    assert.equal(await control({ Expires: new Date(now + 60_000).toUTCString() }), undefined);
    assert.equal(await control({ 'Cache-Control': 'private, max-age=3600' }), 'private, max-age=600');
    assert.equal(await control({ 'Cache-Control': 'max-age=60' }), 'max-age=60');
    assert.equal(await control({}), 'max-age=600');
  });

  it('other documents of that type, and other 300s, are none of navigation (§8.1)', async () => {
    assert.equal(
      (await ask({ status: 301, body: encodeUtf8('<wap-provisioningdoc/>'), accept: text })).status,
      301,
    );
    assert.equal((await ask({ type: 'text/plain', body: encodeUtf8('choose'), accept: '*/*' })).status, 300);
  });
});
