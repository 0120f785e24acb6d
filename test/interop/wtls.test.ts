import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPcapng } from '../../src/capture/pcapng.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { concat } from '../../src/wap/octets.js';
import { textIdentifier } from '../../src/wap/pki/index.js';
import { hex } from '../support/hex.js';
import { describeWithPeers } from '../support/peers.js';
import {
  bank,
  certified,
  ecAuthority,
  ecBank,
  ecKey,
  pair,
  rsaAuthority,
  rsaKey,
} from '../wap/wtls/parties.js';

type Options = NonNullable<Parameters<typeof pair>[0]>;

/** Handshakes of every kind, each with what its hellos and key exchanges are. */
const conversations: Readonly<Record<string, () => Options>> = {
  RSA_anon: () => ({
    client: { keyExchanges: [{ suite: 'RSA_anon' }] },
    server: { anonymousKeys: [rsaKey('anonymous')] },
  }),
  DH_anon: () => ({ client: { keyExchanges: [{ suite: 'DH_anon', parameter: 1 }] } }),
  ECDH_anon: () => ({ client: { keyExchanges: [{ suite: 'ECDH_anon', parameter: 5 }] } }),
  RSA: () => ({ client: { trusted: [rsaAuthority().trust] }, server: { identities: [bank()] } }),
  'RSA with client authentication': () => ({
    client: {
      trusted: [rsaAuthority().trust],
      identities: [certified(rsaAuthority(), rsaKey('user'), 'Subscriber 4711; Test; FI')],
    },
    server: {
      trusted: [rsaAuthority().trust],
      identities: [bank()],
      policy: { clientAuthentication: 'required' },
    },
  }),
  ECDH_ECDSA: () => ({
    client: {
      trusted: [ecAuthority().trust],
      identities: [certified(ecAuthority(), ecKey('user', 7), 'Subscriber; Test; FI')],
    },
    server: {
      trusted: [ecAuthority().trust],
      identities: [ecBank()],
      policy: { clientAuthentication: 'requested' },
    },
  }),
  'shared secret': () => ({
    client: {
      sharedSecret: { identifier: textIdentifier('meter 17'), secret: hex('aabb') },
      keyExchanges: [{ suite: 'SHARED_SECRET' }],
    },
    server: { sharedSecretFor: () => hex('aabb') },
  }),
  refused: () => ({
    client: { keyExchanges: [{ suite: 'NULL' }], cipherSuites: [['RC5_CBC_40', 'MD5_40']] },
  }),
};

describeWithPeers('WTLS as tshark reads it', ['tshark'], ({ tshark }) => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** A capture of two connections: a full handshake, and one that resumes it, and their ends. */
  function capture(name: string, options: Options): string {
    const it = pair(options);
    it.run(1_000_000);
    it.send(hex('0102'));
    it.run();
    it.hangUp();
    it.run();
    it.send(hex('03'));
    it.run();
    it.gateway.request({ type: 'SEC-Create-Request.req', peers: it.reversed });
    it.run();
    const parts: Uint8Array[] = [];
    const pcapng = createPcapng((octets) => parts.push(octets));
    for (const line of it.space.transcript) {
      const [time = '0', from = '', , to = '', octets = ''] = line.split(' ');
      const end = (text: string) => {
        const [address = '', port = '0'] = text.split('|');
        return udpEndpoint(address, Number(port));
      };
      pcapng.udp(Number(time) * 1000, {
        type: 'Datagram',
        source: end(from),
        destination: end(to),
        octets: hex(octets),
      });
    }
    const file = join(folder, `${name.replaceAll(' ', '-')}.pcapng`);
    writeFileSync(file, concat(parts));
    return file;
  }

  /** tshark knows no public keys of certificates but those of RSA (it has fields for no others): what follows one confuses it. */
  const beyond = 'wtls.handshake.certificate.public.type == 3';

  const run = (...options: string[]) =>
    execFileSync(tshark, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

  for (const [name, options] of Object.entries(conversations)) {
    it(`${name}: every datagram is WTLS, without a malformed mark or an error`, () => {
      const file = capture(name, options());
      const protocols = run('-r', file, '-T', 'fields', '-e', 'frame.protocols').trim().split('\n');
      assert(protocols.length >= 2);
      for (const protocol of protocols) assert.match(protocol, /wtls/);
      const bad = run('-r', file, '-Y', `(_ws.malformed || _ws.expert.severity == "Error") && !(${beyond})`);
      assert.equal(bad, '');
    });
  }

  it('names of messages, suites, identifiers and certificates are what we mean', () => {
    const file = capture('names', conversations['RSA with client authentication']?.() ?? {});
    const text = run('-r', file, '-V');
    for (const line of [
      'Handshake: Client Hello (1)',
      'Handshake: Server Hello (2)',
      'Handshake: Certificate (11)',
      'Handshake: Certificate Request (13)',
      'Handshake: Server Hello Done (14)',
      'Handshake: Client Key Exchange (16)',
      'Handshake: Certificate Verify (15)',
      'Key Exchange: RSA (8)',
      'Identifier Type: SHA-1 Hash of Public Key (254)',
      'Cipher: RC5 CBC, SHA',
      'Cipher Bulk: RC5 CBC (3)',
      'Compression: Null (0x00)',
      'Sequence Mode: Explicit (2)',
      'Name: Bank; Test; FI; 10.0.0.1',
      'Name: Subscriber 4711; Test; FI',
      'Signature Type: RSA_SHA (2)',
      'Record: change_cipher_data (1)',
      'Record Ciphered',
    ]) {
      assert(text.includes(line), line);
    }
  });

  it('an alert in cleartext: level and description', () => {
    const file = capture('alert', conversations.refused?.() ?? {});
    const text = run('-r', file, '-V');
    assert.match(text, /Level: fatal/i);
    assert.match(text, /insufficient|handshake/i);
  });
});
