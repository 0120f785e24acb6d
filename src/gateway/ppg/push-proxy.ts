/**
 * The push proxy gateway without its sockets: WAP-249-PPGService, SIN WAP-249_102, and the server's half of PAP, WAP-247.
 * Takes PAP documents, keeps accepted messages in the store, delivers them when their time has come, and reports.
 */
import type { Endpoint } from '../../wap/address.js';
import { DecodeError } from '../../wap/errors.js';
import {
  type CancelMessage,
  type Capabilities,
  type CcqMessage,
  type ClientAddress,
  clientKey,
  commonPapVersion,
  contentTypeOf,
  decodeCapabilities,
  decodePap,
  decodePapEntities,
  type Entity,
  encodeCapabilities,
  encodePap,
  encodePapEntities,
  lacking,
  type PapBody,
  type PapDocument,
  type PapEntities,
  type PapMessage,
  type PapStatus,
  type PapVersion,
  type ProgressNote,
  type PushSubmission,
  papStatus,
  papVersion,
  type QualityOfService,
  type StatusQueryMessage,
  speaksAbove10,
  takes,
} from '../../wap/push/index.js';
import type { Random } from '../../wap/random.js';
import { decodeText } from '../charset.js';
import type { Conversions } from '../encode.js';
import { charsetOf, type Initiator, prepare } from './content.js';
import { type DeliveryOptions, deliveries, usedQuality } from './delivery.js';
import type { NewRecipient, Outcome, Recipient, StoredPush, Submission } from './store.js';
import { onBearer, tryClientAddress } from './subscribers.js';

export type { Initiator } from './content.js';

/** What is known of a terminal, and from where. */
export interface KnownCapabilities {
  readonly values: Capabilities;
  /** The profile that it named, as it was fetched; absent where only headers of its session are known. */
  readonly profile?: Entity;
}

export interface PushProxyOptions extends DeliveryOptions {
  readonly conversions: Conversions;
  /** Whether confirmed delivery can be had. */
  readonly confirmed: boolean;
  /** Networks and bearers that can be required (WAP-259 Appendix C), in any letters. */
  readonly networks: readonly string[];
  readonly bearers: readonly string[];
  /** What the terminal there can do; `undefined` where nobody has said. */
  readonly capabilities: (endpoint: Endpoint) => Promise<KnownCapabilities | undefined>;
  /** For boundaries. */
  readonly random: Random;
}

export interface PushProxy {
  /** Answers a PAP message: the body of a POST, and what goes back with 202. */
  handle(
    contentType: string,
    body: Uint8Array,
    senderAddress: string,
    initiator: Initiator,
  ): Promise<PapBody>;
  /** Looks whether something is due now. Called once at start, for what an earlier process left. */
  wake(): void;
  /** Stops delivering; the queue stays. */
  close(): Promise<void>;
}

/** Who asks what, and how the answer is written. */
interface Asked {
  readonly entities: PapEntities;
  readonly version: PapVersion;
  readonly announce: boolean;
  readonly senderAddress: string;
  readonly initiator: Initiator;
}

/** How much of a bad message is sent back. */
const MAX_FRAGMENT = 400;

