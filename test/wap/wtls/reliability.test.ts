import assert from 'node:assert/strict';
import { linkProfiles } from '../../../src/bearer/index.js';
import { toHex } from '../../../src/wap/octets.js';
import { decodeRecords } from '../../../src/wap/wtls/index.js';
import { hex } from '../../support/hex.js';
import {
  bank,
  certified,
  ecAuthority,
  ecBank,
  ecKey,
  pair,
  received,
  rsaAuthority,
  rsaKey,
} from './parties.js';

const lossy = {
  ...linkProfiles.ideal,
  delay: 300,
  jitter: 250,
  loss: 0.15,
  duplication: 0.15,
  reordering: 0.2,
};

const ends = {
  RSA_anon: () => ({
    client: { keyExchanges: [{ suite: 'RSA_anon' }] as const },
    server: { anonymousKeys: [rsaKey('anonymous', 512)] },
  }),
  'RSA with client authentication': () => ({
    client: {
      trusted: [rsaAuthority().trust],
      identities: [certified(rsaAuthority(), rsaKey('user', 512), 'User; Test; FI')],
    },
    server: {
      trusted: [rsaAuthority().trust],
      identities: [bank()],
      policy: { clientAuthentication: 'required' as const },
    },
  }),
  'optimised ECDH_ECDSA': () => {
    const identity = certified(ecAuthority(), ecKey('user', 7), 'User; Test; FI');
    return {
      client: { trusted: [ecAuthority().trust], identities: [identity], announceIdentity: true },
      server: {
        trusted: [ecAuthority().trust],
        identities: [ecBank()],
        clientCertificatesFor: () => identity.certificates,
      },
    };
  },
};

/** Datagrams that go up, numbered, until each was answered: what a transaction layer would do. */
function persist(it: ReturnType<typeof pair>, number: number): void {
  const answer = `ec${number.toString(16).padStart(2, '0')}`;
  for (let tries = 0; tries < 60 && !received(it.phone).includes(answer); tries++) {
    it.send(Uint8Array.of(number));
    it.run(3000);
  }
  assert(received(it.phone).includes(answer), `no answer to ${number}`);
}

