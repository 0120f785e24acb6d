/**
 * Registration at a PKI portal: WAP-217 §7.3. A portal certifies a key when whoever wants that has shown to have it: by
 * signText for signature keys (§7.3.2, §7.3.4), by a WTLS handshake with client authentication for the others (§7.3.1).
 * Whose key it is, the portal knows from the password that the CA has given out.
 */
import type { PublicKey } from '../crypto.js';
import { equalOctets } from '../octets.js';
import type { Millis } from '../time.js';
import { readCertificateUrl } from './certificate-url.js';
import { derUnsigned } from './der.js';
import { decodeSignedContent } from './signed-content.js';
import { verifySignedContent } from './verify.js';
import { type Certificate, decodeCertificate } from './x509.js';

/** What the user of the sample script is asked for: §7.3.4. */
export interface RegistrationFields {
  readonly name: string;
  /** The identifier that the CA gave to the user. */
  readonly id: string;
  readonly password: string;
}

/** What is signed: §7.3.4. Colons separate the fields, so none may have one but the last. */
export function registrationText(nonce: string, { name, id, password }: RegistrationFields): string {
  return [nonce, name, id, password].join(':');
}

export type RegistrationProof =
  | { readonly ok: true; readonly fields: RegistrationFields; readonly publicKey: PublicKey }
  | { readonly ok: false; readonly reason: string };

export interface RegistrationRequest {
  readonly signedContent: Uint8Array;
  /** What the portal put into its script: another each time. */
  readonly nonce: string;
  readonly at: Millis;
}

/**
 * Proof of possession by signText: the key is the one of the certificate that goes along, which may be self-signed, of the
 * maker of the card, or of anybody: it is not what is believed, the signature is (§7.3).
 */
export function proveRegistration({ signedContent, nonce, at }: RegistrationRequest): RegistrationProof {
  const refuse = (reason: string) => ({ ok: false, reason }) as const;
  const verdict = verifySignedContent({ signedContent, at });
  const failed = verdict.checks.find(({ ok }) => !ok);
  if (failed !== undefined) return refuse(`${failed.name}: ${failed.text}`);
  if (!verdict.checks.some(({ name }) => name === 'signature'))
    return refuse('the signature could not be checked');
  const certificate = certificateIn(signedContent);
  if (certificate === undefined) return refuse('no public key came along');
  const fields = fieldsIn(verdict.text, nonce);
  return fields === undefined
    ? refuse('it is not the text that was to be signed')
    : { ok: true, fields, publicKey: certificate.publicKey };
}

function fieldsIn(text: string | undefined, nonce: string): RegistrationFields | undefined {
  const [first, name, id, ...rest] = text?.split(':') ?? [];
  if (first !== nonce || name === undefined || id === undefined || rest.length === 0) return undefined;
  return { name, id, password: rest.join(':') };
}

function certificateIn(octets: Uint8Array): Certificate | undefined {
  const { signerInfos } = decodeSignedContent(octets);
  for (const info of signerInfos) {
    if (info.type === 'x509_certificate') return decodeCertificate(info.certificate);
  }
  return undefined;
}

/** What a portal answers to the GET of a certificate URL (§7.4.1): the one with that issuer and serial number. */
export function publishedCertificate(
  url: string,
  published: readonly Certificate[],
): Certificate | undefined {
  const asked = readCertificateUrl(url);
  if (asked === undefined) return undefined;
  return published.find(
    ({ issuer, serialNumber }) =>
      equalOctets(issuer.octets, asked.issuer) && equalOctets(derUnsigned(serialNumber), asked.serial),
  );
}
