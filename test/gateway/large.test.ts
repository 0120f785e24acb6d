import assert from 'node:assert/strict';
import { type Driver, drive, openUdp, realScheduler } from '../../src/bearer/index.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { openWapClient, type WapClientOptions } from '../../src/terminal/fetch.js';
import { udpEndpoint } from '../../src/wap/address.js';
import type { Crossing } from '../../src/wap/layer.js';
import { decodeUtf8 } from '../../src/wap/octets.js';
import { seededRandom } from '../../src/wap/random.js';
import { sessions } from '../../src/wap/stack.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import type { Capabilities, SessionIndication, SessionRequest } from '../../src/wap/wsp/index.js';
import { huge, type Origin, startOrigin } from './origin.js';

const host = '127.0.0.1';
const headers = [
  { name: 'Accept', value: 'application/vnd.wap.wmlc' },
  { name: 'Accept', value: 'text/plain' },
];

describe('Results and requests that are larger than one message (WAP-230 §6.3.3.10, §8.3.2.3)', () => {
  let origin: Origin;
  let gateway: Gateway;

  before(async () => {
    origin = await startOrigin();
    gateway = await startGateway({ portBase: 0 });
  });
  after(async () => {
    await gateway.close();
    await origin.close();
  });

  /** One request of our terminal; what it got, and the primitives that brought it. */
  async function request(capabilities: Capabilities, path: string, body?: Uint8Array) {
    const seen: Crossing['primitive'][] = [];
    const options: WapClientOptions = {
      gateway: { host, port: gateway.ports.session },
      mode: 'co',
      headers,
      capabilities,
      observe: ({ primitive }) => seen.push(primitive),
    };
    const client = await openWapClient(options);
    try {
      const method = body === undefined ? 'GET' : 'POST';
      const answer = await client.request({
        method,
        url: origin.url + path,
        ...(body && { body, headers: [{ name: 'Content-Type', value: 'text/plain' }] }),
      });
      const count = (type: string) => seen.filter((primitive) => primitive.type === type).length;
      return { answer, count, agreed: client.capabilities };
    } finally {
      await client.close();
    }
  }

  it('200,000 octets in parts of 65,535, which terminal and gateway agree on by themselves', async () => {
    const { answer, count, agreed } = await request({}, '/huge');
    assert.ok(agreed.protocolOptions?.includes('Large Data Transfer'));
    assert.equal(answer.status, 200);
    assert.equal(decodeUtf8(answer.body), huge);
    assert.equal(count('TR-ResultData.ind'), 3);
  });

  it('parts are as large as the terminal wants them', async () => {
    const { answer, count } = await request({ clientSduSize: 30_000 }, '/huge');
    assert.equal(decodeUtf8(answer.body), huge);
    assert.equal(count('TR-ResultData.ind'), 6);
  });

  it('a POST goes in parts, too', async () => {
    const body = new TextEncoder().encode(huge);
    const { answer, count } = await request({ serverSduSize: 50_000 }, '/echo', body);
    assert.equal(answer.status, 200);
    assert.equal(decodeUtf8(answer.body), huge);
    assert.equal(count('TR-InvokeData.req'), 4);
  });

  it('a terminal that takes no message of that size is told so', async () => {
    const { answer } = await request({ clientMessageSize: 100_000 }, '/huge');
    assert.equal(answer.status, 502);
    assert.match(formatWml(decodeWml(answer.body)), /200000 octets; the terminal takes 100000/);
  });

  it('a terminal that takes no parts, or too large a part, is told so', async () => {
    const protocolOptions = ['Push'] as const;
    const { answer } = await request({ clientSduSize: 30_000, protocolOptions }, '/huge');
    assert.equal(answer.status, 502);
    assert.match(formatWml(decodeWml(answer.body)), /200000 octets; the terminal takes 30000/);
  });

  it('a terminal that puts no segments together is told what no datagram holds', async () => {
    const bearer = await openUdp({ host, port: 0 });
    let close = () => bearer.close();
    const random = seededRandom(1);
    const session = 'C1';
    const result = await new Promise<Extract<SessionIndication, { type: 'S-MethodResult.ind' }>>(
      (resolve, reject) => {
        const driver: Driver<SessionRequest> = drive<SessionRequest, SessionIndication>({
          stack: sessions({ local: bearer.local, session: { random }, transaction: { random } }),
          bearer,
          scheduler: realScheduler,
          deliver(indication) {
            if (indication.type === 'S-Connect.cnf') {
              driver.request({
                type: 'S-MethodInvoke.req',
                session,
                clientTransactionId: 1,
                method: 'GET',
                requestUri: `${origin.url}/huge`,
              });
            }
            if (indication.type === 'S-MethodResult.ind') resolve(indication);
            if (indication.type === 'S-MethodAbort.ind') reject(new Error(indication.reason));
          },
        });
        close = () => driver.close();
        driver.request({
          type: 'S-Connect.req',
          session,
          peers: { local: bearer.local, remote: udpEndpoint(host, gateway.ports.session) },
          clientHeaders: headers,
          requestedCapabilities: { clientSduSize: 0, serverSduSize: 0 },
        });
      },
    ).finally(() => close());
    assert.equal(result.status, 502);
    assert.match(formatWml(decodeWml(result.responseBody)), /200000 octets; the terminal takes 65440/);
  });
});
