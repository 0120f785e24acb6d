/**
 * The signature cycle of one order, from the approval on the PC to the last status: EP 1 161 055 A2 figure 2, the part
 * that the patent calls the signing servlet [220]. Whatever ends a request does so through `end`, which the store makes
 * atomic: the first one wins, and all the others learn what it was.
 */
import type { Random } from '../wap/random.js';
import type { Clock, Millis } from '../wap/time.js';
import type { Directory } from './directory.js';
import type { Observe, Step, StoryEvent } from './events.js';
import { steps } from './events.js';
import type { Check, Ending, Order, SignatureRequest } from './model.js';
import type { PushSubmitter } from './push.js';
import { amount, newNonce, newToken, requestText } from './signature-request.js';
import type { Outcome, Store } from './store.js';
import type { Timers } from './timers.js';
import type { Checker } from './verify.js';

/** What the signature cycle works with. */
export interface SigningParts {
  readonly store: Store;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly push: PushSubmitter;
  /** Signs the text of a request with the server's own key [236]. */
  readonly countersign: (text: string, now: Millis) => string;
  /** Seals the text of a request to a user's card; without it, texts go as they are. `undefined`: the user has no key. */
  readonly seal?: (text: string, userId: string) => string | undefined;
  /** Looks at what comes back [237]. */
  readonly check: Checker;
  /** How the shop calls itself on the phone. */
  readonly name: string;
  /** Where the phone's gateway reaches this shop, without a slash at the end. */
  readonly publicUrl: string;
  /** How long the user has to sign. */
  readonly life: Millis;
  readonly observe: Observe;
}

/** What the phone is to be told. */
export type PhoneAnswer = Ending | 'already used' | 'unknown' | 'later';

/** Why a phone sends no signature: `refusal` of wml/sign.wml. */
const refusals = new Map<string, readonly [Ending, string]>([
  ['declined', ['declined', 'The request was declined on the phone.']],
  ['noCert', ['no certificate', 'The card in the phone has no key and certificate for signing.']],
  [
    'invalid',
    ['card blocked', 'The card in the phone did not sign. It blocks itself after three wrong PINs.'],
  ],
]);

export interface Signing {
  /**
   * Approves [205] an order and waits [222] until it has ended.
   * @param signal aborted when the PC goes away, which withdraws the request unless another PC waits too
   */
  approve(transaction: string, signal: AbortSignal): Promise<void>;
  /** The user changes her mind on the PC; false where the order had ended. */
  withdraw(transaction: string, reason: string): boolean;
  /** The token of an order that waits for its signature. */
  tokenOf(transaction: string): string | undefined;
  /** The phone has come for the request: nobody needs to call it any more. */
  reached(transaction: string): void;
  /** The request that the phone fetches and how its order stands, brought up to now. */
  open(token: string): { readonly request: SignatureRequest; readonly order: Order } | undefined;
  /** What the script hands to the phone's card: the text of the request, or that sealed. */
  toSign(opened: { readonly request: SignatureRequest; readonly order: Order }): {
    readonly text: string;
    readonly sealed: boolean;
  };
  /** What the phone sent as SignedContent [215, 223]. */
  receive(token: string, signedContent: Uint8Array): Promise<PhoneAnswer>;
  /** The phone's word that there is no signature. */
  refuse(token: string, refusal: string): PhoneAnswer;
  /** Takes up the requests that an earlier process left waiting. */
  resume(): void;
  /** Withdraws what a PC still waits for. */
  close(): void;
}

/** Tells the story. */
export function narrator(observe: Observe, clock: Clock) {
  return (step: Step, text: string, more: Omit<StoryEvent, 'step' | 'signs' | 'at' | 'text'> = {}): void =>
    observe({ step, signs: steps[step], at: clock.now(), text, ...more });
}

