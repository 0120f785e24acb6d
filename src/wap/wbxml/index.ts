/** WAP Binary XML: WAP-192. */
export { type Charset, charsetByMib, charsetByName } from './charsets.js';
export { wbxmlToXml, type XmlToWbxmlOptions, xmlToWbxml } from './convert.js';
export {
  type DecodeOptions,
  decodeWbxml,
  decodeWbxmlEvents,
  type Prologue,
  type WbxmlDocument,
  type WbxmlVisitor,
} from './decode.js';
export { type DocumentType, documentType, type TokenTable } from './document-type.js';
export { type EncodeOptions, encodeWbxml, WbxmlEncoder, type WbxmlVersion, wbxmlVersions } from './encode.js';
export {
  type Conversion,
  type Extension,
  isElement,
  isText,
  type Opaque,
  type Part,
  type Position,
  type ProcessingInstruction,
  type Text,
  type UnknownValue,
  type VariableReference,
  type XmlDocument,
  type XmlElement,
  type XmlNode,
} from './model.js';
export { parseTokenTable } from './table-file.js';
export {
  documentTypeByMediaType,
  documentTypeByName,
  documentTypeByPublicId,
  documentTypeByRoot,
  tokenTables,
} from './tables/index.js';
export {
  type DocumentVisitor,
  documentTypeOf,
  formatElement,
  formatXml,
  type OpenDocument,
  parseXml,
  readDocument,
} from './xml.js';
export { xmlText } from './xml-octets.js';
export type { Doctype } from './xml-reader.js';
