import assert from 'node:assert/strict';
import { linkProfiles } from '../../../src/bearer/index.js';
import { toHex } from '../../../src/wap/octets.js';
import { curves } from '../../../src/wap/pki/curves.js';
import { equalKeys, textIdentifier } from '../../../src/wap/pki/index.js';
import { keyHash } from '../../../src/wap/pki/keys.js';
import { checksumOf } from '../../../src/wap/wtls/alert.js';
import {
  bulkCiphers,
  type ClientHello,
  decodeHandshake,
  decodeRecords,
  type HandshakeMessage,
  identityOf,
  type KeyExchangeName,
  type KeyLogEntry,
  macs,
  type ServerPolicy,
  sessionCache,
} from '../../../src/wap/wtls/index.js';
import { hex } from '../../support/hex.js';
import {
  authority,
  bank,
  certified,
  ecAuthority,
  ecBank,
  ecKey,
  pair,
  received,
  rsaAuthority,
  rsaKey,
  told,
} from './parties.js';

type Pair = ReturnType<typeof pair>;

/** Two exchanges over a connection that comes about. */
function assertWorks(it: Pair): void {
  it.send(hex('0102'));
  it.run();
  it.send(hex('03'));
  it.run();
  assert.deepEqual(received(it.gateway), ['0102', '03']);
  assert.deepEqual(received(it.phone), ['ec0102', 'ec03']);
}

/** Nothing comes about, and each end says that alert. */
function assertRefused(it: Pair, alert: string): void {
  it.send(hex('01'));
  it.run(60_000);
  assert.deepEqual(received(it.gateway), []);
  assert.deepEqual(received(it.phone), [`T-DError.ind WTLS: ${alert}`]);
}

/** Sent SDUs as octets, from one side. */
function sentBy(it: Pair, from: 'phone' | 'gateway'): Uint8Array[] {
  const mark = from === 'phone' ? '10.0.0.2|49152 >' : '10.0.0.1|9203 >';
  return it.space.transcript
    .filter((line) => line.includes(mark))
    .map((line) => hex(line.split(' ').at(-1) ?? ''));
}

/** The handshake messages in cleartext of an SDU. */
function messagesOf(sdu: Uint8Array | undefined): HandshakeMessage[] {
  return decodeRecords(sdu ?? new Uint8Array())
    .filter(({ record }) => record.contentType === 3 && !record.ciphered)
    .map(({ record }) => decodeHandshake(record.fragment));
}

function typesOf(sdu: Uint8Array | undefined): string[] {
  return decodeRecords(sdu ?? new Uint8Array()).map(({ record }) => {
    if (record.contentType === 1) return 'ChangeCipherSpec';
    if (record.contentType === 4) return 'data';
    if (record.contentType === 2) return 'alert';
    return record.ciphered ? 'Finished' : decodeHandshake(record.fragment).type;
  });
}

const anonymous = () => ({
  client: { keyExchanges: [{ suite: 'RSA_anon' }] as const },
  server: { anonymousKeys: [rsaKey('anonymous')] },
});

const ids = (...numbers: readonly string[]) =>
  numbers.flatMap((it) => [`[WTLS-C-${it}]`, `[WTLS-S-${it}]`]).join(' ');

