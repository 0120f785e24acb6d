/**
 * Content codings (RFC 2616 §3.5). Origins are asked for none, since a packed deck cannot be encoded and no terminal unpacks one; some pack
 * all the same.
 */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { type Header, headerValues } from '../wap/wsp/index.js';

/** Octets of an unpacked body: more than any deck, less than a bomb wants. */
const MAX_UNPACKED = 4 * 1_048_576;

/** Codings one in the other: nobody has a reason for more. */
const MAX_CODINGS = 2;

const bounds = { maxOutputLength: MAX_UNPACKED };

const codings: Readonly<Record<string, (octets: Uint8Array) => Uint8Array>> = {
  identity: (octets) => octets,
  gzip: (octets) => gunzipSync(octets, bounds),
  'x-gzip': (octets) => gunzipSync(octets, bounds),
  br: (octets) => brotliDecompressSync(octets, bounds),
  // With the header that RFC 1950 has, or without it, as some servers took the name.
  deflate: (octets) =>
    ((octets[0] ?? 0) & 0x0f) === 8 ? inflateSync(octets, bounds) : inflateRawSync(octets, bounds),
};

interface Coded {
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** The entity without its codings, or a sentence that says what is wrong with them. */
export function unpacked<T extends Coded>(response: T): T | string {
  const named = headerValues(response.headers, 'Content-Encoding')
    .flatMap((value) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '');
  if (named.length === 0) return response;
  const packed = named.filter((coding) => coding !== 'identity');
  if (packed.length > MAX_CODINGS) return `it is packed ${packed.length} times`;
  let { body } = response;
  for (const coding of packed.reverse()) {
    const unpack = Object.hasOwn(codings, coding) ? codings[coding] : undefined;
    if (unpack === undefined) return `it is packed with ${coding}`;
    try {
      if (body.length > 0) body = unpack(body);
    } catch (error) {
      const bomb = error instanceof RangeError;
      return bomb ? `it unpacks to more than ${MAX_UNPACKED} octets` : `it is no ${coding}`;
    }
  }
  const headers = response.headers.filter(
    ({ name }) => !/^content-(encoding|length|md5)$|^accept-ranges$/i.test(name),
  );
  return { ...response, headers, body };
}
