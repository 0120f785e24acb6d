/** The `smpp` library as somebody else's end, with the little of it that the tests use given types. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import smpp from 'smpp';

/** A PDU as the library reads it: its parameters are properties. */
export interface LibraryPdu {
  readonly command: string;
  readonly command_status: number;
  readonly [parameter: string]: unknown;
  response(parameters?: Readonly<Record<string, unknown>>): LibraryPdu;
}

export interface LibrarySession {
  send(pdu: LibraryPdu): void;
  request(command: string, parameters: Readonly<Record<string, unknown>>): Promise<LibraryPdu>;
}

export interface LibraryClient extends LibrarySession {
  /** The next request of that kind; it is answered. */
  next(command: string): Promise<LibraryPdu>;
  readonly closed: Promise<unknown>;
}

export async function connectLibrary(port: number): Promise<LibraryClient> {
  const session = smpp.connect({ host: '127.0.0.1', port });
  await once(session, 'connect');
  return {
    ...wrapped(session),
    async next(command) {
      const [pdu] = (await once(session, command)) as [LibraryPdu];
      session.send(pdu.response());
      return pdu;
    },
    closed: once(session, 'close'),
  };
}

/** @param serve answers each request */
export async function libraryServer(
  serve: (pdu: LibraryPdu, session: LibrarySession) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sessions = new Set<Raw>();
  const server: Server = smpp.createServer((session: Raw) => {
    sessions.add(session);
    session.on('pdu', (pdu) => {
      if (!pdu.command.endsWith('_resp')) serve(pdu, wrapped(session));
    });
    session.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // TCP: it has a port
    close: () =>
      new Promise((resolve) => {
        for (const session of sessions) session.destroy();
        server.close(() => resolve());
      }),
  };
}

type Raw = ReturnType<typeof smpp.connect>;

function wrapped(session: Raw): LibrarySession {
  return {
    send: (pdu) => session.send(pdu),
    request: (command, parameters) =>
      new Promise((resolve) => session.send(new smpp.PDU(command, { ...parameters }), resolve)),
  };
}