describe('WTLS handshakes (WAP-261 §10.3)', () => {
  it(`${ids('001', '005', '025', '026', '034', '141')} full handshake, RSA_anon: flights and order (Figure 5)`, () => {
    const it = pair(anonymous());
    assertWorks(it);
    const phone = sentBy(it, 'phone').map(typesOf);
    const gateway = sentBy(it, 'gateway').map(typesOf);
    assert.deepEqual(phone, [
      ['client_hello'],
      ['client_key_exchange', 'ChangeCipherSpec', 'Finished'],
      ['data'],
      ['data'],
    ]);
    assert.deepEqual(gateway, [
      ['server_hello', 'server_key_exchange', 'server_hello_done'],
      ['ChangeCipherSpec', 'Finished'],
      ['data'],
      ['data'],
    ]);
  });

  it('sequence numbers count the records in cleartext, and start again with ChangeCipherSpec (§9.2.3.1)', () => {
    const it = pair(anonymous());
    assertWorks(it);
    const numbers = (from: 'phone' | 'gateway') =>
      sentBy(it, from).flatMap((sdu) => decodeRecords(sdu).map(({ record }) => record.sequence));
    assert.deepEqual(numbers('phone'), [0, 1, 2, 0, 1, 2]);
    assert.deepEqual(numbers('gateway'), [0, 1, 2, 3, 0, 1, 2]);
  });

  it(`${ids('002')} [WTLS-C-004] [WTLS-S-004] abbreviated: a second connection resumes the session (Figure 6)`, () => {
    const keys: KeyLogEntry[] = [];
    const { client, server } = anonymous();
    const it = pair({ client: { ...client, keyLog: (entry) => keys.push(entry) }, server });
    it.send(hex('01'));
    it.run();
    it.phone.request({ type: 'SEC-Create.req', peers: it.peers });
    it.run();
    it.space.transcript.length = 0;
    it.hangUp();
    it.run();
    it.space.transcript.length = 0;
    it.send(hex('02'));
    it.run();
    assert.deepEqual(sentBy(it, 'phone').map(typesOf), [
      ['client_hello'],
      ['ChangeCipherSpec', 'Finished', 'data'],
    ]);
    assert.deepEqual(sentBy(it, 'gateway').map(typesOf), [
      ['server_hello', 'ChangeCipherSpec', 'Finished'],
      ['data'],
    ]);
    assert.deepEqual(received(it.phone), ['ec01', 'ec02']);
    const [first, , last] = keys;
    assert(first && last);
    assert.deepEqual(last.masterSecret, first.masterSecret);
    assert.deepEqual(last.sessionId, first.sessionId);
    assert.notDeepEqual(last.clientRandom, first.clientRandom);
  });

  it('a session serves several connections at once (§11.1.4)', () => {
    const { client, server } = anonymous();
    const first = pair({ client, server });
    const clock = first.space.scheduler;
    const shared = { phone: sessionCache(clock), gateway: sessionCache(clock) };
    const world = pair({
      client: { ...client, sessions: shared.phone },
      server: { ...server, sessions: shared.gateway },
    });
    assertWorks(world);
    const other = pair({
      client: { ...client, sessions: shared.phone },
      server: { ...server, sessions: shared.gateway },
      seed: 2,
    });
    assertWorks(other);
    assert.deepEqual(
      other.phoneLayer.information(other.peers)?.sessionId,
      world.phoneLayer.information(world.peers)?.sessionId,
    );
    assert.equal(shared.gateway.size(), 1);
    assert.deepEqual(typesOf(sentBy(other, 'gateway')[0]), ['server_hello', 'ChangeCipherSpec', 'Finished']);
  });

  it('a client that resumes an unknown session gets a full handshake instead', () => {
    const { client, server } = anonymous();
    const it = pair({ client, server });
    assertWorks(it);
    const clock = it.space.scheduler;
    const old = sessionCache(clock);
    const restarted = pair({ client: { ...client, sessions: old }, server });
    assertWorks(restarted);
    const again = pair({ client: { ...client, sessions: old }, server, seed: 2 });
    assertWorks(again);
    const [hello] = messagesOf(sentBy(again, 'phone')[0]);
    assert(hello?.type === 'client_hello' && hello.sessionId.length === 8);
    assert.equal(typesOf(sentBy(again, 'gateway')[0]).at(-1), 'server_hello_done');
  });

  it(`${ids('200')} hellos carry the time (§10.5.1.2)`, () => {
    const it = pair(anonymous());
    it.run(3_000_000);
    it.send(hex('01'));
    it.run();
    for (const from of ['phone', 'gateway'] as const) {
      const [hello] = messagesOf(sentBy(it, from)[0]);
      assert(hello?.type === 'client_hello' || hello?.type === 'server_hello');
      assert.equal(toHex(hello.random.subarray(0, 4)), '00000bb8');
    }
  });
});

