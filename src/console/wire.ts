/** Turns what passes on the wire into the console's messages: datagrams of the air, requests and responses behind it. */
import { conversations } from '../capture/conversations.js';
import { contentText, dissect, formatFields, grouped } from '../capture/dissect.js';
import type { TcpFlow, WatchTcp } from '../capture/http-tap.js';
import { emptyKeyLog, type KeyLog } from '../capture/keylog.js';
import { concat, decodeLatin1 } from '../wap/octets.js';
import type { Ports } from '../wap/ports.js';
import type { Millis } from '../wap/time.js';
import type { Datagram } from '../wap/wdp/primitives.js';
import type { Live } from './live.js';

/** Longest body that is shown whole. */
const SHOWN_MAX = 20_000;

export interface WireOptions {
  readonly live: Live;
  /** Of the gateway, to tell services and directions apart. */
  readonly ports: Ports;
  /** Opens what goes over WTLS; without it, only the handshakes are shown. */
  readonly keyLog?: KeyLog;
  /** When the demonstration began. */
  readonly start: Millis;
}

/** Shows a datagram between terminal and gateway. */
export function watchAir({
  live,
  ports,
  start,
  keyLog = emptyKeyLog,
}: WireOptions): (at: Millis, datagram: Datagram) => void {
  const { read } = conversations(keyLog, ports);
  const { push, pushSecure, ...served } = ports;
  const ofGateway = new Set<number | undefined>(Object.values(served));
  return (at, datagram) => {
    const { source, destination, octets } = datagram;
    const toGateway = ofGateway.has(destination.port);
    const { layers, malformed } = read(datagram) ?? dissect('connectionless', octets);
    const detail = [
      `UDP ${source.address}:${source.port} → ${destination.address}:${destination.port}, ${octets.length} octets`,
      ...layers.map(({ layer, summary, fields, text }) => {
        const lines = [`${layer}  ${summary}`];
        if (fields.length > 0) lines.push(formatFields(fields, '  '));
        if (text !== undefined) lines.push(text);
        return lines.join('\n');
      }),
      ...(malformed === undefined ? [] : [`malformed: ${malformed}`]),
      `octets\n${grouped(octets)}`,
    ].join('\n\n');
    live.message({
      at: at - start,
      kind: 'air',
      from: toGateway ? 'phone' : 'gateway',
      to: toGateway ? 'gateway' : 'phone',
      summary: [
        ...layers.map(({ summary }) => summary),
        ...(malformed === undefined ? [] : [malformed]),
      ].join(' | '),
      octets: octets.length,
      malformed: malformed !== undefined,
      detail,
    });
  };
}

/** Shows the requests and responses of a server. @param client names who asks, by the request's path */
export function watchHttp(
  { live, start }: WireOptions,
  server: string,
  client: (path: string) => string,
): WatchTcp {
  return (): TcpFlow => {
    let asking = client('');
    const report = (from: 'client' | 'server') => (at: Millis, octets: Uint8Array) => {
      const { first, head, body, type } = split(octets);
      if (from === 'client') asking = client(first.split(' ')[1] ?? '');
      live.message({
        at: at - start,
        kind: 'http',
        from: from === 'client' ? asking : server,
        to: from === 'client' ? server : asking,
        summary: first,
        octets: octets.length,
        malformed: false,
        detail: `${head}\n\n${shown(type, body)}`,
      });
    };
    const fromClient = messages(report('client'));
    const fromServer = messages(report('server'));
    return { fromClient: fromClient.add, fromServer: fromServer.add, close: fromServer.end };
  };
}

/** Collects octets until they are one whole message. */
function messages(report: (at: Millis, octets: Uint8Array) => void) {
  let parts: Uint8Array[] = [];
  const flush = (at: Millis): void => {
    if (parts.length > 0) report(at, concat(parts));
    parts = [];
  };
  return {
    add(at: Millis, octets: Uint8Array): void {
      if (octets.length === 0) return;
      // The socket's buffer is not ours to keep.
      parts.push(octets.slice());
      if (isWhole(concat(parts))) flush(at);
    },
    end: flush,
  };
}

interface SplitMessage {
  /** Request line or status line. */
  readonly first: string;
  readonly head: string;
  readonly body: Uint8Array;
  readonly type: string;
}

function split(octets: Uint8Array): SplitMessage {
  const text = decodeLatin1(octets);
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  const body = end < 0 ? new Uint8Array(0) : octets.subarray(end + 4);
  return { first: head.split('\r\n', 1)[0] ?? '', head, body, type: field(head, 'content-type') ?? '' };
}

function field(head: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'im').exec(head)?.[1];
}

/** Whether a message has come to its end: by its length, its last chunk, or because it has no body. */
function isWhole(octets: Uint8Array): boolean {
  const { head, body } = split(octets);
  if (head.length === octets.length) return false;
  const length = field(head, 'content-length');
  if (length !== undefined) return body.length >= Number(length);
  if (/chunked/i.test(field(head, 'transfer-encoding') ?? ''))
    return decodeLatin1(body).endsWith('0\r\n\r\n');
  return true;
}

function shown(type: string, body: Uint8Array): string {
  if (body.length === 0) return '';
  const text = /^(?:text|multipart)\/|urlencoded|xml/.test(type)
    ? decodeLatin1(body)
    : contentText(type, body);
  const readable = contentText('text/plain', body) ?? text;
  if (readable === undefined || text === undefined) return grouped(body.subarray(0, SHOWN_MAX / 2));
  return readable.length > SHOWN_MAX ? `${readable.slice(0, SHOWN_MAX)} …` : readable;
}
