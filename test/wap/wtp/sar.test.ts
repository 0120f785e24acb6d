import assert from 'node:assert/strict';
import fc from 'fast-check';
import { linkProfiles } from '../../../src/bearer/memory.js';
import { transactions } from '../../../src/wap/stack.js';
import { seconds } from '../../../src/wap/time.js';
import type { Segmentation, TransactionIndication, TransactionRequest } from '../../../src/wap/wtp/index.js';
import type { Invoke, SegmentedInvoke } from '../../../src/wap/wtp/pdu.js';
import { Incoming, Outgoing, sduOf } from '../../../src/wap/wtp/sar.js';
import { hex } from '../../support/hex.js';
import { wtpBench } from '../../support/transactions.js';
import { world } from '../../support/world.js';

/** Two octets a packet, three packets a group. */
const basic: Segmentation = { packet: 2, group: 6, numGroups: undefined };
const sliding: Segmentation = { packet: 2, group: 6, numGroups: 2 };

// Octets in these transcripts: 08 invoke, 0a its last packet; 28 segmented invoke, 2c last of group, 2a last of message; 10, 30, 34, 32 the same
// for results; 38 nack; 9x…1902 ack with Packet Sequence Number 2. The first packet has Total Message Size: 12 02 0a.

describe('WTP segmentation (WAP-224 §7.14)', () => {
  it('[WTP-C-021] [WTP-S-021] Figure 10: an invoke in five packets and two groups, the result in one', () => {
    const end = wtpBench({ segmentation: basic });
    end.invoke(2, true, '0001 1011 2021 3031 4041');
    assert.deepEqual(end.lines(), [
      '0.000 < 88000112' + '12020a' + '0001',
      '0.000 < 280001011011',
      '0.000 < 2c0001022021',
    ]);
    end.receive('98 8001 1902');
    assert.deepEqual(end.lines(), ['0.000 < 280001033031', '0.000 < 2a0001044041']);
    end.receive('12 8001 04');
    end.request({ type: 'TR-Result.res', handle: 'I1' });
    assert.deepEqual(end.lines(), [
      '0.000 ^ TR-Invoke.cnf handle=I1',
      '0.000 ^ TR-Result.ind userData=04 handle=I1',
      '0.000 < 180001',
    ]);
  });

  it('… and at its Responder', () => {
    const end = wtpBench({ segmentation: basic });
    for (const octets of ['08 0001 12 0001', '28 0001 01 1011']) end.receive(octets);
    assert.deepEqual(end.lines(), []);
    end.receive('2c 0001 02 2021');
    assert.deepEqual(end.lines(), ['0.000 < 9880011902']);
    for (const octets of ['28 0001 03 3031', '2a 0001 04 4041']) end.receive(octets);
    assert.deepEqual(end.lines(), [
      '0.000 ^ TR-Invoke.ind ackType=true userData=00011011202130314041 classType=2 handle=R1',
    ]);
    end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('04') });
    assert.deepEqual(end.lines(), ['0.000 < 12800104']);
  });

  it('[WTP-C-020] [WTP-S-020] a message within its packet size is not segmented; TTR alone says that it could be', () => {
    const end = wtpBench({ segmentation: basic });
    end.invoke(2, false, '4041');
    assert.deepEqual(end.lines(), ['0.000 < 0a0001024041']);
  });

  it('a result is not segmented for a sender that set both trailer flags', () => {
    const end = wtpBench({ segmentation: basic });
    end.receive('0e 0001 02 40');
    end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('04050607') });
    assert.deepEqual(end.lines().at(-1), '0.000 < 16800104050607');
  });

  it('class 0 goes in one packet, however large', () => {
    const end = wtpBench({ segmentation: basic });
    end.invoke(0, false, '00010203');
    assert.deepEqual(end.lines(), ['0.000 < 0e00010000010203']);
  });

  describe('Figure 11: selective retransmission', () => {
    it('the sender sends what the Nack asks for, with RID set', () => {
      const end = wtpBench({ segmentation: basic });
      end.invoke(1, true, '0001 1011 2021');
      end.lines();
      end.receive('38 8001 01 01');
      assert.deepEqual(end.lines(), ['0.000 < 290001011011']);
      end.receive('98 8001 1902');
      assert.deepEqual(end.lines(), ['0.000 ^ TR-Invoke.cnf handle=I1']);
      assert.equal(end.timers(), 0);
    });

    it('a Nack that names no packet asks for the whole group', () => {
      const end = wtpBench({ segmentation: basic });
      end.invoke(1, true, '0001 1011 2021');
      end.lines();
      end.receive('38 8001 00');
      assert.deepEqual(end.lines(), [
        '0.000 < 8900011112020600' + '01',
        '0.000 < 290001011011',
        '0.000 < 2b0001022021',
      ]);
    });

    it('the receiver waits half a round trip for what may be late, then asks', () => {
      const end = wtpBench({ segmentation: basic });
      end.receive('08 0001 11 0001');
      end.receive('2a 0001 02 2021');
      end.advance(200);
      assert.deepEqual(end.lines(), ['0.200 < 3880010101']);
      end.receive('29 0001 01 1011');
      end.request({ type: 'TR-Invoke.res', handle: 'R1' });
      assert.deepEqual(end.lines(), [
        '0.200 ^ TR-Invoke.ind ackType=true userData=000110112021 classType=1 handle=R1',
        '0.200 < 9880011902',
      ]);
    });

    it('what comes in time is not asked for', () => {
      const end = wtpBench({ segmentation: basic });
      for (const octets of ['08 0001 11 0001', '2a 0001 02 2021', '28 0001 01 1011']) end.receive(octets);
      end.advance(seconds(0.9));
      assert.deepEqual(end.lines().length, 1);
    });
  });

  it('Figure 12: only the trailer is sent again when nobody answers', () => {
    const end = wtpBench({ segmentation: basic });
    end.invoke(1, true, '0001 1011 2021');
    end.lines();
    end.advance(seconds(4));
    assert.deepEqual(end.lines(), ['4.000 < 2b0001022021']);
  });

  it('… of a group that is not the last one after interval G', () => {
    const end = wtpBench({ segmentation: basic });
    end.invoke(2, true, '0001 1011 2021 3031');
    end.lines();
    end.advance(seconds(6));
    assert.deepEqual(end.lines(), ['3.000 < 2d0001022021', '6.000 < 2d0001022021']);
  });

  it('a trailer again when its group is there: acknowledged again', () => {
    const end = wtpBench({ segmentation: basic });
    for (const octets of ['08 0001 12 0001', '2c 0001 01 1011', '2d 0001 01 1011']) end.receive(octets);
    assert.deepEqual(end.lines(), ['0.000 < 9880011901', '0.000 < 9880011901']);
  });

  it('an old acknowledgement does not move the message on', () => {
    const end = wtpBench({ segmentation: basic });
    end.invoke(2, true, '0001 1011 2021 3031 4041');
    end.receive('98 8001 1902');
    end.lines();
    end.receive('98 8001 1902');
    end.receive('18 8001');
    assert.deepEqual(end.lines(), ['0.000 ^ TR-Invoke.cnf handle=I1']);
  });

  describe('Figures 13 and 14: verification', () => {
    /** TID 1 is old. */
    function again() {
      const end = wtpBench({ segmentation: basic });
      end.receive('0a 0001 12 40');
      end.receive('21 0001 e9');
      end.lines();
      return end;
    }

    it('takes place when the first group is there, and acknowledges it', () => {
      const end = again();
      for (const octets of ['08 0001 11 0001', '28 0001 01 1011', '2c 0001 02 2021']) end.receive(octets);
      assert.deepEqual(end.lines(), ['0.000 < 9c80011902']);
      for (const octets of ['1c 0001', '2a 0001 03 3031']) end.receive(octets);
      assert.deepEqual(end.lines(), [
        '0.000 ^ TR-Invoke.ind ackType=true userData=0001101120213031 classType=1 handle=R2',
      ]);
    });

    it('a Nack comes first if something is missing', () => {
      const end = again();
      for (const octets of ['08 0001 11 0001', '2c 0001 02 2021']) end.receive(octets);
      end.advance(200);
      end.receive('29 0001 01 1011');
      assert.deepEqual(end.lines(), ['0.200 < 3880010101', '0.200 < 9c80011902']);
    });

    it('the Initiator says that the TID is valid and goes on', () => {
      const end = wtpBench({ segmentation: basic });
      end.invoke(1, true, '0001 1011 2021 3031');
      end.lines();
      end.receive('9c 8001 1902');
      assert.deepEqual(end.lines(), ['0.000 < 1c0001', '0.000 < 2a0001033031']);
    });

    it('a message that is never completed is forgotten after 40 s, and what it held is given back', () => {
      const end = wtpBench({ segmentation: basic, assemblyMemory: 70 });
      end.receive('08 0001 11 0001');
      end.advance(seconds(41));
      end.receive('08 0002 11 0001');
      end.receive('28 0002 01 0001');
      assert.deepEqual(end.lines(), []);
      end.receive('28 0002 02 0001');
      assert.deepEqual(end.lines(), ['41.000 < 20800207']);
    });
  });

  it('Figure 15: the receiver limits the groups of the sender with Maximum Group', () => {
    const end = wtpBench({ segmentation: { packet: 2, group: 4, numGroups: undefined } });
    end.invoke(2, true, '0001 1011 2021 3031 4041 5051');
    end.lines();
    end.receive('98 8001 99 01 13 04 0002');
    assert.deepEqual(end.lines(), ['0.000 < 2c0001022021']);
    end.receive('98 8001 99 02 13 04 0008');
    assert.deepEqual(end.lines(), ['0.000 < 280001033031', '0.000 < 280001044041', '0.000 < 2a0001055051']);
  });

  it('… and tells its own in Invokes and Acks', () => {
    const end = wtpBench({ segmentation: basic, maximumGroup: 300 });
    end.invoke(2, false, '40');
    end.receive('0c 0001 12 0001');
    assert.deepEqual(end.lines(), ['0.000 < 8a0001021304012c40', '0.000 < 9880019900' + '1304012c']);
  });

  it('the receiver delays the next group with Delay Transmission Timer', () => {
    const end = wtpBench({ segmentation: { packet: 2, group: 2, numGroups: undefined } });
    end.invoke(2, true, '0001 1011 2021');
    end.lines();
    end.receive('98 8001 99 00 12 03 0f');
    assert.deepEqual(end.lines(), []);
    end.advance(seconds(1.5));
    assert.deepEqual(end.lines(), ['1.500 < 2c0001011011']);
  });

  it('a segmented result, with its acknowledgements', () => {
    const end = wtpBench({ segmentation: basic });
    end.invoke(2, true, '40');
    end.lines();
    for (const octets of ['10 8001 0001', '30 8001 01 1011', '34 8001 02 2021']) end.receive(octets);
    assert.deepEqual(end.lines(), ['0.000 ^ TR-Invoke.cnf handle=I1', '0.000 < 9800011902']);
    end.receive('32 8001 03 3031');
    end.request({ type: 'TR-Result.res', handle: 'I1' });
    end.receive('33 8001 03 3031');
    assert.deepEqual(end.lines(), [
      '0.000 ^ TR-Result.ind userData=0001101120213031 handle=I1',
      '0.000 < 9800011903',
      '0.000 < 9900011903',
    ]);
  });

  it('a segmented result for a provider without segmentation: NOTIMPLEMENTEDSAR', () => {
    const end = wtpBench();
    end.invoke(2, true, '40');
    end.lines();
    end.receive('10 8001 0001');
    assert.deepEqual(end.lines(), [
      '0.000 < 20000104',
      '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=4 handle=I1',
    ]);
  });

  it('a message that is too large: MESSAGETOOLARGE, as soon as its size is known', () => {
    const end = wtpBench({ segmentation: basic, largestMessage: 5 });
    end.receive('88 0001 12 12 02 06 0001');
    assert.deepEqual(end.lines(), ['0.000 < 20800109']);
    for (const octets of ['08 0002 12 0001', '28 0002 01 1011', '28 0002 02 2021']) end.receive(octets);
    assert.deepEqual(end.lines(), ['0.000 < 20800209']);
  });

  it('a PDU with a broken structure among the packets: PROTOERR, and the rest is nobody’s', () => {
    const end = wtpBench({ segmentation: basic });
    for (const octets of ['08 0001 12 0001', '68 0001', '2a 0001 01 1011']) end.receive(octets);
    assert.deepEqual(end.lines(), ['0.000 < 20800101']);
    assert.equal(end.timers(), 0);
  });

  it('a segmented result that is too large, or does not fit the memory that is left', () => {
    const large = wtpBench({ segmentation: basic, largestMessage: 3 });
    large.invoke(2, true, '40');
    large.lines();
    for (const octets of ['10 8001 0001', '30 8001 01 1011']) large.receive(octets);
    assert.deepEqual(large.lines().slice(1), [
      '0.000 < 20000109',
      '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=9 handle=I1',
    ]);
    const full = wtpBench({ segmentation: basic, assemblyMemory: 40 });
    full.invoke(2, true, '40');
    full.lines();
    for (const octets of ['10 8001 0001', '30 8001 01 1011']) full.receive(octets);
    assert.deepEqual(full.lines().slice(1), [
      '0.000 < 20000107',
      '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=7 handle=I1',
    ]);
  });

  it('more packets than have a number: MESSAGETOOLARGE before anything is sent', () => {
    const end = wtpBench({ segmentation: basic });
    end.invoke(2, true, '00'.repeat(513));
    assert.deepEqual(end.lines(), ['0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=9 handle=I1']);
    end.receive('0a 0001 12 40');
    end.lines();
    end.request({ type: 'TR-Result.req', handle: 'R1', userData: new Uint8Array(513) });
    assert.deepEqual(end.lines(), [
      '0.000 < 20800109',
      '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=9 handle=R1',
    ]);
  });
});

