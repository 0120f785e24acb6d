/** What carries datagrams. A decorator takes a bearer and is one. */
import type { Endpoint } from '../wap/address.js';
import type { Clock, Millis } from '../wap/time.js';
import type { Datagram, FromBearer } from '../wap/wdp/primitives.js';

export interface Bearer {
  /** Where it receives; the port is the one that was bound, also where 0 was asked for. */
  readonly local: Endpoint;
  /** Never throws for what the network does: what could not be sent comes back as `Undelivered`. */
  send(datagram: Datagram): void;
  /** Sets who receives, in place of who did before. */
  onDatagram(receive: (received: FromBearer) => void): void;
  /** Datagrams that this machine lost on the way in or out, as far as it tells. Left out: it tells nothing. */
  losses?(): Losses;
  /** Resolves when nothing more will be received. Closing twice is no error. */
  close(): Promise<void>;
}

export interface Losses {
  /** They came faster than they were taken; `undefined` where that is not known. */
  readonly received: number | undefined;
  /** The queue of the interface was full. */
  readonly sent: number;
}

/** One datagram as an observer sees it pass. */
export interface Sighting {
  readonly at: Millis;
  readonly direction: 'sent' | 'received';
  readonly datagram: Datagram;
}

/** The same bearer, and `see` hears of every datagram in both directions: for a capture writer, a live trace. */
export function tap(bearer: Bearer, clock: Clock, see: (sighting: Sighting) => void): Bearer {
  return {
    local: bearer.local,
    send(datagram) {
      see({ at: clock.now(), direction: 'sent', datagram });
      bearer.send(datagram);
    },
    onDatagram(receive) {
      bearer.onDatagram((received) => {
        if (received.type === 'Datagram') see({ at: clock.now(), direction: 'received', datagram: received });
        receive(received);
      });
    },
    ...(bearer.losses && { losses: () => bearer.losses?.() ?? { received: undefined, sent: 0 } }),
    close: () => bearer.close(),
  };
}
