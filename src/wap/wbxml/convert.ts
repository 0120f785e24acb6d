/** XML text to WBXML and back, by document type. */
import { type DecodeOptions, decodeWbxml } from './decode.js';
import type { DocumentType } from './document-type.js';
import { type EncodeOptions, WbxmlEncoder } from './encode.js';
import { documentTypeByPublicId } from './tables/index.js';
import { formatXml, readDocument } from './xml.js';

export interface XmlToWbxmlOptions extends EncodeOptions {
  /** The document type, where it is known from elsewhere. */
  readonly type?: DocumentType;
}

/** XML text in WBXML, without a tree between. Text that is not well-formed is a `DecodeError`. */
export function xmlToWbxml(source: string, options: XmlToWbxmlOptions = {}): Uint8Array {
  const encoder = readDocument(source, options.type, (type, doctype) => {
    const id = options.publicId ?? doctype?.publicId;
    return new WbxmlEncoder(type, { ...options, ...(id !== undefined && { publicId: id }) });
  });
  return encoder.done();
}

/** WBXML as XML text. */
export function wbxmlToXml(octets: Uint8Array, options: DecodeOptions = {}): string {
  const document = decodeWbxml(octets, options);
  const type =
    options.type ?? (document.publicId === undefined ? undefined : documentTypeByPublicId(document.publicId));
  return formatXml(document, type);
}
