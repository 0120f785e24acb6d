import assert from 'node:assert/strict';
import { type LinkProfile, linkProfiles, simulatedLink } from '../../src/bearer/memory.js';
import { virtualScheduler } from '../../src/bearer/scheduler.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { toHex } from '../../src/wap/octets.js';
import { seededRandom } from '../../src/wap/random.js';

const a = udpEndpoint('10.0.0.1', 1);
const b = udpEndpoint('10.0.0.2', 2);

/** Sends `count` datagrams of `size` octets from a to b at once; each begins with its number. */
function run(profile: LinkProfile, count = 1, size = 120, seed = 1) {
  const scheduler = virtualScheduler();
  const link = simulatedLink({ scheduler, random: seededRandom(seed), profile });
  const from = link.attach(a);
  const to = link.attach(b);
  const arrived: { at: number; octets: Uint8Array }[] = [];
  const returned: string[] = [];
  to.onDatagram((received) => {
    if (received.type === 'Datagram') arrived.push({ at: scheduler.now(), octets: received.octets });
  });
  from.onDatagram((received) => {
    if (received.type === 'Undelivered') returned.push(received.error);
  });
  for (let i = 0; i < count; i++) {
    const octets = new Uint8Array(size);
    octets[0] = i >> 8;
    octets[1] = i & 0xff;
    from.send({ type: 'Datagram', source: a, destination: b, octets });
  }
  scheduler.settle(1e9);
  return { arrived, returned, counts: link.counts, link, from, to, scheduler };
}

const number = ({ octets }: { octets: Uint8Array }) => ((octets[0] ?? 0) << 8) | (octets[1] ?? 0);

describe('Simulated link', () => {
  it('rate and delay: 120 octets at 9600 bit/s take 100 ms each, one behind the other, and 200 ms on their way', () => {
    assert.deepEqual(
      run(linkProfiles.csd9600, 3).arrived.map(({ at }) => at),
      [300, 400, 500],
    );
  });

  it('an ideal link is there at once, in order, unchanged', () => {
    const { arrived, counts } = run(linkProfiles.ideal, 100);
    assert.deepEqual(arrived.map(number), [...Array(100).keys()]);
    assert.deepEqual(counts, {
      sent: 100,
      delivered: 100,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      corrupted: 0,
      refused: 0,
    });
  });

  it('loses, doubles, reorders and corrupts about as often as told', () => {
    const profile = {
      ...linkProfiles.ideal,
      delay: 10,
      loss: 0.2,
      duplication: 0.1,
      reordering: 0.1,
      corruption: 0.05,
    };
    const { arrived, counts } = run(profile, 10_000);
    const about = (value: number, expected: number) =>
      assert.ok(Math.abs(value - expected) < expected / 5, `${value}`);
    about(counts.lost, 2000);
    about(counts.duplicated, 800);
    about(counts.corrupted, 440);
    about(counts.reordered, 880);
    assert.equal(counts.delivered, arrived.length);
    assert.equal(counts.delivered, 10_000 - counts.lost + counts.duplicated);
    assert.ok(arrived.some((each, i) => number(each) < number(arrived[i - 1] ?? each)));
  });

  it('corruption turns over one bit of a copy', () => {
    const { arrived } = run({ ...linkProfiles.ideal, corruption: 1 }, 20, 16);
    for (const [i, { octets }] of arrived.entries()) {
      const original = new Uint8Array(16);
      original[1] = i;
      const bits = octets.reduce((count, octet, at) => count + popCount(octet ^ (original[at] ?? 0)), 0);
      assert.equal(bits, 1);
    }
  });

  it('the same seed is the same link', () => {
    const profile = { ...linkProfiles.gprs, loss: 0.3, corruption: 0.3 };
    const print = (seed: number) =>
      run(profile, 50, 20, seed).arrived.map(({ at, octets }) => `${at} ${toHex(octets)}`);
    assert.deepEqual(print(7), print(7));
    assert.notDeepEqual(print(7), print(8));
  });

  it('a datagram that is too long, or for nobody, comes back', () => {
    assert.deepEqual(run(linkProfiles.sms, 1, 141).returned, ['141 octets are more than 140']);
    const { from, to, scheduler, link } = run(linkProfiles.ideal, 0);
    void to.close();
    const returned: string[] = [];
    from.onDatagram((received) => returned.push(received.type));
    from.send({ type: 'Datagram', source: a, destination: b, octets: new Uint8Array(1) });
    scheduler.settle(1000);
    assert.deepEqual(returned, ['Undelivered']);
    assert.equal(link.counts.refused, 1);
  });

  it('an address is taken until its end is closed', () => {
    const { link, from } = run(linkProfiles.ideal, 0);
    assert.throws(() => link.attach(a), { name: 'UsageError' });
    void from.close();
    link.attach(a);
  });
});

function popCount(octet: number): number {
  let count = 0;
  for (let rest = octet; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
