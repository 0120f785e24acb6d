/** The library has no types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server } from 'node:net';
  import type { LibraryPdu } from './smpp-library.js';

  interface Session extends EventEmitter {
    on(event: 'pdu', listener: (pdu: LibraryPdu) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    send(pdu: LibraryPdu, answered?: (answer: LibraryPdu) => void): void;
    destroy(): void;
  }
  const smpp: {
    connect(options: { host: string; port: number }): Session;
    createServer(serve: (session: Session) => void): Server;
    PDU: new (command: string, parameters: Record<string, unknown>) => LibraryPdu;
  };
  export = smpp;
}