describe('WTLS key exchanges (WAP-261 Appendix A, Table 4)', () => {
  const rsaSuites: readonly (readonly [KeyExchangeName, string, number])[] = [
    ['RSA_anon', '034', 1024],
    ['RSA_anon_768', '035', 768],
    ['RSA_anon_512', '036', 512],
  ];
  for (const [suite, id, bits] of rsaSuites) {
    it(`${ids('030', id)} ${suite}: the key has at most ${bits} bits`, () => {
      const it = pair({
        client: { keyExchanges: [{ suite }] },
        server: { anonymousKeys: [512, 768, 1024].map((size) => rsaKey('anonymous', size)) },
      });
      assertWorks(it);
      const [, sdu] = [0, sentBy(it, 'gateway')[0]];
      const record = decodeRecords(sdu ?? new Uint8Array())[1]?.record;
      const message = decodeHandshake(record?.fragment ?? new Uint8Array(), 'rsa_anon');
      assert(message.type === 'server_key_exchange' && message.key.kind === 'rsa');
      assert.equal(message.key.modulus.length, bits / 8);
    });
  }

  const dhSuites: readonly (readonly [KeyExchangeName, string, number, string])[] = [
    ['DH_anon', '031', 2, '152'],
    ['DH_anon_768', '032', 2, '152'],
    ['DH_anon_512', '033', 1, '151'],
  ];
  for (const [suite, id, parameter, group] of dhSuites) {
    it(`${ids(id, group)} ${suite} in group ${parameter}, suggested by the client or by the server`, () => {
      for (const asked of [parameter, 0]) {
        const it = pair({ client: { keyExchanges: [{ suite, parameter: asked }] } });
        assertWorks(it);
        assert.equal(it.phoneLayer.information(it.peers)?.keyExchange, suite);
      }
    });
  }

  for (const { number, fieldBits } of curves) {
    const suites: KeyExchangeName[] = ['ECDH_anon', 'ECDH_anon_uncomp'];
    if (fieldBits <= 131) suites.push('ECDH_anon_131', 'ECDH_anon_uncomp_131');
    if (fieldBits <= 113) suites.push('ECDH_anon_113', 'ECDH_anon_uncomp_113');
    const claimed = [
      '037',
      `1${60 + number}`,
      '180',
      ...(fieldBits <= 131 ? ['038'] : []),
      ...(fieldBits <= 113 ? ['049'] : []),
    ];
    it(`${ids(...claimed)} ECDH on curve ${number}: ${suites.join(', ')}`, () => {
      for (const suite of suites) {
        const it = pair({ client: { keyExchanges: [{ suite, parameter: number }] } });
        assertWorks(it);
        const record = decodeRecords(sentBy(it, 'gateway')[0] ?? new Uint8Array())[1]?.record;
        const message = decodeHandshake(record?.fragment ?? new Uint8Array(), 'ecdh_anon');
        assert(message.type === 'server_key_exchange' && message.key.kind === 'ec');
        assert.equal(message.parameters.index, 0);
        const octets = Math.ceil(fieldBits / 8);
        const uncompressed = suite.includes('uncomp');
        assert.equal(message.key.point.length, uncompressed ? 1 + 2 * octets : 1 + octets);
        assert.equal((message.key.point[0] ?? 0) === 4, uncompressed);
      }
    });
  }

  it('the server proposes a curve of its own where it does not know the one suggested', () => {
    const it = pair({
      client: { keyExchanges: [{ suite: 'ECDH_anon', parameter: 12 }] },
      server: { curves: [5] },
    });
    assertWorks(it);
    const record = decodeRecords(sentBy(it, 'gateway')[0] ?? new Uint8Array())[1]?.record;
    const message = decodeHandshake(record?.fragment ?? new Uint8Array(), 'ecdh_anon');
    assert(message.type === 'server_key_exchange');
    assert.equal(message.parameters.index, 5);
  });

  for (const [suite, id, bits] of [
    ['RSA', '061', 1024],
    ['RSA_768', '062', 768],
    ['RSA_512', '063', 512],
  ] as const) {
    it(`${ids('060', id, '191')} ${suite}: class 2, the server proves who it is`, () => {
      const identity = certified(rsaAuthority(), rsaKey('bank', bits), 'Bank; Test; FI; 10.0.0.1');
      const it = pair({
        client: { trusted: [rsaAuthority().trust], keyExchanges: [{ suite }] },
        server: { identities: [bank(), identity] },
      });
      assertWorks(it);
      const information = it.phoneLayer.information(it.peers);
      assert(information?.peerKey);
      assert(equalKeys(information.peerKey, suite === 'RSA' ? bank().publicKey : identity.publicKey));
      const types = typesOf(sentBy(it, 'gateway')[0]);
      assert.deepEqual(types, ['server_hello', 'certificate', 'server_hello_done']);
    });
  }

  for (const number of [5, 7]) {
    it(`${ids('064', `1${60 + number}`)} ECDH_ECDSA with a certificate on curve ${number}, points compressed or not`, () => {
      for (const suite of ['ECDH_ECDSA', 'ECDH_ECDSA_uncomp'] as const) {
        for (const parameter of [number, 0]) {
          const it = pair({
            client: { trusted: [ecAuthority().trust], keyExchanges: [{ suite, parameter }] },
            server: { identities: [ecBank(number)] },
          });
          assertWorks(it);
          assert.deepEqual(it.phoneLayer.information(it.peers)?.peerKey, ecBank(number).publicKey);
        }
      }
    });
  }

  it(`${ids('080')} shared secret: the message flow of Figure 6`, () => {
    const identifier = textIdentifier('meter 17');
    const it = pair({
      client: {
        sharedSecret: { identifier, secret: hex('aabbccddeeff') },
        keyExchanges: [{ suite: 'SHARED_SECRET' }],
      },
      server: { sharedSecretFor: (id) => (id.type === 'text' ? hex('aabbccddeeff') : undefined) },
    });
    assertWorks(it);
    assert.deepEqual(typesOf(sentBy(it, 'gateway')[0]), ['server_hello', 'ChangeCipherSpec', 'Finished']);
  });

  it('a wrong shared secret is found out by Finished', () => {
    const identifier = textIdentifier('meter 17');
    const it = pair({
      client: {
        sharedSecret: { identifier, secret: hex('aabbccddeefe') },
        keyExchanges: [{ suite: 'SHARED_SECRET' }],
      },
      server: { sharedSecretFor: () => hex('aabbccddeeff') },
    });
    assertRefused(it, 'fatal decrypt_error');
  });

  it(`${ids('090', '120', '140')} NULL, where both ends ask for it by name (Appendix B.1)`, () => {
    const suites = [['NULL', 'SHA_0']] as const;
    const policy: ServerPolicy = { keyExchanges: ['NULL'], leastCipherBits: 0 };
    const it = pair({
      client: { keyExchanges: [{ suite: 'NULL' }], cipherSuites: suites },
      server: { cipherSuites: suites, policy },
    });
    assertWorks(it);
    assert.match(it.space.transcript.join('\n'), /6400010102/);
  });

  it('[WTLS-C-230] NULL is taken by no server that was not told to, and by no client that did not ask for it', () => {
    const it = pair({ client: { keyExchanges: [{ suite: 'NULL' }] } });
    assertRefused(it, 'fatal handshake_failure');
    // What a server would have to answer: the number of an offer. A client that made none with NULL has none to be named.
    const other = pair(anonymous());
    assertWorks(other);
    const hello = messagesOf(sentBy(other, 'phone')[0])[0] as ClientHello;
    assert.deepEqual(
      hello.clientKeyIds.map((each) => each.keyExchangeSuite),
      [5],
    );
  });
});

