/** UDP over IPv4 and IPv6 as a bearer: WAP-259-WDP §6.2, where WDP is UDP. */
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { type Endpoint, endpointKey, udpEndpoint } from '../wap/address.js';
import { UsageError } from '../wap/errors.js';
import type { FromBearer } from '../wap/wdp/primitives.js';
import type { Bearer } from './bearer.js';

/** Asked of the kernel for each socket, so that a burst of requests is not lost before it is read. */
const RECEIVE_BUFFER = 1 << 20;

export interface UdpOptions {
  /** A numeric address of this machine; `0.0.0.0` or `::` for all of them. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /**
   * The only peer. The kernel tells of unreachable ports (ICMP) on such a socket alone, so a terminal that speaks to one gateway names it.
   */
  readonly peer?: Endpoint;
}

/** Binds a socket. Rejects where the address or the port is not to be had. */
export async function openUdp(options: UdpOptions): Promise<Bearer> {
  const socket = createSocket({
    type: options.host.includes(':') ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER,
    // Addresses are numeric: without this, every send would wait a turn for a look-up.
    lookup: (host, _options, done) => done(null, host, host.includes(':') ? 6 : 4),
  });
  try {
    await bind(socket, options);
    if (options.peer) await connect(socket, options.peer);
  } catch (error) {
    // It would keep the process alive.
    socket.close();
    throw error;
  }

  const address = socket.address();
  const local = udpEndpoint(address.address, address.port);
  let receive: (received: FromBearer) => void = () => undefined;
  let closing: Promise<void> | undefined;
  let unsent = 0;

  const undelivered = (destination: Endpoint, error: Error) =>
    receive({ type: 'Undelivered', source: local, destination, error: error.message });

  socket.on('message', (octets, from) => {
    receive({
      type: 'Datagram',
      source: udpEndpoint(from.address, from.port),
      destination: local,
      octets: new Uint8Array(octets.buffer, octets.byteOffset, octets.length),
    });
  });
  socket.on('error', (error) => undelivered(options.peer ?? local, error));

  return {
    local,
    send({ destination, octets }) {
      if (closing) return;
      const sent = (error: NodeJS.ErrnoException | null) => {
        // A full queue of the interface is a lost datagram like any other: it is sent again in time.
        if (error?.code === 'ENOBUFS') unsent++;
        else if (error && !closing) undelivered(destination, error);
      };
      try {
        if (options.peer === undefined) socket.send(octets, destination.port, destination.address, sent);
        else if (endpointKey(options.peer) === endpointKey(destination)) socket.send(octets, sent);
        else throw new UsageError(`${endpointKey(destination)} is not the peer of this socket`);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        queueMicrotask(() => undelivered(destination, error));
      }
    },
    onDatagram(next) {
      receive = next;
    },
    losses: () => ({ received: overflowed(local), sent: unsent }),
    close() {
      closing ??= new Promise((resolve) => {
        receive = () => undefined;
        socket.close(() => resolve());
      });
      return closing;
    },
  };
}

/** What Linux counts for a socket whose receive buffer was full. */
function overflowed({ address, port }: Endpoint): number | undefined {
  const file = address.includes(':') ? '/proc/net/udp6' : '/proc/net/udp';
  const at = port.toString(16).toUpperCase().padStart(4, '0');
  try {
    let drops: number | undefined;
    for (const line of readFileSync(file, 'latin1').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      // The local address in hexadecimal, octets in the machine's order; the last column is the count.
      if (fields[1]?.endsWith(`:${at}`) && fields[1].startsWith(hexadecimal(address)))
        drops = (drops ?? 0) + Number(fields.at(-1));
    }
    return drops;
  } catch {
    return undefined;
  }
}

/** An IPv4 address as Linux prints it on a little-endian machine; of IPv6 the port says enough. */
function hexadecimal(address: string): string {
  if (address.includes(':') || endianness() !== 'LE') return '';
  const octets = address.split('.').map((octet) => Number(octet).toString(16).toUpperCase().padStart(2, '0'));
  return octets.reverse().join('');
}

function bind(socket: Socket, { host, port }: UdpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

function connect(socket: Socket, peer: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.connect(peer.port, peer.address, (error?: Error) => (error ? reject(error) : resolve()));
  });
}
