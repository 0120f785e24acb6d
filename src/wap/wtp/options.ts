/** What a provider of WTP can be told, and what it does when it is told nothing. */
import type { Random } from '../random.js';
import { type Millis, seconds } from '../time.js';
import type { Capabilities } from './environment.js';
import type { Segmentation } from './sar.js';

/** Transactions that a Responder has at once; more are ignored (Table 37), so that Invokes cannot fill the memory. */
export const MAX_TRANSACTIONS = 32_768;

/** Initiators whose last TID is remembered in each generation: some 200 octets each. */
export const CACHED_INITIATORS = 65_536;

/** Responders for which an Initiator remembers what it sent last. */
export const CACHED_RESPONDERS = 4096;

/** Octets of one re-assembled message: larger than any deck, smaller than an attack. */
export const LARGEST_MESSAGE = 1 << 20;

/** Octets that all unfinished segmented messages hold together. */
export const ASSEMBLY_MEMORY = 16 << 20;

/** How long an Initiator waits for the result after a hold-on acknowledgement: the tables would wait for ever. */
export const LONGEST_RESULT: Millis = seconds(600);

/** How long a duplicate can stay in the network (§7.8.2.3): the Maximum Segment Lifetime of RFC 793. */
export const MAXIMUM_PACKET_LIFETIME: Millis = seconds(120);

export interface WtpOptions {
  /** For the first TID. */
  readonly random: Random;
  /** The first TID, where it must be known beforehand. */
  readonly firstTid?: number;
  /** Without it, segmentation and re-assembly are not supported: a large message is one large datagram. */
  readonly segmentation?: Segmentation;
  /** Whether Invokes of class 2 are taken. Default: yes. */
  readonly class2?: boolean;
  /** Whether Invokes that ask for user acknowledgement are taken. Default: yes. */
  readonly userAcknowledgement?: boolean;
  /**
   * Whether an acknowledgement waits for a PDU to share the datagram with, until interval A is over (§9.3.3). It saves datagrams; the
   * other end keeps its transaction for as long. Default: no.
   */
  readonly queueAcks?: boolean;
  /** Whether an Initiator that nobody remembers is verified: right after a restart, say (Table 6, note 2). Default: no. */
  readonly verifyUnknown?: boolean;
  /** Whether Ack(TIDve) says what TID is cached. Default: no. */
  readonly tellCachedTid?: boolean;
  /**
   * Octets of the largest datagram that the bearer takes. With it, TR-Invoke.ind says how large a result can be where the Initiator does not
   * put segments together; a larger one is refused. Default: nothing is known.
   */
  readonly largestDatagram?: number;
  readonly maxTransactions?: number;
  readonly largestMessage?: number;
  readonly assemblyMemory?: number;
  readonly maximumReceiveUnit?: number;
  readonly maximumGroup?: number;
  readonly longestResult?: Millis;
  readonly maximumPacketLifetime?: Millis;
}

export function capabilitiesOf(options: WtpOptions, longMessages: boolean): Capabilities {
  return {
    longMessages,
    segmentation: options.segmentation,
    class2: options.class2 ?? true,
    userAcknowledgement: options.userAcknowledgement ?? true,
    largestMessage: options.largestMessage ?? LARGEST_MESSAGE,
    assemblyMemory: options.assemblyMemory ?? ASSEMBLY_MEMORY,
    maximumReceiveUnit: options.maximumReceiveUnit,
    maximumGroup: options.maximumGroup,
    longestResult: options.longestResult ?? LONGEST_RESULT,
    largestDatagram: options.largestDatagram,
  };
}
