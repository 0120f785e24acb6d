import assert from 'node:assert/strict';
import { seconds } from '../../../src/wap/time.js';
import type { Handle } from '../../../src/wap/wtp/primitives.js';
import { hex } from '../../support/hex.js';
import { wtpBench } from '../../support/transactions.js';

describe('WTP tests of incoming events (WAP-224 Table 37)', () => {
  it('Ack(TIDve) without a transaction: INVALIDTID', () => {
    const end = wtpBench();
    end.receive('1c 8007');
    assert.deepEqual(end.lines(), ['0.000 < 20000702']);
  });

  it('Ack, Nack, Result and Abort without a transaction are ignored', () => {
    const end = wtpBench();
    for (const octets of ['18 8007', '38 8007 00', '16 8007 04', '20 8007 01']) end.receive(octets);
    for (const octets of ['18 0007', '38 0007 00', '16 0007 04', '21 0007 e9', '2e 0007 01 61'])
      end.receive(octets);
    // A Segmented Invoke says more about its sender: segmentation is not supported.
    assert.deepEqual(end.lines(), ['0.000 < 20800704']);
  });

  const refused: readonly [title: string, octets: string, abort: string][] = [
    ['Version 1: WTPVERSIONONE', '0e 0001 42', '20800106'],
    ['class 2 is not supported: NOTIMPLEMENTEDCL2', '0e 0001 02', '20800103'],
    ['segmentation is not supported, not the last packet: NOTIMPLEMENTEDSAR', '08 0001 01', '20800104'],
    ['segmentation is not supported, the last of its group: NOTIMPLEMENTEDSAR', '0c 0001 01', '20800104'],
    ['user acknowledgement is not supported: NOTIMPLEMENTEDUACK', '0e 0001 11', '20800105'],
  ];
  for (const [title, octets, abort] of refused) {
    it(title, () => {
      const end = wtpBench({ class2: false, userAcknowledgement: false });
      end.receive(octets);
      assert.deepEqual(end.lines(), [`0.000 < ${abort}`]);
      assert.equal(end.timers(), 0);
    });
  }

  it('SIN 224_002: a sender that could segment and did not (TTR alone) is served', () => {
    const end = wtpBench();
    end.receive('0a 0001 02 40');
    end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('04') });
    assert.deepEqual(end.lines().at(-1), '0.000 < 16800104');
  });

  it('more transactions than can be are ignored', () => {
    const end = wtpBench({ maxTransactions: 2 }, true);
    for (const tid of ['0001', '0002', '0003']) end.receive(`0e ${tid} 02 40`);
    assert.deepEqual(end.lines().slice(-1), ['0.000 ! Overload']);
    assert.equal(end.indications.length, 2);
    end.receive('21 0001 e9');
    end.receive('0e 0004 02 40');
    assert.equal(end.indications.length, 4);
  });

  it('a reserved abort type is ignored', () => {
    const end = wtpBench();
    end.receive('0e 0001 02 40');
    end.lines();
    end.receive('27 0001 01');
    assert.deepEqual(end.lines(), []);
  });

  it('a datagram that is not WTP at all is dropped, and the management hears of it', () => {
    const end = wtpBench({}, true);
    for (const octets of ['', '00', '007f0a0001', '7a', '7a0001', '020001']) end.receive(octets);
    assert.deepEqual(end.lines(), Array(6).fill('0.000 ! DecodeError'));
  });
});

