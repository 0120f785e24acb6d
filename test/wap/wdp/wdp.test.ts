import assert from 'node:assert/strict';
import { udpEndpoint } from '../../../src/wap/address.js';
import { wdp } from '../../../src/wap/wdp/wdp.js';
import { hex } from '../../support/hex.js';

const local = udpEndpoint('10.0.0.1', 9200);
const remote = udpEndpoint('10.0.0.2', 49152);
const remote6 = udpEndpoint('2001:db8::2', 49152);

describe('WDP over UDP (WAP-259 §5.3, §6.2)', () => {
  it('[WDP-PF-C-001] [WDP-PF-S-001] T-DUnitdata.req is one UDP datagram, and the user data its payload', () => {
    const request = {
      type: 'T-DUnitdata.req',
      source: local,
      destination: remote,
      userData: hex('0140'),
    } as const;
    assert.deepEqual(wdp(local).fromAbove(request), [
      { down: { type: 'Datagram', source: local, destination: remote, octets: hex('0140') } },
    ]);
  });

  it('[WDP-PF-C-002] [WDP-PF-S-002] [WDP-CORE-C-001] [WDP-CORE-S-001] a datagram is T-DUnitdata.ind with both addresses and ports, over IPv4 and IPv6', () => {
    for (const source of [remote, remote6]) {
      const datagram = { type: 'Datagram', source, destination: local, octets: hex('0204') } as const;
      assert.deepEqual(wdp(local).fromBelow(datagram), [
        { up: { type: 'T-DUnitdata.ind', source, destination: local, userData: hex('0204') } },
      ]);
    }
  });

  it('[WDP-PF-C-003] [WDP-PF-S-003] the bearer knows that a datagram was lost: T-DError.ind', () => {
    const undelivered = {
      type: 'Undelivered',
      source: local,
      destination: remote,
      error: 'port unreachable',
    } as const;
    assert.deepEqual(wdp(local).fromBelow(undelivered), [
      { up: { type: 'T-DError.ind', source: local, destination: remote, error: 'port unreachable' } },
    ]);
  });

  it('[WDP-NA-C-006] [WDP-NA-S-006] what is for another port is not delivered', () => {
    const datagram = {
      type: 'Datagram',
      source: remote,
      destination: { ...local, port: 9201 },
      octets: hex('00'),
    } as const;
    const [effect] = wdp(local).fromBelow(datagram);
    assert.ok(effect && 'manage' in effect && effect.manage.type === 'WrongPort');
  });

  it('[WDP-NA-C-007] [WDP-NA-S-007] sending from another port is the caller’s mistake', () => {
    const source = { ...local, port: 1 };
    assert.throws(
      () => wdp(local).fromAbove({ type: 'T-DUnitdata.req', source, destination: remote, userData: hex('') }),
      { name: 'UsageError' },
    );
  });
});
