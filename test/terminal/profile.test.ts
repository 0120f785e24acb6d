import assert from 'node:assert/strict';
import { type Driver, drive, linkProfiles, simulatedLink } from '../../src/bearer/index.js';
import { virtualScheduler } from '../../src/bearer/scheduler.js';
import { requestHeaders } from '../../src/gateway/proxy.js';
import { gatewaySessions } from '../../src/gateway/sessions.js';
import { sessionUser } from '../../src/gateway/user.js';
import { sessionFetcher } from '../../src/terminal/session-fetcher.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { toHex } from '../../src/wap/octets.js';
import { seededRandom } from '../../src/wap/random.js';
import { encodeProfile } from '../../src/wap/uaprof/index.js';
import {
  encodeHeaders,
  type Header,
  headerValues,
  type SessionIndication,
  type SessionRequest,
} from '../../src/wap/wsp/index.js';

const difference =
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:prf="http://www.wapforum.org/profiles/UAPROF/ccppschema-20010430#"><rdf:Description ID="D"><prf:component><rdf:Description ID="H"><rdf:type rdf:resource="http://www.wapforum.org/profiles/UAPROF/ccppschema-20010430#HardwarePlatform"/><prf:SoundOutputCapable>No</prf:SoundOutputCapable></rdf:Description></prf:component></rdf:Description></rdf:RDF>';
const profile = { url: 'http://profiles.example/handset.rdf', difference };

/** A handset, and a gateway that keeps profiles or knows nothing of them. */
function world(keeps: boolean) {
  const scheduler = virtualScheduler();
  const random = seededRandom(1, 'gateway');
  const link = simulatedLink({ scheduler, random: seededRandom(1, 'link'), profile: linkProfiles.ideal });
  const connects: (readonly Header[])[] = [];
  const requests: (readonly Header[])[] = [];
  const user = sessionUser((primitive) => gateway.request(primitive), random, {
    forward: async (request) => {
      requests.push(requestHeaders(request, { name: 'gw', conversions: {} }));
      return {
        status: 200,
        headers: [{ name: 'Content-Type', value: 'text/plain' }],
        body: new Uint8Array(0),
      };
    },
    clock: scheduler,
    limits: { sessions: 10, sessionsOfAddress: 10, requests: 4, requestBody: 100 },
    failed: (error) => {
      throw error;
    },
  });
  /** What a gateway of WSP 1.1 does with a session: it says nothing about it. */
  const plain = (indication: SessionIndication): boolean => {
    if (keeps || indication.type !== 'S-Connect.ind') return false;
    user.deliver({ ...indication, clientHeaders: [] });
    return true;
  };
  const local = udpEndpoint('10.0.0.1', 9201);
  const gateway: Driver<SessionRequest> = drive<SessionRequest, SessionIndication>({
    stack: gatewaySessions({ local, random, requestBody: 100 }),
    bearer: link.attach(local),
    scheduler,
    deliver(indication) {
      if (indication.type === 'S-Connect.ind') connects.push(indication.clientHeaders);
      if (!plain(indication)) user.deliver(indication);
    },
  });
  const fetcher = sessionFetcher({
    profile,
    gateway: { host: '10.0.0.1' },
    mode: 'co',
    local: { host: '10.0.0.2', port: 49_152 },
    headers: [{ name: 'Accept', value: 'text/plain' }],
    scheduler,
    random: seededRandom(1, 'terminal'),
    open: async ({ host, port }) => link.attach(udpEndpoint(host, port)),
  });
  async function get(): Promise<void> {
    let done = false;
    const answer = fetcher
      .fetch({ method: 'GET', url: 'http://a/', headers: [] }, new AbortController().signal)
      .finally(() => {
        done = true;
      });
    for (let i = 0; !done; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!done) scheduler.step();
      assert.ok(i < 10_000, 'nothing ends it');
    }
    await answer;
  }
  return { connects, requests, get };
}

describe('The profile of a handset over WSP (WAP-248 §9.2)', () => {
  it('[WAG-UA-proto-C-001] [WAG-UA-proto-C-002] [WAG-UA-P-C-001] [WAG-UA-P-C-003] [WAG-UA-P-C-005] [WAG-UA-proto-S-001] [WAG-UA-proto-S-002] [WAG-UA-P-S-001] [WAG-UA-P-S-007] goes with Connect, is kept there, and the difference follows it to the origin', async () => {
    const { connects, requests, get } = world(true);
    await get();
    await get();
    assert.deepEqual(connects.length, 1);
    assert.deepEqual(headerValues(connects[0] ?? [], 'Profile'), ['http://profiles.example/handset.rdf']);
    assert.deepEqual(headerValues(connects[0] ?? [], 'Profile-Diff'), []);
    for (const headers of requests) {
      const [list = ''] = headerValues(headers, 'X-Wap-Profile');
      assert.match(list, /^"http:\/\/profiles\.example\/handset\.rdf", "1-[A-Za-z0-9+/]{22}=="$/);
      assert.deepEqual(headerValues(headers, 'X-Wap-Profile-Diff'), [
        `1;<?xml version="1.0"?> ${difference}`,
      ]);
      assert.deepEqual(headerValues(headers, 'Profile-Diff'), []);
    }
  });

  it('[WAG-UA-P-C-002] [WAG-UA-P-C-004] a gateway that does not say 100 hears no more of profiles', async () => {
    const { connects, requests, get } = world(false);
    await get();
    assert.equal(headerValues(connects[0] ?? [], 'Profile').length, 1);
    assert.deepEqual(headerValues(requests[0] ?? [], 'X-Wap-Profile'), []);
    assert.deepEqual(headerValues(requests[0] ?? [], 'X-Wap-Profile-Diff'), []);
  });

  it('[WAG-UA-P-C-006] [WAG-UA-P-C-007] [WAG-UA-P-C-008] the headers on the air are those of §9.2.2', () => {
    assert.equal(
      toHex(encodeHeaders([{ name: 'Profile', value: 'http://a/b' }])),
      // 0x35 and the URI as a string.
      `b5${toHex(new TextEncoder().encode('http://a/b'))}00`,
    );
    const octets = encodeProfile(difference);
    const diff = toHex(encodeHeaders([{ name: 'Profile-Diff', value: `octets:${toHex(octets)}` }]));
    // 0x36, a length of 125 as a uintvar, then WBXML 1.3 without a public identifier in UTF-8.
    assert.match(diff, /^b61f7d03016a/);
    assert.ok(diff.endsWith(toHex(octets)));
    assert.equal(
      toHex(encodeHeaders([{ name: 'Profile-Warning', value: '100' }], { encodingVersion: '1.3' })),
      'b790',
    );
  });
});