export function signing(parts: SigningParts): Signing {
  const { store, directory, clock, timers, random, name, publicUrl } = parts;
  const tell = narrator(parts.observe, clock);
  /** PCs that are held, by transaction. */
  const held = new Map<string, Set<() => void>>();
  /** Stops the timer of a request, by transaction. */
  const expiries = new Map<string, () => void>();
  /** Ends what still asks the phone, by transaction. */
  const asking = new Map<string, () => void>();

  function reached(transaction: string): void {
    asking.get(transaction)?.();
    asking.delete(transaction);
  }

  function end(outcome: Omit<Outcome, 'at'>): boolean {
    const { transaction } = outcome;
    const ours = store.end({ ...outcome, at: clock.now() });
    if (ours) tell('ended', outcome.reason, { transaction, ending: outcome.ending });
    // Ended now or, perhaps by another process on the same file, before: nobody has to wait any more.
    expiries.get(transaction)?.();
    expiries.delete(transaction);
    reached(transaction);
    for (const release of held.get(transaction) ?? []) release();
    held.delete(transaction);
    return ours;
  }

  function expire(transaction: string): boolean {
    return end({ transaction, ending: 'expired', reason: 'The phone did not answer in time.' });
  }

  function expireAt(transaction: string, expires: Millis): void {
    const delay = Math.max(0, expires - clock.now());
    expiries.set(
      transaction,
      timers.after(delay, () => void expire(transaction)),
    );
  }

  /** Ends when the order has ended or the PC is gone. */
  function hold(transaction: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = held.get(transaction) ?? new Set();
      held.set(transaction, waiting);
      const release = () => {
        signal.removeEventListener('abort', gone);
        resolve();
      };
      const gone = () => {
        waiting.delete(release);
        if (waiting.size === 0) {
          held.delete(transaction);
          withdraw(transaction, 'The PC broke off the request.');
        }
        resolve();
      };
      waiting.add(release);
      if (signal.aborted) gone();
      else signal.addEventListener('abort', gone, { once: true });
    });
  }

  function format(order: Order): SignatureRequest | undefined {
    const created = clock.now();
    const expires = created + parts.life;
    const nonce = newNonce(random);
    const text = requestText({ shop: name, order, nonce, expires });
    const request: SignatureRequest = {
      transaction: order.transaction,
      token: newToken(random),
      nonce,
      text,
      countersignature: parts.countersign(text, created),
      created,
      expires,
    };
    return store.addRequest(request) ? request : undefined;
  }

  /** From the approval to the push [235, 236, 221]. The order may end meanwhile; then there is nothing more to do. */
  async function ask(order: Order): Promise<void> {
    const { transaction, userId } = order;
    const record = await directory.lookup(userId);
    if (record === undefined) {
      end({ transaction, ending: 'not delivered', reason: 'No phone is registered for this user.' });
      return;
    }
    tell('directory looked up', `${userId} is reached at ${record.mobileDeviceId}`, { transaction, userId });
    if (parts.seal !== undefined && parts.seal('', userId) === undefined) {
      const reason = 'The card of this user has no key that a request could be sealed to.';
      end({ transaction, ending: 'not delivered', reason });
      return;
    }
    const request = format(order);
    if (request === undefined) return;
    expireAt(transaction, request.expires);
    tell('request formatted', request.text.replaceAll('\n', ' | '), {
      transaction,
      octets: request.countersignature.length,
    });
    const { octets, stop } = await parts.push({
      mobileDeviceId: record.mobileDeviceId,
      id: transaction,
      href: `${publicUrl}/sign/${request.token}`,
      text: parts.seal
        ? `${name}: an order to be signed`
        : `${name}: sign ${transaction}, EUR ${amount(order.total)}`,
      created: request.created,
      expires: request.expires,
    });
    // The phone may have been quicker than the answer, or the order at its end.
    if (stop !== undefined) {
      if (held.has(transaction)) asking.set(transaction, stop);
      else stop();
    }
    const what = octets === 0 ? 'a call to' : 'a service indication for';
    tell('push submitted', `${what} ${record.mobileDeviceId}`, { transaction, octets });
  }

  async function approve(transaction: string, signal: AbortSignal): Promise<void> {
    const order = store.findOrder(transaction);
    if (order === undefined) return;
    const first = store.approve(transaction);
    if (!first && order.state !== 'awaiting signature') return;
    const ended = hold(transaction, signal);
    if (first) {
      tell('approved', `${order.userId} approves ${transaction} on the PC`, {
        transaction,
        userId: order.userId,
      });
      try {
        await ask(order);
      } catch (error) {
        const reason = `The request could not be sent to the phone: ${error instanceof Error ? error.message : error}`;
        end({ transaction, ending: 'not delivered', reason });
      }
    }
    if (held.has(transaction)) tell('held', 'the PC waits for the phone', { transaction });
    await ended;
  }

  function withdraw(transaction: string, reason: string): boolean {
    return end({ transaction, ending: 'withdrawn', reason });
  }

  function tokenOf(transaction: string): string | undefined {
    if (store.findOrder(transaction)?.state !== 'awaiting signature') return undefined;
    return store.requestOf(transaction)?.token;
  }

  function open(token: string) {
    const request = store.findRequest(token);
    if (request === undefined) return undefined;
    if (clock.now() >= request.expires) expire(request.transaction);
    const order = store.findOrder(request.transaction);
    return order === undefined ? undefined : { request, order };
  }

  function toSign({ request, order }: { readonly request: SignatureRequest; readonly order: Order }) {
    const { text } = request;
    if (parts.seal === undefined) return { text, sealed: false };
    // The key is there: it was when the request was made, and without it nothing is sent rather than the plain text.
    return { text: parts.seal(text, order.userId) ?? '', sealed: true };
  }

  /** What a phone is told that comes when all is over. */
  function tooLate(transaction: string): PhoneAnswer {
    const state = store.findOrder(transaction)?.state;
    if (state === undefined || state === 'prepared' || state === 'awaiting signature') return 'unknown';
    return state === 'signed' ? 'already used' : state;
  }

  function repeat(request: SignatureRequest, signedContent: Uint8Array): PhoneAnswer {
    const { transaction, text } = request;
    const verdict = store.isKnown(signedContent) ? 'repeated' : 'late';
    const finding = verdict === 'repeated' ? 'it came before' : 'the order had ended';
    const checks = [{ name: 'used once', ok: false, text: finding }];
    store.addRepeat({ transaction, text, signedContent, received: clock.now(), verdict, checks });
    tell('signature checked', `refused: ${finding}`, { transaction, checks, ending: verdict });
    return tooLate(transaction);
  }

  async function receive(token: string, signedContent: Uint8Array): Promise<PhoneAnswer> {
    const opened = open(token);
    if (opened === undefined) return 'unknown';
    const { request, order } = opened;
    const { transaction, text } = request;
    tell('phone answered', 'signed content arrives', { transaction, octets: signedContent.length });
    if (order.state !== 'awaiting signature') return repeat(request, signedContent);

    const received = clock.now();
    const repeated = store.isKnown(signedContent);
    // Looked up anew: a key that was replaced since the approval does not count any more.
    const record = await directory.lookup(order.userId).catch(() => 'unreachable' as const);
    if (record === 'unreachable') return 'later';
    const result = parts.check({ request, record, signedContent, received });
    const once: Check = {
      name: 'used once',
      ok: !repeated,
      text: repeated ? 'the same SignedContent came before' : 'never seen before',
    };
    const checks = [...result.checks, once];
    const failed = checks.find((check) => !check.ok);
    const ending = failed === undefined ? 'signed' : 'signature wrong';
    const reason =
      failed === undefined ? 'Signed on the phone.' : `The check “${failed.name}” failed: ${failed.text}.`;
    const time = result.signed === undefined ? {} : { signed: result.signed };
    const evidence = {
      transaction,
      text,
      signedContent,
      received,
      ...time,
      verdict: ending,
      checks,
    } as const;
    const passed = checks.filter(({ ok }) => ok).length;
    tell('signature checked', `${passed} of ${checks.length} checks passed`, { transaction, checks, ending });
    return end({ transaction, ending, reason, evidence }) ? ending : repeat(request, signedContent);
  }

  function refuse(token: string, refusal: string): PhoneAnswer {
    const opened = open(token);
    const known = refusals.get(refusal);
    if (opened === undefined || known === undefined) return 'unknown';
    const { transaction } = opened.request;
    const [ending, reason] = known;
    tell('phone answered', `there is no signature: ${refusal}`, { transaction });
    return end({ transaction, ending, reason }) ? ending : tooLate(transaction);
  }

  function resume(): void {
    for (const { transaction, expires } of store.waiting()) {
      if (expires !== undefined) expireAt(transaction, expires);
      else
        end({
          transaction,
          ending: 'not delivered',
          reason: 'The shop was stopped before it asked the phone.',
        });
    }
  }

  function close(): void {
    for (const transaction of [...held.keys()]) withdraw(transaction, 'The shop was closed.');
    for (const stop of expiries.values()) stop();
    expiries.clear();
  }

  return { approve, withdraw, tokenOf, reached, open, toSign, receive, refuse, resume, close };
}
