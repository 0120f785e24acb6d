/**
 * A card in a virtual reader: the protocol of vsmartcard's vpcd, between a reader driver (a TCP server) and a card (its
 * client). Each message is its length in two octets and that many octets. What the reader sends is a control code of one
 * octet, or a command; a command is answered, and so is the request for the answer to reset, nothing else.
 */
import { createConnection, type Socket } from 'node:net';
import { Reader, Writer } from '../wap/octets.js';

/** Where vpcd listens, unless told otherwise. */
export const VPCD_PORT = 35_963;

/** Messages of one octet. */
export const vpcdControls = { off: 0, on: 1, reset: 2, atr: 4 } as const satisfies Record<string, number>;

/** What is put into the reader. */
export interface ReaderCard {
  /** The answer to reset. It is asked for again and again, to see whether the card is still there: it resets nothing. */
  readonly atr: Uint8Array;
  /** Power away and back. */
  reset(): void;
  /** Resolves when the response may leave: what the command changed has been kept. */
  transmit(apdu: Uint8Array): Promise<Uint8Array>;
}

export interface VirtualReader {
  /** Resolves when the reader is gone, or the card was taken out. */
  readonly closed: Promise<void>;
  /** Takes the card out. */
  remove(): void;
}

/** A message of the reader, and what comes back; `undefined` where nothing does. */
export async function answerReader(card: ReaderCard, message: Uint8Array): Promise<Uint8Array | undefined> {
  if (message.length !== 1) return card.transmit(message);
  const [code] = message;
  if (code === vpcdControls.atr) return card.atr;
  if (code === vpcdControls.off || code === vpcdControls.on || code === vpcdControls.reset) card.reset();
  return undefined;
}

/** Whole messages at the beginning of `octets`, and what is left behind them. */
export function splitMessages(octets: Uint8Array): {
  readonly messages: readonly Uint8Array[];
  readonly rest: Uint8Array;
} {
  const messages: Uint8Array[] = [];
  let rest = octets;
  while (rest.length >= 2) {
    const length = new Reader(rest, 'vpcd').uint16('length');
    if (rest.length < 2 + length) break;
    messages.push(rest.subarray(2, 2 + length));
    rest = rest.subarray(2 + length);
  }
  return { messages, rest };
}

/** A message as it goes over the wire. */
export function frameMessage(message: Uint8Array): Uint8Array {
  return new Writer(2 + message.length).uint16(message.length).octets(message).done();
}

/** Puts a card into the reader at this address. Rejects where nobody listens there. */
export function insertCard(host: string, port: number, card: ReaderCard): Promise<VirtualReader> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(serve(socket, card));
    });
  });
}

function serve(socket: Socket, card: ReaderCard): VirtualReader {
  socket.setNoDelay(true);
  // What went wrong shows in `close`, which always follows.
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let rest = new Uint8Array(0);
  let work: Promise<void> = Promise.resolve();
  socket.on('data', (octets) => {
    const split = splitMessages(Uint8Array.of(...rest, ...octets));
    rest = split.rest.slice();
    for (const message of split.messages) {
      const asked = message.slice();
      // One after the other, in the order in which they came.
      work = work.then(async () => {
        const answer = await answerReader(card, asked);
        if (answer !== undefined && socket.writable) socket.write(frameMessage(answer));
      });
      work.catch((error: Error) => socket.destroy(error));
    }
  });
  return { closed, remove: () => socket.destroy() };
}
