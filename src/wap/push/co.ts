/** Cache Operation in its textual form: WAP-175-CacheOp-20010731-a §5 and §8, SIN WAP-175_102. */
import { attributeTexts, type Dtd, decodeXml, encodeElement } from '../dtd.js';

/** §8.2. */
const elements = {
  co: { content: '(invalidate-object | invalidate-service)+', attributes: {} },
  'invalidate-object': { content: 'EMPTY', attributes: { uri: ['CDATA', '#REQUIRED'] } },
  'invalidate-service': { content: 'EMPTY', attributes: { uri: ['CDATA', '#REQUIRED'] } },
} as const satisfies Dtd['elements'];

export const coDtd: Dtd = { layer: 'CO', root: 'co', elements };

/** One thing to forget: the object of that URI, or all objects whose URI starts like it (§6.4). */
export interface Invalidation {
  readonly type: 'invalidate-object' | 'invalidate-service';
  readonly uri: string;
}

/** Reads text/vnd.wap.co; throws `DecodeError` where it is not well-formed or not valid. */
export function decodeCo(xml: string): readonly Invalidation[] {
  return decodeXml(coDtd, xml).root.children.map((child) => ({
    type: child.name === 'invalidate-service' ? child.name : 'invalidate-object',
    uri: child.attributes.uri ?? '',
  }));
}

/** Writes text/vnd.wap.co. */
export function encodeCo(invalidations: readonly Invalidation[]): string {
  const children = invalidations.map(({ type, uri }) => ({
    name: type,
    attributes: attributeTexts(elements[type].attributes, { uri }),
  }));
  return `<?xml version="1.0"?><!DOCTYPE co PUBLIC "-//WAPFORUM//DTD CO 1.0//EN" "http://www.wapforum.org/DTD/co_1.0.dtd">${encodeElement({ name: 'co', children })}`;
}
