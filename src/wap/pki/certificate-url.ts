/** Certificate URLs in the HTTP scheme: WAP-217 §7.4.1. They name issuer and serial number, which have to be right. */
import { UsageError } from '../errors.js';
import { equalOctets, fromBase64, toBase64 } from '../octets.js';
import { derUnsigned } from './der.js';
import type { Certificate } from './x509.js';

/** Where `certificate` is to be had from the server at `base`. */
export function certificateUrl(base: string, certificate: Certificate): string {
  if (!base.startsWith('http://')) throw new UsageError('a certificate URL begins with http://');
  const issuer = toBase64(certificate.issuer.octets);
  const serial = toBase64(derUnsigned(certificate.serialNumber));
  return `${base}${base.includes('?') ? '&' : '?'}in=${escape64(issuer)}&sn=${escape64(serial)}`;
}

/** Base64 in a query: the signs that mean something there are escaped (= as the text says, + and / for the same reason). */
function escape64(text: string): string {
  return text.replaceAll('+', '%2B').replaceAll('/', '%2F').replaceAll('=', '%3D');
}

/** What a URL asks for, in DER; `undefined` where it is none of this scheme. */
export function readCertificateUrl(
  url: string,
): { readonly issuer: Uint8Array; readonly serial: Uint8Array } | undefined {
  const query = /^http:\/\/[^?#]*\?([^#]*)$/.exec(url)?.[1];
  if (query === undefined) return undefined;
  const value = (name: string): Uint8Array | undefined => {
    const found = query.split('&').find((pair) => pair.startsWith(`${name}=`));
    return found === undefined ? undefined : fromBase64(unescape64(found.slice(name.length + 1)));
  };
  const [issuer, serial] = [value('in'), value('sn')];
  return issuer && serial && { issuer, serial };
}

function unescape64(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Whether what came from a URL is what it names (§7.4: this MUST be checked). URLs of other schemes name nothing. */
export function isCertificateAt(url: string, certificate: Certificate): boolean {
  const asked = readCertificateUrl(url);
  if (asked === undefined) return true;
  const serial = derUnsigned(certificate.serialNumber);
  return equalOctets(asked.issuer, certificate.issuer.octets) && equalOctets(asked.serial, serial);
}
