/** Shows what an HTTP server receives and sends, connection by connection: to a capture, to a live trace. */
import type { Server } from 'node:http';
import { type Endpoint, udpEndpoint } from '../wap/address.js';
import type { Millis } from '../wap/time.js';

/** One connection as it passes. */
export interface TcpFlow {
  fromClient(at: Millis, octets: Uint8Array): void;
  fromServer(at: Millis, octets: Uint8Array): void;
  /** Both ends finish. */
  close(at: Millis): void;
}

/** Who wants to see connections, from their first segment on. */
export type WatchTcp = (at: Millis, client: Endpoint, server: Endpoint) => TcpFlow;

/** Shows every connection that `server` accepts from now on. @param now milliseconds since 1970 */
export function tapHttpServer(server: Server, watch: WatchTcp, now: () => Millis): void {
  server.on('connection', (socket) => {
    const client = udpEndpoint(socket.remoteAddress ?? '127.0.0.1', socket.remotePort ?? 0);
    const here = udpEndpoint(socket.localAddress ?? '127.0.0.1', socket.localPort ?? 0);
    const flow = watch(now(), client, here);
    // Before the parser's own listener, which may already answer.
    socket.prependListener('data', (octets: Uint8Array) => flow.fromClient(now(), octets));
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.write = (...args: unknown[]) => {
      const [chunk, encoding] = args;
      if (typeof chunk === 'string') {
        flow.fromServer(
          now(),
          Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'),
        );
      } else if (chunk instanceof Uint8Array) flow.fromServer(now(), chunk);
      return write(...args);
    };
    socket.on('close', () => flow.close(now()));
  });
}
