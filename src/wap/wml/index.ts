/** Wireless Markup Language: WAP-191. */
export {
  decodeWml,
  type EncodeWmlOptions,
  encodeWml,
  formatWml,
  type WmlVersion,
  wmlPublicIds,
} from './codec.js';
export {
  type Conversion,
  isElement,
  isText,
  type Position,
  type VariableReference,
  type VText,
  type WmlElement,
} from './model.js';
export { type Finding, type ParsedWml, parseWml } from './parse.js';
export { convert, escapeUrl, substitute, unescapeUrl } from './substitute.js';
