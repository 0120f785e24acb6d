import assert from 'node:assert/strict';
import { linkProfiles } from '../../../src/bearer/memory.js';
import { over } from '../../../src/wap/layer.js';
import { concat } from '../../../src/wap/octets.js';
import { seededRandom } from '../../../src/wap/random.js';
import { seconds } from '../../../src/wap/time.js';
import { wdp } from '../../../src/wap/wdp/wdp.js';
import {
  type LongTransactionIndication,
  type LongTransactionRequest,
  longWtp,
  type TransactionClass,
} from '../../../src/wap/wtp/index.js';
import { hex } from '../../support/hex.js';
import { bench, world } from '../../support/world.js';

/** Two octets a packet, three packets a group, two groups a window. */
const segmentation = { packet: 2, group: 6, numGroups: 2 };

function longBench() {
  const end = bench<LongTransactionRequest, LongTransactionIndication>(({ local }) =>
    over(longWtp({ random: seededRandom(1), firstTid: 1, segmentation }), wdp(local)),
  );
  const invoke = (userData: string, classType: TransactionClass = 2) =>
    end.request({
      type: 'TR-Invoke.req',
      peers: end.peers,
      ackType: true,
      userData: hex(userData),
      classType,
      handle: 'I1',
      moreData: true,
      frameBoundary: true,
    });
  return { ...end, invoke };
}

// 120702 is NumGroups 2; 28 Frame Boundary, 20 SDU Boundary (a0 and a8: another item follows).

