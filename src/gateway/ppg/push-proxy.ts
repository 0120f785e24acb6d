/**
 * The push proxy gateway without its sockets: WAP-249-PPGService, SIN WAP-249_102, and the server's half of PAP, WAP-247.
 * Takes PAP documents, keeps accepted messages in the store, delivers them when their time has come, and reports.
 */
import { DecodeError } from '../../wap/errors.js';
import {
  applicationOf,
  type CancelMessage,
  type CcqMessage,
  type ClientAddress,
  clientKey,
  commonPapVersion,
  contentTypeOf,
  decodeCo,
  decodePap,
  decodePapEntities,
  decodeSi,
  decodeSl,
  type Entity,
  encodePap,
  mustNotTransform,
  otaHeaders,
  type PapDocument,
  type PapEntities,
  type PapMessage,
  type PapStatus,
  type PapVersion,
  type ProgressNote,
  type PushFlags,
  type PushSubmission,
  papStatus,
  papVersion,
  type QualityOfService,
  type StatusQueryMessage,
  speaksAbove10,
  transformed,
  withoutTransferEncoding,
} from '../../wap/push/index.js';
import type { Millis } from '../../wap/time.js';
import { headerValue } from '../../wap/wsp/index.js';
import { decodeText } from '../charset.js';
import { adapt, type Conversions } from '../encode.js';
import { type DeliveryOptions, deliveries, usedQuality } from './delivery.js';
import type { Recipient, StoredPush } from './store.js';
import { onBearer, tryClientAddress } from './subscribers.js';

/** Who submits, as the HTTP layer found out. */
export interface Initiator {
  /** The name that it logged in with; absent where nobody has to. */
  readonly name?: string;
  /** Whether terminals are told to trust its content (WAP-235 §6.2.5). */
  readonly trusted?: boolean;
}

export interface PushProxyOptions extends DeliveryOptions {
  readonly conversions: Conversions;
  /** Whether confirmed delivery can be had. */
  readonly confirmed: boolean;
  /** Networks and bearers that can be required (WAP-259 Appendix C), in any letters. */
  readonly networks: readonly string[];
  readonly bearers: readonly string[];
}

export interface PushProxy {
  /** Answers a PAP message: the body of a POST, and what goes back with 202. */
  handle(contentType: string, body: Uint8Array, senderAddress: string, initiator: Initiator): string;
  /** Looks whether something is due now. Called once at start, for what an earlier process left. */
  wake(): void;
  /** Stops delivering; the queue stays. */
  close(): void;
}

/** How much of a bad message is sent back. */
const MAX_FRAGMENT = 400;

