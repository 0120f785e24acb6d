/**
 * The origin of a signing request [211, 236]: the server signs the very text that it asks the user to sign, with its own
 * key. The deck carries the result, and the terminal, before it shows the text, says whose it is. The format is
 * SignedContent without content: what the user signs with serves the server as well.
 */
import { type PrivateKey, signSha1 } from '../crypto.js';
import { encodeUtf8, fromBase64, toBase64 } from '../octets.js';
import type { Millis } from '../time.js';
import { encodeSignedContent, type SignedContent, signedAttributes } from './signed-content.js';
import { characterSets } from './text.js';
import { type Verdict, verifySignedContent } from './verify.js';
import type { Certificate } from './x509.js';

/** The name of the `meta` element that carries it in a deck. */
export const COUNTERSIGNATURE_META = 'X-Wapstack-Countersignature';

export interface CountersignRequest {
  /** What the user will be asked to sign, to the letter. */
  readonly text: string;
  readonly key: PrivateKey;
  readonly certificate: Certificate;
  readonly time: Millis;
}

/** SignedContent in base64: signature, certificate and time, without the text. */
export function countersign({ text, key, certificate, time }: CountersignRequest): string {
  const attribute = { type: 'gmt_utc_time', time: Math.floor(time / 1000) * 1000 } as const;
  const signature = signSha1(key, signedAttributes(encodeUtf8(text), attribute));
  const signedContent: SignedContent = {
    version: 1,
    signature: { algorithm: key.type === 'rsa' ? 'rsa_sha_pkcs1' : 'ecdsa_sha_p1363', signature },
    signerInfos: [{ type: 'x509_certificate', certificate: certificate.octets }],
    contentInfo: { type: 'text', encoding: characterSets['utf-8'] },
    authenticatedAttributes: [attribute],
  };
  return toBase64(encodeSignedContent(signedContent));
}

export interface CheckCountersignatureRequest {
  /** The text that the deck's script wants signed. */
  readonly text: string;
  /** In base64, as the deck carries it. */
  readonly signedContent: string;
  /** The authorities that the terminal trusts: those on its card. */
  readonly trusted: readonly Certificate[];
  readonly at: Millis;
}

/** The verdict; `signer.name` is the server's name, to be shown only when `valid`. */
export function checkCountersignature(request: CheckCountersignatureRequest): Verdict {
  const { text, signedContent, trusted, at } = request;
  const octets = fromBase64(signedContent);
  if (octets === undefined) {
    return {
      valid: false,
      checks: [{ name: 'structure', ok: false, text: 'the countersignature is not base64' }],
    };
  }
  return verifySignedContent({ signedContent: octets, content: text, trusted, at, server: true });
}
