import assert from 'node:assert/strict';
import { seconds } from '../../../src/wap/time.js';
import { hex } from '../../support/hex.js';
import { type WtpBench, wtpBench } from '../../support/transactions.js';

/** A Responder in RESULT WAIT, whose user acknowledged the Invoke. */
function resultWait(): WtpBench {
  const end = wtpBench();
  end.receive('0e 0001 02 40');
  end.request({ type: 'TR-Invoke.res', handle: 'R1' });
  end.lines();
  return end;
}

/** A Responder in RESULT RESP WAIT, which sent its result at 0 s. */
function resultRespWait(): WtpBench {
  const end = wtpBench();
  end.receive('0e 0001 02 40');
  end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('0420') });
  end.lines();
  return end;
}

/** A Responder in WAIT TIMEOUT of class 1. */
function waitTimeout(exitInfo?: Uint8Array): WtpBench {
  const end = wtpBench();
  end.receive('0e 0001 11 61');
  end.request({ type: 'TR-Invoke.res', handle: 'R1', ...(exitInfo ? { exitInfo } : {}) });
  end.lines();
  return end;
}

/** A Responder in TIDOK WAIT: TID 1 came twice, its first transaction is over. */
function tidOkWait(invoke = '0e 0001 02 40'): WtpBench {
  const end = resultRespWait();
  end.receive('18 0001');
  end.lines();
  end.receive(invoke);
  return end;
}

/** Every state that a transaction of the responder can be in, and what ends it without a trace. */
const states: readonly [name: string, make: () => WtpBench, handle: `R${string}`][] = [
  [
    'INVOKE RESP WAIT',
    () => {
      const end = wtpBench();
      end.receive('0e 0001 02 40');
      end.lines();
      return end;
    },
    'R1',
  ],
  ['RESULT WAIT', resultWait, 'R1'],
  ['RESULT RESP WAIT', resultRespWait, 'R1'],
  ['WAIT TIMEOUT', waitTimeout, 'R1'],
];