export function pushProxy(options: PushProxyOptions): PushProxy {
  const { store, scheduler } = options;
  const queue = deliveries(options);

  async function handle(
    contentType: string,
    body: Uint8Array,
    senderAddress: string,
    initiator: Initiator,
  ): Promise<PapBody> {
    let version: PapVersion = '1.0';
    let announce = false;
    let text = '';
    const plain = (message: PapMessage) =>
      encodePapEntities(encodePap(message, version, announce), [], options.random);
    try {
      const entities = decodePapEntities(contentType, body);
      const decoded = decodeText(entities.control.body, charsetOf(entities.control));
      if (decoded === undefined) return plain(badMessage('2000', 'the character set is unknown', ''));
      text = decoded.text;
      const found = papVersion(text);
      const common = commonPapVersion(found.version, found.supportedVersions);
      announce = speaksAbove10(found.version, found.supportedVersions);
      version = common ?? '1.0';
      // WAP-247 §9.3: the version of the message itself is asked about, not one that both could have used.
      if (common !== found.version)
        return plain(badMessage('3002', `PAP ${found.version} is not spoken here`, ''));
      const document = decodePap(text);
      const asked = { entities, version, announce, senderAddress, initiator };
      const { message, others } = await answered(document, asked);
      return encodePapEntities(encodePap(message, version, announce), others, options.random);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return plain(badMessage('2000', error.message, text));
    }
  }

  /** What went wrong here is no fault of the message: it is said in the answer that it asks for (§8.13, Table 1). */
  async function answered(document: PapDocument, asked: Asked): Promise<Answer> {
    try {
      return await answerTo(document.message, asked);
    } catch (error) {
      if (error instanceof DecodeError) throw error;
      options.failed(error);
      return { message: brokenAnswer(document.message), others: [] };
    }
  }

  async function answerTo(message: PapMessage, asked: Asked): Promise<Answer> {
    switch (message.type) {
      case 'push-message':
        return { message: await submitted(message, asked), others: [] };
      case 'cancel-message':
        return { message: await cancelled(message, asked.initiator), others: [] };
      case 'statusquery-message':
        return { message: await status(message, asked.initiator), others: [] };
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
  async function submitted(message: PushSubmission, asked: Asked): Promise<PapMessage> {
    const { entities, initiator, senderAddress, version, announce } = asked;
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
    const refusal = refused(message, now);
    if (refusal !== undefined) return respond(...refusal);
    note('addresses', `${message.addresses.length} recipients`);
    if (await store.has(message.pushId)) return respond('2007');

    const prepared = prepare(entities.content, initiator, options.conversions);
    if ('problem' in prepared) return respond(prepared.code, prepared.problem);
    note(
      'transformation',
      `${contentTypeOf(entities.content)} to ${contentTypeOf(prepared)}, ${prepared.body.length} octets`,
    );
    const assumed = entities.capabilities && assumedCapabilities(entities.capabilities);
    const recipients: NewRecipient[] = [];
    for (const address of message.addresses) {
      const unable = await incapable(address, message.qualityOfService, prepared, assumed);
      // WAP-247 §10.3: of several recipients each is handled as if it were alone, and told of by its result notification.
      if (unable !== undefined && message.addresses.length === 1) return respond(unable.code, unable.desc);
      const outcome: Outcome =
        unable === undefined
          ? { state: 'pending', code: '1001', at: now }
          : { state: 'undeliverable', ...unable, at: now };
      recipients.push({ address, key: keyOf(address), outcome });
    }
    if (assumed !== undefined) note('capabilities', `${assumed.size} attributes were compared`);

    const push: StoredPush = {
      pushId: message.pushId,
      version,
      announce,
      received: now,
      senderAddress,
      ...(initiator.name !== undefined && { initiator: initiator.name }),
      ...(message.ppgNotifyRequestedTo !== undefined && { notifyTo: message.ppgNotifyRequestedTo }),
      ...(message.deliverAfterTimestamp !== undefined && { deliverAfter: message.deliverAfterTimestamp }),
      ...(message.deliverBeforeTimestamp !== undefined && { deliverBefore: message.deliverBeforeTimestamp }),
      ...(message.qualityOfService !== undefined && { qualityOfService: message.qualityOfService }),
      headers: prepared.headers,
      body: prepared.body,
    };
    const code = await accepted(message, { push, recipients }, initiator);
    queue.wake();
    return respond(code);
  }

  /** What can be said of a submission without looking at its content. */
  function refused(message: PushSubmission, now: number): [PapStatus, string?] | undefined {
    const clients = message.addresses.map(tryClientAddress);
    const unknown = message.addresses.find((_, i) => {
      const client = clients[i];
      return client === undefined || options.locate(client) === undefined;
    });
    if (unknown !== undefined) return ['2002', `not served here: ${unknown}`];
    const quality = message.qualityOfService;
    const refusal = refusedQuality(quality);
    if (refusal !== undefined) return [refusal];
    const elsewhere = message.addresses.find((_, i) => {
      const client = clients[i];
      return quality && client && onBearer(options.locate, client, quality) === undefined;
    });
    if (elsewhere !== undefined) return ['3010', `not on that bearer: ${elsewhere}`];
    if (message.deliverBeforeTimestamp !== undefined && message.deliverBeforeTimestamp <= now)
      return ['2000', 'deliver-before-timestamp has passed'];
    return undefined;
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

  /** WAP-247 §10.3: whether the terminal lacks what was assumed of it, or takes no such content. */
  async function incapable(
    address: string,
    quality: QualityOfService | undefined,
    content: Entity,
    assumed: Capabilities | undefined,
  ): Promise<{ readonly code: PapStatus; readonly desc: string } | undefined> {
    const client = tryClientAddress(address);
    const endpoint = client && (quality ? onBearer(options.locate, client, quality) : options.locate(client));
    const known = endpoint && (await options.capabilities(endpoint));
    if (known === undefined) return undefined;
    const lacks = assumed && lacking(assumed, known.values);
    if (lacks !== undefined) return { code: '2005', desc: `the client does less than assumed in ${lacks}` };
    // The headers of a session say what its browser asks for; only a profile says what may be pushed.
    if (known.profile === undefined || takes(known.values, contentTypeOf(content)) !== false)
      return undefined;
    return { code: '2006', desc: `the client takes no ${contentTypeOf(content)}` };
  }

  /** Keeps the message, in the place of another where it replaces one (WAP-247 §8.2). */
  async function accepted(
    message: PushSubmission,
    submission: Submission,
    initiator: Initiator,
  ): Promise<PapStatus> {
    if (message.replacePushId === undefined) return acceptances[await store.accept(submission)];
    const pendingOnly = message.replaceMethod === 'pending-only';
    const known = await store.recipients(message.replacePushId);
    if (known.length === 0 && pendingOnly) return '2004';
    if (!isOwn(known, initiator)) return '2001';
    const keys = new Set(submission.recipients.map(({ key }) => key));
    const ids = queue.hold(known.filter(({ key }) => keys.has(key)).map(({ id }) => id));
    try {
      const desc = `replaced by ${message.pushId}`;
      const outcome: Outcome = { state: 'cancelled', code: '1000', desc, at: scheduler.now() };
      return acceptances[await store.accept({ ...submission, replaces: { ids, outcome, pendingOnly } })];
    } finally {
      queue.release(ids);
    }
  }

  /** WAP-249 §5.4, WAP-247 §8.4. */
  async function cancelled(message: CancelMessage, initiator: Initiator): Promise<PapMessage> {
    const known = await store.recipients(message.pushId);
    const answer = (code: PapStatus, addresses: readonly string[]) => ({
      code,
      desc: papStatus[code],
      addresses,
    });
    const { pushId } = message;
    if (known.length === 0)
      return { type: 'cancel-response', pushId, results: [answer('2004', message.addresses)] };
    if (!isOwn(known, initiator))
      return { type: 'cancel-response', pushId, results: [answer('2001', message.addresses)] };
    const wanted = message.addresses.length === 0 ? known.map(({ address }) => address) : message.addresses;
    const results = await Promise.all(
      wanted.map(async (address) => {
        const recipient = known.find(({ key }) => key === keyOf(address));
        return [address, recipient === undefined ? '2003' : await cancellation(recipient)] as const;
      }),
    );
    const codes = new Map<PapStatus, string[]>();
    for (const [address, code] of results) codes.set(code, [...(codes.get(code) ?? []), address]);
    return {
      type: 'cancel-response',
      pushId,
      results: [...codes].map(([code, addresses]) => answer(code, addresses)),
    };
  }

  async function cancellation({ id, outcome }: Recipient): Promise<PapStatus> {
    if (outcome.state !== 'pending') return '3003';
    const held = queue.hold([id]);
    if (held.length === 0) return '2008';
    try {
      const at = scheduler.now();
      const desc = 'cancelled by the initiator';
      const done = await store.settle(id, { state: 'cancelled', code: '1000', desc, at });
      return done ? '1000' : '3003';
    } finally {
      queue.release(held);
    }
  }

  /** WAP-249 §5.3, WAP-247 §8.8. */
  async function status(message: StatusQueryMessage, initiator: Initiator): Promise<PapMessage> {
    const { pushId, addresses } = message;
    const known = await store.recipients(pushId);
    const unknown = (code: PapStatus, which: readonly string[]) =>
      ({ messageState: 'unknown', code, desc: papStatus[code], addresses: which }) as const;
    if (known.length === 0)
      return { type: 'statusquery-response', pushId, results: [unknown('2004', addresses)] };
    if (!isOwn(known, initiator))
      return { type: 'statusquery-response', pushId, results: [unknown('2001', addresses)] };
    const wanted = addresses.length === 0 ? known.map(({ address }) => address) : addresses;
    return {
      type: 'statusquery-response',
      pushId,
      results: wanted.map((address) => {
        const recipient = known.find(({ key }) => key === keyOf(address));
        if (recipient === undefined) return unknown('2003', [address]);
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

  /** WAP-249 §5.5, WAP-247 §8.10: the profile that the terminal has named, else what its session says. */
  async function capabilities(message: CcqMessage): Promise<Answer> {
    const client = tryClientAddress(message.address);
    const endpoint = client && options.locate(client);
    const known = endpoint && (await options.capabilities(endpoint));
    const code: PapStatus = endpoint === undefined ? '2002' : known === undefined ? '3008' : '1000';
    const answer: PapMessage = {
      type: 'ccq-response',
      ...(message.queryId !== undefined && { queryId: message.queryId }),
      code,
      desc: papStatus[code],
      address: message.address,
    };
    if (known === undefined) return { message: answer, others: [] };
    const headers = [{ name: 'Content-Type', value: 'application/rdf+xml' }];
    const entity = known.profile ?? { headers, body: encodeCapabilities(known.values) };
    return { message: answer, others: [entity] };
  }

  return { handle, wake: queue.wake, close: queue.close };
}

/** A message, and for an answer to a capabilities query the second entity. */
interface Answer {
  readonly message: PapMessage;
  readonly others: readonly Entity[];
}

const acceptances = { accepted: '1001', duplicate: '2007', 'too late': '2008' } as const satisfies Record<
  string,
  PapStatus
>;

function badMessage(code: PapStatus, desc: string, text: string): PapMessage {
  const fragment = text.slice(0, MAX_FRAGMENT);
  return {
    type: 'badmessage-response',
    code,
    desc,
    ...(fragment !== '' && { badMessageFragment: fragment }),
  };
}

/** 3000 in the answer that belongs to the message. */
function brokenAnswer(message: PapMessage): PapMessage {
  const result = { code: '3000', desc: papStatus['3000'] } as const;
  switch (message.type) {
    case 'push-message':
      return { type: 'push-response', pushId: message.pushId, progressNotes: [], result };
    case 'cancel-message':
      return {
        type: 'cancel-response',
        pushId: message.pushId,
        results: [{ ...result, addresses: message.addresses }],
      };
    case 'statusquery-message':
      return {
        type: 'statusquery-response',
        pushId: message.pushId,
        results: [{ ...result, messageState: 'unknown', addresses: message.addresses }],
      };
    case 'ccq-message':
      return { type: 'ccq-response', ...result, address: message.address };
    case 'push-response':
    case 'cancel-response':
    case 'resultnotification-message':
    case 'resultnotification-response':
    case 'statusquery-response':
    case 'ccq-response':
    case 'badmessage-response':
      return badMessage('2000', `${message.type} is nothing that a push proxy is asked`, '');
  }
}

/** Whether a push is that initiator's: others' are none of its business (WAP-247 §8.14.2.2). */
function isOwn(known: readonly Recipient[], { name }: Initiator): boolean {
  return known.every(({ push }) => push.initiator === name);
}

/** What the initiator assumes of the terminal; `DecodeError` where it is no RDF. */
function assumedCapabilities(entity: Entity): Capabilities {
  const decoded = decodeText(entity.body, charsetOf(entity));
  if (decoded === undefined)
    throw new DecodeError('PAP', 0, 'the capabilities entity is not in its character set');
  return decodeCapabilities(decoded.text);
}

function keyOf(address: string): string {
  const client: ClientAddress | undefined = tryClientAddress(address);
  return client === undefined ? address : clientKey(client);
}