describe('WTLS client authentication: class 3 (WAP-261 §10.5.4 to §10.5.8)', () => {
  const user = () => certified(rsaAuthority(), rsaKey('user'), 'Subscriber 4711; Test; FI');
  const trusting = () => ({ trusted: [rsaAuthority().trust] });

  it(`${ids('070', '071')} RSA: certificate and signature`, () => {
    const it = pair({
      client: { ...trusting(), identities: [user()] },
      server: { ...trusting(), identities: [bank()], policy: { clientAuthentication: 'required' } },
    });
    assertWorks(it);
    assert.deepEqual(typesOf(sentBy(it, 'phone')[1]), [
      'certificate',
      'client_key_exchange',
      'certificate_verify',
      'ChangeCipherSpec',
      'Finished',
    ]);
    assert.deepEqual(it.gatewayLayer.information(it.reversed)?.peerKey, user().publicKey);
    const request = messagesOf(sentBy(it, 'gateway')[0])[2];
    assert(request?.type === 'certificate_request');
    // SIN 261_102: nothing but key hashes.
    assert.deepEqual(
      request.trustedAuthorities.map(({ identifier }) => identifier),
      [{ type: 'key_hash_sha', keyHash: keyHash(rsaAuthority().trust.publicKey) }],
    );
  });

  it(`${ids('072')} ECDH_ECDSA: the key of the certificate is the key of the exchange`, () => {
    const identity = certified(ecAuthority(), ecKey('user', 7), 'Subscriber; Test; FI');
    const it = pair({
      client: { trusted: [ecAuthority().trust], identities: [identity] },
      server: {
        trusted: [ecAuthority().trust],
        identities: [ecBank()],
        policy: { clientAuthentication: 'required' },
      },
    });
    assertWorks(it);
    assert.deepEqual(typesOf(sentBy(it, 'phone')[1]), ['certificate', 'ChangeCipherSpec', 'Finished']);
    assert.deepEqual(it.gatewayLayer.information(it.reversed)?.peerKey, identity.publicKey);
  });

  it(`${ids('003')} optimised: the server knows the certificate of the key that the hello names (Figure 7)`, () => {
    const identity = certified(ecAuthority(), ecKey('user', 7), 'Subscriber; Test; FI');
    const it = pair({
      client: { trusted: [ecAuthority().trust], identities: [identity], announceIdentity: true },
      server: {
        trusted: [ecAuthority().trust],
        identities: [ecBank()],
        clientCertificatesFor: () => identity.certificates,
      },
    });
    assertWorks(it);
    assert.deepEqual(typesOf(sentBy(it, 'gateway')[0]), [
      'server_hello',
      'certificate',
      'ChangeCipherSpec',
      'Finished',
    ]);
    assert.deepEqual(it.gatewayLayer.information(it.reversed)?.peerKey, identity.publicKey);
    assert.deepEqual(it.phoneLayer.information(it.peers)?.peerKey, ecBank().publicKey);
  });

  it('a known RSA key is proved without its certificate', () => {
    const it = pair({
      client: { ...trusting(), identities: [user()], announceIdentity: true },
      server: {
        ...trusting(),
        identities: [bank()],
        clientCertificatesFor: () => user().certificates,
        policy: { clientAuthentication: 'required', requireKnownKey: true },
      },
    });
    assertWorks(it);
    const [certificate] = messagesOf(sentBy(it, 'phone')[1]);
    assert.deepEqual(certificate, { type: 'certificate', list: [] });
    assert.deepEqual(it.gatewayLayer.information(it.reversed)?.peerKey, user().publicKey);
  });

  it('who has no certificate sends none: taken where one is requested, refused where it is required (§10.5.6)', () => {
    const requested = pair({
      client: trusting(),
      server: { ...trusting(), identities: [bank()], policy: { clientAuthentication: 'requested' } },
    });
    assertWorks(requested);
    assert.equal(requested.gatewayLayer.information(requested.reversed)?.peerKey, undefined);
    const required = pair({
      client: trusting(),
      server: { ...trusting(), identities: [bank()], policy: { clientAuthentication: 'required' } },
    });
    assertRefused(required, 'fatal handshake_failure');
  });

  it('a signature by another key is refused with decrypt_error', () => {
    const thief = identityOf(rsaKey('thief'), user().certificates, [rsaAuthority().trust]);
    const it = pair({
      client: { ...trusting(), identities: [thief] },
      server: { ...trusting(), identities: [bank()], policy: { clientAuthentication: 'requested' } },
    });
    assertRefused(it, 'fatal decrypt_error');
  });

  it('a client of an unknown authority is refused with unknown_ca', () => {
    const elsewhere = authority('Elsewhere', rsaKey('elsewhere'));
    const stranger = {
      ...certified(elsewhere, rsaKey('user'), 'U; T; FI'),
      authorities: [rsaAuthority().trust],
    };
    const it = pair({
      client: { ...trusting(), identities: [stranger] },
      server: { ...trusting(), identities: [bank()], policy: { clientAuthentication: 'required' } },
    });
    assertRefused(it, 'fatal unknown_ca');
  });

  it('a resumed session remembers who the client is', () => {
    const it = pair({
      client: { ...trusting(), identities: [user()] },
      server: { ...trusting(), identities: [bank()], policy: { clientAuthentication: 'required' } },
    });
    assertWorks(it);
    it.phone.request({ type: 'SEC-Create.req', peers: it.peers });
    it.run();
    it.send(hex('04'));
    it.run();
    assert.deepEqual(it.gatewayLayer.information(it.reversed)?.peerKey, user().publicKey);
    assert.equal(received(it.phone).at(-1), 'ec04');
  });
});

