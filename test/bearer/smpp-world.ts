/** A message centre and who is bound to it, in one process, on a virtual clock. */

import type { Receipt, Stream, Submission, Wishes } from '../../src/bearer/index.js';
import {
  type MessageCentreEvent,
  type MessageCentreOptions,
  messageCentre,
  openSmpp,
  type SmppBearer,
  type SmppOptions,
  virtualScheduler,
} from '../../src/bearer/index.js';
import { toHex } from '../../src/wap/octets.js';
import { type Datagram, NO_PORT } from '../../src/wap/wdp/index.js';
import { hex } from '../support/hex.js';

/** Somebody who is bound. */
export interface Bound {
  readonly bearer: SmppBearer;
  /** Octets in hexadecimal, or what could not be delivered. */
  readonly received: string[];
  readonly receipts: Receipt[];
  readonly alerts: string[];
  readonly news: string[];
  submit(to: string, octets?: string, wishes?: Wishes): Submission[];
  /** The connection, to be cut. */
  stream(): Stream | undefined;
}

export const PUSH = '06 0504 0b84 23f0 61';

export function smsWorld(options: Partial<MessageCentreOptions> = {}) {
  const scheduler = virtualScheduler(Date.UTC(2001, 8, 9));
  const events: MessageCentreEvent[] = [];
  /** A connection that nobody took. */
  const dead: Stream = {
    write: () => undefined,
    listen: (listener) => {
      scheduler.schedule(0, () => listener.closed());
    },
    end: () => undefined,
    destroy: () => undefined,
  };
  const make = () => messageCentre({ ...options, scheduler, observe: (event) => events.push(event) });
  let centre: ReturnType<typeof messageCentre> | undefined = make();

  /** @param listen whether anybody takes what comes, from the start */
  async function bind(address: string, more: Partial<SmppOptions> = {}, listen = true): Promise<Bound> {
    let last: Stream | undefined;
    const received: string[] = [];
    const receipts: Receipt[] = [];
    const alerts: string[] = [];
    const news: string[] = [];
    const opening = openSmpp({
      host: 'here',
      port: 0,
      systemId: address.slice(1),
      password: '',
      address,
      scheduler,
      manage: ({ type }) => news.push(type),
      connect: () => {
        last = centre?.connect() ?? dead;
        return last;
      },
      ...more,
    });
    scheduler.advance(0);
    const bearer = await opening;
    if (listen)
      bearer.onDatagram((each) => received.push(each.type === 'Datagram' ? toHex(each.octets) : each.error));
    bearer.onReceipt((receipt) => receipts.push(receipt));
    bearer.onAlert((number) => alerts.push(number));
    await Promise.resolve();
    return {
      bearer,
      received,
      receipts,
      alerts,
      news,
      stream: () => last,
      submit(to, octets = PUSH, wishes = {}) {
        const submissions: Submission[] = [];
        bearer.submit(message(address, to, octets), wishes, (submission) => submissions.push(submission));
        scheduler.advance(0);
        return submissions;
      },
    };
  }

  return {
    scheduler,
    events,
    bind,
    centre: () => centre,
    /** The centre goes, or comes back without its memory. */
    stop() {
      centre?.close();
      centre = undefined;
      scheduler.advance(0);
    },
    restart() {
      centre = make();
    },
  };
}

export function message(source: string, destination: string, octets: string): Datagram {
  const end = (address: string) => ({ bearer: 'GSM SMS', address, port: NO_PORT }) as const;
  return { type: 'Datagram', source: end(source), destination: end(destination), octets: hex(octets) };
}
