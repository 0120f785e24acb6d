import assert from 'node:assert/strict';
import { linkProfiles } from '../../../src/bearer/index.js';
import type { Crossing } from '../../../src/wap/layer.js';
import { encodeUtf8, toHex } from '../../../src/wap/octets.js';
import { ports } from '../../../src/wap/ports.js';
import { sessions, units } from '../../../src/wap/stack.js';
import type {
  SessionIndication,
  SessionRequest,
  UnitIndication,
  UnitRequest,
} from '../../../src/wap/wsp/primitives.js';
import { type KeyLogEntry, wtlsClient, wtlsReader, wtlsServer } from '../../../src/wap/wtls/index.js';
import { hex } from '../../support/hex.js';
import { world } from '../../support/world.js';
import { bank, rsaAuthority } from './parties.js';

const body = encodeUtf8('your balance is 17 euro');

describe('The secure stacks (WAP-259 Appendix B): ports 9202, 9203 and 2949', () => {
  for (const [name, profile] of Object.entries({
    ideal: linkProfiles.ideal,
    'GPRS that loses a tenth': { ...linkProfiles.gprs, loss: 0.1, duplication: 0.05 },
  })) {
    it(`9203: WSP over WTP over WTLS over WDP, a session and ten methods, on a link that is ${name}`, () => {
      const earth = world(7, profile);
      const clock = earth.scheduler;
      const keys: KeyLogEntry[] = [];
      const crossings: string[] = [];
      const observe = ({ from, to, primitive }: Crossing) =>
        crossings.push(`${from}>${to} ${primitive.type}`);
      const gateway = earth.end<SessionRequest, SessionIndication>(
        `10.0.0.1:${ports.secureSession}`,
        (local, random) =>
          sessions({
            local,
            security: wtlsServer({ random, clock, identities: [bank()] }),
            transaction: { random },
            session: { random },
          }),
        (indication, request) => {
          if (indication.type === 'S-Connect.ind') {
            request({ type: 'S-Connect.res', session: indication.session });
          }
          if (indication.type !== 'S-MethodInvoke.ind') return;
          const { session, serverTransactionId } = indication;
          request({ type: 'S-MethodInvoke.res', session, serverTransactionId });
          request({
            type: 'S-MethodResult.req',
            session,
            serverTransactionId,
            status: 0x20,
            responseBody: body,
          });
        },
      );
      const phone = earth.end<SessionRequest, SessionIndication>(
        '10.0.0.2:49152',
        (local, random) =>
          sessions({
            local,
            security: wtlsClient({
              random,
              clock,
              trusted: [rsaAuthority().trust],
              keyLog: (entry) => keys.push(entry),
            }),
            transaction: { random },
            session: { random },
            observe,
          }),
        (indication, request) => {
          if (indication.type !== 'S-MethodResult.ind') return;
          const { session, clientTransactionId } = indication;
          request({ type: 'S-MethodResult.res', session, clientTransactionId });
        },
      );
      phone.request({
        type: 'S-Connect.req',
        session: 'C1',
        peers: { local: phone.local, remote: gateway.local },
      });
      clock.advance(60_000);
      assert(phone.indications.some(({ type }) => type === 'S-Connect.cnf'));
      for (let number = 1; number <= 10; number++) {
        phone.request({
          type: 'S-MethodInvoke.req',
          session: 'C1',
          clientTransactionId: number,
          method: 'GET',
          requestUri: `/balance/${number}`,
        });
        clock.advance(60_000);
      }
      const results = phone.indications.filter(({ type }) => type === 'S-MethodResult.ind');
      assert.equal(results.length, 10);
      assert(
        crossings.includes('WTP>WTLS T-DUnitdata.req') && crossings.includes('WTLS>WDP T-DUnitdata.req'),
      );

      const sent = earth.transcript.map((line) => line.split(' '));
      assert(!sent.some(([, , , , octets = '']) => octets.includes(toHex(body))), 'nothing in cleartext');
      const [key] = keys;
      assert(key);
      const reader = wtlsReader(() => key.masterSecret);
      const deciphered = sent.map(([, from = '', , , octets = '']) => {
        const side = from.startsWith('10.0.0.2') ? 'client' : 'server';
        return reader.read(side, hex(octets)).map(({ content }) => toHex(content ?? new Uint8Array()));
      });
      assert(
        deciphered.flat().some((content) => content.includes(toHex(body))),
        'but for the key log',
      );
    });
  }

  it('9202: connectionless WSP over WTLS over WDP', () => {
    const earth = world(1);
    const clock = earth.scheduler;
    const gateway = earth.end<UnitRequest, UnitIndication>(
      `10.0.0.1:${ports.secureConnectionless}`,
      (local, random) => units({ local, security: wtlsServer({ random, clock, identities: [bank()] }) }),
      (indication, request) => {
        if (indication.type !== 'S-Unit-MethodInvoke.ind') return;
        const { peers, transactionId } = indication;
        request({ type: 'S-Unit-MethodResult.req', peers, transactionId, status: 0x20, responseBody: body });
      },
    );
    const phone = earth.end<UnitRequest, UnitIndication>('10.0.0.2:49152', (local, random) =>
      units({ local, security: wtlsClient({ random, clock, trusted: [rsaAuthority().trust] }) }),
    );
    const peers = { local: phone.local, remote: gateway.local };
    phone.request({
      type: 'S-Unit-MethodInvoke.req',
      peers,
      transactionId: 1,
      method: 'GET',
      requestUri: '/',
    });
    clock.advance(1000);
    assert.deepEqual(
      phone.indications.map(({ type }) => type),
      ['S-Unit-MethodResult.ind'],
    );
  });

  it('2949: a push to a terminal without connection asks for one first', () => {
    const earth = world(1);
    const clock = earth.scheduler;
    const gateway = earth.end<UnitRequest, UnitIndication>('10.0.0.1:9202', (local, random) =>
      units({ local, security: wtlsServer({ random, clock, identities: [bank()] }) }),
    );
    const phone = earth.end<UnitRequest, UnitIndication>(`10.0.0.2:${ports.pushSecure}`, (local, random) =>
      units({
        local,
        security: wtlsClient({
          random,
          clock,
          trusted: [rsaAuthority().trust],
          isProvisioned: ({ address }) => address === '10.0.0.1',
        }),
      }),
    );
    gateway.request({
      type: 'S-Unit-Push.req',
      peers: { local: gateway.local, remote: phone.local },
      pushId: 1,
      pushBody: body,
    });
    clock.advance(1000);
    assert.deepEqual(
      phone.indications.map(({ type }) => type),
      ['S-Unit-Push.ind'],
    );
  });
});
