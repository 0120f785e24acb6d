/** Service Indication in its textual form: WAP-167-ServiceInd-20010731-a §5 and §7, SIN WAP-167_103. */

import {
  type AttributesOf,
  attributeTexts,
  attributeValues,
  type Dtd,
  decodeXml,
  encodeElement,
  type XmlNode,
} from '../dtd.js';
import { DecodeError } from '../errors.js';

/** §7.2. */
const elements = {
  si: { content: '(indication, info?)', attributes: {} },
  indication: {
    content: '(#PCDATA)',
    attributes: {
      href: ['CDATA', '#IMPLIED'],
      'si-id': ['CDATA', '#IMPLIED'],
      created: ['%Datetime;', '#IMPLIED'],
      'si-expires': ['%Datetime;', '#IMPLIED'],
      action: [['signal-none', 'signal-low', 'signal-medium', 'signal-high', 'delete'], 'signal-medium'],
    },
  },
  info: { content: '(item+)', attributes: {} },
  item: { content: '(#PCDATA)', attributes: { class: ['NMTOKEN', '#REQUIRED'] } },
} as const satisfies Dtd['elements'];

export const siDtd: Dtd = { layer: 'SI', root: 'si', elements };

/** §5.2.1: an action without a word stands for `signal-medium`. */
export type SiAction = (typeof elements)['indication']['attributes']['action'][0][number];

/** A notice for the user, and the service that it leads to. Without `href` it only tells (§5.2.1). */
export type ServiceIndication = AttributesOf<(typeof elements)['indication']['attributes']> & {
  readonly text: string;
  /** §5.2.2: what to do with it is the terminal's affair. */
  readonly info?: readonly { readonly class: string; readonly text: string }[];
};

/** Reads text/vnd.wap.si; throws `DecodeError` where it is not well-formed or not valid. */
export function decodeSi(xml: string): ServiceIndication {
  const [indication, info] = decodeXml(siDtd, xml).root.children;
  if (indication === undefined) throw new DecodeError('SI', 0, 'there is no indication');
  return {
    ...attributeValues(elements.indication.attributes, indication),
    text: indication.text,
    ...(info && {
      info: info.children.map((item) => ({ class: item.attributes.class ?? '', text: item.text })),
    }),
  };
}

/** Writes text/vnd.wap.si. */
export function encodeSi(si: ServiceIndication): string {
  const indication: XmlNode = {
    name: 'indication',
    attributes: attributeTexts(elements.indication.attributes, si),
    text: si.text,
  };
  const items = (si.info ?? []).map(
    (item): XmlNode => ({ name: 'item', attributes: { class: item.class }, text: item.text }),
  );
  const info: XmlNode[] = items.length === 0 ? [] : [{ name: 'info', children: items }];
  return `<?xml version="1.0"?><!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN" "http://www.wapforum.org/DTD/si.dtd">${encodeElement({ name: 'si', children: [indication, ...info] })}`;
}

/** §5.2.1: without si-id the href is the identity; without both there is none, and nothing is ever replaced. */
export function siIdentity(si: ServiceIndication): string | undefined {
  return si.siId || si.href || undefined;
}
