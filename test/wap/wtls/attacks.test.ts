import assert from 'node:assert/strict';
import { udpEndpoint } from '../../../src/wap/address.js';
import { rsaEncrypt } from '../../../src/wap/crypto.js';
import { concat, toHex } from '../../../src/wap/octets.js';
import { seededRandom } from '../../../src/wap/random.js';
import {
  decodeHandshake,
  decodeRecords,
  encodeHandshake,
  encodeRecord,
  type HandshakeMessage,
  type SecurityRequest,
  type Wtls,
  type WtlsClientOptions,
  type WtlsServerOptions,
  wtlsClient,
  wtlsServer,
} from '../../../src/wap/wtls/index.js';
import { hex } from '../../support/hex.js';
import { bank, rsaAuthority, rsaKey } from './parties.js';

const phone = udpEndpoint('10.0.0.2', 49152);
const gateway = udpEndpoint('10.0.0.1', 9203);
const clock = { now: () => 1_000_000 };

/** Changes an SDU on its way, or takes it away. */
type Tamper = (sdu: Uint8Array, from: 'phone' | 'gateway') => Uint8Array | undefined;

/** A phone and a gateway with somebody in the middle. Returns what each heard in the end. */
function conversation(
  client: Omit<WtlsClientOptions, 'random' | 'clock'>,
  server: Omit<WtlsServerOptions, 'random' | 'clock'>,
  tamper: Tamper,
) {
  const ends = {
    phone: wtlsClient({ random: seededRandom(1, 'phone'), clock, ...client }),
    gateway: wtlsServer({ random: seededRandom(1, 'gateway'), clock, ...server }),
  };
  const news: string[] = [];
  const data: string[] = [];
  const sent: { from: 'phone' | 'gateway'; sdu: Uint8Array }[] = [];
  const run = (from: 'phone' | 'gateway', effects: ReturnType<Wtls['fromBelow']>) => {
    for (const effect of effects) {
      if ('manage' in effect) news.push(`${from} ${effect.manage.type}: ${effect.manage.text}`);
      if ('up' in effect && effect.up.type === 'T-DUnitdata.ind')
        data.push(`${from} ${toHex(effect.up.userData)}`);
      if (!('down' in effect)) continue;
      sent.push({ from, sdu: effect.down.userData });
      const sdu = tamper(effect.down.userData, from);
      if (sdu === undefined) continue;
      const to = from === 'phone' ? 'gateway' : 'phone';
      const [source, destination] = from === 'phone' ? [phone, gateway] : [gateway, phone];
      run(to, ends[to].fromBelow({ type: 'T-DUnitdata.ind', source, destination, userData: sdu }));
    }
  };
  const send = (userData: Uint8Array) =>
    run(
      'phone',
      ends.phone.fromAbove({ type: 'T-DUnitdata.req', source: phone, destination: gateway, userData }),
    );
  const request = (primitive: SecurityRequest) => run('phone', ends.phone.fromAbove(primitive));
  return { ends, news, data, sent, send, request };
}

/** Changes messages in cleartext. */
function changing(change: (message: HandshakeMessage) => HandshakeMessage | undefined): Tamper {
  return (sdu) =>
    concat(
      decodeRecords(sdu).flatMap(({ record, octets }) => {
        if (record.ciphered || record.contentType !== 3) return [octets];
        const changed = change(decodeHandshake(record.fragment, 'rsa'));
        return changed === undefined ? [] : [encodeRecord({ ...record, fragment: encodeHandshake(changed) })];
      }),
    );
}

const client = { trusted: [rsaAuthority().trust] };
const server = { identities: [bank()], policy: { leastCipherBits: 0 } };
const anonymousClient = { keyExchanges: [{ suite: 'RSA_anon' }] as const };

