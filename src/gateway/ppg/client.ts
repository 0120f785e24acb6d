/** The push initiator's half of PAP over HTTP: WAP-247 §13. */
import { ProtocolError } from '../../wap/errors.js';
import { encodeUtf8, toBase64 } from '../../wap/octets.js';
import {
  type CancelMessage,
  type CcqMessage,
  decodePap,
  decodePapEntities,
  type Entity,
  encodePap,
  encodePapEntities,
  type NewPushSubmission,
  type PapMessage,
  type StatusQueryMessage,
} from '../../wap/push/index.js';
import type { Random } from '../../wap/random.js';
import { type Header, headerValue } from '../../wap/wsp/index.js';
import { decodeText } from '../charset.js';
import type { HttpClient } from '../http.js';

export interface PapClientOptions {
  readonly http: HttpClient;
  /** Of the push proxy; a user name and password in it become HTTP Basic. */
  readonly url: string;
  /** For boundaries. */
  readonly random: Random;
}

/** What an initiator asks a push proxy. */
export interface PapClient {
  /** Rejects with `ProtocolError` where no PAP answer came. */
  push(message: NewPushSubmission, content: Entity): Promise<PapMessage>;
  ask(message: CancelMessage | StatusQueryMessage | CcqMessage): Promise<PapMessage>;
}

export function papClient({ http, url, random }: PapClientOptions): PapClient {
  async function post(
    message: PapMessage | NewPushSubmission,
    others: readonly Entity[],
  ): Promise<PapMessage> {
    const target = new URL(url);
    const credentials = credentialsOf(target);
    const { contentType, body } = encodePapEntities(encodePap(message), others, random);
    const headers: Header[] = [{ name: 'Content-Type', value: contentType }, ...credentials];
    const answer = await http.fetch({ method: 'POST', url: target, headers, body });
    if ('failure' in answer) throw new ProtocolError('PAP', message.type, answer.text);
    if (answer.status < 200 || answer.status > 299)
      throw new ProtocolError(
        'PAP',
        message.type,
        `the push proxy answered with HTTP status ${answer.status}`,
      );
    const type = headerValue(answer.headers, 'Content-Type') ?? '';
    const { control } = decodePapEntities(type, answer.body, 'answer');
    const decoded = decodeText(control.body, undefined);
    if (decoded === undefined)
      throw new ProtocolError('PAP', message.type, 'the answer is not in its character set');
    return decodePap(decoded.text).message;
  }

  return {
    push: (message, content) => post(message, [content]),
    ask: (message) => post(message, []),
  };
}

/** Takes user name and password out of the URL. */
function credentialsOf(url: URL): Header[] {
  if (url.username === '') return [];
  const text = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return [{ name: 'Authorization', value: `Basic ${toBase64(encodeUtf8(text))}` }];
}