describe('WTP extended segmentation (WAP-224 §7.15)', () => {
  it('[WTP-C-026] [WTP-S-026] Figure 16: a window of two groups; what is lost is asked for and sent again', () => {
    const end = wtpBench({ segmentation: sliding });
    end.receive('8a 0001 12 12 07 02 40');
    end.lines();
    end.request({
      type: 'TR-Result.req',
      handle: 'R1',
      userData: Uint8Array.from({ length: 24 }, (_, i) => i),
    });
    assert.deepEqual(end.lines(), [
      '0.000 < 908001' + '920702' + '120218' + '0001',
      '0.000 < 308001010203',
      '0.000 < 348001020405',
      '0.000 < 308001030607',
      '0.000 < 308001040809',
      '0.000 < 348001050a0b',
    ]);
    // The Ack of the first group makes room for another.
    end.receive('98 0001 9902 12 07 02');
    assert.deepEqual(end.lines(), ['0.000 < 308001060c0d', '0.000 < 308001070e0f', '0.000 < 348001081011']);
    // Packet 4 is missing below 5; the group before it needs no acknowledgement of its own.
    end.receive('b8 0001 01 04 9905 12 07 02');
    assert.deepEqual(end.lines(), ['0.000 < 318001040809']);
    // Another Nack for it within a round trip changes nothing, and the window does not move over the gap.
    end.receive('b8 0001 01 04 9908 12 07 02');
    assert.deepEqual(end.lines(), []);
    end.receive('98 0001 9908 12 07 02');
    assert.deepEqual(end.lines(), ['0.000 < 308001091213', '0.000 < 3080010a1415', '0.000 < 3280010b1617']);
    end.receive('98 0001 990b 12 07 02');
    assert.deepEqual(end.lines(), ['0.000 ^ TR-Result.cnf handle=R1']);
  });

  it('the receiver: cumulative acknowledgements, a Nack with all that is missing and the highest number', () => {
    const end = wtpBench({ segmentation: sliding });
    end.invoke(2, true, '40');
    assert.deepEqual(end.lines(), ['0.000 < 8a000112' + '120702' + '40']);
    for (const octets of ['90 8001 12 07 02 0001', '30 8001 01 1011', '34 8001 02 2021']) end.receive(octets);
    assert.deepEqual(end.lines().at(-1), '0.000 < 9800019902120702');
    for (const octets of ['30 8001 03 3031', '34 8001 05 5051']) end.receive(octets);
    end.advance(100);
    // The trailer of the next group does not let the packets of this one wait any longer.
    for (const octets of ['34 8001 08 8081']) end.receive(octets);
    assert.deepEqual(end.lines(), ['0.100 < b8000103040607' + '9908120702']);
  });

  it('a Responder without it: the window is one group, and more than 256 packets are NOTIMPLEMENTEDESAR', () => {
    const end = wtpBench({ segmentation: sliding });
    end.invoke(2, true, '00'.repeat(600));
    assert.equal(end.lines().length, 3);
    end.receive('98 8001 1902');
    assert.deepEqual(end.lines(), [
      '0.000 < 2000010a',
      '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=10 handle=I1',
    ]);
  });

  it('a window of no groups stops the sender, which probes without data, with exponential back-off', () => {
    const end = wtpBench({ segmentation: sliding });
    end.invoke(2, true, '0001 1011 2021 3031');
    end.lines();
    end.receive('98 8001 9902 12 07 00');
    end.advance(seconds(9));
    assert.deepEqual(end.lines(), ['3.000 < 2d000102', '9.000 < 2d000102']);
    end.receive('98 8001 9902 12 07 02');
    assert.deepEqual(end.lines(), ['9.000 < 2a0001033031']);
  });

  it('numbers beyond 255 have their high octets in an item, and no group spans them', () => {
    const first = { pdu: 'Invoke', tid: 1, version: 0, tidNew: false, up: true, tcl: 2, tpis: [] } as const;
    const outgoing = new Outgoing(first, sduOf({ userData: new Uint8Array(300) }), {
      packet: 1,
      group: 10,
      numGroups: 2,
    });
    outgoing.negotiate(1);
    const sent = outgoing.flow();
    while (!outgoing.sent) {
      const last = sent.length - 1;
      assert.equal(outgoing.acknowledge(last), 'group');
      sent.push(...outgoing.flow());
    }
    assert.equal(sent.length, 300);
    assert.equal(sent[255]?.gtr, true);
    assert.deepEqual(sent[256]?.tpis, [{ tpi: 'Packet Sequence Number', psn: 1 }]);
    assert.equal((sent[299] as SegmentedInvoke).psn, 43);
  });
});

