import assert from 'node:assert/strict';
import { type Driver, drive, smsNumber } from '../../src/bearer/index.js';
import { type SmsPushEnd, smsService } from '../../src/gateway/sms.js';
import type { ClientLimits } from '../../src/gateway/user.js';
import { wmlUserAgent } from '../../src/wap/push/index.js';
import { seededRandom } from '../../src/wap/random.js';
import { sessions, units } from '../../src/wap/stack.js';
import type {
  SessionIndication,
  SessionRequest,
  UnitIndication,
  UnitRequest,
} from '../../src/wap/wsp/index.js';
import { smsWorld } from '../bearer/smpp-world.js';

const gateway = '+33600000001';
const phone = '+33612345672';
const headers = [{ name: 'Content-Type', value: 'application/vnd.wap.sic' }];
const limits: ClientLimits = { sessions: 10, sessionsOfAddress: 10, requests: 4, requestBody: 1000 };

async function world() {
  const sms = smsWorld();
  const failed = (error: unknown) => {
    throw error;
  };
  const { bearer } = await sms.bind(gateway);
  let connected = 0;
  const service = smsService({
    bearer,
    user: {
      forward: async () => ({
        status: 200,
        headers: [{ name: 'Content-Type', value: 'text/plain' }],
        body: new Uint8Array(200),
      }),
      clock: sms.scheduler,
      limits,
      failed,
    },
    connected: () => connected++,
    random: seededRandom(1),
    scheduler: sms.scheduler,
    failed,
  });

  async function push(number: string, octets: number, validity?: number): Promise<SmsPushEnd> {
    const pushed = service.unitPush(number, 7, headers, new Uint8Array(octets), validity);
    await Promise.resolve();
    sms.scheduler.advance(10_000);
    return pushed;
  }

  async function switchOn() {
    const { bearer: own } = await sms.bind(phone, {}, false);
    const number = smsNumber(own, false);
    const pushes: UnitIndication[] = [];
    const ear = number.port(2948);
    drive<UnitRequest, UnitIndication>({
      stack: units({ local: ear.local, sms: ear.sms }),
      bearer: ear,
      scheduler: sms.scheduler,
      deliver: (indication) => pushes.push(indication),
      failed,
    });
    const port = number.port(49_152);
    const heard: SessionIndication[] = [];
    const session: Driver<SessionRequest> = drive<SessionRequest, SessionIndication>({
      stack: sessions({
        local: port.local,
        sms: port.sms,
        session: { random: seededRandom(2) },
        transaction: { random: seededRandom(3) },
      }),
      bearer: port,
      scheduler: sms.scheduler,
      deliver(indication) {
        heard.push(indication);
        if (indication.type !== 'S-ConfirmedPush.ind') return;
        const { clientPushId } = indication;
        session.request({ type: 'S-ConfirmedPush.res', session: 'C1', clientPushId });
      },
      failed,
    });
    sms.scheduler.advance(0);
    return { pushes, heard, session, local: port.local };
  }

  return { sms, service, push, switchOn, connected: () => connected };
}

describe('gateway services over short messages (WAP-259 §6.3, WAP-159)', () => {
  it('a push counts as taken when the centre keeps all of its messages, and arrives when the phone is on', async () => {
    const { sms, push, switchOn } = await world();
    assert.deepEqual(await push(phone, 300), { state: 'accepted' });
    assert.equal(sms.centre()?.messages(), 3);
    const { pushes } = await switchOn();
    await Promise.resolve();
    sms.scheduler.advance(0);
    assert.deepEqual(
      pushes.map((each) => each.type === 'S-Unit-Push.ind' && [each.peers.remote.port, each.pushBody.length]),
      [[9200, 300]],
    );
  });

  it('it lives in the centre as long as it is wanted', async () => {
    const { sms, push } = await world();
    await push(phone, 10, 60_000);
    assert.equal(sms.centre()?.messages(), 1);
    sms.scheduler.advance(60_000);
    assert.equal(sms.centre()?.messages(), 0);
  });

  it('without the centre it is not taken now; what cannot be a number or a datagram never is', async () => {
    const { sms, push } = await world();
    assert.equal((await push('+336000000000000000000000000', 10)).state, 'refused');
    assert.deepEqual(await push(phone, 40_000), {
      state: 'refused',
      error: 'it is too long for short messages',
    });
    sms.stop();
    assert.deepEqual(await push(phone, 10), { state: 'busy', error: 'not bound to a message centre' });
  });

  it('a session over short messages takes requests and confirmed pushes', async () => {
    const { sms, service, switchOn, connected } = await world();
    const { session, heard, local } = await switchOn();
    const peers = { local, remote: { ...local, address: gateway, port: 9201 } };
    const requestedCapabilities = { protocolOptions: ['Push', 'Confirmed Push'] } as const;
    session.request({
      type: 'S-Connect.req',
      session: 'C1',
      peers,
      clientHeaders: [],
      requestedCapabilities,
    });
    sms.scheduler.advance(30_000);
    assert.deepEqual([service.sessions(), connected()], [1, 1]);
    session.request({
      type: 'S-MethodInvoke.req',
      session: 'C1',
      clientTransactionId: 1,
      method: 'GET',
      requestUri: 'http://shop.example/',
      requestHeaders: [],
      requestBody: new Uint8Array(0),
    });
    sms.scheduler.advance(0);
    await new Promise((resolve) => setImmediate(resolve));
    sms.scheduler.advance(30_000);
    const result = heard.find(({ type }) => type === 'S-MethodResult.ind');
    assert.equal(result?.type === 'S-MethodResult.ind' && result.responseBody.length, 200);
    const handle = service.pushSession(phone, wmlUserAgent, 'Confirmed Push');
    assert.ok(handle);
    const confirmed = service.confirmedPush(handle, headers, new Uint8Array(20));
    sms.scheduler.advance(30_000);
    assert.deepEqual(await confirmed, { state: 'confirmed' });
    const closing = service.close();
    await new Promise((resolve) => setImmediate(resolve));
    sms.scheduler.advance(0);
    await closing;
    assert.deepEqual(sms.centre()?.numbers(), [phone]);
  });
});
