/** WTP over WDP alone, for the tests of WTP. */
import { seededRandom } from '../../src/wap/random.js';
import { transactions } from '../../src/wap/stack.js';
import type { TransactionIndication, WtpOptions } from '../../src/wap/wtp/index.js';
import type { Handle, TransactionClass, TransactionRequest } from '../../src/wap/wtp/primitives.js';
import { hex } from './hex.js';
import { type Bench, bench } from './world.js';

export interface WtpBench extends Bench<TransactionRequest, TransactionIndication> {
  invoke(classType: TransactionClass, ackType: boolean, userData: string, handle?: Handle): void;
  abort(abortCode: number, handle?: Handle): void;
}

/** The first TID is 1. The peer is the gateway where this end initiates, the terminal where it responds. */
export function wtpBench(options: Partial<WtpOptions> = {}, management = false): WtpBench {
  const all: WtpOptions = { random: seededRandom(1), firstTid: 1, ...options };
  const plain = bench(({ local }) => transactions({ local, ...all }), management);
  return {
    ...plain,
    invoke: (classType, ackType, userData, handle = 'I1') =>
      plain.request({
        type: 'TR-Invoke.req',
        peers: plain.peers,
        ackType,
        userData: hex(userData),
        classType,
        handle,
      }),
    abort: (abortCode, handle = 'I1') => plain.request({ type: 'TR-Abort.req', abortCode, handle }),
  };
}
