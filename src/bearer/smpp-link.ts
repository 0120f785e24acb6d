/** One SMPP session's requests and responses over one stream: WAP-159-WDPWCMPAdapt §5.2.2, §5.2.4, §5.3.1. The same for both ends. */
import { DecodeError } from '../wap/errors.js';
import { type Millis, seconds } from '../wap/time.js';
import type { Scheduler } from './scheduler.js';
import {
  commandIds,
  commandStatuses,
  decodeSmpp,
  encodeSmpp,
  type Smpp,
  type SmppBody,
  smppFrames,
} from './smpp-pdu.js';
import type { Stream } from './smpp-stream.js';

/** enquire_link_timer: nothing was heard for so long (SMPP 3.4 §7.2 leaves the value open). */
export const IDLE_TIME: Millis = seconds(30);

/** response_timer: who does not answer for so long is gone. */
export const RESPONSE_TIME: Millis = seconds(10);

/** sequence_number goes from 1 to this. */
const LAST_SEQUENCE = 0x7fff_ffff;

export interface LinkOptions {
  readonly stream: Stream;
  readonly scheduler: Scheduler;
  /** A request of the peer; enquire_link, unbind and what is not understood are answered here. */
  readonly serve: (request: Smpp) => void;
  /** The session is over; every request that waits for its response has heard before. */
  readonly closed: (reason: string) => void;
  readonly idle?: Millis;
  readonly patience?: Millis;
}

export interface Link {
  /** Sends a request. `answered` hears once: the response, or nothing where the session ended before. */
  request(body: SmppBody, answered: (response: Smpp | undefined) => void): void;
  respond(body: SmppBody, sequence: number, status?: number): void;
  /** Sends what has no response: alert_notification. */
  notify(body: SmppBody): void;
  /** Requests without their response. */
  outstanding(): number;
  /** §5.2.4: unbinds, then closes; at the latest when the response is overdue. */
  unbind(): void;
  /** Closes without a word. */
  drop(reason: string): void;
}

interface Waiting {
  readonly response: number;
  readonly answered: (response: Smpp | undefined) => void;
  readonly since: Millis;
}

export function smppLink(options: LinkOptions): Link {
  const { stream, scheduler } = options;
  const idle = options.idle ?? IDLE_TIME;
  const patience = options.patience ?? RESPONSE_TIME;
  const frames = smppFrames();
  /** In the order in which they were sent: the first is due first. */
  const waiting = new Map<number, Waiting>();
  let sequence = 0;
  let heard = scheduler.now();
  let cancel: (() => void) | undefined;
  let open = true;
  /** The end was said: what still comes is not listened to. */
  let deaf = false;
  let why = 'the other end hung up';

  function send(body: SmppBody, number: number, status: number = commandStatuses.ESME_ROK): void {
    if (open) stream.write(encodeSmpp({ ...body, status, sequence: number }));
  }

  function nextSequence(): number {
    do sequence = (sequence % LAST_SEQUENCE) + 1;
    while (waiting.has(sequence));
    return sequence;
  }

  function request(body: SmppBody, answered: Waiting['answered']): void {
    if (!open) {
      answered(undefined);
      return;
    }
    const number = nextSequence();
    const id = body.command === 'unknown' ? body.id : commandIds[body.command];
    waiting.set(number, { response: (id | 0x8000_0000) >>> 0, answered, since: scheduler.now() });
    send(body, number);
    watch();
  }

  /** One timer for both: the oldest request that waits, and silence. */
  function watch(): void {
    cancel?.();
    cancel = undefined;
    if (!open) return;
    const [oldest] = waiting.values();
    const due = oldest === undefined ? heard + idle : oldest.since + patience;
    cancel = scheduler.schedule(due - scheduler.now(), () => {
      if (oldest !== undefined) drop('the other end does not answer');
      else request({ command: 'enquire_link' }, () => undefined);
    });
  }

  function receive(octets: Uint8Array): void {
    let pdu: Smpp;
    try {
      pdu = decodeSmpp(octets);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const number = new DataView(octets.buffer, octets.byteOffset).getUint32(12);
      send({ command: 'generic_nack' }, number, commandStatuses.ESME_RSYSERR);
      return;
    }
    const id = pdu.command === 'unknown' ? pdu.id : commandIds[pdu.command];
    if (id >= 0x8000_0000) answer(pdu, id);
    else if (pdu.command === 'enquire_link') send({ command: 'enquire_link_resp' }, pdu.sequence);
    else if (pdu.command === 'unknown') {
      send({ command: 'generic_nack' }, pdu.sequence, commandStatuses.ESME_RINVCMDID);
    } else if (pdu.command === 'unbind') {
      send({ command: 'unbind_resp' }, pdu.sequence);
      leave('the other end unbound');
    } else options.serve(pdu);
  }

  /** A response that nobody waits for, or one to another request, is no answer. */
  function answer(pdu: Smpp, id: number): void {
    const request = waiting.get(pdu.sequence);
    if (request === undefined) return;
    if (pdu.command !== 'generic_nack' && id !== request.response) return;
    waiting.delete(pdu.sequence);
    watch();
    request.answered(pdu);
  }

  /** An end that is not answered by one is cut off in time, as is any silence. */
  function leave(reason: string): void {
    why = reason;
    deaf = true;
    stream.end();
  }

  function drop(reason: string): void {
    if (!open) return;
    why = reason;
    stream.destroy();
  }

  stream.listen({
    data(chunk) {
      if (deaf) return;
      heard = scheduler.now();
      if (waiting.size === 0) watch();
      try {
        for (const octets of frames(chunk)) if (!deaf) receive(octets);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        send({ command: 'generic_nack' }, 0, commandStatuses.ESME_RINVCMDLEN);
        leave('the other end broke the protocol');
      }
    },
    closed() {
      if (!open) return;
      open = false;
      cancel?.();
      const left = [...waiting.values()];
      waiting.clear();
      for (const { answered } of left) answered(undefined);
      options.closed(why);
    },
  });
  watch();

  return {
    request,
    respond: send,
    notify: (body) => send(body, nextSequence()),
    outstanding: () => waiting.size,
    unbind() {
      if (!open) return;
      request({ command: 'unbind' }, () => leave('unbound'));
    },
    drop,
  };
}