describe('WTLS server certificates as a client judges them (WAP-261 §10.5.2)', () => {
  const against = (
    identities: Parameters<typeof pair>[0] extends infer _ ? ReturnType<typeof bank>[] : never,
  ) => pair({ client: { trusted: [rsaAuthority().trust] }, server: { identities } });

  it('expired: certificate_expired', () => {
    const old = certified(rsaAuthority(), rsaKey('bank'), 'Bank; Test; FI', { notAfter: 0 });
    const it = against([old]);
    it.run(5000);
    assertRefused(it, 'fatal certificate_expired');
  });

  it('of an authority that is not trusted: unknown_ca', () => {
    const elsewhere = authority('Elsewhere', rsaKey('elsewhere'));
    const stranger = {
      ...certified(elsewhere, rsaKey('bank'), 'B; T; FI'),
      authorities: [rsaAuthority().trust],
    };
    assertRefused(against([stranger]), 'fatal unknown_ca');
  });

  it('with a signature that is wrong: bad_certificate', () => {
    const forger = { ...rsaAuthority(), privateKey: rsaKey('forger') };
    assertRefused(against([certified(forger, rsaKey('bank'), 'B; T; FI')]), 'fatal bad_certificate');
  });

  it('for another name: certificate_unknown', () => {
    const other = certified(rsaAuthority(), rsaKey('bank'), 'Bank; Test; FI; 10.9.9.9');
    assertRefused(against([other]), 'fatal certificate_unknown');
    const named = pair({
      client: { trusted: [rsaAuthority().trust], serverNames: () => ['10.9.9.9'] },
      server: { identities: [other] },
    });
    assertWorks(named);
  });

  it(`${ids('210')} a certificate below the root without T=ca signs nothing; with it, it does`, () => {
    const chain = (name: string) => {
      const below = certified(rsaAuthority(), rsaKey('below'), name);
      const issuer = authority('below', rsaKey('below'), name);
      const own = certified(issuer, rsaKey('bank'), 'Bank; Test; FI; 10.0.0.1');
      return identityOf(rsaKey('bank'), [...own.certificates, ...below.certificates], [rsaAuthority().trust]);
    };
    assertRefused(against([chain('Below; Test; FI')]), 'fatal bad_certificate');
    assertWorks(against([chain('Below; Test; FI; ; T=ca')]));
  });

  it('SIN 261_100: a server shows no certificate of an authority that the client did not name', () => {
    const elsewhere = authority('Elsewhere', rsaKey('elsewhere'));
    const it = pair({
      client: { trusted: [rsaAuthority().trust], keyExchanges: [{ suite: 'RSA' }, { suite: 'RSA_anon' }] },
      server: {
        identities: [certified(elsewhere, rsaKey('bank'), 'Bank; Test; FI')],
        anonymousKeys: [rsaKey('anonymous')],
      },
    });
    assertWorks(it);
    assert.equal(it.phoneLayer.information(it.peers)?.keyExchange, 'RSA_anon');
  });
});

