/** What the push proxy knows of terminals: the profile that one has named (WAP-248 §9.2), else the headers of its session. */
import type { Endpoint } from '../../wap/address.js';
import { DecodeError } from '../../wap/errors.js';
import {
  applicationUri,
  type Capabilities,
  decodeApplicationId,
  decodeCapabilities,
} from '../../wap/push/index.js';
import type { Clock, Millis } from '../../wap/time.js';
import { type Header, headerValue, headerValues } from '../../wap/wsp/index.js';
import { decodeText } from '../charset.js';
import type { HttpClient } from '../http.js';
import { charsetOf } from './content.js';
import type { KnownCapabilities } from './push-proxy.js';

export interface CapabilityOptions {
  /** Headers of the session with that terminal, and the largest SDU that it takes; `undefined` where it has none. */
  readonly session: (endpoint: Endpoint) => TerminalSession | undefined;
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** What a terminal has said when it opened its session. */
export interface TerminalSession {
  readonly headers: readonly Header[];
  readonly sduSize?: number;
}

/** A profile is of a model of telephones, and changes with its software. */
const KEPT: Millis = 3_600_000;

/** A server of profiles that is away is not asked at every push. */
const KEPT_FAILURE: Millis = 60_000;

/** Models of telephones are few. */
const MAX_PROFILES = 500;

/** Headers that a session gives, by the attribute of UAProf that says the same. */
const attributes = {
  Accept: 'CcppAccept',
  'Accept-Charset': 'CcppAccept-Charset',
  'Accept-Encoding': 'CcppAccept-Encoding',
  'Accept-Language': 'CcppAccept-Language',
} as const satisfies Record<string, string>;

/** Finds out what a terminal can do. */
export function terminalCapabilities(
  options: CapabilityOptions,
): (endpoint: Endpoint) => Promise<KnownCapabilities | undefined> {
  const profiles = new Map<string, { readonly until: Millis; readonly found: Promise<Profile> }>();

  async function fetched(uri: string): Promise<Profile> {
    if (!URL.canParse(uri)) return undefined;
    const answer = await options.http.fetch({
      method: 'GET',
      url: new URL(uri),
      headers: [],
      body: new Uint8Array(0),
    });
    if ('failure' in answer || answer.status !== 200) return undefined;
    const type = headerValue(answer.headers, 'Content-Type') ?? 'application/rdf+xml';
    const profile = { headers: [{ name: 'Content-Type', value: type }], body: answer.body };
    const text = decodeText(answer.body, charsetOf(profile))?.text;
    try {
      return text === undefined ? undefined : { profile, values: decodeCapabilities(text) };
    } catch (error) {
      if (error instanceof DecodeError) return undefined;
      throw error;
    }
  }

  async function profileAt(uri: string): Promise<Profile> {
    const now = options.clock.now();
    const kept = profiles.get(uri);
    if (kept !== undefined && kept.until > now) return kept.found;
    const [oldest] = profiles.keys();
    if (profiles.size >= MAX_PROFILES && oldest !== undefined) profiles.delete(oldest);
    const found = fetched(uri);
    profiles.set(uri, { until: now + KEPT_FAILURE, found });
    const profile = await found;
    if (profile !== undefined) profiles.set(uri, { until: now + KEPT, found });
    return profile;
  }

  return async (endpoint) => {
    const session = options.session(endpoint);
    if (session === undefined) return undefined;
    const uri = headerValue(session.headers, 'Profile') ?? '';
    const profile = uri === '' ? undefined : await profileAt(uri);
    return profile ?? { values: said(session) };
  };
}

type Profile = Required<KnownCapabilities> | undefined;

/** What the headers of a session say, in the words of UAProf. */
function said({ headers, sduSize }: TerminalSession): Capabilities {
  const values = new Map<string, readonly string[]>();
  for (const [name, attribute] of Object.entries(attributes)) {
    const list = listed(headers, name);
    if (list.length > 0) values.set(attribute, list);
  }
  const applications = listed(headers, 'Accept-Application').map((value) => {
    const id = decodeApplicationId(value);
    return id === undefined ? value : applicationUri(id);
  });
  if (applications.length > 0) values.set('Push-Accept-AppID', applications);
  if (sduSize !== undefined) values.set('Push-MsgSize', [String(sduSize)]);
  return values;
}

function listed(headers: readonly Header[], name: string): readonly string[] {
  return headerValues(headers, name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
