import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { conversations } from '../../src/capture/conversations.js';
import { keyLogLine, readKeyLog } from '../../src/capture/keylog.js';
import { createPcapng } from '../../src/capture/pcapng.js';
import { readCapture } from '../../src/capture/read.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { DecodeError } from '../../src/wap/errors.js';
import { concat, toHex } from '../../src/wap/octets.js';
import { describeWithFixtures } from '../support/fixtures.js';
import { hex } from '../support/hex.js';

const clientRandom = hex('3b30c21d0fc85b6f6bb19680b59e9bae');
const masterSecret = hex('19db286e4d3713b1f0fa67e2e4d1eab222c5c494');

describe('The key log', () => {
  const line = 'WTLS_CLIENT_RANDOM 3b30c21d0fc85b6f6bb19680b59e9bae 19db286e4d3713b1f0fa67e2e4d1eab222c5c494';

  it('a connection is a line, with its random and its master secret', () => {
    const peers = { local: udpEndpoint('10.0.0.1', 9203), remote: udpEndpoint('10.0.0.2', 1) };
    const none = new Uint8Array(0);
    const entry = { peers, sessionId: none, serverRandom: none, clientRandom, masterSecret };
    assert.equal(keyLogLine(entry), line);
  });

  it('comments, blank lines and labels of other protocols are left alone', () => {
    const log = readKeyLog(`# wapstack\r\n\nCLIENT_RANDOM 00 11\n${line.replace('3b', '3B')}\n`);
    assert.equal(toHex(log.masterSecretFor(clientRandom) ?? hex('')), toHex(masterSecret));
    assert.equal(log.masterSecretFor(masterSecret), undefined);
  });

  it('a line that is cut short is an error with its number', () => {
    for (const wrong of [line.slice(0, -1), `${line} 00`, 'WTLS_CLIENT_RANDOM', '{"a": 1}']) {
      assert.throws(
        () => readKeyLog(`# one\n${wrong}`),
        (error) => error instanceof DecodeError && error.layer === 'key log' && error.offset === 2,
      );
    }
  });
});

describe('Reading captures', () => {
  const datagram = {
    type: 'Datagram',
    source: udpEndpoint('127.0.0.1', 1000),
    destination: udpEndpoint('127.0.0.1', 9200),
    octets: hex('01 40'),
  } as const;

  function written(): Uint8Array {
    const parts: Uint8Array[] = [];
    const capture = createPcapng((octets) => parts.push(octets));
    capture.udp(1500.25, datagram);
    capture.udp(2000, {
      ...datagram,
      source: udpEndpoint('::1', 9203),
      destination: udpEndpoint('::1', 4),
    });
    return concat(parts);
  }

  it('what was written comes back: addresses, ports, times, octets', () => {
    const [first, second] = readCapture(written());
    assert.deepEqual(
      [first?.number, first?.at, first?.source, first?.destination, first?.octets],
      [1, 1500.25, datagram.source, datagram.destination, datagram.octets],
    );
    assert.deepEqual([second?.source.address, second?.source.port], ['0:0:0:0:0:0:0:1', 9203]);
  });

  it('pcap with times in microseconds, most significant octet last, on Ethernet', () => {
    const packet = hex(`d4c3b2a1 02000400 00000000 00000000 ffff0000 01000000
      02000000 a0860100 2c000000 2c000000
      000000000000 000000000000 0800
      4500001e 00000000 4011 7ccd 7f000001 7f000001  03e8 23f0 000a d8bf  0140`);
    assert.deepEqual(readCapture(packet), [
      {
        number: 1,
        at: 2100,
        source: datagram.source,
        destination: datagram.destination,
        octets: datagram.octets,
      },
    ]);
  });

  it('what is no capture, or is cut short, is one DecodeError', () => {
    assert.throws(() => readCapture(hex('0102')), DecodeError);
    assert.throws(() => readCapture(new Uint8Array(100)), /neither pcap nor pcapng/);
    assert.throws(() => readCapture(written().subarray(0, -3)), DecodeError);
  });

  it('changed octets give datagrams or one DecodeError', () => {
    const octets = written();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(octets.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(octets.length),
        (changes, length) => {
          const changed = octets.slice(0, length);
          for (const [at, value] of changes) changed[at] = value;
          try {
            for (const packet of readCapture(changed)) conversations().read(packet);
          } catch (error) {
            assert(error instanceof DecodeError, String(error));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describeWithFixtures("Conversations with Kannel's own WTLS, as captured", 'wtls', (folder) => {
  for (const name of ['kannel-rsaanon-des-sha', 'kannel-rsaanon-rc5_40-sha', 'kannel-rsaanon-rc5_56-sha']) {
    const fixture = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
    const packets = () => readCapture(readFileSync(`${folder}/${name}.pcap`));
    const said = (log: string) => {
      const reader = conversations(readKeyLog(log));
      return packets().map((packet) => {
        const read = reader.read(packet);
        assert.equal(read?.malformed, undefined);
        return read?.layers.map(({ layer, summary }) => `${layer} ${summary}`).join(' | ') ?? '';
      });
    };

    it(`${name}: with the key log, requests and decks are read`, () => {
      const lines = said(`WTLS_CLIENT_RANDOM ${fixture.client_random} ${fixture.secrets.master_secret}`);
      assert.deepEqual(lines.slice(0, 4), [
        'WTLS client_hello',
        'WTLS server_hello + server_key_exchange + server_hello_done',
        'WTLS client_key_exchange + change_cipher_spec + finished',
        'WTLS change_cipher_spec + finished',
      ]);
      assert.match(lines[4] ?? '', /^WTLS application_data \| WSP GET http:\/\/\S+ \(TID 1\)$/);
      assert.match(lines[5] ?? '', /\| WSP Reply 200 .*\| content application\/vnd\.wap\.wmlc/);
    });

    it(`${name}: without it, what is in the records stays hidden`, () => {
      const lines = said('');
      assert.match(lines[2] ?? '', /handshake \(ciphered\)$/);
      assert.equal(lines[4], 'WTLS application_data (ciphered)');
    });
  }
});
