/** What there is to know of a call: WAP-268-WTAI §5.1.4, WAP-255-WTAIGSM §5.1.2. */
import type { Millis } from '../wap/time.js';
import { type CallKind, type CallStates, callStates, gsmCallStates } from './call-model.js';
import type { Telephone } from './telephone.js';

/** A call as the handset sees it: WAP-268 §5.1.4, WAP-255 §5.1.2. */
export interface Call extends CallStates {
  readonly handle: number;
  readonly kind: CallKind;
  /** Of the other party; empty where it is not known. */
  readonly number: string;
  /** What becomes of the call when its context ends: `true` is keep (§5.1.3). */
  readonly mode: boolean;
  /** The WTA context that established it; `undefined` for other applications and for the user. */
  readonly context: number | undefined;
  /** The handle of its multiparty call, or 0. */
  readonly multiparty: number;
  /** Whether nobody is told of it: WTAPublic's calls make no events (§8.2.1). */
  readonly silent: boolean;
  readonly connectedAt: Millis | undefined;
  readonly endedAt: Millis | undefined;
}

/** §5.1.4, §5.1.2: a field of a call; the empty string for one that there is not. */
export function callField(telephone: Telephone, call: Call, field: string): string | number | boolean {
  switch (field) {
    case 'number':
      return call.number;
    case 'status':
      return call.status === 'start' ? '' : callStates[call.status];
    case 'mode':
      return call.mode;
    case 'name':
      return telephone.phoneBook.nameOf(call.number) ?? call.number;
    case 'duration':
      if (call.connectedAt === undefined) return 0;
      return Math.floor(((call.endedAt ?? telephone.now) - call.connectedAt) / 1000);
    case 'GSMstatus':
      return call.gsm === 'start' ? '' : gsmCallStates[call.gsm];
    case 'GSMmultiparty':
      return call.multiparty;
  }
  return '';
}