describe('WTP transaction identifiers at the Responder (WAP-224 §7.8.2, §7.9)', () => {
  const invoke = (tid: string, flags = '02') => `0e ${tid} ${flags} 40`;

  it('a TID within the window ahead is accepted, also round the wrap', () => {
    const end = wtpBench();
    for (const tid of ['7ffe', '0001', '4000']) end.receive(invoke(tid));
    assert.equal(end.indications.length, 3);
    assert.deepEqual(
      end.lines().filter((line) => line.includes('<')),
      [],
    );
  });

  it('a TID from beyond the window is verified', () => {
    const end = wtpBench();
    end.receive(invoke('0001'));
    end.lines();
    end.receive(invoke('4002'));
    assert.deepEqual(end.lines(), ['0.000 < 1cc002']);
  });

  it('§7.8.2.4: an Invoke that others overtook is told from a duplicate', () => {
    const end = wtpBench();
    for (const tid of ['0001', '0004', '0002']) end.receive(invoke(tid));
    assert.equal(end.indications.length, 3);
    for (const handle of ['R1', 'R2', 'R3'] as const)
      end.request({ type: 'TR-Abort.req', handle, abortCode: 0xe9 });
    end.lines();
    end.receive(invoke('0002'));
    assert.deepEqual(end.lines(), ['0.000 < 1c8002']);
  });

  it('Table 9: a TID that was verified does not replace the last one', () => {
    const end = wtpBench();
    end.receive(invoke('0100'));
    end.receive(invoke('0020'));
    end.receive('1c 0020');
    end.receive(invoke('0101'));
    assert.equal(end.indications.length, 3);
  });

  it('TIDnew: always verified, and afterwards the last one', () => {
    const end = wtpBench();
    end.receive(invoke('0100'));
    end.receive(invoke('0005', '22'));
    end.receive('1c 0005');
    end.receive(invoke('0006'));
    assert.deepEqual(end.lines(), [
      '0.000 ^ TR-Invoke.ind ackType=false userData=40 classType=2 handle=R1',
      '0.000 < 1c8005',
      '0.000 ^ TR-Invoke.ind ackType=false userData=40 classType=2 handle=R2',
      '0.000 ^ TR-Invoke.ind ackType=false userData=40 classType=2 handle=R3',
    ]);
  });

  it('after the Maximum Packet Lifetime, twice at most, a TID is forgotten', () => {
    const end = wtpBench();
    end.receive('0e 0100 11 61');
    end.receive('21 0100 e9');
    end.advance(seconds(241));
    end.lines();
    end.receive('0e 0100 11 61');
    assert.deepEqual(end.lines().length, 1);
  });

  it('an Initiator that nobody remembers is verified where that is wanted', () => {
    const end = wtpBench({ verifyUnknown: true });
    end.receive(invoke('0001'));
    assert.deepEqual(end.lines(), ['0.000 < 1c8001']);
  });

  it('the verification says which TID is cached where that is wanted', () => {
    const end = wtpBench({ tellCachedTid: true });
    end.receive(invoke('0100'));
    end.lines();
    end.receive(invoke('00a0'));
    assert.deepEqual(end.lines(), ['0.000 < 9c80a013050100']);
  });
});

describe('WTP transaction identifiers at the Initiator (WAP-224 §7.8.3)', () => {
  it('the TID goes on by one for each transaction, round the wrap', () => {
    const end = wtpBench({ firstTid: 0x7fff });
    end.invoke(1, false, '61', 'I1');
    end.invoke(1, false, '61', 'I2');
    assert.deepEqual(end.lines(), ['0.000 < 0e7fff0161', '0.000 < 0e00000161']);
  });

  it('after two verifications the next Invoke says TIDnew, and others wait until that is verified', () => {
    const end = wtpBench();
    for (const n of [1, 2]) {
      end.invoke(1, false, '61', `I${n}`);
      end.receive(`1c 800${n}`);
      end.receive(`18 800${n}`);
    }
    end.lines();
    end.invoke(1, false, '63', 'I3');
    end.invoke(1, false, '64', 'I4');
    end.invoke(1, false, '65', 'I5');
    end.abort(0xe9, 'I5');
    assert.deepEqual(end.lines(), ['0.000 < 0e00032163']);
    end.receive('1c 8003');
    assert.deepEqual(end.lines(), ['0.000 < 1c0003', '0.000 < 0e00040164']);
  });

  it('one verification is not several: a transaction without one starts the count anew', () => {
    const end = wtpBench();
    const handles: Handle[] = ['I1', 'I2', 'I3', 'I4'];
    for (const [i, handle] of handles.entries()) {
      end.invoke(1, false, '61', handle);
      if (i % 2 === 0) end.receive(`1c 800${i + 1}`);
      end.receive(`18 800${i + 1}`);
    }
    assert.equal(end.lines().filter((line) => /< 0e000.21/.test(line)).length, 0);
  });
});

describe('WTP queue of acknowledgements (WAP-224 §9.3.3, §7.5)', () => {
  it('[WTP-C-008] [WTP-S-008] the last acknowledgement travels with the next Invoke', () => {
    const end = wtpBench({ queueAcks: true });
    end.invoke(2, true, '40', 'I1');
    end.receive('16 8001 04');
    end.request({ type: 'TR-Result.res', handle: 'I1' });
    end.lines();
    end.advance(seconds(1));
    end.invoke(2, true, '41', 'I2');
    assert.deepEqual(end.lines(), ['1.000 < 0003180001050e00021241']);
    end.advance(seconds(2.9));
    assert.deepEqual(end.lines(), []);
  });

  it('… or alone when interval A, which began with the result, is over', () => {
    const end = wtpBench({ queueAcks: true });
    end.invoke(2, true, '40');
    end.receive('16 8001 04');
    end.advance(seconds(3));
    end.request({ type: 'TR-Result.res', handle: 'I1' });
    end.lines();
    end.advance(seconds(60));
    assert.deepEqual(end.lines(), ['4.000 < 180001']);
    assert.equal(end.timers(), 0);
  });

  it('… or before a PDU with which it would not fit one datagram', () => {
    const end = wtpBench({ queueAcks: true });
    end.invoke(2, true, '40', 'I1');
    end.receive('16 8001 04');
    end.request({ type: 'TR-Result.res', handle: 'I1' });
    end.lines();
    end.invoke(2, true, '00'.repeat(1445), 'I2');
    const [ack, invoke] = end.lines();
    assert.equal(ack, '0.000 < 180001');
    assert.match(invoke ?? '', /^0.000 < 0e00021200/);
  });

  it('… or when the result is sent again', () => {
    const end = wtpBench({ queueAcks: true });
    end.invoke(2, true, '40');
    end.receive('16 8001 04');
    end.request({ type: 'TR-Result.res', handle: 'I1' });
    end.receive('17 8001 04');
    end.advance(seconds(60));
    assert.deepEqual(end.lines().slice(3), ['0.000 < 180001']);
  });
});

