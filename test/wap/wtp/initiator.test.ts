import assert from 'node:assert/strict';
import { seconds } from '../../../src/wap/time.js';
import { hex } from '../../support/hex.js';
import { wtpBench } from '../../support/transactions.js';

// Octets in these transcripts: 0e invoke, 0f again; 18 ack, 19 again, 1c Tve/Tok; 12 result, 13 again; 20 abort by the provider, 21 by the user.

/** An Initiator that has its result and waits for its user. */
function withResult(ackType: boolean) {
  const end = wtpBench();
  end.invoke(2, ackType, '40');
  end.receive('16 8001 04');
  end.lines();
  return end;
}

describe('WTP Initiator (WAP-224 §9.5)', () => {
  describe('NULL', () => {
    it('[WTP-C-001] [WTP-S-001] class 0: one Invoke, nothing awaited, the TID goes on', () => {
      const end = wtpBench();
      end.invoke(0, false, '61', 'I1');
      end.invoke(0, false, '62', 'I2');
      assert.deepEqual(end.lines(), ['0.000 < 0e00010061', '0.000 < 0e00020062']);
      assert.equal(end.timers(), 0);
    });

    it('class 1 and 2, with and without user acknowledgement', () => {
      const end = wtpBench();
      end.invoke(1, false, '61', 'I1');
      end.invoke(1, true, '61', 'I2');
      end.invoke(2, false, '61', 'I3');
      end.invoke(2, true, '61', 'I4');
      assert.deepEqual(end.lines(), [
        '0.000 < 0e00010161',
        '0.000 < 0e00021161',
        '0.000 < 0e00030261',
        '0.000 < 0e00041261',
      ]);
    });
  });

  describe('RESULT WAIT', () => {
    it('[WTP-C-003] [WTP-S-003] class 1: the acknowledgement is the end', () => {
      const end = wtpBench();
      end.invoke(1, true, '61');
      end.receive('18 8001');
      assert.deepEqual(end.lines(), ['0.000 < 0e00011161', '0.000 ^ TR-Invoke.cnf handle=I1']);
      assert.equal(end.timers(), 0);
    });

    it('[WTP-C-013] [WTP-S-013] class 1: the last acknowledgement brings exit info', () => {
      const end = wtpBench();
      end.invoke(1, true, '61');
      end.receive('98 8001 0a abcd');
      assert.deepEqual(end.lines().at(-1), '0.000 ^ TR-Invoke.cnf handle=I1 exitInfo=abcd');
    });

    it('[WTP-C-005] [WTP-S-005] class 2: hold-on acknowledgement, result, last acknowledgement', () => {
      const end = wtpBench();
      end.invoke(2, false, '40');
      end.receive('18 8001');
      end.receive('18 8001');
      end.advance(seconds(30));
      end.receive('16 8001 0420');
      end.request({ type: 'TR-Result.res', handle: 'I1' });
      end.advance(seconds(40));
      assert.deepEqual(end.lines(), [
        '0.000 < 0e00010240',
        '0.000 ^ TR-Invoke.cnf handle=I1',
        '30.000 ^ TR-Result.ind userData=0420 handle=I1',
        '30.000 < 180001',
      ]);
      assert.equal(end.timers(), 0);
    });

    it('class 2: the result alone confirms the Invoke', () => {
      const end = wtpBench();
      end.invoke(2, false, '40');
      end.receive('16 8001 0420');
      assert.deepEqual(end.lines().slice(1), [
        '0.000 ^ TR-Invoke.cnf handle=I1',
        '0.000 ^ TR-Result.ind userData=0420 handle=I1',
      ]);
    });

    it('[WTP-C-010] [WTP-S-010] class 2: the Invoke is sent again every 5 s with RID set, at most 8 times, then the user is told', () => {
      const end = wtpBench();
      end.invoke(2, true, '40');
      end.advance(seconds(60));
      assert.deepEqual(end.lines(), [
        '0.000 < 0e00011240',
        '5.000 < 0f00011240',
        '10.000 < 0f00011240',
        '15.000 < 0f00011240',
        '20.000 < 0f00011240',
        '25.000 < 0f00011240',
        '30.000 < 0f00011240',
        '35.000 < 0f00011240',
        '40.000 < 0f00011240',
        '45.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=8 handle=I1',
      ]);
      assert.equal(end.timers(), 0);
    });

    it('class 1: 3 s without, 4 s with user acknowledgement', () => {
      const end = wtpBench();
      end.invoke(1, false, '61', 'I1');
      end.invoke(1, true, '62', 'I2');
      end.lines();
      end.advance(seconds(4));
      assert.deepEqual(end.lines(), ['3.000 < 0f00010161', '4.000 < 0f00021162']);
    });

    it('[WTP-C-015] [WTP-S-015] a verification is answered with Ack(TIDok), again when the timer runs out', () => {
      const end = wtpBench();
      end.invoke(2, false, '40');
      end.receive('1c 8001');
      end.advance(seconds(5));
      end.receive('16 8001 04');
      assert.deepEqual(end.lines(), [
        '0.000 < 0e00010240',
        '0.000 < 1c0001',
        '5.000 < 1d0001',
        '5.000 ^ TR-Invoke.cnf handle=I1',
        '5.000 ^ TR-Result.ind userData=04 handle=I1',
      ]);
    });

    it('verifications are answered RCR_MAX times and then no more', () => {
      const end = wtpBench();
      end.invoke(1, false, '61');
      for (let i = 0; i < 10; i++) end.receive('1c 8001');
      assert.equal(end.lines().filter((line) => /< 1[cd]0001/.test(line)).length, 8);
    });

    it('[WTP-C-011] [WTP-S-011] the user aborts: its reason goes to the peer', () => {
      const end = wtpBench();
      end.invoke(2, false, '40');
      end.abort(0xe9);
      assert.deepEqual(end.lines(), ['0.000 < 0e00010240', '0.000 < 210001e9']);
      assert.equal(end.timers(), 0);
    });

    it('the peer aborts, its provider or its user', () => {
      const end = wtpBench();
      end.invoke(2, false, '40', 'I1');
      end.invoke(2, false, '40', 'I2');
      end.receive('20 8001 03');
      end.receive('21 8002 e4');
      assert.deepEqual(end.lines().slice(2), [
        '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=3 handle=I1',
        '0.000 ^ TR-Abort.ind abortType=USER abortCode=228 handle=I2',
      ]);
      assert.equal(end.timers(), 0);
    });

    it('[WTP-C-012] [WTP-S-012] a PDU with a broken structure aborts the transaction at both ends', () => {
      const end = wtpBench();
      end.invoke(2, false, '40');
      end.receive('18 8001 00');
      assert.deepEqual(end.lines().slice(1), [
        '0.000 < 20000101',
        '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=1 handle=I1',
      ]);
    });

    it('after a hold-on acknowledgement it waits ten minutes for the result, not for ever', () => {
      const end = wtpBench();
      end.invoke(2, false, '40');
      end.receive('18 8001');
      end.advance(seconds(700));
      assert.deepEqual(end.lines().slice(2), [
        '600.000 < 20000108',
        '600.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=8 handle=I1',
      ]);
      assert.equal(end.timers(), 0);
    });

    it('a result for class 1 is no event', () => {
      const end = wtpBench();
      end.invoke(1, false, '61');
      end.receive('16 8001 04');
      assert.deepEqual(end.lines().length, 1);
      assert.equal(end.timers(), 1);
    });

    it('the bearer knows that nobody is there: the user is told at once', () => {
      const end = wtpBench();
      end.invoke(2, false, '40');
      end.undelivered('port unreachable');
      assert.deepEqual(end.lines().slice(1), [
        '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=0 handle=I1',
      ]);
      assert.equal(end.timers(), 0);
    });
  });

  describe('RESULT RESP WAIT', () => {
    it('the result again is ignored', () => {
      const end = withResult(false);
      end.receive('17 8001 04');
      assert.deepEqual(end.lines(), []);
    });

    it('without user acknowledgement the result is acknowledged after 4 s', () => {
      const end = withResult(false);
      end.advance(seconds(4));
      assert.deepEqual(end.lines(), ['4.000 < 180001']);
      end.advance(seconds(40));
      assert.equal(end.timers(), 0);
    });

    it('[WTP-C-007] [WTP-S-007] with it, a user that says nothing costs the transaction after 7 × 4 s', () => {
      const end = withResult(true);
      end.advance(seconds(60));
      assert.deepEqual(end.lines(), [
        '28.000 < 20000108',
        '28.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=8 handle=I1',
      ]);
    });

    it('exit info travels in the Info TPI of the last acknowledgement', () => {
      const end = withResult(true);
      end.request({ type: 'TR-Result.res', handle: 'I1', exitInfo: hex('0102030405') });
      assert.deepEqual(end.lines(), ['0.000 < 9800010c050102030405']);
    });

    it('aborts, from either end', () => {
      const peer = withResult(false);
      peer.receive('21 8001 e1');
      assert.deepEqual(peer.lines(), ['0.000 ^ TR-Abort.ind abortType=USER abortCode=225 handle=I1']);
      const user = withResult(false);
      user.abort(0xe6);
      assert.deepEqual(user.lines(), ['0.000 < 210001e6']);
      const broken = withResult(false);
      broken.receive('18 8001 00');
      assert.deepEqual(broken.lines(), [
        '0.000 < 20000101',
        '0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=1 handle=I1',
      ]);
      assert.equal(peer.timers() + user.timers() + broken.timers(), 0);
    });
  });

  describe('WAIT TIMEOUT', () => {
    function waiting(exitInfo?: Uint8Array) {
      const end = withResult(false);
      end.request({ type: 'TR-Result.res', handle: 'I1', ...(exitInfo ? { exitInfo } : {}) });
      end.lines();
      return end;
    }

    it('a duplicate of the result is ignored, a retransmission acknowledged again', () => {
      const end = waiting();
      end.receive('16 8001 04');
      end.advance(seconds(7));
      end.receive('17 8001 04');
      assert.deepEqual(end.lines(), ['7.000 < 190001']);
    });

    it('… with exit info, if there was any', () => {
      const end = waiting(hex('ab'));
      end.receive('17 8001 04');
      assert.deepEqual(end.lines(), ['0.000 < 99000109ab']);
    });

    it('after 40 s the transaction is forgotten', () => {
      const end = waiting();
      end.advance(seconds(40));
      end.receive('17 8001 04');
      assert.deepEqual(end.lines(), []);
      assert.equal(end.timers(), 0);
    });

    it('aborts, from either end', () => {
      const peer = waiting();
      peer.receive('20 8001 01');
      assert.deepEqual(peer.lines(), ['0.000 ^ TR-Abort.ind abortType=PROVIDER abortCode=1 handle=I1']);
      const user = waiting();
      user.abort(0xe6);
      assert.deepEqual(user.lines(), ['0.000 < 210001e6']);
      const broken = waiting();
      broken.receive('18 8001 00');
      assert.deepEqual(broken.lines()[0], '0.000 < 20000101');
    });
  });
});
