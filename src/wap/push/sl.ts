/** Service Loading in its textual form: WAP-168-ServiceLoad-20010731-a §5 and §8. */
import {
  type AttributesOf,
  attributeTexts,
  attributeValues,
  type Dtd,
  decodeXml,
  encodeElement,
} from '../dtd.js';

/** §8.2. */
const elements = {
  sl: {
    content: 'EMPTY',
    attributes: {
      href: ['CDATA', '#REQUIRED'],
      action: [['execute-low', 'execute-high', 'cache'], 'execute-low'],
    },
  },
} as const satisfies Dtd['elements'];

export const slDtd: Dtd = { layer: 'SL', root: 'sl', elements };

/** A service that the terminal is to load, with the user disturbed little, much or not at all. */
export type ServiceLoading = AttributesOf<(typeof elements)['sl']['attributes']>;

/** Reads text/vnd.wap.sl; throws `DecodeError` where it is not well-formed or not valid. */
export function decodeSl(xml: string): ServiceLoading {
  return attributeValues(elements.sl.attributes, decodeXml(slDtd, xml).root);
}

/** Writes text/vnd.wap.sl. */
export function encodeSl(sl: ServiceLoading): string {
  return `<?xml version="1.0"?><!DOCTYPE sl PUBLIC "-//WAPFORUM//DTD SL 1.0//EN" "http://www.wapforum.org/DTD/sl.dtd">${encodeElement({ name: 'sl', attributes: attributeTexts(elements.sl.attributes, sl) })}`;
}