describe('WTLS policy of a server (WAP-261 §10.2.2)', () => {
  it('ciphers that are too weak: insufficient_security', () => {
    const it = pair({
      client: { ...anonymous().client, cipherSuites: [['RC5_CBC_40', 'SHA']] },
      server: {
        ...anonymous().server,
        cipherSuites: [
          ['RC5_CBC_40', 'SHA'],
          ['RC5_CBC', 'SHA'],
        ],
      },
    });
    assertRefused(it, 'fatal insufficient_security');
  });

  it('no suite in common: handshake_failure', () => {
    const it = pair({
      client: { ...anonymous().client, cipherSuites: [['IDEA_CBC', 'MD5']] },
      server: anonymous().server,
    });
    assertRefused(it, 'fatal handshake_failure');
  });

  it('a modulus that is too short: insufficient_security', () => {
    const it = pair({
      ...anonymous(),
      server: { anonymousKeys: [rsaKey('anonymous', 512)], policy: { leastModulusBits: 1024 } },
    });
    assertRefused(it, 'fatal insufficient_security');
  });

  it('keys on other curves than suggested: unknown_parameter_index', () => {
    const it = pair({
      client: { trusted: [ecAuthority().trust], keyExchanges: [{ suite: 'ECDH_ECDSA', parameter: 5 }] },
      server: { identities: [ecBank(7)] },
    });
    assertRefused(it, 'fatal unknown_parameter_index');
  });

  it('no known key: unknown_key_id', () => {
    const it = pair({ ...anonymous(), server: { ...anonymous().server, policy: { requireKnownKey: true } } });
    assertRefused(it, 'fatal unknown_key_id');
  });

  it('the favourite of the client that the policy allows is chosen', () => {
    const it = pair({
      client: {
        ...anonymous().client,
        cipherSuites: [
          ['RC5_CBC_40', 'SHA'],
          ['IDEA_CBC', 'MD5'],
          ['RC5_CBC', 'SHA'],
        ],
      },
      server: {
        ...anonymous().server,
        cipherSuites: [
          ['RC5_CBC', 'SHA'],
          ['IDEA_CBC', 'MD5'],
          ['RC5_CBC_40', 'SHA'],
        ],
      },
    });
    assertWorks(it);
    assert.equal(it.phoneLayer.information(it.peers)?.spec.bulkCipher.name, 'IDEA_CBC');
  });
});

describe('WTLS cipher suites (WAP-261 Tables 5 and 6)', () => {
  const cipherIds: Readonly<Record<string, string>> = {
    RC5_CBC: '101',
    RC5_CBC_56: '102',
    DES_CBC: '103',
    '3DES_CBC_EDE': '104',
    IDEA_CBC: '105',
    IDEA_CBC_56: '106',
    RC5_CBC_64: '107',
    IDEA_CBC_64: '108',
  };
  const macIds: Readonly<Record<string, string>> = {
    SHA: '131',
    SHA_80: '132',
    SHA_40: '133',
    MD5: '135',
    MD5_80: '136',
    MD5_40: '137',
  };
  for (const { name, ivSize } of bulkCiphers) {
    const id = cipherIds[name];
    it(`${id ? `${ids('100', id)} ` : ''}${name} with every MAC`, () => {
      for (const mac of macs) {
        const cipherSuites = [[name, mac.name]] as const;
        const it = pair({
          client: { ...anonymous().client, cipherSuites, keyRefresh: 1 },
          server: { ...anonymous().server, cipherSuites, policy: { leastCipherBits: 0 } },
        });
        assertWorks(it);
        const [, , data] = sentBy(it, 'phone');
        const octets = 3 + (ivSize === 0 ? 2 + mac.macSize : 8 * Math.ceil((3 + mac.macSize) / 8));
        assert.equal(data?.length, octets, mac.name);
      }
    });
  }
  for (const { name } of macs) {
    const id = macIds[name];
    if (id === undefined) continue;
    it(`${ids('130', id)} ${name}: agreed on, and as long as Table 6 says`, () => {
      const cipherSuites = [['RC5_CBC', name]] as const;
      const it = pair({
        client: { ...anonymous().client, cipherSuites },
        server: { ...anonymous().server, cipherSuites },
      });
      assertWorks(it);
      assert.equal(it.gatewayLayer.information(it.reversed)?.spec.mac.name, name);
    });
  }
});

