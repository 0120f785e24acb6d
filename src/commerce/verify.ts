/** Checks what comes back from the phone [223, 237]: who signed, what, when, and whether it was asked for. */
import type { PublicKey } from '../wap/crypto.js';
import { DecodeError } from '../wap/errors.js';
import {
  type Certificate,
  decodeCertificate,
  decodePublicKeyInfo,
  verifySignedContent,
} from '../wap/pki/index.js';
import { type Millis, seconds } from '../wap/time.js';
import type { IdentificationRecord } from './directory.js';
import type { Check, SignatureRequest } from './model.js';

/** How far the clock of a phone may be from the shop's, where nothing else is said. */
export const CLOCK_SKEW: Millis = seconds(120);

/** What is to be checked, and against what. */
export interface Submission {
  readonly request: SignatureRequest;
  /** As the directory has it now; `undefined` where it no longer has the user. */
  readonly record: IdentificationRecord | undefined;
  readonly signedContent: Uint8Array;
  readonly received: Millis;
}

/** What was found. The signature counts only where every check is ok. */
export interface Verdict {
  readonly checks: readonly Check[];
  /** The signer's own time, where it gave one. */
  readonly signed?: Millis;
}

export type Checker = (submission: Submission) => Verdict;

/** Without these, nothing was proven, whatever else is ok. */
const indispensable = ['key', 'signature', 'chain'] as const;

/** What `decode` reads; `undefined` where it cannot. */
function readable<T>(decode: (octets: Uint8Array) => T, octets: Uint8Array | undefined): T | undefined {
  if (octets === undefined) return undefined;
  try {
    return decode(octets);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function checkWords(request: SignatureRequest, signedText: string | undefined): Check[] {
  const parts = [
    ['transaction', request.transaction],
    ['nonce', request.nonce],
  ] as const;
  return parts.map(([name, word]) => {
    const ok = signedText?.split('\n').some((line) => line.includes(word)) === true;
    return { name, ok, text: `what was signed ${ok ? 'names' : 'does not name'} ${word}` };
  });
}

/** A request lives from its making to its expiry. A signer without a clock signs when its answer arrives. */
function checkLife(request: SignatureRequest, signed: Millis, skew: Millis): Check {
  // A signing time has no milliseconds: one of the first second may seem to be before the request.
  const from = Math.floor(request.created / 1000) * 1000 - skew;
  const ok = signed >= from && signed <= request.expires + skew;
  const when = new Date(signed).toISOString();
  return {
    name: 'life',
    ok,
    text: `signed at ${when}, ${ok ? 'within' : 'outside'} the life of the request`,
  };
}

/**
 * The checker of a shop.
 * @param trusted the authorities that issue certificates to users
 */
export function checker(trusted: readonly Certificate[], skew: Millis = CLOCK_SKEW): Checker {
  return ({ request, record, signedContent, received }) => {
    const expectedKey: PublicKey | undefined = readable(decodePublicKeyInfo, record?.publicKey);
    const certificate = readable(decodeCertificate, record?.certificate);
    const verdict = verifySignedContent({
      signedContent,
      content: request.text,
      certificates: certificate === undefined ? [] : [certificate],
      trusted,
      at: received,
      ...(expectedKey === undefined ? {} : { expectedKey }),
    });
    const signed = verdict.signingTime === undefined ? undefined : Date.parse(verdict.signingTime);
    const missing = indispensable.filter((name) => !verdict.checks.some((check) => check.name === name));
    const checks: Check[] = [
      ...verdict.checks,
      ...missing.map((name) => ({
        name,
        ok: false,
        text:
          name === 'key' && expectedKey === undefined
            ? 'the directory has no usable key of this user'
            : 'could not be checked',
      })),
      ...checkWords(request, verdict.text),
      checkLife(request, signed ?? received, skew),
    ];
    return { checks, ...(signed === undefined ? {} : { signed }) };
  };
}