describe('WTLS over datagrams that are lost, doubled and overtaken (WAP-261 §10.4)', () => {
  for (const [title, make] of Object.entries(ends)) {
    it(`[WTLS-C-006] [WTLS-S-006] ${title}: handshakes, data, a new connection and more data, with many seeds`, () => {
      for (let seed = 1; seed <= 40; seed++) {
        const it = pair({ ...make(), seed, profile: lossy });
        try {
          for (let number = 1; number <= 5; number++) persist(it, number);
          it.phone.request({ type: 'SEC-Create.req', peers: it.peers });
          for (let number = 6; number <= 10; number++) persist(it, number);
        } catch (error) {
          throw new Error(`with seed ${seed}`, { cause: error });
        }
        for (const end of [it.phone, it.gateway]) {
          const strange = received(end).filter((each) => !/^(ec)?(0[1-9]|0a)$/.test(each));
          assert.deepEqual(strange, [], `with seed ${seed}`);
        }
      }
    });
  }

  it('[WTLS-C-012] [WTLS-S-012] no record is delivered twice, however often the network brings it', () => {
    const it = pair({
      ...ends.RSA_anon(),
      profile: { ...linkProfiles.ideal, delay: 100, jitter: 90, duplication: 0.9, reordering: 0.3 },
      echo: false,
    });
    it.send(hex('00'));
    it.run(5000);
    for (let number = 1; number < 100; number++) {
      it.send(Uint8Array.of(number));
      it.run(20);
    }
    it.run(5000);
    const got = received(it.gateway);
    assert.equal(new Set(got).size, got.length);
    assert.equal(got.length, 100);
    assert(it.space.counts.duplicated > 50);
  });

  it('a client sends its flights again, the same octets, at intervals, and then gives up (§10.4)', () => {
    const it = pair({ ...ends.RSA_anon(), profile: { ...linkProfiles.ideal, loss: 1 } });
    it.send(hex('01'));
    it.run(100_000);
    const sent = it.space.transcript.map((line) => line.split(' ').at(-1));
    assert.equal(sent.length, 9);
    assert.equal(new Set(sent).size, 1);
    assert.deepEqual(it.space.transcript.map((line) => line.split(' ')[0]).slice(0, 3), [
      '0.000',
      '5.000',
      '10.000',
    ]);
    assert.deepEqual(received(it.phone), ['T-DError.ind no secure connection came about']);
    assert.equal(it.phoneLayer.size(), 0);
  });

  it('a server answers a repeated hello and a repeated Finished with what it answered before', () => {
    const it = pair(ends.RSA_anon());
    it.send(hex('01'));
    it.run();
    const { transcript } = it.space;
    const by = (mark: string) =>
      transcript.filter((line) => line.includes(mark)).map((line) => line.split(' ').at(-1) ?? '');
    const phone = by('10.0.0.2|49152 >');
    const gateway = by('10.0.0.1|9203 >');
    const fresh = pair(ends.RSA_anon());
    const replay = (octets: string) =>
      fresh.gatewayLayer
        .fromBelow({
          type: 'T-DUnitdata.ind',
          source: fresh.phone.local,
          destination: fresh.gateway.local,
          userData: hex(octets),
        })
        .flatMap((each) => ('down' in each ? [toHex(each.down.userData)] : []));
    // The same seeds: the same answers as in the conversation before.
    assert.deepEqual(replay(phone[0] ?? ''), [gateway[0]]);
    assert.deepEqual(replay(phone[0] ?? ''), [gateway[0]]);
    assert.deepEqual(replay(phone[1] ?? ''), [gateway[1]]);
    assert.deepEqual(replay(phone[1] ?? ''), [gateway[1]]);
    assert.deepEqual(replay(phone[0] ?? ''), [], 'the hello of an open connection, late');
  });

  it('after a short handshake Finished goes before all data until data or duplicate_finished_received comes', () => {
    const it = pair({ ...ends.RSA_anon(), echo: false });
    it.send(hex('01'));
    it.run();
    it.hangUp();
    it.run();
    it.space.transcript.length = 0;
    it.send(hex('02'));
    it.run();
    it.send(hex('03'));
    it.run();
    it.send(hex('04'));
    it.run();
    const shapes = it.space.transcript
      .filter((line) => line.includes('10.0.0.2|49152 >'))
      .map((line) =>
        decodeRecords(hex(line.split(' ').at(-1) ?? '')).map(({ record }) => record.contentType),
      );
    // Data with ChangeCipherSpec and Finished twice; the alert that answers the second ends that.
    assert.deepEqual(shapes, [[3], [1, 3, 4], [1, 3, 4], [4]]);
    assert.deepEqual(received(it.gateway), ['01', '02', '03', '04']);
  });

  it('data under the old keys do not say that Finished of a new handshake has arrived (§10.4)', () => {
    const it = pair({ ...ends.RSA_anon(), echo: false, profile: { ...linkProfiles.ideal, delay: 50 } });
    it.send(hex('01'));
    it.run();
    it.space.transcript.length = 0;
    it.gateway.request({ type: 'SEC-Create-Request.req', peers: it.reversed });
    // The hello of the server is under way: until Finished comes, it writes under the old keys.
    it.run(110);
    it.push(hex('0e'));
    it.run(60);
    assert.deepEqual(received(it.phone), ['0e']);
    it.send(hex('02'));
    it.run();
    assert.deepEqual(received(it.gateway), ['01', '02']);
    it.push(hex('0f'));
    it.run();
    assert.deepEqual(received(it.phone), ['0e', '0f']);
  });

  it('without data, Finished of a short handshake goes out alone after a moment', () => {
    const it = pair(ends.RSA_anon());
    it.send(hex('01'));
    it.run();
    it.space.transcript.length = 0;
    it.phone.request({ type: 'SEC-Create.req', peers: it.peers });
    it.run(150);
    assert.equal(it.space.transcript.length, 2);
    it.run(100);
    assert.equal(it.space.transcript.length, 3);
    it.push(hex('0e'));
    it.run();
    assert.equal(received(it.phone).at(-1), '0e');
  });

  it('SMS: five seconds a way', () => {
    const it = pair({
      ...ends.RSA_anon(),
      client: { ...ends.RSA_anon().client, retransmissionInterval: 40_000 },
      profile: { ...linkProfiles.sms, mtu: 1500 },
    });
    it.send(hex('01'));
    it.run(120_000);
    assert.deepEqual(received(it.phone), ['ec01']);
    assert.equal(it.space.transcript.length, 6);
  });
});

describe('WTLS under floods (WAP-261 Appendix B.4)', () => {
  it('twenty thousand first hellos leave no more than the handshakes that are allowed', () => {
    const it = pair({
      client: { keyExchanges: [{ suite: 'RSA_anon' }] },
      server: { anonymousKeys: [rsaKey('anonymous', 512)], handshakesMost: 50 },
    });
    it.send(hex('01'));
    it.run();
    const hello = hex('430000010020013b309e064057cc15959802e87df88ded000003050000000002030301000202');
    for (let i = 0; i < 20_000; i++) {
      const source = {
        ...it.phone.local,
        address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
        port: 50_000,
      };
      it.gatewayLayer.fromBelow({
        type: 'T-DUnitdata.ind',
        source,
        destination: it.gateway.local,
        userData: hello,
      });
    }
    assert.equal(it.gatewayLayer.size(), 51);
    it.send(hex('02'));
    it.run();
    assert.deepEqual(received(it.phone), ['ec01', 'ec02']);
  });

  it('connections have a limit: the one that was silent longest gives way', () => {
    const server = { anonymousKeys: [rsaKey('anonymous', 512)], connectionsMost: 3, handshakesMost: 0 };
    const it = pair({ client: { keyExchanges: [{ suite: 'RSA_anon' }] }, server });
    for (let i = 0; i < 6; i++) {
      it.phone.request({
        type: 'T-DUnitdata.req',
        source: { ...it.phone.local },
        destination: it.gateway.local,
        userData: Uint8Array.of(i),
      });
    }
    it.run();
    assert(it.gatewayLayer.size() <= 3);
  });

  it('datagrams that wait for a handshake are bounded', () => {
    const it = pair({ client: { keyExchanges: [{ suite: 'RSA_anon' }] } });
    for (let i = 0; i < 100; i++) it.send(Uint8Array.of(i));
    assert.equal(it.phone.news.filter((each) => each.type === 'Dropped').length, 84);
  });
});
