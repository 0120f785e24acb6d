/** A simulated radio link that joins any stacks in one process: rate, delay, loss, duplication, reordering, corruption. */
import { type Endpoint, endpointKey } from '../wap/address.js';
import { UsageError } from '../wap/errors.js';
import { type Random, randomBelow } from '../wap/random.js';
import { type Millis, seconds } from '../wap/time.js';
import type { Datagram, FromBearer } from '../wap/wdp/primitives.js';
import type { Bearer } from './bearer.js';
import type { Scheduler } from './scheduler.js';

/** How a link treats datagrams. Chances are from 0 to 1 and each is taken on its own. */
export interface LinkProfile {
  /** Bits a second that each end can send; datagrams wait for one another. `Infinity` for no limit. */
  readonly rate: number;
  /** From one end to the other, once sent. */
  readonly delay: Millis;
  /** Up to so much more, evenly spread: enough of it also reorders. */
  readonly jitter: Millis;
  readonly loss: number;
  readonly duplication: number;
  /** The chance that a datagram is held back long enough for later ones to overtake it. */
  readonly reordering: number;
  /** The chance that one bit arrives turned over. */
  readonly corruption: number;
  /** Most octets of one datagram; a longer one comes back as `Undelivered`. */
  readonly mtu: number;
}

/** IPv4 without fragments that nobody has to carry: RFC 768, RFC 791. */
const LARGEST_UDP_PAYLOAD = 65_507;

const faultless = { loss: 0, duplication: 0, reordering: 0, corruption: 0 };

/**
 * Delays are half the median round trips of WAP-224 Appendix B.1: 0.2 s on IP bearers, 5 s on SMS. Rates are nominal: a circuit-switched
 * GSM data call, three time slots of GPRS with coding scheme CS-2, the signalling channel that carries short messages.
 */
export const linkProfiles = {
  ideal: {
    ...faultless,
    rate: Number.POSITIVE_INFINITY,
    delay: 0,
    jitter: 0,
    mtu: LARGEST_UDP_PAYLOAD,
  },
  csd9600: { ...faultless, rate: 9600, delay: 200, jitter: 0, mtu: LARGEST_UDP_PAYLOAD },
  gprs: { ...faultless, rate: 40_200, delay: 200, jitter: 100, loss: 0.01, mtu: LARGEST_UDP_PAYLOAD },
  sms: { ...faultless, rate: 782, delay: seconds(5), jitter: seconds(2), mtu: 140 },
} as const satisfies Record<string, LinkProfile>;

export type LinkProfileName = keyof typeof linkProfiles;

export interface LinkOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly profile: LinkProfile;
}

/** What the link did so far. */
export interface LinkCounts {
  sent: number;
  delivered: number;
  lost: number;
  duplicated: number;
  reordered: number;
  corrupted: number;
  /** Nobody was at the destination, or the datagram was too long. */
  refused: number;
}

export interface Link {
  /** One end; its address and port must not be taken. */
  attach(local: Endpoint): Bearer;
  readonly counts: Readonly<LinkCounts>;
}

/** A link that any number of ends may join; they address one another as on a network. */
export function simulatedLink({ scheduler, random, profile }: LinkOptions): Link {
  const ends = new Map<string, (received: FromBearer) => void>();
  const counts: LinkCounts = {
    sent: 0,
    delivered: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    refused: 0,
  };

  function happens(chance: number): boolean {
    return chance > 0 && randomBelow(random, 1_000_000) < chance * 1_000_000;
  }

  /** How long one copy is under way once its last bit is sent. */
  function underway(): Millis {
    const late = profile.jitter > 0 ? randomBelow(random, profile.jitter + 1) : 0;
    if (!happens(profile.reordering)) return profile.delay + late;
    counts.reordered++;
    return 3 * profile.delay + late + 1;
  }

  function corrupted(octets: Uint8Array): Uint8Array {
    if (octets.length === 0 || !happens(profile.corruption)) return octets;
    counts.corrupted++;
    const bit = randomBelow(random, 8 * octets.length);
    const copy = octets.slice();
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
    return copy;
  }

  function carry(datagram: Datagram, sentAfter: Millis, refuse: (error: string) => void): void {
    const octets = corrupted(datagram.octets.slice());
    scheduler.schedule(sentAfter + underway(), () => {
      const receive = ends.get(endpointKey(datagram.destination));
      if (receive === undefined) {
        refuse(`nobody is at ${endpointKey(datagram.destination)}`);
        return;
      }
      counts.delivered++;
      receive({ ...datagram, octets });
    });
  }

  return {
    counts,
    attach(local) {
      const key = endpointKey(local);
      if (ends.has(key)) throw new UsageError(`${key} is taken`);
      let receive: (received: FromBearer) => void = () => undefined;
      ends.set(key, (received) => receive(received));
      /** When the last bit of the datagram before will have been sent. */
      let free: Millis = scheduler.now();

      return {
        local,
        send(datagram) {
          counts.sent++;
          const refuse = (error: string) => {
            counts.refused++;
            scheduler.schedule(profile.delay, () =>
              receive({ type: 'Undelivered', source: local, destination: datagram.destination, error }),
            );
          };
          if (datagram.octets.length > profile.mtu) {
            refuse(`${datagram.octets.length} octets are more than ${profile.mtu}`);
            return;
          }
          const now = scheduler.now();
          free = Math.max(free, now) + (8000 * datagram.octets.length) / profile.rate;
          if (happens(profile.loss)) {
            counts.lost++;
            return;
          }
          carry(datagram, free - now, refuse);
          if (!happens(profile.duplication)) return;
          counts.duplicated++;
          carry(datagram, free - now, refuse);
        },
        onDatagram(next) {
          receive = next;
        },
        async close() {
          ends.delete(key);
          receive = () => undefined;
        },
      };
    },
  };
}