describe('WTP messages of several parts (WAP-224 §5.3.2, §5.3.4, §7.15.2)', () => {
  it('[WTP-C-024] [WTP-S-024] [WTP-C-025] [WTP-S-025] an Invoke in three parts: boundaries, and confirmations in order', () => {
    const end = longBench();
    end.invoke('0001 1011');
    assert.deepEqual(end.lines(), [
      '0.000 < 88000112' + '920702' + '28' + '0001',
      '0.000 < ac000101' + '20' + '1011',
    ]);
    end.receive('98 8001 9901 12 07 02');
    assert.deepEqual(end.lines(), ['0.000 ^ TR-Invoke.cnf handle=I1']);
    assert.equal(end.timers(), 0);

    end.request({ type: 'TR-InvokeData.req', handle: 'I1', userData: hex('2021'), moreData: true });
    end.request({ type: 'TR-InvokeData.req', handle: 'I1', userData: hex('3031'), frameBoundary: true });
    assert.deepEqual(end.lines(), ['0.000 < ac000102' + '20' + '2021', '0.000 < aa000103' + '28' + '3031']);
    end.receive('98 8001 9903 12 07 02');
    assert.deepEqual(end.lines(), [
      '0.000 ^ TR-InvokeData.cnf handle=I1',
      '0.000 ^ TR-InvokeData.cnf handle=I1',
    ]);
    end.receive('12 8001 04');
    assert.deepEqual(end.lines(), ['0.000 ^ TR-Result.ind userData=04 handle=I1']);
  });

  it('a result confirms what was not confirmed yet', () => {
    const end = longBench();
    end.invoke('0001');
    end.receive('98 8001 9900 12 07 02');
    end.request({ type: 'TR-InvokeData.req', handle: 'I1', userData: hex('1011'), moreData: true });
    end.request({ type: 'TR-InvokeData.req', handle: 'I1', userData: hex('2021') });
    end.lines();
    end.receive('92 8001 12 07 02 04');
    assert.deepEqual(end.lines(), [
      '0.000 ^ TR-InvokeData.cnf handle=I1',
      '0.000 ^ TR-InvokeData.cnf handle=I1',
      '0.000 ^ TR-Result.ind userData=04 handle=I1',
    ]);
  });

  it('the Responder hands over each part as it is complete; its user acknowledges the last one', () => {
    const end = longBench();
    for (const octets of ['88 0001 12 92 07 02 28 0001', 'ac 0001 01 20 1011']) end.receive(octets);
    assert.deepEqual(end.lines(), [
      '0.000 < 9880019901120702',
      '0.000 ^ TR-Invoke.ind ackType=true userData=00011011 classType=2 handle=R1 moreData=true frameBoundary=true',
    ]);
    end.request({ type: 'TR-Invoke.res', handle: 'R1' });
    end.advance(seconds(30));
    assert.deepEqual(end.lines(), []);
    end.receive('2a 0001 02 2021');
    assert.deepEqual(end.lines(), ['30.000 ^ TR-InvokeData.ind userData=2021 handle=R1']);
    end.request({ type: 'TR-InvokeData.res', handle: 'R1' });
    end.advance(seconds(2));
    assert.deepEqual(end.lines(), ['32.000 < 9880019902120702']);
    end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('04') });
    assert.deepEqual(end.lines(), ['32.000 < 928001' + '120702' + '04']);
  });

  it('class 1: exit info answers the last part', () => {
    const end = longBench();
    for (const octets of ['8c 0001 11 92 07 02 20 0001', '2a 0001 01 1011']) end.receive(octets);
    end.lines();
    end.request({ type: 'TR-InvokeData.res', handle: 'R1', exitInfo: hex('ab') });
    assert.deepEqual(end.lines(), ['0.000 < 988001' + '89ab' + '9901' + '120702']);
  });

  it('a result in two parts, at both ends', () => {
    const server = longBench();
    server.receive('8a 0001 12 12 07 02 40');
    server.lines();
    server.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('0001 10'), moreData: true });
    assert.deepEqual(server.lines(), [
      '0.000 < 908001' + '120702' + '0001',
      '0.000 < b4800101' + '20' + '10',
    ]);
    server.receive('98 0001 9901 12 07 02');
    server.request({ type: 'TR-ResultData.req', handle: 'R1', userData: hex('20') });
    server.receive('98 0001 9902 12 07 02');
    assert.deepEqual(server.lines(), [
      '0.000 ^ TR-Result.cnf handle=R1',
      '0.000 < 32800102' + '20',
      '0.000 ^ TR-ResultData.cnf handle=R1',
    ]);

    const client = longBench();
    client.request({
      type: 'TR-Invoke.req',
      peers: client.peers,
      ackType: true,
      userData: hex('40'),
      classType: 2,
      handle: 'I1',
    });
    client.lines();
    for (const octets of ['90 8001 12 07 02 0001', 'b4 8001 01 20 10']) client.receive(octets);
    client.request({ type: 'TR-Result.res', handle: 'I1' });
    client.receive('32 8001 02 20');
    client.request({ type: 'TR-ResultData.res', handle: 'I1' });
    assert.deepEqual(client.lines(), [
      '0.000 ^ TR-Invoke.cnf handle=I1',
      '0.000 < 9800019901120702',
      '0.000 ^ TR-Result.ind userData=000110 handle=I1 moreData=true',
      '0.000 ^ TR-ResultData.ind userData=20 handle=I1',
      '0.000 < 9800019902120702',
    ]);
  });

  it('a peer without extended segmentation: NOTIMPLEMENTEDESAR, from either end', () => {
    const client = longBench();
    client.invoke('0001');
    client.receive('98 8001 1900');
    assert.deepEqual(client.lines().slice(1), [
      '0.000 < 2000010a',
      '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=10 handle=I1',
    ]);
    const server = longBench();
    server.receive('0a 0001 12 40');
    server.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('00'), moreData: true });
    assert.deepEqual(server.lines().slice(1), [
      '0.000 < 2080010a',
      '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=10 handle=R1',
    ]);
  });

  it('further data out of place is told to the management, and class 0 has none', () => {
    const end = longBench();
    end.request({ type: 'TR-InvokeData.req', handle: 'I1', userData: hex('00') });
    assert.deepEqual(end.lines(), []);
    assert.throws(() => end.invoke('00', 0), { name: 'UsageError' });
  });

  it('the rest never comes: the Responder gives up after ten minutes', () => {
    const end = longBench();
    end.receive('8c 0001 12 92 07 02 20 0001');
    end.lines();
    end.advance(seconds(601));
    assert.deepEqual(end.lines(), [
      '600.000 < 20800108',
      '600.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=8 handle=R1',
    ]);
  });

  it('many parts each way over a bad link arrive in order, each once', () => {
    const profile = { ...linkProfiles.csd9600, rate: 1e6, loss: 0.1, duplication: 0.1, reordering: 0.1 };
    const parts = Array.from({ length: 40 }, (_, i) => new Uint8Array(500 + 37 * i).fill(i));
    for (let seed = 1; seed <= 4; seed++) {
      const earth = world(seed, profile);
      const stack = (local: { port: number }, random: ReturnType<typeof seededRandom>) =>
        over(longWtp({ random, segmentation: { packet: 300, group: 1500, numGroups: 4 } }), wdp(local));
      const received: Uint8Array[] = [];
      const server = earth.end<LongTransactionRequest, LongTransactionIndication>(
        '10.0.0.1:9201',
        stack,
        (each, request) => {
          if (each.type === 'TR-Invoke.ind' || each.type === 'TR-InvokeData.ind') {
            received.push(each.userData);
            request({
              type: each.type === 'TR-Invoke.ind' ? 'TR-Invoke.res' : 'TR-InvokeData.res',
              handle: each.handle,
            });
            if (each.moreData) return;
            const [first = new Uint8Array(0), ...others] = received;
            request({ type: 'TR-Result.req', handle: each.handle, userData: first, moreData: true });
            for (const [i, userData] of others.entries()) {
              const moreData = i < others.length - 1;
              request({ type: 'TR-ResultData.req', handle: each.handle, userData, moreData });
            }
          }
        },
      );
      const back: Uint8Array[] = [];
      const client = earth.end<LongTransactionRequest, LongTransactionIndication>(
        '10.0.0.2:5000',
        stack,
        (each, request) => {
          if (each.type !== 'TR-Result.ind' && each.type !== 'TR-ResultData.ind') return;
          back.push(each.userData);
          request({
            type: each.type === 'TR-Result.ind' ? 'TR-Result.res' : 'TR-ResultData.res',
            handle: each.handle,
          });
        },
      );
      const peers = { local: client.local, remote: server.local };
      const [first = new Uint8Array(0), ...others] = parts;
      client.request({
        type: 'TR-Invoke.req',
        peers,
        ackType: true,
        userData: first,
        classType: 2,
        handle: 'I1',
        moreData: true,
      });
      for (const [i, userData] of others.entries()) {
        client.request({
          type: 'TR-InvokeData.req',
          handle: 'I1',
          userData,
          moreData: i < others.length - 1,
        });
      }
      earth.settle();
      assert.deepEqual(concat(received), concat(parts), `seed ${seed}`);
      assert.deepEqual(back, received, `seed ${seed}`);
      const count = (type: string, all: readonly { type: string }[]) =>
        all.filter((each) => each.type === type).length;
      assert.equal(count('TR-InvokeData.cnf', client.indications), parts.length - 1, `seed ${seed}`);
      assert.equal(count('TR-ResultData.cnf', server.indications), parts.length - 1, `seed ${seed}`);
      assert.equal(client.driver.timers() + server.driver.timers(), 0, `seed ${seed}`);
    }
  });
});