describe('WTP re-assembly, any order', () => {
  it('any shuffle with duplicates and gaps ends in the message, and never before all is there', () => {
    const shuffles = fc
      .tuple(fc.integer({ min: 2, max: 40 }), fc.infiniteStream(fc.nat()))
      .map(([count, numbers]) => ({ count, order: [...numbers.take(4 * count)].map((n) => n % count) }));
    fc.assert(
      fc.property(shuffles, ({ count, order }) => {
        const incoming = new Incoming(1000);
        const seen = new Set<number>();
        for (const psn of [...order, ...Array(count).keys()]) {
          const reception = incoming.receive(packet(psn, count));
          seen.add(psn);
          assert.equal(reception === 'message', seen.size === count);
          assert.equal(incoming.complete, seen.size === count);
        }
        assert.deepEqual(
          incoming.message(),
          Uint8Array.from({ length: count }, (_, i) => i),
        );
      }),
    );
  });
});

function packet(psn: number, count: number): Invoke | SegmentedInvoke {
  const flags = {
    gtr: psn % 5 === 4 && psn < count - 1,
    ttr: psn === count - 1,
    rid: false,
    tid: 1,
    tpis: [],
  };
  const userData = Uint8Array.of(psn);
  return psn === 0
    ? { pdu: 'Invoke', version: 0, tidNew: false, up: false, tcl: 2, ...flags, userData }
    : { pdu: 'Segmented Invoke', psn, ...flags, userData };
}