describe('WTLS against somebody in the middle (WAP-261 §10.5.9, Appendix B)', () => {
  const weaker: readonly (readonly [string, (message: HandshakeMessage) => HandshakeMessage | undefined])[] =
    [
      [
        'cipher suites taken out of the hello',
        (message) =>
          message.type === 'client_hello'
            ? { ...message, cipherSuites: [{ bulkCipher: 5, mac: 3 }] }
            : message,
      ],
      [
        'key refresh made rarer than the client wants',
        (message) => (message.type === 'client_hello' ? { ...message, keyRefresh: 7 } : message),
      ],
      [
        'trusted authorities taken out',
        (message) => (message.type === 'client_hello' ? { ...message, trustedKeyIds: [] } : message),
      ],
      [
        'key exchanges taken out',
        (message) =>
          message.type === 'client_hello'
            ? { ...message, clientKeyIds: message.clientKeyIds.slice(0, 1) }
            : message,
      ],
      [
        'another session id for the client',
        (message) => (message.type === 'server_hello' ? { ...message, sessionId: hex('01') } : message),
      ],
      [
        'a later choice for the client',
        (message) => (message.type === 'server_hello' ? { ...message, keyRefresh: 0 } : message),
      ],
    ];
  for (const [title, change] of weaker) {
    it(`downgrade: ${title}: Finished finds it out, no data pass`, () => {
      const it = conversation(client, server, changing(change));
      it.send(hex('01'));
      assert.deepEqual(it.data, []);
      assert(
        it.news.some((each) => /decrypt_error/.test(each)),
        it.news.join('\n'),
      );
      const honest = conversation(client, server, (sdu) => sdu);
      honest.send(hex('01'));
      assert.deepEqual(honest.data, ['gateway 01']);
    });
  }

  it('downgrade: the server finds it out by itself, from the Finished of the client', () => {
    const it = conversation(
      client,
      server,
      changing((m) =>
        m.type === 'client_hello'
          ? { ...m, cipherSuites: [{ bulkCipher: 5, mac: 3 }, ...m.cipherSuites] }
          : m,
      ),
    );
    it.send(hex('01'));
    assert.deepEqual(it.data, []);
    const refused = it.news.filter((each) => each.includes('Refused'));
    assert.deepEqual(refused, ['gateway Refused: the Finished of the client does not fit what was said']);
  });

  it('downgrade of a resumed session: the client finds it out by itself, from the Finished of the server', () => {
    let meddles = false;
    const change = changing((m) =>
      m.type === 'client_hello' ? { ...m, trustedKeyIds: [], clientKeyIds: [] } : m,
    );
    const it = conversation(client, server, (sdu, from) => (meddles ? change(sdu, from) : sdu));
    it.send(hex('01'));
    meddles = true;
    const peers = { local: phone, remote: gateway };
    it.request({
      type: 'SEC-Terminate.req',
      peers,
      alertLevel: 'critical',
      alertDescription: 'connection_close_notify',
    });
    it.send(hex('02'));
    assert.deepEqual(it.data, ['gateway 01']);
    const refused = it.news.filter((each) => each.includes('Refused: the '));
    assert.deepEqual(refused, ['phone Refused: the Finished of the server does not fit what was said']);
  });

  const wrong: readonly (readonly [string, (message: HandshakeMessage) => HandshakeMessage, string])[] = [
    [
      'a cipher suite that was not offered',
      (m) => (m.type === 'server_hello' ? { ...m, cipherSuite: { bulkCipher: 1, mac: 1 } } : m),
      'illegal_parameter',
    ],
    ['version 2', (m) => (m.type === 'server_hello' ? { ...m, serverVersion: 2 } : m), 'protocol_version'],
    ['version 0', (m) => (m.type === 'client_hello' ? { ...m, clientVersion: 0 } : m), 'protocol_version'],
    [
      'compression',
      (m) => (m.type === 'server_hello' ? { ...m, compressionMethod: 1 } : m),
      'illegal_parameter',
    ],
    [
      'no NULL compression',
      (m) => (m.type === 'client_hello' ? { ...m, compressionMethods: [1] } : m),
      'illegal_parameter',
    ],
    [
      'no sequence numbers, over datagrams',
      (m) => (m.type === 'server_hello' ? { ...m, sequenceNumberMode: 0 } : m),
      'illegal_parameter',
    ],
    [
      'a key exchange that was not offered',
      (m) => (m.type === 'server_hello' ? { ...m, clientKeyId: 9 } : m),
      'illegal_parameter',
    ],
    [
      'keys that are refreshed less often',
      (m) => (m.type === 'server_hello' ? { ...m, keyRefresh: 9 } : m),
      'illegal_parameter',
    ],
    [
      'no certificate',
      (m) => (m.type === 'certificate' ? { type: 'certificate', list: [] } : m),
      'bad_certificate',
    ],
    [
      'a server key exchange beside the certificate',
      (m) =>
        m.type === 'certificate'
          ? {
              type: 'server_key_exchange',
              parameters: { index: 0 },
              key: { kind: 'opaque', octets: hex('00') },
            }
          : m,
      'unexpected_message',
    ],
    [
      'hello done twice',
      (m) => (m.type === 'certificate' ? { type: 'server_hello_done' } : m),
      'unexpected_message',
    ],
  ];
  for (const [title, change, alert] of wrong) {
    it(`${title}: fatal ${alert}, at once`, () => {
      const it = conversation(client, server, changing(change));
      it.send(hex('01'));
      assert.deepEqual(it.data, []);
      const alerts = it.sent
        .flatMap(({ sdu }) => decodeRecords(sdu).map(({ record }) => record))
        .filter(({ contentType, ciphered }) => contentType === 2 && !ciphered);
      assert.equal(alerts.length, 1, it.news.join('\n'));
      assert.equal(alerts[0]?.fragment[0], 3);
      const numbers = {
        illegal_parameter: 47,
        protocol_version: 70,
        bad_certificate: 42,
        unexpected_message: 10,
      };
      assert.equal(alerts[0]?.fragment[1], numbers[alert as keyof typeof numbers]);
    });
  }

  it('a key that is larger than the suite allows: export_restriction', () => {
    const key = rsaKey('anonymous', 1024).publicKey;
    const it = conversation(
      { keyExchanges: [{ suite: 'RSA_anon_512' }] },
      { anonymousKeys: [rsaKey('anonymous', 512)] },
      (sdu) =>
        concat(
          decodeRecords(sdu).map(({ record, octets }) => {
            if (record.fragment[0] !== 12 || record.ciphered) return octets;
            const fragment = encodeHandshake({
              type: 'server_key_exchange',
              parameters: { index: 0 },
              key: { kind: 'rsa', exponent: key.exponent, modulus: key.modulus },
            });
            return encodeRecord({ ...record, fragment });
          }),
        ),
    );
    it.send(hex('01'));
    assert(
      it.news.some((each) => each.includes('fatal export_restriction')),
      it.news.join('\n'),
    );
  });

  it('no oracle for RSA paddings: whatever the cryptogram holds, the answer is the same (§10.5.7.1)', () => {
    const key = rsaKey('bank').publicKey;
    const random = seededRandom(9);
    const good = rsaEncrypt(random, key, concat([hex('01'), random.octets(19)]));
    const cryptograms: readonly Uint8Array[] = [
      good,
      // A version that was rolled back, a secret that is too short, one that is too long, no padding, not below the modulus.
      rsaEncrypt(random, key, concat([hex('00'), random.octets(19)])),
      rsaEncrypt(random, key, random.octets(19)),
      rsaEncrypt(random, key, random.octets(48)),
      random.octets(128).map((octet, i) => (i === 0 ? 0 : octet)),
      new Uint8Array(128).fill(0xff),
      new Uint8Array(128),
      hex('0102'),
    ];
    const answers = cryptograms.map((secret) => {
      const it = conversation(
        client,
        server,
        changing((m) =>
          m.type === 'client_key_exchange' ? { ...m, key: { kind: 'encrypted', secret } } : m,
        ),
      );
      it.send(hex('01'));
      assert.deepEqual(it.data, []);
      return it.sent
        .filter(({ from }) => from === 'gateway')
        .slice(1)
        .map(({ sdu }) => toHex(sdu.subarray(0, 5)));
    });
    assert.equal(new Set(answers.map(String)).size, 1, JSON.stringify(answers));
    // In cleartext, number 3: fatal decrypt_error.
    assert.deepEqual(answers[0], ['4200030333']);
  });

  it('a Diffie-Hellman value outside the group is refused: 0, 1, p-1, p, and one of a small subgroup (Appendix B.2)', () => {
    const values = [
      '00',
      '01',
      '02',
      `85db5db185090aed3bdb3babfcb46669f9563e681edb43599241fef6aa9b5df9efe39c0cb7994a04f2bd8f57b5b22af75e360526216420bca08fcdf98ff6417dcfdd1c40e4ffb183260e3b28ef0b31a3633788c988b1bc6734a81b31a28cd6fa`,
    ];
    for (const value of values) {
      const it = conversation({ keyExchanges: [{ suite: 'DH_anon', parameter: 2 }] }, {}, (sdu) =>
        concat(
          decodeRecords(sdu).map(({ record, octets }) => {
            if (record.fragment[0] !== 16 || record.ciphered) return octets;
            const fragment = encodeHandshake({
              type: 'client_key_exchange',
              key: { kind: 'dh', value: hex(value) },
            });
            return encodeRecord({ ...record, fragment });
          }),
        ),
      );
      it.send(hex('01'));
      assert(
        it.news.some((each) => each.includes('fatal illegal_parameter')),
        value,
      );
      assert.deepEqual(it.data, []);
    }
  });

  it('a point that is not on the curve is refused', () => {
    const it = conversation({ keyExchanges: [{ suite: 'ECDH_anon_uncomp', parameter: 7 }] }, {}, (sdu) =>
      concat(
        decodeRecords(sdu).map(({ record, octets }) => {
          if (record.fragment[0] !== 16 || record.ciphered) return octets;
          const point = record.fragment.slice(4);
          point[40] = (point[40] ?? 0) ^ 1;
          const fragment = encodeHandshake({ type: 'client_key_exchange', key: { kind: 'ec', point } });
          return encodeRecord({ ...record, fragment });
        }),
      ),
    );
    it.send(hex('01'));
    assert(
      it.news.some((each) => each.includes('fatal illegal_parameter')),
      it.news.join('\n'),
    );
  });

  it('data in cleartext, and data that were sent before, are not delivered', () => {
    const it = conversation(anonymousClient, { anonymousKeys: [rsaKey('anonymous')] }, (sdu) => sdu);
    it.send(hex('01'));
    it.send(hex('02'));
    const deliver = (sdu: Uint8Array) =>
      it.ends.gateway
        .fromBelow({ type: 'T-DUnitdata.ind', source: phone, destination: gateway, userData: sdu })
        .filter((each) => 'up' in each);
    assert.deepEqual(deliver(hex('44 0005 1234')), []);
    for (const { from, sdu } of it.sent) if (from === 'phone') assert.deepEqual(deliver(sdu), []);
    assert.deepEqual(it.data, ['gateway 01', 'gateway 02']);
  });

  it('any octets, at any time, do no harm', () => {
    const random = seededRandom(3);
    const it = conversation(anonymousClient, { anonymousKeys: [rsaKey('anonymous')] }, (sdu) => sdu);
    it.send(hex('01'));
    for (let i = 0; i < 3000; i++) {
      const genuine = it.sent[i % it.sent.length]?.sdu ?? new Uint8Array();
      const [at = 0, bits = 0, cut = 0, which = 0] = random.octets(4);
      const garbage =
        which % 4 === 0
          ? random.octets(cut % 60).slice()
          : genuine
              .map((octet, n) => (n === at % genuine.length ? octet ^ (bits | 1) : octet))
              .slice(0, genuine.length - (cut % 5));
      for (const end of ['phone', 'gateway'] as const) {
        const [source, destination] = end === 'gateway' ? [phone, gateway] : [gateway, phone];
        const effects = it.ends[end].fromBelow({
          type: 'T-DUnitdata.ind',
          source,
          destination,
          userData: garbage,
        });
        assert(!effects.some((each) => 'up' in each));
      }
    }
    it.send(hex('02'));
    assert.equal(it.data.at(-1), 'gateway 02');
  });

  it('handshakes of every kind with octets changed on the way: no exception, and no data that were not sent', () => {
    const kinds: readonly Parameters<typeof conversation>[0][] = [
      anonymousClient,
      { keyExchanges: [{ suite: 'DH_anon', parameter: 1 }] },
      { keyExchanges: [{ suite: 'ECDH_anon', parameter: 7 }] },
      { ...client, identities: [bank()] },
    ];
    const random = seededRandom(11);
    for (let round = 0; round < 400; round++) {
      const it = conversation(
        kinds[round % kinds.length] as (typeof kinds)[number],
        {
          anonymousKeys: [rsaKey('anonymous', 512)],
          identities: [bank()],
          trusted: [rsaAuthority().trust],
          policy: { clientAuthentication: 'requested' },
        },
        (sdu) => {
          const [chance = 0, high = 0, low = 0, bits = 0] = random.octets(4);
          const at = ((high << 8) | low) % sdu.length;
          return chance < 120 ? sdu.map((octet, i) => (i === at ? octet ^ (bits | 1) : octet)) : sdu;
        },
      );
      it.send(hex('0102'));
      for (const each of it.data) assert.equal(each, 'gateway 0102');
    }
  });

  it('at the last sequence number a connection is closed, and the data go over a new one (§9.2.3.1)', () => {
    const it = conversation(
      { ...anonymousClient, cipherSuites: [['NULL', 'SHA_40']] },
      {
        anonymousKeys: [rsaKey('anonymous')],
        cipherSuites: [['NULL', 'SHA_40']],
        policy: { leastCipherBits: 0 },
      },
      (sdu) => sdu,
    );
    for (let i = 0; i < 65_540; i++) {
      it.send(hex('07'));
      it.sent.length = 0;
    }
    assert.equal(it.data.length, 65_540);
    assert.equal(
      it.news.filter((each) => each === 'gateway SEC-Terminate.ind: critical connection_close_notify').length,
      1,
    );
  });
});
