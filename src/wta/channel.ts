/** The channel content format: WAP-266-WTA §8.4.1, as text and as WBXML. */

import {
  type AttributesOf,
  attributeTexts,
  attributeValues,
  type Dtd,
  decodeXml,
  encodeElement,
  type XmlElement,
} from '../wap/dtd.js';
import { DecodeError } from '../wap/errors.js';
import { wbxmlToXml, xmlText, xmlToWbxml } from '../wap/wbxml/index.js';

/** §8.4.1.6. Printed NMTOKEN for etag and md5; here CDATA: no "…" of an entity tag, no = of a digest is a name token. */
const elements = {
  channel: {
    content: '(title, abstract?, resource*)',
    attributes: {
      maxspace: ['CDATA', '#REQUIRED'],
      base: ['CDATA', '#IMPLIED'],
      eventid: ['CDATA', '#IMPLIED'],
      channelid: ['CDATA', '#REQUIRED'],
      useraccessible: [['true', 'false'], 'false'],
      success: ['CDATA', '#IMPLIED'],
      failure: ['CDATA', '#IMPLIED'],
    },
  },
  title: { content: '(#PCDATA)', attributes: {} },
  abstract: { content: '(#PCDATA)', attributes: {} },
  resource: {
    content: 'EMPTY',
    attributes: {
      href: ['CDATA', '#REQUIRED'],
      lastmod: ['CDATA', '#IMPLIED'],
      etag: ['CDATA', '#IMPLIED'],
      md5: ['CDATA', '#IMPLIED'],
    },
  },
} as const satisfies Dtd['elements'];

export const channelDtd: Dtd = { layer: 'Channel', root: 'channel', elements };

/** §8.4.1.1.2. */
export const channelMediaTypes = {
  text: 'text/vnd.wap.channel',
  binary: 'application/vnd.wap.channelc',
} as const;

/** What a channel wants to be in the repository. */
export interface ChannelResource {
  /** Absolute, without fragment. */
  readonly url: string;
  /** Without its mark; empty where there is none. */
  readonly fragment: string;
  /** Seconds since 1970. */
  readonly lastmod?: number;
  readonly etag?: string;
  /** As Content-MD5 has it: base64. */
  readonly md5?: string;
}

/** A channel whose relative URLs are resolved. */
export interface Channel {
  /** Octets that its resources take at most. */
  readonly maxspace: number;
  readonly channelid: string;
  readonly eventid?: string;
  readonly useraccessible: boolean;
  readonly success?: string;
  readonly failure?: string;
  readonly title: string;
  readonly abstract?: string;
  /** The first one is invoked when the channel is. None: the channel is to be unloaded (§8.2). */
  readonly resources: readonly ChannelResource[];
}

/** Resources of one channel: more is no service but an attack on the memory of a handset. */
export const RESOURCES_MAX = 100;

/** Reads text/vnd.wap.channel; throws `DecodeError` where it is not well-formed, not valid, or has a URL that is none. */
export function decodeChannel(xml: string): Channel {
  const { root } = decodeXml(channelDtd, xml);
  const given = attributeValues(elements.channel.attributes, root);
  const { base, success, failure, eventid, channelid, useraccessible } = given;
  const resources = root.children.filter(({ name }) => name === 'resource');
  if (resources.length > RESOURCES_MAX) fail(`there are more than ${RESOURCES_MAX} resources`);
  const abstract = root.children.find(({ name }) => name === 'abstract');
  return {
    maxspace: number(given.maxspace, 'maxspace'),
    channelid,
    ...(eventid !== undefined && { eventid }),
    useraccessible,
    ...(success !== undefined && { success: absolute(success, base).href }),
    ...(failure !== undefined && { failure: absolute(failure, base).href }),
    title: trimmed(root.children[0]),
    ...(abstract && { abstract: trimmed(abstract) }),
    resources: resources.map((element) =>
      resource(attributeValues(elements.resource.attributes, element), base),
    ),
  };
}

/** Reads a channel of either media type. @param charset of the text, where the transport names it */
export function decodeChannelContent(mediaType: string, octets: Uint8Array, charset?: string): Channel {
  if (mediaType === channelMediaTypes.binary) return decodeChannel(wbxmlToXml(octets));
  return decodeChannel(xmlText(octets, charset));
}

/** Writes text/vnd.wap.channel. All URLs are absolute. */
export function encodeChannel(channel: Channel): string {
  const text = (name: string, content: string) => ({ name, text: content });
  const children = [
    text('title', channel.title),
    ...(channel.abstract === undefined ? [] : [text('abstract', channel.abstract)]),
    ...channel.resources.map(({ url, fragment, ...validators }) => ({
      name: 'resource',
      attributes: attributeTexts(elements.resource.attributes, {
        href: fragment === '' ? url : `${url}#${fragment}`,
        ...validators,
      }),
    })),
  ];
  const attributes = attributeTexts(elements.channel.attributes, channel);
  return `<?xml version="1.0"?><!DOCTYPE channel PUBLIC "-//WAPFORUM//DTD CHANNEL 1.2//EN" "http://www.wapforum.org/DTD/channel12.dtd">${encodeElement({ name: 'channel', attributes, children })}`;
}

/** Writes application/vnd.wap.channelc. */
export function encodeChannelBinary(channel: Channel): Uint8Array {
  return xmlToWbxml(encodeChannel(channel));
}

function resource(
  { href, lastmod, etag, md5 }: AttributesOf<(typeof elements)['resource']['attributes']>,
  base: string | undefined,
): ChannelResource {
  const url = absolute(href, base);
  const fragment = url.hash.slice(1);
  url.hash = '';
  return {
    url: url.href,
    fragment,
    ...(lastmod !== undefined && { lastmod: number(lastmod, 'lastmod') }),
    ...(etag !== undefined && { etag }),
    ...(md5 !== undefined && { md5 }),
  };
}

/** §8.4.1.2: without a base a URL is absolute. */
function absolute(href: string, base: string | undefined): URL {
  if (!URL.canParse(href, base)) fail(`${href} is no URL`);
  return new URL(href, base);
}

/** %Number; has one or more digits. */
function number(text: string, attribute: string): number {
  if (!/^\s*[0-9]{1,15}\s*$/.test(text)) fail(`${attribute} is no number: ${text}`);
  return Number(text);
}

function trimmed(element: XmlElement | undefined): string {
  return (element?.text ?? '').replace(/\s+/g, ' ').trim();
}

function fail(rule: string): never {
  throw new DecodeError('Channel', 0, rule);
}