describe('WTP segmentation between two ends on a bad link', () => {
  const profile = { ...linkProfiles.csd9600, rate: 1e6, loss: 0.1, duplication: 0.05, reordering: 0.1 };
  const cases: readonly [title: string, segmentation: Segmentation, octets: number][] = [
    ['basic, 40,000 octets each way', { packet: 400, group: 2000, numGroups: undefined }, 40_000],
    [
      '[WTP-C-023] [WTP-S-023] extended, 150,000 octets each way in more than 256 packets',
      { packet: 400, group: 2000, numGroups: 4 },
      150_000,
    ],
  ];
  for (const [title, segmentation, octets] of cases) {
    it(title, () => {
      for (let seed = 1; seed <= 5; seed++) {
        const earth = world(seed, profile);
        const stack = (
          local: Parameters<typeof transactions>[0]['local'],
          random: ReturnType<typeof earth.random>,
        ) => transactions({ local, random, segmentation });
        const server = earth.end<TransactionRequest, TransactionIndication>(
          '10.0.0.1:9201',
          stack,
          (indication, request) => {
            if (indication.type !== 'TR-Invoke.ind') return;
            request({
              type: 'TR-Result.req',
              handle: indication.handle,
              userData: indication.userData.slice().reverse(),
            });
          },
        );
        const results: Uint8Array[] = [];
        const client = earth.end<TransactionRequest, TransactionIndication>(
          '10.0.0.2:5000',
          stack,
          (indication, request) => {
            if (indication.type !== 'TR-Result.ind') return;
            results.push(indication.userData);
            request({ type: 'TR-Result.res', handle: indication.handle });
          },
        );
        const userData = Uint8Array.from({ length: octets }, (_, i) => (i * i) >> 3);
        client.request({
          type: 'TR-Invoke.req',
          peers: { local: client.local, remote: server.local },
          ackType: true,
          userData,
          classType: 2,
          handle: 'I1',
        });
        earth.settle();
        assert.deepEqual(results, [userData.slice().reverse()], `seed ${seed}`);
        assert.deepEqual(
          server.indications.map(({ type }) => type),
          ['TR-Invoke.ind', 'TR-Result.cnf'],
          `seed ${seed}`,
        );
        assert.equal(client.driver.timers() + server.driver.timers(), 0);
      }
    });
  }
});