describe('WTP Responder (WAP-224 §9.6)', () => {
  describe('LISTEN', () => {
    it('[WTP-C-002] [WTP-S-002] class 0: the user gets it, no answer, no duplicate removal, no TID cached', () => {
      const end = wtpBench();
      end.receive('0e 0005 00 61');
      end.receive('0e 0005 00 61');
      end.receive('0e 0003 02 62');
      assert.deepEqual(end.lines(), [
        '0.000 ^ TR-Invoke.ind ackType=false userData=61 classType=0 handle=R1',
        '0.000 ^ TR-Invoke.ind ackType=false userData=61 classType=0 handle=R2',
        '0.000 ^ TR-Invoke.ind ackType=false userData=62 classType=2 handle=R3',
      ]);
    });

    it('[WTP-C-004] [WTP-S-004] class 1: acknowledged at once without user acknowledgement, delivered once', () => {
      const end = wtpBench();
      end.receive('0e 0001 01 61');
      end.receive('0e 0001 01 61');
      end.advance(0);
      assert.deepEqual(end.lines(), [
        '0.000 ^ TR-Invoke.ind ackType=false userData=61 classType=1 handle=R1',
        '0.000 < 188001',
      ]);
    });

    it('a broken Invoke is answered with PROTOERR', () => {
      const end = wtpBench();
      end.receive('0a 0001');
      end.receive('0e 0002 03 40');
      end.receive('0e 8003 02 40');
      assert.deepEqual(end.lines(), ['0.000 < 20800101', '0.000 < 20800201', '0.000 < 20000301']);
      assert.equal(end.timers(), 0);
    });
  });

  describe('TIDOK WAIT', () => {
    it('[WTP-C-016] [WTP-S-016] an old TID is verified before the user gets the Invoke', () => {
      const end = tidOkWait();
      end.receive('1c 0001');
      assert.deepEqual(end.lines(), [
        '0.000 < 1c8001',
        '0.000 ^ TR-Invoke.ind ackType=false userData=40 classType=2 handle=R2',
      ]);
    });

    it('a verified Invoke asks for user acknowledgement as any other: no hold-on without the user', () => {
      const end = tidOkWait('0e 0001 12 40');
      end.receive('1c 0001');
      end.lines();
      end.advance(seconds(13));
      assert.deepEqual(end.lines(), []);
    });

    it('the Invoke again: ignored if the network doubled it, verified again if it was sent again', () => {
      const end = tidOkWait();
      end.receive('0e 0001 02 40');
      end.receive('0f 0001 02 40');
      assert.deepEqual(end.lines(), ['0.000 < 1c8001', '0.000 < 1d8001']);
    });

    it('the Initiator knows nothing of it: the end, and the user never hears of it', () => {
      const end = tidOkWait();
      end.lines();
      end.receive('20 0001 02');
      assert.deepEqual(end.lines(), []);
    });

    it('a broken PDU ends it with PROTOERR', () => {
      const end = tidOkWait();
      end.lines();
      end.receive('18 0001 00');
      assert.deepEqual(end.lines(), ['0.000 < 20800101']);
    });

    it('the Initiator never answers: forgotten after 40 s', () => {
      const end = tidOkWait();
      end.lines();
      end.advance(seconds(40));
      end.receive('1c 0001');
      assert.deepEqual(end.lines(), []);
    });
  });

  describe('INVOKE RESP WAIT', () => {
    it('[WTP-C-006] [WTP-S-006] class 2: the result instead of an acknowledgement', () => {
      const end = wtpBench();
      end.receive('0e 0001 02 40');
      end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('0420') });
      end.receive('18 0001');
      assert.deepEqual(end.lines(), [
        '0.000 ^ TR-Invoke.ind ackType=false userData=40 classType=2 handle=R1',
        '0.000 < 1680010420',
        '0.000 ^ TR-Result.cnf handle=R1',
      ]);
    });

    it('class 2: a hold-on acknowledgement after 2 s, then the result when it is there', () => {
      const end = wtpBench();
      end.receive('0e 0001 02 40');
      end.advance(seconds(20));
      end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('04') });
      assert.deepEqual(end.lines().slice(1), ['2.000 < 188001', '20.000 < 16800104']);
    });

    it('[WTP-C-007] [WTP-S-007] with user acknowledgement nothing is sent before the user acknowledged', () => {
      const end = wtpBench();
      end.receive('0e 0001 12 40');
      end.advance(seconds(10));
      end.request({ type: 'TR-Invoke.res', handle: 'R1' });
      end.advance(seconds(2));
      assert.deepEqual(end.lines(), [
        '0.000 ^ TR-Invoke.ind ackType=true userData=40 classType=2 handle=R1',
        '12.000 < 188001',
      ]);
    });

    it('… and a user that says nothing costs the transaction after 7 × 2 s', () => {
      const end = wtpBench();
      end.receive('0e 0001 12 40');
      end.advance(seconds(30));
      assert.deepEqual(end.lines().slice(1), [
        '14.000 < 20800108',
        '14.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=8 handle=R1',
      ]);
    });

    it('§7.3.3: a retransmission restarts that wait; a duplicate does not', () => {
      const end = wtpBench();
      end.receive('0e 0001 12 40');
      end.advance(seconds(13));
      end.receive('0e 0001 12 40');
      end.receive('0f 0001 12 40');
      end.advance(seconds(1));
      assert.deepEqual(end.lines().slice(1), []);
      end.advance(seconds(1));
      assert.deepEqual(end.lines()[0], '15.000 < 20800108');
    });

    it('class 1: the user acknowledges, with or without exit info', () => {
      const end = wtpBench();
      end.receive('0e 0001 11 61');
      end.receive('0e 0002 11 62');
      end.request({ type: 'TR-Invoke.res', handle: 'R1' });
      end.request({ type: 'TR-Invoke.res', handle: 'R2', exitInfo: hex('abcdef') });
      assert.deepEqual(end.lines().slice(2), ['0.000 < 188001', '0.000 < 9880020babcdef']);
    });

    it('§7.4.4: exit info has no place in the acknowledgement of a class 2 Invoke', () => {
      const end = wtpBench();
      end.receive('0e 0001 12 40');
      end.request({ type: 'TR-Invoke.res', handle: 'R1', exitInfo: hex('ab') });
      end.advance(seconds(2));
      assert.deepEqual(end.lines().slice(1), ['2.000 < 188001']);
    });

    it('a result of a class 1 transaction is the caller’s mistake', () => {
      const end = wtpBench();
      end.receive('0e 0001 11 61');
      assert.throws(() => end.request({ type: 'TR-Result.req', handle: 'R1', userData: hex('04') }), {
        name: 'UsageError',
      });
    });
  });

  describe('RESULT WAIT', () => {
    it('the Invoke again: the hold-on acknowledgement is sent again if it was sent, with RID set', () => {
      const end = resultWait();
      end.receive('0f 0001 02 40');
      end.advance(seconds(2));
      end.receive('0e 0001 02 40');
      end.receive('0f 0001 02 40');
      assert.deepEqual(end.lines(), ['2.000 < 188001', '2.000 < 198001']);
    });
  });

  describe('RESULT RESP WAIT', () => {
    it('the result is sent again every 7 s with RID set, at most 8 times, then the user is told', () => {
      const end = resultRespWait();
      end.advance(seconds(80));
      const lines = end.lines();
      assert.deepEqual(lines[0], '7.000 < 1780010420');
      assert.deepEqual(lines[7], '56.000 < 1780010420');
      assert.deepEqual(lines.slice(8), ['63.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=8 handle=R1']);
    });

    it('[WTP-C-013] [WTP-S-013] the last acknowledgement brings exit info', () => {
      const end = resultRespWait();
      end.receive('98 0001 09 ab');
      assert.deepEqual(end.lines(), ['0.000 ^ TR-Result.cnf handle=R1 exitInfo=ab']);
    });

    it('a late Ack(TIDok) is not the last acknowledgement', () => {
      const end = resultRespWait();
      end.receive('1c 0001');
      assert.deepEqual(end.lines(), []);
      end.receive('18 0001');
      assert.deepEqual(end.lines(), ['0.000 ^ TR-Result.cnf handle=R1']);
    });

    it('a large result gets more time before it is sent again: Appendix B.1, 0.2 s a kilobyte', () => {
      const end = wtpBench();
      end.receive('0e 0001 02 40');
      end.request({ type: 'TR-Result.req', handle: 'R1', userData: new Uint8Array(10_240) });
      end.lines();
      end.advance(seconds(8.9));
      assert.deepEqual(end.lines(), []);
      end.advance(seconds(0.2));
      assert.match(end.lines()[0] ?? '', /^9.000 < 178001/);
    });
  });

  describe('WAIT TIMEOUT', () => {
    it('a duplicate of the Invoke is ignored, a retransmission acknowledged again', () => {
      const end = waitTimeout();
      end.receive('0e 0001 11 61');
      end.receive('0f 0001 11 61');
      end.receive('1d 0001');
      end.receive('1c 0001');
      assert.deepEqual(end.lines(), ['0.000 < 198001', '0.000 < 198001']);
    });

    it('… with exit info, if there was any', () => {
      const end = waitTimeout(hex('ab'));
      end.receive('0f 0001 11 61');
      end.receive('1d 0001');
      assert.deepEqual(end.lines(), ['0.000 < 99800109ab', '0.000 < 99800109ab']);
    });

    it('after 40 s the transaction is forgotten', () => {
      const end = waitTimeout();
      end.advance(seconds(40));
      end.receive('1d 0001');
      assert.deepEqual(end.lines(), []);
    });
  });

  for (const [name, make, handle] of states) {
    it(`${name}: the user aborts`, () => {
      const end = make();
      end.request({ type: 'TR-Abort.req', handle, abortCode: 0xe4 });
      assert.deepEqual(end.lines(), ['0.000 < 218001e4']);
    });

    it(`${name}: the peer aborts`, () => {
      const end = make();
      end.receive('21 0001 e8');
      assert.deepEqual(end.lines(), [`0.000 ^ TR-Abort.ind abortType=USER abortCode=232 handle=${handle}`]);
    });

    it(`[WTP-C-012] [WTP-S-012] ${name}: a broken PDU`, () => {
      const end = make();
      end.receive('18 0001 00');
      assert.deepEqual(end.lines(), [
        '0.000 < 20800101',
        `0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=1 handle=${handle}`,
      ]);
    });

    it(`${name}: nothing is left after an abort but the memory of the TID, and that for four minutes`, () => {
      const end = make();
      end.receive('21 0001 e8');
      assert.equal(end.timers(), 1);
      end.advance(seconds(241));
      assert.equal(end.timers(), 0);
    });
  }
});
