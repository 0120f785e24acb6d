/** The request to the phone, handed to a push proxy gateway [221] over the Push Access Protocol (WAP-247). */
import { request } from 'node:http';
import { ProtocolError } from '../wap/errors.js';
import { concat, decodeUtf8, encodeUtf8, toBase64 } from '../wap/octets.js';
import {
  decodePap,
  decodePapEntities,
  type Entity,
  encodeClientAddress,
  encodePap,
  encodePapEntities,
  encodeSi,
  isSuccess,
  type NewPushSubmission,
  type PapBody,
  type QualityOfService,
} from '../wap/push/index.js';
import type { Random } from '../wap/random.js';
import { type Millis, seconds } from '../wap/time.js';

/** A service indication for one phone. */
export interface PushOrder {
  /** Telephone number of the phone [320]. */
  readonly mobileDeviceId: string;
  /** Names the push at the push proxy, and the indication on the phone. */
  readonly id: string;
  /** The deck that the indication leads to. */
  readonly href: string;
  readonly text: string;
  readonly created: Millis;
  readonly expires: Millis;
}

/** What was handed over. */
export interface Submitted {
  /** Of the submission. */
  readonly octets: number;
  /** Asks no longer: the phone has come for the request, or nobody waits for it any more. */
  readonly stop?: () => void;
}

/** Hands a request for a phone over; throws where it is not taken. */
export type PushSubmitter = (push: PushOrder) => Promise<Submitted>;

/** The push proxy gateway that this shop uses. */
export interface PpgOptions {
  /** Where PAP messages are posted: `http://127.0.0.1:8080/pap`. */
  readonly url: string;
  readonly credentials?: { readonly user: string; readonly password: string };
  /** The PPG specifier behind the @ of a client address (WAP-249 §6.1); the URL's host where it is missing. */
  readonly specifier?: string;
  /**
   * For the WTA user agent of the phone instead of its browser: confirmed, on a secure WTA session (WAP-266 §6.4). The push proxy asks
   * the phone for one where there is none.
   */
  readonly toServices?: boolean;
}

/** A push proxy answers before it delivers; the buyer waits. */
const PPG_TIMEOUT: Millis = seconds(10);

/** A push-response has a few hundred octets. */
const PPG_ANSWER_MAX = 65_536;

/** `2001-11-22T21:07:00Z/4711-0815@127.0.0.1`: one of a kind over restarts, as WAP-247 §8.2 wants a push-id. */
function pushId(push: Pick<PushOrder, 'id' | 'created'>, host: string): string {
  return `${new Date(push.created).toISOString().slice(0, 19)}Z/${push.id}@${host}`;
}

/** A host name as the ABNF of client addresses has it; an IPv6 address has no such form. */
function specifierOf(url: URL): string {
  return url.hostname.startsWith('[') ? 'ppg' : url.hostname;
}

/** Of a push to a WTA user agent; what is not said is the default of WAP-247 §8.2.2. */
const confirmed: QualityOfService = {
  priority: 'medium',
  deliveryMethod: 'confirmed',
  networkRequired: false,
  bearerRequired: false,
};

/** A channel for the repository of one phone (WAP-266 §8.4.3). */
export interface ChannelOrder {
  readonly mobileDeviceId: string;
  readonly id: string;
  /** Where the channel document stands: what access control of its services goes by. */
  readonly url: string;
  readonly xml: string;
  readonly created: Millis;
}

/** Pushes a channel to the WTA user agent of a phone; throws where it is not taken. */
export function channelSubmitter(
  options: PpgOptions,
  random: Random,
): (channel: ChannelOrder) => Promise<Submitted> {
  const { specifier, submit } = submission(options);
  return (channel) => {
    const control = controlEntity(channel, specifier, { qualityOfService: confirmed });
    const content: Entity = {
      headers: [
        { name: 'Content-Type', value: 'text/vnd.wap.channel; charset=utf-8' },
        { name: 'X-Wap-Application-Id', value: 'x-wap-application:wta.ua' },
        { name: 'Content-Location', value: channel.url },
      ],
      body: encodeUtf8(channel.xml),
    };
    return submit(encodePapEntities(control, [content], random));
  };
}

