/** Content as the terminal wants it: WAP-236 §6, §7.4.1, §7.5.1. Conversions are a table, see conversions.ts. */
import { decodeMediaType, encodeMediaType, type MediaType } from '../wap/push/index.js';
import { type Header, headerValue, headerValues } from '../wap/wsp/index.js';
import { acceptedCharsets, charsetQuality, namesRange, namesType, typeQuality } from './accept.js';
import type { Forms } from './cache.js';
import { decodeText, encodeCharset } from './charset.js';
import type { Converter } from './converter.js';

/** An entity in the other form, or what is wrong with it, as a sentence. */
export type Converted =
  | {
      readonly contentType: string;
      readonly body: Uint8Array;
      /** What the source asks to be sent as headers. */
      readonly headers?: readonly Header[];
    }
  | { readonly problem: string };

/** How one type becomes another. */
export interface Conversion {
  /** The type that comes out. */
  readonly to: string;
  /** Something is lost by it: only for terminals that name the new type, and the old one at most by a wildcard for all types. */
  readonly lossy?: boolean;
  /** @param wanted the terminal's request headers */
  convert(body: Uint8Array, type: MediaType, wanted: readonly Header[]): Converted;
}

/** Conversions by the type that goes in, the most wanted first. */
export type Conversions = Readonly<Record<string, readonly Conversion[]>>;

export interface Content {
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** Content for the terminal, or the status that says why there is none. */
export type Adapted =
  | { readonly content: Content; readonly changed: boolean }
  | { readonly status: 406 | 502; readonly problem: string };

/**
 * Chooses the form: a terminal that names the source type, and not the converted one, gets the source; one that accepts the converted
 * type gets that; else the source where it is acceptable; else nothing. `Cache-Control: no-transform` forbids conversion.
 * @param forms where the content is stored: what it became before
 */
export function adapt(
  content: Content,
  wanted: readonly Header[],
  conversions: Conversions,
  forms?: Forms,
): Adapted {
  const given = headerValue(content.headers, 'Content-Type');
  if (given === undefined) return { content, changed: false };
  const type = decodeMediaType(given);
  const fixed = untouchable(content.headers);
  const conversion = fixed ? undefined : chosen(type.type, wanted, conversions);
  if (conversion === undefined) {
    if (typeQuality(wanted, type.type) === 0)
      return { status: 406, problem: `the terminal does not accept ${type.type}` };
    const other = fixed ? undefined : recoded(content, type, wanted);
    return other === undefined ? { content, changed: false } : { content: other, changed: true };
  }
  // A response to HEAD, or an empty body, has nothing to convert: only the name changes.
  const converted =
    content.body.length === 0
      ? { contentType: conversion.to, body: content.body }
      : convert(conversion, content.body, type, wanted, forms);
  if ('problem' in converted) return { status: 502, problem: converted.problem };
  const revision = revised(content.headers, converted.contentType, converted.body);
  const asked = 'headers' in converted ? (converted.headers ?? []) : [];
  return { content: { headers: [...revision.headers, ...asked], body: revision.body }, changed: true };
}

/** The same content where another thread converts, if it is to be converted; what that makes of it is found among the forms. */
export async function adaptElsewhere(
  content: Content,
  wanted: readonly Header[],
  conversions: Conversions,
  forms: Forms | undefined,
  converter: Converter,
): Promise<Adapted> {
  const given = headerValue(content.headers, 'Content-Type');
  if (given === undefined || content.body.length === 0 || untouchable(content.headers))
    return adapt(content, wanted, conversions, forms);
  const conversion = chosen(decodeMediaType(given).type, wanted, conversions);
  if (conversion === undefined || forms?.get(formKey(conversion, wanted)) !== undefined)
    return adapt(content, wanted, conversions, forms);
  const form = await converter.convert(given, conversion.to, content.body, wanted);
  if (form === undefined) return adapt(content, wanted, conversions, forms);
  forms?.set(formKey(conversion, wanted), form);
  return adapt(content, wanted, conversions, { get: () => form, set: () => undefined });
}

/** Once for all terminals that want the same. */
function convert(
  conversion: Conversion,
  body: Uint8Array,
  type: MediaType,
  wanted: readonly Header[],
  forms: Forms | undefined,
): Converted {
  if (forms === undefined) return conversion.convert(body, type, wanted);
  const key = formKey(conversion, wanted);
  const known = forms.get(key);
  if (known !== undefined) return known;
  const form = conversion.convert(body, type, wanted);
  forms.set(key, form);
  return form;
}

function formKey({ to }: Conversion, wanted: readonly Header[]): string {
  return [to, ...headerValues(wanted, 'Accept'), '', ...headerValues(wanted, 'Accept-Charset')].join('\n');
}

function chosen(type: string, wanted: readonly Header[], conversions: Conversions): Conversion | undefined {
  const candidates = Object.hasOwn(conversions, type) ? (conversions[type] ?? []) : [];
  const sourceNamed = namesType(wanted, type);
  return candidates.find(({ to, lossy }) => {
    if (lossy) return namesType(wanted, to) && !namesRange(wanted, type);
    return sourceNamed
      ? namesType(wanted, to) && typeQuality(wanted, to) >= typeQuality(wanted, type)
      : typeQuality(wanted, to) > 0;
  });
}

/**
 * Text whose character set is named and not accepted, in one that is (WAP-236 §7.4.1); `undefined` where it may stay, or nothing else
 * can express it.
 */
function recoded(
  { headers, body }: Content,
  type: MediaType,
  wanted: readonly Header[],
): Content | undefined {
  const { charset } = type.parameters;
  if (charset === undefined || !type.type.startsWith('text/')) return undefined;
  if (charsetQuality(wanted, charset.toLowerCase()) > 0) return undefined;
  const text = decodeText(body, charset)?.text;
  if (text === undefined) return undefined;
  for (const other of ['utf-8', ...acceptedCharsets(wanted)]) {
    const octets = charsetQuality(wanted, other) > 0 ? encodeCharset(text, other) : undefined;
    if (octets === undefined) continue;
    return revised(
      headers,
      encodeMediaType({ ...type, parameters: { ...type.parameters, charset: other } }),
      octets,
    );
  }
  return undefined;
}

/** RFC 2616 §14.9.5. */
function untouchable(headers: readonly Header[]): boolean {
  return (headerValue(headers, 'Cache-Control') ?? '')
    .split(',')
    .some((directive) => directive.trim().toLowerCase() === 'no-transform');
}

const ofOldOctets = new Set([
  'content-type',
  'content-length',
  'content-md5',
  'content-encoding',
  'accept-ranges',
]);

/** The headers of the new octets: what described the old ones is gone. */
function revised(headers: readonly Header[], contentType: string, body: Uint8Array): Content {
  const kept = headers.filter(({ name }) => !ofOldOctets.has(name.toLowerCase()));
  return { headers: [{ name: 'Content-Type', value: contentType }, ...kept], body };
}
