/** What the machines of one layer share: the way out, transaction handles, and who is bound to which addresses. */
import type { Peers } from '../address.js';
import type { Random } from '../random.js';
import type { Millis } from '../time.js';
import type { Handle } from '../wtp/primitives.js';
import type { Capabilities } from './capabilities.js';
import type { CodePage } from './headers.js';
import type { LongTransactionIndication, LongTransactionRequest } from './long-transactions.js';
import type { Message } from './messages.js';
import { abortCodeOf, type Reason, reasonOf } from './numbers.js';
import type { WspPdu } from './pdu.js';
import type { EncodingVersion, SessionHandle, SessionIndication, SessionRequest } from './primitives.js';
import type { MethodEvent, PushEvent, SessionEvent } from './tables.js';

/** What this provider is and can do. */
export interface Provider {
  readonly random: Random;
  /** The most that it agrees to (§6.3.2.1); what is left out is not limited. */
  readonly most: Capabilities;
  /** The highest that it sends and names (§8.4.2.70). */
  readonly encodingVersion: EncodingVersion;
  /** Code pages that it knows, by name. */
  readonly codePages: Readonly<Record<string, CodePage['names']>>;
  /** A session without any transaction for this long is disconnected (§7.1.5): at the latest after twice the time. */
  readonly idleFor?: Millis;
  /** A suspended session is kept for this long (§6.3.3.3): at the latest for twice the time. */
  readonly suspendedFor?: Millis;
  /** Told of every row that fires. */
  readonly observe?: (table: TableName, row: readonly unknown[]) => void;
}

export type TableName =
  | 'Client Session'
  | 'Client Method'
  | 'Client Push'
  | 'Server Session'
  | 'Server Method'
  | 'Server Push';

/** What comes with an event. */
export interface Occasion {
  readonly request?: SessionRequest;
  readonly indication?: LongTransactionIndication;
  readonly pdu?: WspPdu;
  readonly message?: Message;
  readonly transaction?: Transaction;
}

/** A machine of one method or one push. */
export interface Part {
  step(event: MethodEvent | PushEvent, occasion: Occasion): void;
  abort(reason: Reason): void;
}

/** A session of either role, as the layer sees it. */
export interface Session {
  readonly role: 'client' | 'server';
  readonly handle: SessionHandle;
  readonly peers: Peers;
  /** Largest SDU that it accepts (§7.1.3.1); 0 is no limit. */
  readonly mru: number;
  /** Whether a row fired. */
  step(event: SessionEvent, occasion: Occasion): boolean;
  /** A timer ran out: `idle` or `suspended`. */
  expired(): void;
  /** §7.1.5: something came that no row handles. */
  fail(occasion: Occasion): void;
}

/** One transaction of WTP and whose it is. */
export interface Transaction {
  readonly handle: Handle;
  readonly session: Session;
  readonly part: Part | 'Connect' | 'Resume';
}

export class Outlet {
  readonly provider: Provider;
  readonly #transactions = new Map<Handle, Transaction>();
  #effects: Out[] = [];
  #handles = 0;

  constructor(provider: Provider) {
    this.provider = provider;
  }

  /** What was asked for since the last time. */
  take(): readonly Out[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  up(indication: SessionIndication): void {
    this.#effects.push({ up: indication });
  }

  down(request: LongTransactionRequest): void {
    this.#effects.push({ down: request });
  }

  manage(type: string, text: string): void {
    this.#effects.push({ manage: { type, layer: 'WSP', text } });
  }

  /** Without a limit nothing runs. */
  startTimer(name: string, after: Millis | undefined): void {
    this.#effects.push(after === undefined ? { stopTimer: name } : { startTimer: name, after });
  }

  stopTimer(name: string): void {
    this.#effects.push({ stopTimer: name });
  }

  /** For a transaction that is started here. */
  newHandle(): Handle {
    return `I${++this.#handles}`;
  }

  transaction(handle: Handle): Transaction | undefined {
    return this.#transactions.get(handle);
  }

  own(transaction: Transaction): void {
    this.#transactions.set(transaction.handle, transaction);
  }

  /** The transaction is over, or its rest is WTP's own affair. */
  forget(handle: Handle): void {
    this.#transactions.delete(handle);
  }

  /** Nothing where the transaction is over already. */
  abort(handle: Handle | undefined, reason: Reason): void {
    if (handle === undefined || !this.#transactions.delete(handle)) return;
    this.down({ type: 'TR-Abort.req', abortCode: abortCodeOf(reason), handle });
  }

  /** Of an invocation that nobody owns yet. */
  refuse(handle: Handle, reason: Reason): void {
    this.down({ type: 'TR-Abort.req', abortCode: abortCodeOf(reason), handle });
  }

  get openTransactions(): number {
    return this.#transactions.size;
  }
}

export type Out =
  | { readonly up: SessionIndication }
  | { readonly down: LongTransactionRequest }
  | { readonly manage: { readonly type: string; readonly layer: string; readonly text: string } }
  | { readonly startTimer: string; readonly after: Millis }
  | { readonly stopTimer: string };

/** WTP's own abort codes (WAP-224 Table 18) that have a counterpart in Table 35. */
const providerReasons = new Map<number, Reason>([
  [0x01, 'PROTOERR'],
  [0x07, 'CONGESTION'],
  [0x09, 'MRUEXCEEDED'],
]);

/** Why a transaction was aborted, in the words of §6.2.5. */
export function reasonIn(indication: LongTransactionIndication | undefined): Reason {
  if (indication?.type !== 'TR-Abort.ind') return 'PROTOERR';
  const { abortType, abortCode } = indication;
  return abortType === 'USER' ? reasonOf(abortCode) : (providerReasons.get(abortCode) ?? 'NETERR');
}