/** The control entity of a submission to one phone. Nothing of PAP 2.0 is needed, and every push proxy of the time understands 1.0 (§9). */
function controlEntity(
  push: Pick<PushOrder, 'mobileDeviceId' | 'id' | 'created'>,
  specifier: string,
  more: Pick<NewPushSubmission, 'deliverBeforeTimestamp' | 'qualityOfService'>,
): string {
  const address = encodeClientAddress({
    addressType: 'PLMN',
    value: push.mobileDeviceId,
    qualifiers: [],
    ppg: specifier,
  });
  return encodePap(
    {
      type: 'push-message',
      pushId: pushId(push, specifier),
      replaceMethod: 'all',
      progressNotesRequested: false,
      addresses: [address],
      ...more,
    },
    '1.0',
  );
}

/** The submission (WAP-247 §8.2) with the service indication (WAP-167) as its content. */
export function pushSubmission(
  push: PushOrder,
  specifier: string,
  random: Random,
  toServices = false,
): PapBody {
  const control = controlEntity(push, specifier, {
    deliverBeforeTimestamp: push.expires,
    ...(toServices && { qualityOfService: confirmed }),
  });
  const indication: Entity = {
    headers: [
      { name: 'Content-Type', value: 'text/vnd.wap.si; charset=utf-8' },
      ...(toServices ? [{ name: 'X-Wap-Application-Id', value: 'x-wap-application:wta.ua' }] : []),
    ],
    body: encodeUtf8(
      encodeSi({
        href: push.href,
        siId: `${push.id}@${specifier}`,
        created: push.created,
        siExpires: push.expires,
        action: 'signal-medium',
        text: push.text,
      }),
    ),
  };
  return encodePapEntities(control, [indication], random);
}

/** What an HTTP server answered. */
interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

function post(url: URL, { contentType, body }: PapBody, authorization: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.timeout(PPG_TIMEOUT),
      headers: {
        'Content-Type': contentType,
        'Content-Length': body.length,
        Accept: 'application/xml, text/xml, multipart/related',
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const parts: Uint8Array[] = [];
      let octets = 0;
      incoming.on('error', reject);
      incoming.on('data', (part: Uint8Array) => {
        octets += part.length;
        if (octets > PPG_ANSWER_MAX)
          incoming.destroy(refused(`the answer has more than ${PPG_ANSWER_MAX} octets`));
        else parts.push(part);
      });
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          contentType: incoming.headers['content-type'] ?? '',
          body: concat(parts),
        }),
      );
    });
    outgoing.end(body);
  });
}

/** The push proxy's refusal, as a rule that was broken. */
function refused(rule: string, cause?: unknown): ProtocolError {
  return new ProtocolError('PAP', 'push submission', rule, { cause });
}

/** Looks into the answer: HTTP says whether it arrived, the push-response whether it is taken (WAP-247 §8.3, §8.14). */
function judge({ status, contentType, body }: Answer): void {
  if (status < 200 || status > 299) throw refused(`the push proxy answered with HTTP status ${status}`);
  const xml = decodeUtf8(decodePapEntities(contentType, body, 'answer').control.body);
  if (xml === undefined) throw refused('the answer is not UTF-8');
  const { message } = decodePap(xml);
  if (message.type === 'badmessage-response')
    throw refused(`the push proxy did not understand: ${message.code} ${message.desc ?? ''}`.trim());
  if (message.type !== 'push-response') throw refused(`the push proxy answered with ${message.type}`);
  const { code, desc = '' } = message.result;
  if (!isSuccess(code)) throw refused(`the push proxy refused it: ${code} ${desc}`.trim());
}

/** The way to a push proxy, and how it is called in addresses. */
function submission(options: PpgOptions) {
  const url = new URL(options.url);
  const { credentials, specifier = specifierOf(url) } = options;
  const authorization =
    credentials === undefined
      ? undefined
      : `Basic ${toBase64(encodeUtf8(`${credentials.user}:${credentials.password}`))}`;
  return {
    specifier,
    async submit(body: PapBody): Promise<Submitted> {
      judge(await post(url, body, authorization));
      return { octets: body.body.length };
    },
  };
}

/** Submits to a real push proxy gateway. */
export function ppgSubmitter(options: PpgOptions, random: Random): PushSubmitter {
  const { specifier, submit } = submission(options);
  return (push) => submit(pushSubmission(push, specifier, random, options.toServices));
}
