/** Connectionless WSP over datagrams, clients and servers: WAP-230-WSP §7.2. */
import type { Peers } from '../address.js';
import { DecodeError, UsageError } from '../errors.js';
import type { Effect, Layer } from '../layer.js';
import { findRow } from '../machine.js';
import { Reader } from '../octets.js';
import type { DatagramIndication, DatagramRequest } from '../wdp/primitives.js';
import { lowerVersion } from './header-values.js';
import { decodeHeaders, encodeHeaders, type HeaderContext, LOWEST_VERSION } from './headers.js';
import {
  decodeMessage,
  decodeUri,
  encodeMessageHeaders,
  encodeUri,
  encodingVersionIn,
  hasUnsupportedEncoding,
  type Message,
  NO_BODY,
  withEncodingVersion,
} from './messages.js';
import { hasBody, methodName, methodType } from './methods.js';
import { statusOctet, statusOf } from './numbers.js';
import { decodeUnit, encodeUnit, type UnitPdu, type WspPdu } from './pdu.js';
import type { EncodingVersion, UnitIndication, UnitRequest } from './primitives.js';
import { type ActionOf, type ConditionOf, connectionless, type UnitEvent } from './tables.js';

export interface UnitOptions {
  /** The highest encoding version that is sent and named. Left out: 1.4, that of WAP-230. */
  readonly encodingVersion?: EncodingVersion;
  /** Told of every row of the table that fires. */
  readonly observe?: (table: 'Connectionless', row: readonly unknown[]) => void;
}

type UnitLayer = Layer<UnitRequest, UnitIndication, DatagramIndication, DatagramRequest>;
type UnitEffect = Effect<UnitIndication, DatagramRequest>;

interface Occasion {
  readonly request?: UnitRequest;
  readonly peers?: Peers;
  readonly pdu?: UnitPdu;
}

export function connectionlessLayer(options: UnitOptions = {}): UnitLayer {
  const { encodingVersion: ours = '1.4', observe } = options;

  function step(event: UnitEvent, occasion: Occasion): readonly UnitEffect[] {
    const row = findRow(connectionless, 'NULL', event, (condition) => holds(condition, occasion));
    if (row === undefined) return [manage('ignored', `${event}: ${occasion.pdu?.content.pdu ?? 'nothing'}`)];
    observe?.('Connectionless', row);
    return row[2].flatMap((action) => act(action, occasion));
  }

  function act(action: ActionOf<typeof connectionless>, occasion: Occasion): readonly UnitEffect[] {
    switch (action) {
      case 'Unitdata.req(Method)':
        return invoke(occasion, ours);
      case 'Unitdata.req(Reply)':
        return reply(occasion, ours);
      case 'Unitdata.req(Push)':
        return push(occasion, ours);
      case 'S-Unit-MethodInvoke.ind':
        return invoked(occasion, ours);
      case 'S-Unit-MethodResult.ind':
        return answered(occasion);
      case 'S-Unit-Push.ind':
        return pushed(occasion);
      case 'Ignore':
        return [];
    }
  }

  return {
    name: 'WSP',
    fromAbove: (request) => step(request.type, { request }),
    fromBelow(indication) {
      if (indication.type === 'T-DError.ind') return step('T-DError.ind', {});
      const peers = { local: indication.destination, remote: indication.source };
      try {
        return step('T-DUnitdata.ind', { peers, pdu: decodeUnit(indication.userData) });
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        return [manage('undecodable', error.message)];
      }
    },
    expired: () => [],
  };
}

function manage(type: string, text: string): UnitEffect {
  return { manage: { type, layer: 'WSP', text } };
}

function holds(condition: ConditionOf<typeof connectionless>, { pdu }: Occasion): boolean {
  switch (condition) {
    case 'Method PDU':
      return pdu?.content.pdu === 'Get' || pdu?.content.pdu === 'Post';
    case 'Reply PDU':
      return pdu?.content.pdu === 'Reply';
    case 'Push PDU':
      return pdu?.content.pdu === 'Push';
  }
}

function send(peers: Peers, tid: number, content: WspPdu): readonly UnitEffect[] {
  if (!Number.isInteger(tid) || tid < 0 || tid > 255)
    throw new UsageError(`WSP: a transaction id is 0 to 255, not ${tid}`);
  const userData = encodeUnit({ tid, content });
  return [{ down: { type: 'T-DUnitdata.req', source: peers.local, destination: peers.remote, userData } }];
}

