/**
 * Application ids: WAP-251 §5.2.2.1, and what a push proxy does with them, WAP-249 §5.1.2.1.2.
 * The numbers are WINA's (http://www.wapforum.org/wina/push-app-id.htm); no specification prints them.
 */
import { applicationIds } from '../wsp/index.js';

export { applicationIds };

/** The default for connectionless push (WAP-235 §6.2.3): a push without the header is for it. */
export const wmlUserAgent = applicationIds['x-wap-application:wml.ua'];

/** An application: a number that WINA assigned, or an absolute URI that has none. */
export type ApplicationId = number | string;

/**
 * Reads the value of X-Wap-Application-Id and settles it as WAP-249 §5.1.2.1.2 says: a registered URI becomes its number,
 * whatever code stands beside it; an unregistered URI gives way to the code beside it.
 * `undefined` where the value breaks the ABNF.
 */
export function decodeApplicationId(value: string): ApplicationId | undefined {
  const text = value.trim();
  const code = hexCode(text);
  if (code !== undefined) return code;
  const [uri = '', ...parameters] = text.split(';').map((part) => part.trim());
  // Kannel's initiators leave the scheme out: `mms.ua` is no absoluteURI, but there is no doubt what it means.
  const bare = registeredNumber(`x-wap-application:${uri}`);
  if (bare !== undefined) return bare;
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(uri)) return undefined;
  const registered = registeredNumber(uri);
  if (registered !== undefined) return registered;
  for (const parameter of parameters) {
    const encoding = hexCode(/^app-encoding\s*=\s*(\S+)$/i.exec(parameter)?.[1] ?? '');
    if (encoding !== undefined) return encoding;
  }
  return uri;
}

/** The value of the header: a number as hexadecimal digits, as the ABNF has it. */
export function encodeApplicationId(id: ApplicationId): string {
  return typeof id === 'number' ? id.toString(16).toUpperCase() : id;
}

/** The registered URI of a number, for people. */
export function applicationUri(id: ApplicationId): string {
  if (typeof id === 'string') return id;
  return Object.entries(applicationIds).find(([, number]) => number === id)?.[0] ?? `0x${id.toString(16)}`;
}

/** `app-assigned-code = 1*8HEXDIG`. */
function hexCode(text: string): number | undefined {
  return /^[0-9A-Fa-f]{1,8}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

function registeredNumber(uri: string): number | undefined {
  const wanted = uri.toLowerCase();
  return Object.entries(applicationIds).find(([known]) => known === wanted)?.[1];
}
