/** A certificate of any format, as WTLS and WPKI carry them: Certificate in WAP-261 §10.5.2. */
import { encodeUtf8, type Reader, Writer } from '../octets.js';
import { encodeWtlsCertificate, readWtlsCertificate, type WtlsCertificate } from './wtls-certificate.js';

/** CertificateFormat: §10.5.2. */
export const certificateFormats = {
  WTLSCert: 1,
  X509Cert: 2,
  X968Cert: 3,
  CertURL: 4,
} as const satisfies Record<string, number>;

export type CertificateEntry =
  | { readonly format: 'WTLSCert'; readonly certificate: WtlsCertificate }
  | { readonly format: 'X509Cert' | 'X968Cert'; readonly octets: Uint8Array }
  | { readonly format: 'CertURL'; readonly url: string };

export function readCertificateEntry(reader: Reader, name = 'certificate'): CertificateEntry {
  return reader.group(name, (inner): CertificateEntry => {
    const format = inner.uint8('certificate_format');
    switch (format) {
      case certificateFormats.WTLSCert:
        return { format: 'WTLSCert', certificate: readWtlsCertificate(inner) };
      case certificateFormats.X509Cert:
        return { format: 'X509Cert', octets: readCertificateOctets(inner) };
      case certificateFormats.X968Cert:
        return { format: 'X968Cert', octets: readCertificateOctets(inner) };
      case certificateFormats.CertURL:
        return { format: 'CertURL', url: readShortText(inner, 'url') };
      default:
        return inner.fail(`certificate_format ${format} is unknown`);
    }
  });
}

/** opaque X509Certificate<1..2^16-1>. */
export function readCertificateOctets(reader: Reader): Uint8Array {
  const length = reader.uint16('certificate length');
  if (length === 0) reader.fail('the certificate is empty');
  return reader.octets('certificate', length).slice();
}

/** A URL with its length in one octet: printable ASCII (RFC 1738). */
export function readShortText(reader: Reader, name: string): string {
  const octets = reader.octets(name, reader.uint8(`${name} length`));
  if (octets.some((octet) => octet <= 0x20 || octet >= 0x7f))
    reader.fail(`the ${name} is not of printable ASCII`);
  return String.fromCharCode(...octets);
}

export function encodeCertificateEntry(entry: CertificateEntry): Uint8Array {
  const writer = new Writer().uint8(certificateFormats[entry.format]);
  switch (entry.format) {
    case 'WTLSCert':
      return writer.octets(encodeWtlsCertificate(entry.certificate)).done();
    case 'X509Cert':
    case 'X968Cert':
      return writer.uint16(entry.octets.length).octets(entry.octets).done();
    case 'CertURL': {
      const url = encodeUtf8(entry.url);
      return writer.uint8(url.length).octets(url).done();
    }
  }
}
