/** Wireless Markup Language: WAP-191. */
export {
  decodeWml,
  type EncodeWmlOptions,
  encodeWml,
  formatWml,
  type WmlVersion,
  wmlPublicIds,
} from './codec.js';
export { attributeOf } from './defaults.js';
export { type Finding, MAX_FINDINGS } from './findings.js';
export { type Meta, takeMeta } from './meta.js';
export {
  type Conversion,
  isElement,
  isText,
  type Position,
  type VariableReference,
  type VText,
  type WmlElement,
} from './model.js';
export { type ParsedWml, parseWml } from './parse.js';
export { isInputMask } from './rules.js';
export { convert, escapeUrl, substitute, unescapeUrl } from './substitute.js';
export { decodeWml2 } from './wml2.js';
