/** What a PKI portal answers to a registration: WAP-217 §7.3.5, SIN 217_105; application/vnd.wap.cert-response. */
import { type Field, Reader, Writer } from '../octets.js';
import { type DisplayName, encodeDisplayName, readDisplayName } from './ca-information.js';
import { readCertificateOctets, readShortText } from './certificate-entry.js';
import { encodeIdentifier, type Identifier, readIdentifier } from './wtls-certificate.js';

/** CertRespType. */
export const certResponseTypes = { cert_info: 0, cert: 1, referral: 2 } as const satisfies Record<
  string,
  number
>;

interface Issued {
  /** At most 32 characters, for the label on the card. */
  readonly displayName: DisplayName;
  /** The hash of the authority's key, or null (SIN 217_105). */
  readonly caDomain: Identifier;
  /** The hash of the certified key. */
  readonly subject: Identifier;
}

export type CertResponse =
  | ({ readonly type: 'cert_info'; readonly url: string } & Issued)
  | ({ readonly type: 'cert'; readonly certificate: Uint8Array } & Issued)
  | { readonly type: 'referral'; readonly url: string; readonly secondsToWait: number };

const VERSION = 1;

export function decodeCertResponse(octets: Uint8Array, record?: Field[]): CertResponse {
  const reader = new Reader(octets, 'CertResponse', record);
  const version = reader.uint8('version');
  if (version !== VERSION) reader.fail(`version ${version} is unknown`);
  const response = readBody(reader, reader.uint8('type'));
  reader.end();
  return response;
}

function readBody(reader: Reader, type: number): CertResponse {
  switch (type) {
    case certResponseTypes.cert_info:
      return { type: 'cert_info', ...readIssued(reader), url: readShortText(reader, 'url') };
    case certResponseTypes.cert:
      return { type: 'cert', ...readIssued(reader), certificate: readCertificateOctets(reader) };
    case certResponseTypes.referral: {
      const url = readShortText(reader, 'url');
      return { type: 'referral', url, secondsToWait: reader.uint32('seconds_to_wait') };
    }
    default:
      return reader.fail(`type ${type} is unknown`);
  }
}

function readIssued(reader: Reader): Issued {
  const displayName = readDisplayName(reader);
  const caDomain = readIdentifier(reader, 'ca_domain');
  return { displayName, caDomain, subject: readIdentifier(reader, 'subject') };
}

export function encodeCertResponse(response: CertResponse): Uint8Array {
  const writer = new Writer().uint8(VERSION).uint8(certResponseTypes[response.type]);
  if (response.type === 'referral') {
    return writeUrl(writer, response.url).uint32(response.secondsToWait).done();
  }
  writer.octets(encodeDisplayName(response.displayName));
  writer.octets(encodeIdentifier(response.caDomain)).octets(encodeIdentifier(response.subject));
  if (response.type === 'cert_info') return writeUrl(writer, response.url).done();
  return writer.uint16(response.certificate.length).octets(response.certificate).done();
}

function writeUrl(writer: Writer, url: string): Writer {
  const octets = Uint8Array.from(url, (character) => character.charCodeAt(0));
  return writer.uint8(octets.length).octets(octets);
}
