/** What the gateway turns into what: WAP-236 §6.2, §6.4, WAP-191 §14, WAP-167 §8, WAP-168 §9, WAP-175 §9, WAP-266 §8.4. */
import { DecodeError, UsageError } from '../wap/errors.js';
import type { MediaType } from '../wap/push/index.js';
import {
  charsetByName,
  type DocumentType,
  documentTypeByMediaType,
  documentTypeByPublicId,
  documentTypeByRoot,
  readDocument,
  tokenTables,
  WbxmlEncoder,
  type WbxmlVersion,
} from '../wap/wbxml/index.js';
import { compileWmlScript } from '../wap/wmlscript/index.js';
import type { Header } from '../wap/wsp/index.js';
import { acceptedCharsets, charsetQuality } from './accept.js';
import { decodeText } from './charset.js';
import type { Conversion, Conversions, Converted } from './encode.js';
import { multipartConversions } from './multiparts.js';
import { type PictureLimits, pictureConversions } from './pictures/pictures.js';

/** The WBXML version that was current when a version of WML was, since a browser of the one knows the other (WAP-192 §5.4). */
// biome-ignore format: a line is a row
const wbxmlOf: Readonly<Record<string, WbxmlVersion>> = {
  '-//WAPFORUM//DTD WML 1.0//EN': '1.0',
  '-//WAPFORUM//DTD WML 1.1//EN': '1.1',
  '-//WAPFORUM//DTD WML 1.2//EN': '1.2',
};

/** Half as high again as wide: a phone of the time is 96 pixels wide at least, and scrolls. */
const defaultPictures: PictureLimits = { width: 96, height: 144 };

/**
 * XML to WBXML for every document type that has a tokenised form (WML, SI, SL, CO, WTA-WML, channel), WMLScript to bytecode,
 * pictures to wireless bitmaps.
 * The sources are named to origins in this order, see proxy.ts.
 */
export function contentConversions(pictures: PictureLimits = defaultPictures): Conversions {
  const conversions: Record<string, readonly Conversion[]> = {};
  for (const { mediaTypes } of tokenTables) {
    if (mediaTypes === undefined || Object.hasOwn(conversions, mediaTypes.text)) continue;
    conversions[mediaTypes.text] = [
      {
        to: mediaTypes.binary,
        convert: (body, type, wanted) => tokenised(body, type, wanted, mediaTypes.binary),
      },
    ];
  }
  conversions['text/vnd.wap.wmlscript'] = [{ to: 'application/vnd.wap.wmlscriptc', convert: compiled }];
  Object.assign(conversions, pictureConversions(pictures));
  return { ...conversions, ...multipartConversions(conversions) };
}

/** WAP-236 §6.4; `use meta http equiv` becomes headers (WAP-193_101 §6.7.3.2). */
function compiled(body: Uint8Array, type: MediaType): Converted {
  const decoded = decodeText(body, type.parameters.charset);
  if (decoded === undefined) return { problem: 'the script is not in its character set' };
  const { octets, errors, headers } = compileWmlScript(decoded.text);
  const first = errors[0];
  if (octets === undefined)
    return {
      problem: `the script does not compile: line ${first?.line ?? 1}, column ${first?.column ?? 1}: ${first?.message ?? 'too long'}`,
    };
  return {
    contentType: 'application/vnd.wap.wmlscriptc',
    body: octets,
    headers: headers.map(({ propertyName, content }) => ({ name: propertyName, value: content })),
  };
}

function tokenised(body: Uint8Array, type: MediaType, wanted: readonly Header[], to: string): Converted {
  const decoded = decodeText(body, type.parameters.charset);
  if (decoded === undefined)
    return { problem: `the text is not in its character set, ${type.parameters.charset ?? 'as declared'}` };
  try {
    const expected = documentTypeByMediaType(type.type);
    let wrong: string | undefined;
    const encoder = readDocument(decoded.text, undefined, (_, doctype, root) => {
      wrong = wrongRoot(root, expected);
      const publicId = doctype?.publicId;
      const known = documentTypeByPublicId(publicId ?? '') ?? documentTypeByRoot(root);
      const version = wbxmlOf[publicId ?? ''];
      return new WbxmlEncoder(known ?? expected, {
        charset: charsetFor(wanted),
        ...(publicId !== undefined && { publicId }),
        ...(version && { version }),
      });
    });
    return wrong === undefined ? { contentType: to, body: encoder.done() } : { problem: wrong };
  } catch (error) {
    if (error instanceof DecodeError) return { problem: `${type.type} is not well-formed: ${error.rule}` };
    if (error instanceof UsageError) return { problem: `${type.type} cannot be encoded: ${error.message}` };
    throw error;
  }
}

/** A document of another kind, an HTML page with the type of a deck say, would reach the phone as octets that mean nothing. */
function wrongRoot(root: string, expected: DocumentType | undefined): string | undefined {
  return expected === undefined || expected.table.root === root
    ? undefined
    : `the document element is ${root}, not ${expected.table.root}`;
}

/** UTF-8 wherever it is taken, else what the terminal names first that can be written. */
function charsetFor(wanted: readonly Header[]): string {
  if (charsetQuality(wanted, 'utf-8') > 0) return 'utf-8';
  return acceptedCharsets(wanted).find((charset) => charsetByName(charset) !== undefined) ?? 'utf-8';
}