describe('WTLS alerts (WAP-261 §10.2)', () => {
  const open = () => {
    const it = pair(anonymous());
    assertWorks(it);
    it.space.transcript.length = 0;
    it.phone.indications.length = 0;
    it.gateway.indications.length = 0;
    return it;
  };
  const inject = (it: Pair, to: 'phone' | 'gateway', octets: Uint8Array) => {
    const [source, destination, layer] =
      to === 'phone'
        ? [it.gateway.local, it.phone.local, it.phoneLayer]
        : [it.phone.local, it.gateway.local, it.gatewayLayer];
    return layer.fromBelow({ type: 'T-DUnitdata.ind', source, destination, userData: octets });
  };

  it(`${ids('020')} critical: the connection ends, the session can be resumed`, () => {
    for (const end of ['phone', 'gateway'] as const) {
      const it = open();
      it[end].request({
        type: 'SEC-Terminate.req',
        peers: end === 'phone' ? it.peers : it.reversed,
        alertLevel: 'critical',
        alertDescription: 'connection_close_notify',
      });
      it.run();
      assert.equal(it.phoneLayer.information(it.peers), undefined);
      assert.equal(it.gatewayLayer.information(it.reversed), undefined);
      it.send(hex('05'));
      it.run();
      assert.equal(typesOf(sentBy(it, 'gateway').at(-2)).includes('Finished'), true);
      assert.equal(typesOf(sentBy(it, 'gateway').at(-2)).includes('server_hello_done'), false);
      assert.deepEqual(received(it.phone), ['ec05']);
    }
  });

  it(`${ids('021')} fatal: the session is forgotten too`, () => {
    for (const end of ['phone', 'gateway'] as const) {
      const it = open();
      it[end].request({
        type: 'SEC-Terminate.req',
        peers: end === 'phone' ? it.peers : it.reversed,
        alertLevel: 'fatal',
        alertDescription: 'session_close_notify',
      });
      it.run();
      it.send(hex('05'));
      it.run();
      const types = sentBy(it, 'gateway').map(typesOf);
      assert(
        types.some((each) => each.includes('server_hello_done')),
        'a full handshake',
      );
      assert.deepEqual(received(it.phone), ['ec05']);
    }
  });

  it('a closure alert is answered in kind (§10.2.1)', () => {
    const it = open();
    it.hangUp();
    it.run();
    assert.deepEqual(sentBy(it, 'gateway').map(typesOf), [['alert']]);
    assert.deepEqual(told(it.gateway, 'SEC-Terminate.ind'), ['critical connection_close_notify']);
  });

  it(`${ids('022')} an alert whose checksum answers no record is not heeded; a cleartext one with it is`, () => {
    for (const to of ['phone', 'gateway'] as const) {
      const it = open();
      it.send(hex('09'));
      it.run();
      const last = sentBy(it, to).at(-1) ?? new Uint8Array();
      const layer = to === 'phone' ? it.phoneLayer : it.gatewayLayer;
      const peers = to === 'phone' ? it.peers : it.reversed;
      const alert = (checksum: string) => hex(`42ffff 0205 ${checksum}`);
      for (const wrong of ['00000000', '01020304']) {
        inject(it, to, alert(wrong));
        assert(layer.information(peers), wrong);
      }
      inject(it, to, alert(toHex(checksumOf(last))));
      assert.equal(layer.information(peers), undefined);
    }
  });

  it('one cleartext fatal alert ends no session (§10.2.2)', () => {
    const it = open();
    it.send(hex('09'));
    it.run();
    const last = sentBy(it, 'phone').at(-1) ?? new Uint8Array();
    inject(it, 'phone', hex(`42ffff 0328 ${toHex(checksumOf(last))}`));
    it.space.transcript.length = 0;
    it.send(hex('0a'));
    it.run();
    assert.deepEqual(typesOf(sentBy(it, 'gateway')[0]), ['server_hello', 'ChangeCipherSpec', 'Finished']);
  });

  it('a record without connection: no_connection, critical, in cleartext, number 65535, with checksum', () => {
    const it = pair(anonymous());
    const effects = inject(it, 'gateway', hex('64 0001 0102030405060708'));
    assert.deepEqual(
      effects.flatMap((each) => ('down' in each ? [toHex(each.down.userData)] : [])),
      // 64 00 01 01 | 02 03 04 05 | 06 07 08 00
      ['42ffff' + '0205' + '60040d04'],
    );
    assert.equal(it.gatewayLayer.size(), 0);
    assert.deepEqual(
      inject(it, 'gateway', hex('42 ffff 0205 00000000')).filter((each) => 'down' in each),
      [],
      'alerts are not answered',
    );
  });

  it('a client whose server lost the connection makes a new one by itself', () => {
    const it = open();
    // Nothing of what it would say goes out.
    it.gatewayLayer.fromAbove({
      type: 'SEC-Terminate.req',
      peers: it.reversed,
      alertLevel: 'critical',
      alertDescription: 'internal_error',
    });
    assert.equal(it.gatewayLayer.size(), 0);
    it.send(hex('0b'));
    it.run();
    assert.deepEqual(told(it.phone, 'SEC-Terminate.ind'), ['critical no_connection']);
    it.send(hex('0c'));
    it.run();
    assert.deepEqual(received(it.phone), ['ec0c']);
  });

  it('a record that cannot be read is answered with bad_record_mac, a warning in cleartext, but not for ever', () => {
    const it = open();
    const forged = (sequence: number) =>
      hex(`64 00${sequence.toString(16)} 0102030405060708 0102030405060708 0102030405060708`);
    const answers = Array.from({ length: 20 }, (_, i) => inject(it, 'gateway', forged(0x40 + i)))
      .flat()
      .flatMap((each) => ('down' in each ? [each.down.userData] : []));
    assert.equal(answers.length, 4);
    assert.match(toHex(answers[0] ?? new Uint8Array()), /^42....0114/);
    it.send(hex('07'));
    it.run();
    assert.deepEqual(received(it.phone), ['ec07']);
  });

  it('a warning is told and changes nothing', () => {
    const it = open();
    it.phone.request({ type: 'SEC-Exception.req', peers: it.peers, alertDescription: 'user_canceled' });
    it.run();
    assert.deepEqual(told(it.gateway, 'SEC-Exception.ind'), ['warning user_canceled']);
    it.send(hex('07'));
    it.run();
    assert.deepEqual(received(it.phone), ['ec07']);
  });

  it('a plaintext ServerHello or ClientHello from a forger does not break a connection (Appendix B.4)', () => {
    const it = open();
    const serverHello =
      '4300000023020020013b309e077e349f57be7507a852fc4d0808a6a6a6a6a6a6a6a6010207000202'.replace(
        '4300000023',
        '430000',
      );
    const effects = inject(it, 'phone', hex(serverHello));
    assert.equal(effects.filter((each) => 'down' in each).length, 1, 'unexpected_message');
    const clientHello = '430000010020013b309e064057cc15959802e87df88ded000003050000000002030301000202';
    assert.equal(inject(it, 'gateway', hex(clientHello)).filter((each) => 'down' in each).length, 1);
    it.send(hex('07'));
    it.run();
    it.run(200_000);
    it.send(hex('08'));
    it.run();
    assert.deepEqual(received(it.phone), ['ec07', 'ec08']);
  });
});

