/** Content types as the handset looks at them. */
import { charsetByName } from '../wap/wbxml/index.js';

/** Type and subtype without parameters, in lower case. */
export function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** The charset parameter, in lower case. */
export function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1]?.toLowerCase();
}

/** Octets as text; an error that a person can read where they are none. */
export function decodeText(octets: Uint8Array, charset: string): string {
  const known = charsetByName(charset);
  if (known === undefined) throw new Error(`The handset does not know the character set ${charset}.`);
  const text = known.decode(octets);
  if (text === undefined) throw new Error(`What came is not text in ${known.name}.`);
  return text;
}
