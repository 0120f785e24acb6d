/** Shows a capture what an HTTP server receives and sends, connection by connection. */
import type { Server } from 'node:http';
import { udpEndpoint } from '../wap/address.js';
import type { Millis } from '../wap/time.js';
import type { Pcapng } from './pcapng.js';

/** Writes every connection that `server` accepts from now on into the capture. @param now milliseconds since 1970 */
export function tapHttpServer(server: Server, capture: Pcapng, now: () => Millis): void {
  server.on('connection', (socket) => {
    const client = udpEndpoint(socket.remoteAddress ?? '127.0.0.1', socket.remotePort ?? 0);
    const here = udpEndpoint(socket.localAddress ?? '127.0.0.1', socket.localPort ?? 0);
    const flow = capture.tcp(now(), client, here);
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