describe('WTLS connections that nobody uses', () => {
  it('are closed after a while by whoever notices first, and made again when they are needed', () => {
    const { client, server } = anonymous();
    const it = pair({ client, server: { ...server, idleTime: 60_000 } });
    assertWorks(it);
    it.run(40_000);
    it.send(hex('04'));
    it.run(40_000);
    assert(it.gatewayLayer.information(it.reversed), 'used in the meantime');
    it.run(61_000);
    assert.equal(it.gatewayLayer.size(), 0);
    assert.equal(it.phoneLayer.size(), 0);
    it.send(hex('05'));
    it.run();
    assert.equal(received(it.phone).at(-1), 'ec05');
  });
});

describe('WTLS hello request (WAP-261 §10.5.1.1)', () => {
  it('[WTLS-S-007] on a connection: the client makes a new one, and the session is resumed', () => {
    const it = pair(anonymous());
    assertWorks(it);
    const before = it.phoneLayer.information(it.peers);
    it.space.transcript.length = 0;
    it.gateway.request({ type: 'SEC-Create-Request.req', peers: it.reversed });
    it.run();
    assert.deepEqual(told(it.phone, 'SEC-Create-Request.ind').length, 1);
    it.send(hex('06'));
    it.run();
    assert.equal(received(it.phone).at(-1), 'ec06');
    assert.deepEqual(it.phoneLayer.information(it.peers)?.sessionId, before?.sessionId);
    // All of it under the cipher spec that there was.
    for (const sdu of sentBy(it, 'phone')) {
      for (const { record } of decodeRecords(sdu)) assert.equal(record.ciphered, true);
    }
  });

  it('[WTLS-C-007] in cleartext: heeded only from a server that was provisioned; then what was pushed arrives', () => {
    for (const provisioned of [true, false]) {
      const { client, server } = anonymous();
      const it = pair({ client: { ...client, isProvisioned: () => provisioned }, server });
      it.push(hex('fe'));
      it.run();
      assert.deepEqual(received(it.phone), provisioned ? ['fe'] : []);
      // The phone says that it knows of no connection; so the one who pushed need not wait.
      const refused = ['T-DError.ind the client does not want a connection'];
      assert.deepEqual(received(it.gateway), provisioned ? [] : refused);
    }
  });

  it('what is pushed to a client that is not there is given back when the handshake should long be over', () => {
    const { client, server } = anonymous();
    const it = pair({ client, server, profile: { ...linkProfiles.ideal, loss: 1 } });
    it.push(hex('fe'));
    it.run(119_000);
    assert.deepEqual(received(it.gateway), []);
    it.run(2000);
    assert.deepEqual(received(it.gateway), ['T-DError.ind the client did not go on']);
    assert.equal(it.gatewayLayer.size(), 0);
  });

  it('not sent, nor heeded, more often than every ten seconds', () => {
    const { client, server } = anonymous();
    const it = pair({ client: { ...client, isProvisioned: () => true }, server });
    assertWorks(it);
    it.space.transcript.length = 0;
    for (let i = 0; i < 5; i++) it.gateway.request({ type: 'SEC-Create-Request.req', peers: it.reversed });
    it.run();
    assert.equal(told(it.phone, 'SEC-Create-Request.ind').length, 1);
  });
});
