/**
 * Which service a datagram belongs to, by its ports (WAP-259 Appendix B), and what it says: that of the ports over WTLS as far as
 * the key log opens it.
 */
import { type Endpoint, endpointKey } from '../wap/address.js';
import { DecodeError } from '../wap/errors.js';
import type { Field } from '../wap/octets.js';
import { type Ports, ports as registered } from '../wap/ports.js';
import { formatAlert, type ReadRecord, type Side, type WtlsReader, wtlsReader } from '../wap/wtls/index.js';
import { type DissectedDatagram, type DissectedLayer, dissect, type Service } from './dissect.js';
import { emptyKeyLog, type KeyLog } from './keylog.js';

/** A datagram as a capture has it. */
export interface CapturedDatagram {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly octets: Uint8Array;
}

export interface Conversations {
  /** What the datagram says; `undefined` where its ports are none of a service. To be called in the order of the capture. */
  read(datagram: CapturedDatagram): DissectedDatagram | undefined;
}

/** Conversations over WTLS that are followed at the same time; of more, the oldest can no longer be opened. */
const FOLLOWED_MOST = 10_000;

/** The services of a gateway without WTLS, and of a terminal that takes pushes. */
const plain = { connectionless: 'connectionless', session: 'session', push: 'connectionless' } as const;

/** Those over WTLS, at the end that is the server. */
const secured = {
  secureConnectionless: 'connectionless',
  secureSession: 'session',
  wtaSecureConnectionless: 'connectionless',
  wtaSecureSession: 'session',
} as const;

/** @param ports where they are moved from the registered ones */
export function conversations(keyLog: KeyLog = emptyKeyLog, ports: Ports = registered): Conversations {
  const plainAt = byPort(plain, ports);
  const securedAt = byPort(secured, ports);
  const readers = new Map<string, WtlsReader>();

  function readerOf(server: Endpoint, client: Endpoint): WtlsReader {
    const key = `${endpointKey(server)}|${endpointKey(client)}`;
    const reader = readers.get(key) ?? wtlsReader((random) => keyLog.masterSecretFor(random));
    readers.set(key, reader);
    const [oldest] = readers.keys();
    if (readers.size > FOLLOWED_MOST && oldest !== undefined) readers.delete(oldest);
    return reader;
  }

  function readSecured(
    { source, destination, octets }: CapturedDatagram,
    service: Service,
    from: Side,
  ): DissectedDatagram {
    const [server, client] = from === 'server' ? [source, destination] : [destination, source];
    const fields: Field[] = [];
    try {
      const records = readerOf(server, client).read(from, octets, fields);
      return overWtls(records, service, fields);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { layers: [], malformed: error.message };
    }
  }

  return {
    read(datagram) {
      const { source, destination } = datagram;
      const asked = securedAt.get(destination.port);
      if (asked !== undefined) return readSecured(datagram, asked, 'client');
      const answered = securedAt.get(source.port);
      if (answered !== undefined) return readSecured(datagram, answered, 'server');
      const service = plainAt.get(destination.port) ?? plainAt.get(source.port);
      return service && dissect(service, datagram.octets);
    },
  };
}

function byPort(services: Readonly<Partial<Record<keyof Ports, Service>>>, ports: Ports) {
  return new Map(
    Object.entries(services).map(([name, service]) => [
      ports[name as keyof Ports /* its own keys */],
      service,
    ]),
  );
}

/** The records, and behind each that could be opened what is in it. */
function overWtls(
  records: readonly ReadRecord[],
  service: Service,
  fields: readonly Field[],
): DissectedDatagram {
  const wtls: DissectedLayer = {
    layer: 'WTLS',
    summary: records.map(recordSummary).join(' + '),
    fields: [...fields, ...records.flatMap((record) => record.fields ?? [])],
  };
  const inner = records.flatMap(({ type, content }) =>
    type === 'application_data' && content !== undefined ? [dissect(service, content)] : [],
  );
  const malformed = [...records.map(({ fault }) => fault), ...inner.map((it) => it.malformed)].find(
    (it) => it !== undefined,
  );
  return {
    layers: [wtls, ...inner.flatMap(({ layers }) => layers)],
    ...(malformed !== undefined && { malformed }),
  };
}

/** `client_hello`, `alert fatal bad_certificate`, `application_data (ciphered)`. */
function recordSummary({ record, type, content, message, alert }: ReadRecord): string {
  const name = type ?? `record type ${record.contentType}`;
  if (content === undefined) return `${name} (ciphered)`;
  if (message !== undefined) return message.type;
  return alert === undefined ? name : `alert ${formatAlert(alert)}`;
}
