/** Connections to origins, kept for the next request: RFC 2616 §8.1. */
import { lookup } from 'node:dns';
import { isIP, type LookupFunction, type Socket, connect as tcpConnect } from 'node:net';
import { TLSSocket, connect as tlsConnect } from 'node:tls';
import type { Millis } from '../wap/time.js';
import type { Origins } from './origins.js';

export interface ConnectionsOptions {
  readonly origins: Origins;
  /** Finds the addresses of a name, anew for each connection. Default: the machine's way. */
  readonly lookup?: typeof lookup;
  /** Connections to one origin at the same time. */
  readonly most: number;
  /** Certificates (PEM) of authorities that are trusted besides the machine's own. */
  readonly ca?: string;
}

/** Where a connection leads. */
export interface Place {
  readonly secure: boolean;
  /** A name or an address, which has no brackets. */
  readonly host: string;
  readonly port: number;
}

/** Who has a connection for a while. */
export interface User {
  /** The connection is its own from now on, and may be written to at once. @param kept whether it served others before */
  assigned(connection: Connection, kept: boolean): void;
  received(octets: Buffer): void;
  /** The connection is gone. Without an error the other end closed it. */
  ended(error?: Error): void;
}

export interface Connection {
  /** @param head its characters are octets */
  write(head: string, body?: Uint8Array): void;
  /** CN of the origin's certificate, where TLS is used. */
  certificateName(): string | undefined;
  /** Leaves it to whoever wants to go there next. */
  release(): void;
  /** Closes it; its user hears nothing any more. */
  destroy(): void;
}

export interface Connections {
  /** Gives the user a connection to that place: at once, or when there is room. @param fresh whether it must be new */
  order(place: Place, user: User, fresh: boolean): void;
  /** Takes back an order that was not met. */
  withdraw(place: Place, user: User): void;
  /** Closes all. */
  close(): void;
}

/** The rules forbid the address that a name leads to. */
export class Denied extends Error {}

/** Longer than most origins keep a connection: it is they who close it. */
const IDLE_FOR: Millis = 60_000;

/** Origins whose TLS session is remembered, so that the next connection costs less: a terminal's user visits a few. */
const MAX_TLS_SESSIONS = 100;

interface Order {
  readonly user: User;
  readonly fresh: boolean;
}

/** All that there is to one place. */
interface Line {
  readonly key: string;
  readonly place: Place;
  /** The one used last stands last and is used next: it is the least likely to be closed just then. */
  readonly idle: Kept[];
  readonly waiting: Order[];
  /** Connections, idle or not. */
  open: number;
}

interface Kept extends Connection {
  use(user: User, kept: boolean): void;
}

export function connections(options: ConnectionsOptions): Connections {
  const lines = new Map<string, Line>();
  const all = new Set<Socket>();
  const tlsSessions = new Map<string, Buffer>();

  function lineTo(place: Place): Line {
    const key = keyOf(place);
    const known = lines.get(key);
    if (known !== undefined) return known;
    const line: Line = { key, place, idle: [], waiting: [], open: 0 };
    lines.set(key, line);
    return line;
  }

  function openFor(line: Line, user: User): void {
    const socket = connect(line);
    let present: User | undefined;
    let failure: Error | undefined;
    let closed = false;
    let certificateName: string | undefined;
    line.open++;
    all.add(socket);

    const connection: Kept = {
      use(user, kept) {
        present = user;
        if (kept) socket.ref();
        user.assigned(connection, kept);
      },
      write(head, body) {
        if (body === undefined || body.length === 0) {
          socket.write(head, 'latin1');
          return;
        }
        socket.cork();
        socket.write(head, 'latin1');
        socket.write(body);
        socket.uncork();
      },
      certificateName() {
        if (socket instanceof TLSSocket) certificateName ??= nameIn(socket);
        return certificateName;
      },
      release() {
        present = undefined;
        if (closed || socket.destroyed) return;
        const next = line.waiting.shift();
        if (next === undefined) {
          socket.unref();
          line.idle.push(connection);
        } else if (next.fresh) {
          line.waiting.unshift(next);
          socket.destroy();
        } else connection.use(next.user, true);
      },
      destroy() {
        present = undefined;
        socket.destroy();
      },
    };

    socket.on('data', (octets: Buffer) => {
      // What nobody asked for could be taken for the answer to the next request.
      if (present === undefined) socket.destroy();
      else present.received(octets);
    });
    socket.on('error', (error) => {
      failure = error;
    });
    socket.setTimeout(IDLE_FOR, () => {
      if (present === undefined) socket.destroy();
    });
    socket.on('close', () => {
      closed = true;
      all.delete(socket);
      line.open--;
      const at = line.idle.indexOf(connection);
      if (at >= 0) line.idle.splice(at, 1);
      present?.ended(failure);
      present = undefined;
      const next = line.waiting.shift();
      if (next !== undefined) openFor(line, next.user);
      else if (line.open === 0) lines.delete(line.key);
    });
    connection.use(user, false);
  }

  function connect({ key, place }: Line): Socket {
    const { host, port, secure } = place;
    const common = { host, port, lookup: permitted(place, options) };
    if (!secure) return tcpConnect({ ...common, noDelay: true });
    const session = tlsSessions.get(key);
    const socket = tlsConnect({
      ...common,
      // RFC 6066 §3: an address is no server name.
      ...(isIP(host) === 0 && { servername: host }),
      ...(options.ca !== undefined && { ca: options.ca }),
      ...(session !== undefined && { session }),
      ALPNProtocols: ['http/1.1'],
    });
    socket.setNoDelay(true);
    socket.on('session', (fresh) => {
      tlsSessions.delete(key);
      tlsSessions.set(key, fresh);
      const [oldest] = tlsSessions.keys();
      if (tlsSessions.size > MAX_TLS_SESSIONS && oldest !== undefined) tlsSessions.delete(oldest);
    });
    return socket;
  }

  return {
    order(place, user, fresh) {
      const line = lineTo(place);
      const kept = fresh ? undefined : line.idle.pop();
      if (kept !== undefined) kept.use(user, true);
      else if (line.open < options.most) openFor(line, user);
      else {
        line.waiting.push({ user, fresh });
        // Only a new one will do: room is made for it.
        line.idle.pop()?.destroy();
      }
    },
    withdraw(place, user) {
      const waiting = lines.get(keyOf(place))?.waiting ?? [];
      const at = waiting.findIndex((order) => order.user === user);
      if (at >= 0) waiting.splice(at, 1);
    },
    close() {
      for (const line of lines.values()) line.waiting.length = 0;
      for (const socket of all) socket.destroy();
    },
  };
}

function keyOf({ secure, host, port }: Place): string {
  return `${secure ? 's' : ''}|${host}|${port}`;
}

function nameIn(socket: TLSSocket): string | undefined {
  const name: string | readonly string[] | undefined = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : undefined;
}

/** A look-up that gives only addresses which may be connected to, so that no name leads round the rules. */
function permitted(
  { host: name, port }: Place,
  { origins, lookup: find = lookup }: ConnectionsOptions,
): LookupFunction {
  return (host, wanted, done) => {
    find(host, { ...wanted, all: true }, (error, addresses) => {
      const permitted = error
        ? []
        : addresses.filter(({ address }) => origins.permitsAddress(name, port, address));
      const first = permitted[0];
      if (error) done(error, '');
      else if (first === undefined)
        done(new Denied(`${name} leads to an address that may not be fetched from`), '');
      else if (wanted.all) done(null, permitted);
      else done(null, first.address, first.family);
    });
  };
}