/** §8.4.2.70: our version in every request; names above what the server is known to decode go as text. */
function invoke({ request }: Occasion, ours: EncodingVersion): readonly UnitEffect[] {
  if (request?.type !== 'S-Unit-MethodInvoke.req') return [];
  const { peers, transactionId, method, requestUri, requestBody: body = NO_BODY } = request;
  const type = methodType(method);
  if (type === undefined) throw new UsageError(`WSP: ${method} is no method of HTTP/1.1`);
  const context: HeaderContext = {
    encodingVersion: lowerVersion(ours, request.encodingVersion ?? LOWEST_VERSION),
  };
  const named = request.encodingVersion === undefined ? ours : lowerVersion(ours, request.encodingVersion);
  const headers = withEncodingVersion(request.requestHeaders ?? [], named);
  const uri = encodeUri(requestUri);
  if (hasBody(type))
    return send(peers, transactionId, {
      pdu: 'Post',
      type,
      uri,
      headers: encodeMessageHeaders({ headers, body }, context),
      data: body,
    });
  if (body.length > 0) throw new UsageError(`WSP: ${method} has no body`);
  return send(peers, transactionId, { pdu: 'Get', type, uri, headers: encodeHeaders(headers, context) });
}

function reply({ request }: Occasion, ours: EncodingVersion): readonly UnitEffect[] {
  if (request?.type !== 'S-Unit-MethodResult.req') return [];
  const { peers, transactionId, status, responseBody: body = NO_BODY } = request;
  const encodingVersion = lowerVersion(ours, request.encodingVersion ?? LOWEST_VERSION);
  const headers = withEncodingVersion(request.responseHeaders ?? [], encodingVersion);
  return sendReply(peers, transactionId, status, { headers, body }, encodingVersion);
}

function sendReply(
  peers: Peers,
  tid: number,
  status: number,
  message: Message,
  encodingVersion: EncodingVersion,
): readonly UnitEffect[] {
  return send(peers, tid, {
    pdu: 'Reply',
    status: statusOctet(status),
    headers: encodeMessageHeaders(message, { encodingVersion }),
    data: message.body,
  });
}

function push({ request }: Occasion, ours: EncodingVersion): readonly UnitEffect[] {
  if (request?.type !== 'S-Unit-Push.req') return [];
  const { peers, pushId, pushHeaders: headers = [], pushBody: body = NO_BODY } = request;
  const encodingVersion = lowerVersion(ours, request.encodingVersion ?? LOWEST_VERSION);
  return send(peers, pushId, {
    pdu: 'Push',
    headers: encodeMessageHeaders({ headers, body }, { encodingVersion }),
    data: body,
  });
}

function invoked({ peers, pdu }: Occasion, ours: EncodingVersion): readonly UnitEffect[] {
  if (peers === undefined || (pdu?.content.pdu !== 'Get' && pdu?.content.pdu !== 'Post')) return [];
  const { tid, content } = pdu;
  const message: Message =
    content.pdu === 'Post'
      ? decodeMessage(content.headers, content.data, {})
      : { headers: decodeHeaders(new Reader(content.headers, 'WSP')), body: NO_BODY };
  const encodingVersion = encodingVersionIn(message.headers);
  const method = methodName(content.type);
  const refusal = refusalOf(method, message);
  if (refusal !== undefined) {
    const version = lowerVersion(ours, encodingVersion);
    return sendReply(
      peers,
      tid,
      refusal,
      { headers: withEncodingVersion([], version), body: NO_BODY },
      version,
    );
  }
  return [
    {
      up: {
        type: 'S-Unit-MethodInvoke.ind',
        peers,
        transactionId: tid,
        method: method ?? '',
        requestUri: decodeUri(content.uri),
        requestHeaders: message.headers,
        requestBody: message.body,
        encodingVersion,
      },
    },
  ];
}

/** What the layer answers in the user's place: §8.4.2.70, and methods that nobody can have agreed on here. */
function refusalOf(method: string | undefined, message: Message): number | undefined {
  if (method === undefined) return 501;
  return hasUnsupportedEncoding(message.headers) ? 400 : undefined;
}

function answered({ peers, pdu }: Occasion): readonly UnitEffect[] {
  if (peers === undefined || pdu?.content.pdu !== 'Reply') return [];
  const { headers, body } = decodeMessage(pdu.content.headers, pdu.content.data, {});
  return [
    {
      up: {
        type: 'S-Unit-MethodResult.ind',
        peers,
        transactionId: pdu.tid,
        status: statusOf(pdu.content.status),
        responseHeaders: headers,
        responseBody: body,
        encodingVersion: encodingVersionIn(headers),
      },
    },
  ];
}

function pushed({ peers, pdu }: Occasion): readonly UnitEffect[] {
  if (peers === undefined || pdu?.content.pdu !== 'Push') return [];
  const { headers, body } = decodeMessage(pdu.content.headers, pdu.content.data, {});
  return [{ up: { type: 'S-Unit-Push.ind', peers, pushId: pdu.tid, pushHeaders: headers, pushBody: body } }];
}