describe('WTP transport information items at run time (WAP-224 §7.10, §7.11)', () => {
  it('[WTP-C-017] [WTP-S-017] an unknown item is ignored and answered with an Error item in the next PDU', () => {
    const end = wtpBench();
    end.receive('8e 0001 02 7a abcd 40');
    end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('04') });
    assert.deepEqual(end.lines(), [
      '0.000 ^ TR-Invoke.ind ackType=false userData=40 classType=2 handle=R1',
      '0.000 < 968001011f04',
    ]);
  });

  it('known items with unknown content, and unknown options, are answered with their first octet', () => {
    const end = wtpBench();
    end.receive('8e 0001 02 98 12 7f01 40');
    end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('04') });
    assert.deepEqual(end.lines().at(-1), '0.000 < 96800182230002227f04');
  });

  it('an Error item from the peer is told to the management', () => {
    const end = wtpBench({}, true);
    end.invoke(1, false, '61');
    end.receive('98 8001 01 1f');
    assert.deepEqual(end.lines().slice(1), ['0.000 ! ErrorTPI', '0.000 ^ TR-Invoke.cnf handle=I1']);
  });

  it('[WTP-C-019] [WTP-S-019] a result beyond the Maximum Receive Unit of the Initiator: MESSAGETOOLARGE', () => {
    const end = wtpBench();
    end.receive('8e 0001 02 12 0103 40');
    end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('01020304') });
    assert.deepEqual(end.lines().slice(1), [
      '0.000 < 20800109',
      '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=9 handle=R1',
    ]);
  });

  it('our own Maximum Receive Unit stands in every Invoke', () => {
    const end = wtpBench({ maximumReceiveUnit: 1400 });
    end.invoke(2, false, '40');
    assert.deepEqual(end.lines(), ['0.000 < 8e0001021301057840']);
  });
});

describe('WTP asynchronous transactions (WAP-224 §7.6)', () => {
  it('[WTP-C-014] [WTP-S-014] results come in any order, each to its transaction', () => {
    const end = wtpBench();
    for (const n of [1, 2, 3]) end.invoke(2, false, '40', `I${n}`);
    end.lines();
    for (const n of [3, 1, 2]) end.receive(`16 800${n} 0${n}`);
    assert.deepEqual(
      end.lines().filter((line) => line.includes('Result')),
      [
        '0.000 ^ TR-Result.ind userData=03 handle=I3',
        '0.000 ^ TR-Result.ind userData=01 handle=I1',
        '0.000 ^ TR-Result.ind userData=02 handle=I2',
      ],
    );
  });
});

describe('WTP and its user', () => {
  it('a handle in use, or one of a Responder, is the caller’s mistake', () => {
    const end = wtpBench();
    end.invoke(2, false, '40', 'I1');
    assert.throws(() => end.invoke(2, false, '40', 'I1'), { name: 'UsageError', message: 'I1 is in use' });
    assert.throws(() => end.invoke(2, false, '40', 'R1'), { name: 'UsageError' });
  });

  it('exit info longer than an item is the caller’s mistake', () => {
    const end = wtpBench();
    const exitInfo = new Uint8Array(256);
    assert.throws(() => end.request({ type: 'TR-Result.res', handle: 'I1', exitInfo }), {
      name: 'UsageError',
    });
  });

  it('a request for a transaction that is over, or out of place, is told to the management', () => {
    const end = wtpBench({}, true);
    end.request({ type: 'TR-Invoke.res', handle: 'R9' });
    end.invoke(2, false, '40');
    end.request({ type: 'TR-Result.res', handle: 'I1' });
    assert.deepEqual(end.lines(), ['0.000 ! NoTransaction', '0.000 < 0e00010240', '0.000 ! OutOfPlace']);
  });
});
