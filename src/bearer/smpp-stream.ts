/** What carries SMPP: a reliable stream of octets, WAP-159-WDPWCMPAdapt §5.1.1. TCP, or two ends in one process. */
import { createConnection, type Socket } from 'node:net';
import type { Scheduler } from './scheduler.js';

/** What happens on a stream. */
export interface StreamListener {
  data(octets: Uint8Array): void;
  /** Once; nothing follows. */
  closed(): void;
}

export interface Stream {
  write(octets: Uint8Array): void;
  /** Sets who hears of it; what came before is told, too. Nothing is told before this returns. */
  listen(listener: StreamListener): void;
  /** Closes when all that was written is on its way. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

/** Sees the octets of a stream pass: for a capture. */
export type WatchStream = (direction: 'sent' | 'received', octets: Uint8Array) => void;

/** Octets that wait for a peer which does not read: more, and it is given up. */
const WRITE_BUFFER = 4 << 20;

export function tcpStream(socket: Socket, watch?: WatchStream): Stream {
  socket.setNoDelay(true);
  socket.pause();
  // What went wrong shows in `close`, which always follows.
  socket.on('error', () => undefined);
  return {
    write(octets) {
      if (!socket.writable) return;
      watch?.('sent', octets);
      socket.write(octets);
      if (socket.writableLength > WRITE_BUFFER) socket.destroy();
    },
    listen(listener) {
      socket.on('data', (octets) => {
        watch?.('received', octets);
        listener.data(octets);
      });
      if (socket.closed) queueMicrotask(() => listener.closed());
      else socket.on('close', () => listener.closed());
      socket.resume();
    },
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  };
}

/** Rejects where nobody listens there. */
export function connectTcp(host: string, port: number, watch?: WatchStream): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(tcpStream(socket, watch));
    });
  });
}

/** Two ends in one process: what one writes the other hears, in order, one turn of the scheduler later. */
export function streamPair(scheduler: Scheduler): readonly [Stream, Stream] {
  const [a, b] = [half(scheduler), half(scheduler)];
  const join = (here: Half, there: Half): Stream => ({
    write(octets) {
      if (!here.open) return;
      const copy = octets.slice();
      scheduler.schedule(0, () => there.data(copy));
    },
    listen: (listener) => here.listen(listener),
    end() {
      if (!here.open) return;
      scheduler.schedule(0, () => there.close());
      scheduler.schedule(0, () => here.close());
    },
    destroy() {
      here.close();
      scheduler.schedule(0, () => there.close());
    },
  });
  return [join(a, b), join(b, a)];
}

interface Half {
  open: boolean;
  data(octets: Uint8Array): void;
  close(): void;
  listen(listener: StreamListener): void;
}

function half(scheduler: Scheduler): Half {
  let listener: StreamListener | undefined;
  const early: Uint8Array[] = [];
  const self: Half = {
    open: true,
    data(octets) {
      if (!self.open) return;
      if (listener === undefined) early.push(octets);
      else listener.data(octets);
    },
    close() {
      if (!self.open) return;
      self.open = false;
      listener?.closed();
    },
    listen(next) {
      scheduler.schedule(0, () => {
        listener = next;
        for (const octets of early.splice(0)) next.data(octets);
        if (!self.open) next.closed();
      });
    },
  };
  return self;
}