export function pushProxy(options: PushProxyOptions): PushProxy {
  const { store, scheduler } = options;
  const queue = deliveries(options);

  function handle(
    contentType: string,
    body: Uint8Array,
    senderAddress: string,
    initiator: Initiator,
  ): string {
    let version: PapVersion = '1.0';
    let announce = false;
    let text = '';
    try {
      const entities = decodePapEntities(contentType, body);
      const decoded = decodeText(entities.control.body, charsetOf(entities.control));
      if (decoded === undefined)
        return badMessage('2000', 'the character set is unknown', '', version, announce);
      text = decoded.text;
      const found = papVersion(text);
      const common = commonPapVersion(found.version, found.supportedVersions);
      announce = speaksAbove10(found.version, found.supportedVersions);
      version = common ?? '1.0';
      // WAP-247 §9.3: the version of the message itself is asked about, not one that both could have used.
      if (common !== found.version)
        return badMessage('3002', `PAP ${found.version} is not spoken here`, '', version, announce);
      const document = decodePap(text);
      const answer = answerTo(document, entities, version, announce, senderAddress, initiator);
      queue.wake();
      return encodePap(answer, version, announce);
    } catch (error) {
      if (error instanceof DecodeError) return badMessage('2000', error.message, text, version, announce);
      options.failed(error);
      return badMessage('3000', papStatus['3000'], '', version, announce);
    }
  }

  function badMessage(
    code: PapStatus,
    desc: string,
    text: string,
    version: PapVersion,
    announce: boolean,
  ): string {
    const fragment = text.slice(0, MAX_FRAGMENT);
    return encodePap(
      { type: 'badmessage-response', code, desc, ...(fragment !== '' && { badMessageFragment: fragment }) },
      version,
      announce,
    );
  }

  function answerTo(
    { message }: PapDocument,
    entities: PapEntities,
    version: PapVersion,
    announce: boolean,
    senderAddress: string,
    initiator: Initiator,
  ): PapMessage {
    switch (message.type) {
      case 'push-message':
        return submitted(message, entities, version, announce, senderAddress, initiator);
      case 'cancel-message':
        return cancelled(message);
      case 'statusquery-message':
        return status(message);
      case 'ccq-message':
        return capabilities(message);
      case 'push-response':
      case 'cancel-response':
      case 'resultnotification-message':
      case 'resultnotification-response':
      case 'statusquery-response':
      case 'ccq-response':
      case 'badmessage-response':
        throw new DecodeError('PAP', 0, `${message.type} is nothing that a push proxy is asked`);
    }
  }

  /** WAP-249 §5.1.1: accepted where it may be delivered, else rejected with a code that says why. */
  function submitted(
    message: PushSubmission,
    entities: PapEntities,
    version: PapVersion,
    announce: boolean,
    senderAddress: string,
    initiator: Initiator,
  ): PapMessage {
    const now = scheduler.now();
    const notes: ProgressNote[] = [];
    const respond = (code: PapStatus, desc?: string): PapMessage => ({
      type: 'push-response',
      pushId: message.pushId,
      senderAddress,
      senderName: options.name,
      replyTime: now,
      progressNotes: message.progressNotesRequested ? notes : [],
      result: { code, desc: desc ?? papStatus[code] },
    });
    const note = (stage: string, text: string) => notes.push({ stage, note: text, time: now });

    if (entities.content === undefined) return respond('2000', 'there is no content entity');
    if (entities.capabilities !== undefined) return respond('3004');
    const clients = message.addresses.map(tryClientAddress);
    const unknown = message.addresses.find((_, i) => {
      const client = clients[i];
      return client === undefined || options.locate(client) === undefined;
    });
    if (unknown !== undefined) return respond('2002', `not served here: ${unknown}`);
    note('addresses', `${clients.length} recipients`);
    const quality = message.qualityOfService;
    const refusal = refusedQuality(quality);
    if (refusal !== undefined) return respond(refusal);
    const elsewhere = message.addresses.find((_, i) => {
      const client = clients[i];
      return quality && client && onBearer(options.locate, client, quality) === undefined;
    });
    if (elsewhere !== undefined) return respond('3010', `not on that bearer: ${elsewhere}`);
    if (message.deliverBeforeTimestamp !== undefined && message.deliverBeforeTimestamp <= now)
      return respond('2000', 'deliver-before-timestamp has passed');
    if (store.has(message.pushId)) return respond('2007');

    const prepared = prepare(entities.content, initiator);
    if ('problem' in prepared) return respond(prepared.code, prepared.problem);
    note(
      'transformation',
      `${contentTypeOf(entities.content)} to ${contentTypeOf(prepared)}, ${prepared.body.length} octets`,
    );

    const replacing =
      message.replacePushId === undefined ? undefined : replace(message, message.replacePushId, now);
    if (typeof replacing === 'string') return respond(replacing);
    const push: StoredPush = {
      pushId: message.pushId,
      version,
      announce,
      received: now,
      senderAddress,
      ...(message.ppgNotifyRequestedTo !== undefined && { notifyTo: message.ppgNotifyRequestedTo }),
      ...(message.deliverAfterTimestamp !== undefined && { deliverAfter: message.deliverAfterTimestamp }),
      ...(message.deliverBeforeTimestamp !== undefined && { deliverBefore: message.deliverBeforeTimestamp }),
      ...(message.qualityOfService !== undefined && { qualityOfService: message.qualityOfService }),
      headers: prepared.headers,
      body: prepared.body,
    };
    const recipients = message.addresses.flatMap((address, i) => {
      const client = clients[i];
      if (client === undefined || (replacing !== undefined && !replacing.has(clientKey(client)))) return [];
      return [
        { address, key: clientKey(client), outcome: { state: 'pending', code: '1001', at: now } as const },
      ];
    });
    return store.accept(push, recipients) ? respond('1001') : respond('2007');
  }

  /** WAP-249 §5.1.2.2.2, WAP-247 §8.2.2: what cannot be honoured is said at once. */
  function refusedQuality(quality: QualityOfService | undefined): PapStatus | undefined {
    if (quality === undefined) return undefined;
    const lacks = (offered: readonly string[], wanted: string | undefined) =>
      wanted !== undefined && !offered.some((name) => name.toLowerCase() === wanted.toLowerCase());
    if (quality.networkRequired && lacks(options.networks, quality.network)) return '3009';
    if (quality.bearerRequired && lacks(options.bearers, quality.bearer)) return '3010';
    return quality.deliveryMethod === 'confirmed' && !options.confirmed ? '3007' : undefined;
  }

  /** The message as it goes over the air: WAP-249 §5.1.2.1. */
  function prepare(content: Entity, initiator: Initiator): Entity | { code: PapStatus; problem: string } {
    const message = withoutTransferEncoding(content);
    const application = applicationOf(message);
    if (application === undefined)
      return { code: '2000', problem: 'X-Wap-Application-Id is no application id' };
    if (headerValue(message.headers, 'Content-Type') === undefined)
      return { code: '2000', problem: 'the content entity has no Content-Type' };
    const problem = contentProblem(message);
    if (problem !== undefined) return { code: '3006', problem };
    const adapted = adapt(message, [], options.conversions);
    if ('problem' in adapted) return { code: '3006', problem: adapted.problem };
    const type = headerValue(adapted.content.headers, 'Content-Type') ?? '';
    const entity = adapted.changed ? transformed(message, type, adapted.content.body) : message;
    const flags: PushFlags = {
      authenticated:
        initiator.name !== undefined && headerValue(message.headers, 'X-Wap-Initiator-URI') !== undefined,
      trusted: initiator.trusted === true,
    };
    return { headers: otaHeaders(entity, application, flags), body: entity.body };
  }

  /** WAP-247 §8.2: cancels what is pending. Who is left to get the new message, where that is not everybody. */
  function replace(
    message: PushSubmission,
    replaced: string,
    now: Millis,
  ): Set<string> | PapStatus | undefined {
    const only = message.replaceMethod === 'pending-only';
    const known = store.recipients(replaced);
    if (known.length === 0) return only ? '2004' : undefined;
    const keys = new Set(message.addresses.map(keyOf));
    const cancelledKeys = new Set(
      known
        .filter(({ id, key }) => keys.has(key) && cancelOne(id, now, `replaced by ${message.pushId}`))
        .map(({ key }) => key),
    );
    if (!only) return undefined;
    return cancelledKeys.size === 0 ? '2008' : cancelledKeys;
  }

  function cancelOne(id: number, at: Millis, desc: string): boolean {
    return !queue.busy(id) && store.settle(id, { state: 'cancelled', code: '1000', desc, at });
  }

  /** WAP-249 §5.4, WAP-247 §8.4. */
  function cancelled(message: CancelMessage): PapMessage {
    const known = store.recipients(message.pushId);
    const answer = (code: PapStatus, addresses: readonly string[]) => ({
      code,
      desc: papStatus[code],
      addresses,
    });
    if (known.length === 0)
      return {
        type: 'cancel-response',
        pushId: message.pushId,
        results: [answer('2004', message.addresses)],
      };
    const wanted = message.addresses.length === 0 ? known.map(({ address }) => address) : message.addresses;
    const codes = new Map<PapStatus, string[]>();
    for (const address of wanted) {
      const recipient = known.find(({ key }) => key === keyOf(address));
      const code = recipient === undefined ? '2003' : cancellation(recipient);
      codes.set(code, [...(codes.get(code) ?? []), address]);
    }
    return {
      type: 'cancel-response',
      pushId: message.pushId,
      results: [...codes].map(([code, addresses]) => answer(code, addresses)),
    };
  }

  function cancellation(recipient: Recipient): PapStatus {
    if (recipient.outcome.state !== 'pending') return '3003';
    return cancelOne(recipient.id, scheduler.now(), 'cancelled by the initiator') ? '1000' : '2008';
  }

  /** WAP-249 §5.3, WAP-247 §8.8. */
  function status(message: StatusQueryMessage): PapMessage {
    const known = store.recipients(message.pushId);
    if (known.length === 0)
      return {
        type: 'statusquery-response',
        pushId: message.pushId,
        results: [
          { messageState: 'unknown', code: '2004', desc: papStatus['2004'], addresses: message.addresses },
        ],
      };
    const wanted = message.addresses.length === 0 ? known.map(({ address }) => address) : message.addresses;
    return {
      type: 'statusquery-response',
      pushId: message.pushId,
      results: wanted.map((address) => {
        const recipient = known.find(({ key }) => key === keyOf(address));
        if (recipient === undefined)
          return { messageState: 'unknown', code: '2003', desc: papStatus['2003'], addresses: [address] };
        const { state, code, desc, at } = recipient.outcome;
        return {
          messageState: state,
          // The code is that of the query's subject: a pending message is fine so far.
          code: state === 'pending' ? '1000' : code,
          ...(desc !== undefined && { desc }),
          ...(state !== 'pending' && { eventTime: at }),
          addresses: [address],
          ...usedQuality(recipient),
        };
      }),
    };
  }

  /** WAP-249 §5.5 leaves it to the proxy; this one knows no capabilities. */
  function capabilities(message: CcqMessage): PapMessage {
    const client = tryClientAddress(message.address);
    const code: PapStatus = client === undefined || options.locate(client) === undefined ? '2002' : '3008';
    return {
      type: 'ccq-response',
      ...(message.queryId !== undefined && { queryId: message.queryId }),
      code,
      desc: papStatus[code],
      address: message.address,
    };
  }

  return { handle, wake: queue.wake, close: queue.close };
}

/** Readers that check against the DTD, by content type. */
const validated: Readonly<Record<string, (xml: string) => unknown>> = {
  'text/vnd.wap.si': decodeSi,
  'text/vnd.wap.sl': decodeSl,
  'text/vnd.wap.co': decodeCo,
};

/** Indications, loads and cache operations are checked before a phone has to (WAP-167 §8.2.1, WAP-168 §9.2.1, WAP-175 §9.2.1). */
function contentProblem(message: Entity): string | undefined {
  const type = contentTypeOf(message);
  const read = Object.hasOwn(validated, type) ? validated[type] : undefined;
  if (read === undefined || mustNotTransform(message)) return undefined;
  const decoded = decodeText(message.body, charsetOf(message));
  if (decoded === undefined) return 'the text is not in its character set';
  try {
    read(decoded.text);
    return undefined;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

function charsetOf(entity: Entity): string | undefined {
  const type = headerValue(entity.headers, 'Content-Type') ?? '';
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1];
}

function keyOf(address: string): string {
  const client: ClientAddress | undefined = tryClientAddress(address);
  return client === undefined ? address : clientKey(client);
}
