/**
 * Crypto.signText as the user meets it: WAP-161 §5.1.2, with a card as in WAP-260 §11.4.6. A machine without a screen:
 * whoever draws it reads `prompt` and hands in what the user did. Nothing that a deck says can look like one of its
 * prompts, as long as they are drawn where decks cannot draw.
 */
import { sha1, sha1DigestInfo } from '../wap/crypto.js';
import { DecodeError, ProtocolError } from '../wap/errors.js';
import { encodeLatin1, encodeUtf8, equalOctets, toBase64 } from '../wap/octets.js';
import { checkCountersignature } from '../wap/pki/countersignature.js';
import { KEY_HASH_OCTETS } from '../wap/pki/keys.js';
import { isSealedString, openSealedText, parseSealedString } from '../wap/pki/sealing.js';
import {
  type AuthenticatedAttribute,
  encodeSignedContent,
  NONCE_OCTETS,
  type SignerInfo,
  signedAttributes,
} from '../wap/pki/signed-content.js';
import { characterSets } from '../wap/pki/text.js';
import type { Verdict } from '../wap/pki/verify.js';
import { type Line, visibleLines } from '../wap/pki/visible-text.js';
import { decodeWtlsCertificate } from '../wap/pki/wtls-certificate.js';
import type { Clock } from '../wap/time.js';
import {
  certificatesOf,
  type ObserveApdu,
  openWim,
  type Transmit,
  type Wim,
  type WimCertificate,
  type WimKey,
} from '../wap/wim/client.js';
import type { PinObject } from '../wap/wim/pkcs15-objects.js';

/** Bits of `options`. */
export const INCLUDE_CONTENT = 0x0001;
export const INCLUDE_KEY_HASH = 0x0002;
export const INCLUDE_CERTIFICATE = 0x0004;

const ALL_OPTIONS = INCLUDE_CONTENT | INCLUDE_KEY_HASH | INCLUDE_CERTIFICATE;

/** Values of `keyIdType`. */
export const keyIdTypes = { NONE: 0, USER_KEY_HASH: 1, TRUSTED_KEY_HASH: 2 } as const satisfies Record<
  string,
  number
>;

export interface SignTextRequest {
  readonly stringToSign: string;
  readonly options: number;
  readonly keyIdType: number;
  /** Key hashes one behind the other, a character an octet, as WMLScript has them. */
  readonly keyId: string;
  /** The card. */
  readonly transmit: Transmit;
  readonly observe?: ObserveApdu;
  readonly clock: Clock;
  /** `nonce`: for a terminal whose clock is not to be relied on. The card draws it. */
  readonly attribute?: 'time' | 'nonce';
  /** The terminal has a sensor: what is enrolled on the card may stand in for a PIN [213]. */
  readonly biometric?: boolean;
  /** What the deck says about where the text comes from. */
  readonly origin?: {
    readonly url?: string;
    /** The content of the deck's countersignature, in base64. */
    readonly countersignature?: string;
  };
}

/** Who asks for the signature: to be shown above the text. */
export interface Origin {
  readonly url?: string;
  /** The name of the server, where the countersignature proves it. */
  readonly name?: string;
  /** Why it is not proven; absent when it is. */
  readonly doubt?: string;
  /** Every check that was made. */
  readonly verdict?: Verdict;
}

export type SignTextPrompt =
  /** Shows the text, all of it. Answers: accept, cancel. */
  | {
      readonly kind: 'confirm';
      readonly text: string;
      readonly lines: readonly Line[];
      readonly origin: Origin;
      /** It came sealed, and the card has opened it: nobody on the way could read it. */
      readonly sealed: boolean;
    }
  /** Several keys fit. Answers: choose, cancel. */
  | { readonly kind: 'choose'; readonly labels: readonly string[] }
  /** Answers: enterPin, cancel. `wrong`: the last one was. */
  | {
      readonly kind: 'pin';
      /** `open`: the card is to open a text that is sealed to it, before anything can be shown. */
      readonly purpose: 'open' | 'sign';
      readonly label: string;
      readonly minLength: number;
      readonly maxLength: number;
      readonly triesLeft: number | undefined;
      readonly wrong: boolean;
    }
  /** Answers: enterSample, usePin, cancel. `wrong`: the last capture did not match. */
  | {
      readonly kind: 'touch';
      readonly purpose: 'open' | 'sign';
      readonly label: string;
      readonly triesLeft: number | undefined;
      readonly wrong: boolean;
    }
  /** The PIN was wrong too often, now or earlier. Answers: accept, cancel; there is nothing else to be done. */
  | { readonly kind: 'blocked'; readonly label: string }
  | { readonly kind: 'done'; readonly result: SignTextResult };

/** What the script gets: a string, or WMLScript's invalid. */
export type SignTextResult =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'invalid'; readonly reason: string };

/** Answers that do not fit the prompt change nothing. */
export interface SignTextDialogue {
  readonly prompt: SignTextPrompt;
  accept(): void;
  cancel(): void;
  choose(index: number): void;
  enterPin(digits: string): void;
  /** What the sensor captured. */
  enterSample(sample: Uint8Array): void;
  /** The PIN, in place of a touch. */
  usePin(): void;
}

/** A way to sign: a key, and the certificate that will go along, if one is to. */
interface Candidate {
  readonly label: string;
  readonly key: WimKey;
  readonly certificate?: WimCertificate;
}

/** Content has a length of two octets (§6). */
const CONTENT_MOST = 0xffff;

export function beginSignText(request: SignTextRequest): SignTextDialogue {
  const fault = faultIn(request);
  return new Dialogue(request, fault);
}

/** Errors in parameters and encoding make the result invalid (§5.1.2). */
function faultIn({ stringToSign, options, keyIdType, keyId }: SignTextRequest): string | undefined {
  if (!Number.isInteger(options) || (options & ~ALL_OPTIONS) !== 0) return `options ${options} are unknown`;
  if (!Object.values<number>(keyIdTypes).includes(keyIdType))
    return `the key id type ${keyIdType} is unknown`;
  if (keyIdType !== keyIdTypes.NONE && hashesIn(keyId) === undefined) {
    return `the key id is not of hashes of ${KEY_HASH_OCTETS} octets`;
  }
  if (/\p{Surrogate}/u.test(stringToSign)) return 'the text has half a character';
  if (encodeUtf8(stringToSign).length > CONTENT_MOST) return `the text has more than ${CONTENT_MOST} octets`;
  return undefined;
}

/** One or more hashes; `undefined` where the length or a character is wrong. */
function hashesIn(keyId: string): readonly Uint8Array[] | undefined {
  const octets = encodeLatin1(keyId);
  if (octets === undefined || octets.length === 0 || octets.length % KEY_HASH_OCTETS !== 0) return undefined;
  const count = octets.length / KEY_HASH_OCTETS;
  return Array.from({ length: count }, (_, i) =>
    octets.slice(i * KEY_HASH_OCTETS, (i + 1) * KEY_HASH_OCTETS),
  );
}

class Dialogue implements SignTextDialogue {
  readonly #request: SignTextRequest;
  readonly #wim: Wim | undefined;
  #candidates: readonly Candidate[] = [];
  #chosen: Candidate | undefined;
  /** What is shown and signed. */
  #text: string;
  /** The key that opens a sealed text; absent when there is nothing to open, or no longer. */
  #opener: WimKey | undefined;
  #preferPin = false;
  #prompt: SignTextPrompt = { kind: 'done', result: { type: 'invalid', reason: 'not begun' } };

  constructor(request: SignTextRequest, fault: string | undefined) {
    this.#request = request;
    this.#text = request.stringToSign;
    if (fault !== undefined) {
      this.#finish({ type: 'invalid', reason: fault });
      return;
    }
    this.#wim = this.#guarded(() => openWim(request));
    this.#guarded(() => this.#begin());
  }

  get prompt(): SignTextPrompt {
    return this.#prompt;
  }

  accept(): void {
    if (this.#prompt.kind === 'blocked') this.#blocked();
    else if (this.#prompt.kind === 'confirm') this.#guarded(() => this.#approved());
  }

  cancel(): void {
    if (this.#prompt.kind === 'done') return;
    if (this.#prompt.kind === 'blocked') this.#blocked();
    else this.#finish({ type: 'string', value: 'error:userCancel' });
  }

  choose(index: number): void {
    const candidate = this.#candidates[index];
    if (this.#prompt.kind !== 'choose' || candidate === undefined) return;
    this.#chosen = candidate;
    this.#guarded(() => this.#askPin(false));
  }

  enterPin(digits: string): void {
    if (this.#prompt.kind === 'pin') this.#guarded(() => this.#tryPin(digits));
  }

  enterSample(sample: Uint8Array): void {
    if (this.#prompt.kind === 'touch') this.#guarded(() => this.#trySample(sample));
  }

  usePin(): void {
    if (this.#prompt.kind !== 'touch') return;
    this.#preferPin = true;
    this.#guarded(() => this.#askPin(false));
  }

  #begin(): void {
    const wim = this.#wim;
    if (wim === undefined) return;
    this.#candidates = findCandidates(wim, this.#request);
    if (this.#candidates.length === 0) {
      this.#finish({ type: 'string', value: 'error:noCert' });
      return;
    }
    if (isSealedString(this.#text)) this.#open(wim);
    else this.#show(wim);
  }

  #show(wim: Wim): void {
    const text = this.#text;
    const sealed = text !== this.#request.stringToSign;
    const origin = originOf(wim, this.#request, text);
    this.#prompt = { kind: 'confirm', text, lines: visibleLines(text), origin, sealed };
  }

  /** The card opens what is sealed to it, as soon as its PIN allows. */
  #open(wim: Wim): void {
    const sealed = parseSealedString(this.#text);
    const opener = wim.keys.find(
      ({ id, usage }) => usage.includes('decrypt') && equalOctets(id, sealed.keyHash),
    );
    const pin = opener && wim.pinOf(opener);
    if (opener === undefined || pin === undefined) {
      this.#finish({ type: 'invalid', reason: 'the request is sealed to another card' });
      return;
    }
    this.#opener = opener;
    if (!wim.pinStatus(pin).verified) {
      this.#askPin(false);
      return;
    }
    this.#opener = undefined;
    const text = openSealedText(sealed, {
      keyHash: opener.id,
      decipher: (cryptogram) => wim.decipher(opener, cryptogram),
    });
    if (text === undefined) {
      this.#finish({ type: 'invalid', reason: 'the sealed request was changed on its way' });
      return;
    }
    this.#text = text;
    this.#show(wim);
  }

  /** The key that waits for its PIN. */
  get #waiting(): WimKey | undefined {
    return this.#opener ?? this.#chosen?.key;
  }

  #approved(): void {
    const [only, ...others] = this.#candidates;
    if (others.length > 0) {
      this.#prompt = { kind: 'choose', labels: this.#candidates.map(({ label }) => label) };
      return;
    }
    this.#chosen = only;
    this.#askPin(false);
  }

  #askPin(wrong: boolean): void {
    const pin = this.#waiting && this.#wim?.pinOf(this.#waiting);
    if (this.#wim === undefined || pin === undefined)
      throw new ProtocolError('WIM', 'AODF', 'the key has no PIN');
    const { triesLeft } = this.#wim.pinStatus(pin);
    if (triesLeft !== 0 && this.#askTouch(this.#wim, pin, wrong)) return;
    const { label, minLength, storedLength: maxLength } = pin;
    this.#prompt =
      triesLeft === 0
        ? { kind: 'blocked', label }
        : {
            kind: 'pin',
            purpose: this.#opener ? 'open' : 'sign',
            label,
            minLength,
            maxLength,
            triesLeft,
            wrong,
          };
  }

  /** @returns whether a finger may stand in for the PIN */
  #askTouch(wim: Wim, pin: PinObject, wrong: boolean): boolean {
    const biometric = this.#request.biometric ? biometricOf(wim, pin) : undefined;
    if (biometric === undefined || this.#preferPin) return false;
    const { triesLeft } = wim.biometricStatus(biometric);
    if (triesLeft === 0) return false;
    const purpose = this.#opener ? 'open' : 'sign';
    this.#prompt = { kind: 'touch', purpose, label: biometric.label, triesLeft, wrong };
    return true;
  }

  #trySample(sample: Uint8Array): void {
    const [wim, key] = [this.#wim, this.#waiting];
    const pin = key && wim?.pinOf(key);
    const biometric = pin && wim && biometricOf(wim, pin);
    if (wim === undefined || biometric === undefined) return;
    const result = wim.verifyBiometric(biometric, sample);
    if (result.ok) this.#verified(wim);
    // After the last try it is the PIN's turn, and no PIN was wrong yet.
    else this.#askPin(result.triesLeft !== 0);
  }

  #tryPin(digits: string): void {
    const [wim, key] = [this.#wim, this.#waiting];
    const pin = key && wim?.pinOf(key);
    if (wim === undefined || pin === undefined) return;
    if (wim.verifyPin(pin, digits).ok) this.#verified(wim);
    else this.#askPin(true);
  }

  /** What waited for the PIN is done. */
  #verified(wim: Wim): void {
    if (this.#opener !== undefined) this.#open(wim);
    else if (this.#chosen !== undefined) {
      this.#finish({ type: 'string', value: sign(wim, this.#chosen, this.#request, this.#text) });
    }
  }

  /** §5.1.2: `error:noCert` is for a key that is not there. This one is, and the card does not let it be used. */
  #blocked(): void {
    this.#finish({ type: 'invalid', reason: 'the card is blocked' });
  }

  #finish(result: SignTextResult): void {
    this.#prompt = { kind: 'done', result };
    this.#wim?.close();
  }

  /** A card that does not do what it should is an internal error: the result is invalid. */
  #guarded<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof DecodeError)) throw error;
      this.#prompt = { kind: 'done', result: { type: 'invalid', reason: error.message } };
      return undefined;
    }
  }
}

function biometricOf(wim: Wim, pin: PinObject) {
  return wim.biometrics.find(({ authId }) => authId === pin.authId);
}

/** Keys for signatures only: those for WTLS prove presence, not consent (§5.1.1). */
function findCandidates(wim: Wim, request: SignTextRequest): readonly Candidate[] {
  const { keyIdType, keyId, options } = request;
  const hashes = keyIdType === keyIdTypes.NONE ? [] : (hashesIn(keyId) ?? []);
  const isListed = (id: Uint8Array) => hashes.some((hash) => equalOctets(hash, id));
  return wim.keys
    .filter(({ usage }) => usage.includes('nonRepudiation'))
    .filter(({ id }) => keyIdType !== keyIdTypes.USER_KEY_HASH || isListed(id))
    .flatMap((key) => {
      const certificates = certificatesOf(wim, key).filter(
        ({ issuerId }) =>
          keyIdType !== keyIdTypes.TRUSTED_KEY_HASH || (issuerId !== undefined && isListed(issuerId)),
      );
      if ((options & INCLUDE_CERTIFICATE) !== 0) {
        return certificates.map(
          (certificate): Candidate => ({ label: certificate.label || key.label, key, certificate }),
        );
      }
      if (keyIdType === keyIdTypes.TRUSTED_KEY_HASH && certificates.length === 0) return [];
      return [{ label: key.label, key }];
    });
}

/** What is known about where the text comes from. */
function originOf(wim: Wim, { clock, origin = {} }: SignTextRequest, text: string): Origin {
  const { url, countersignature: signedContent } = origin;
  const place = url === undefined ? {} : { url };
  if (signedContent === undefined) return { ...place, doubt: 'nobody signed the request' };
  const trusted = wim.trustedCertificates();
  const verdict = checkCountersignature({ text, signedContent, trusted, at: clock.now() });
  const name = verdict.signer?.name;
  if (verdict.valid && name !== undefined) return { ...place, name, verdict };
  const failed = verdict.checks.find(({ ok }) => !ok);
  return { ...place, doubt: failed?.text ?? 'the signer of the request has no name', verdict };
}

/** The signature, computed by the card, in a SignedContent in base64. The PIN has just been verified. */
function sign(wim: Wim, { key, certificate }: Candidate, request: SignTextRequest, text: string): string {
  const { options, clock } = request;
  const content = encodeUtf8(text);
  const attribute: AuthenticatedAttribute =
    request.attribute === 'nonce'
      ? { type: 'signer_nonce', nonce: wim.random(NONCE_OCTETS) }
      : { type: 'gmt_utc_time', time: Math.floor(clock.now() / 1000) * 1000 };
  const digest = sha1(signedAttributes(content, attribute));
  const rsa = key.algorithm === 'rsa';
  const signature = wim.sign(key, rsa ? sha1DigestInfo(digest) : digest);
  const signerInfos: SignerInfo[] = [];
  if ((options & INCLUDE_KEY_HASH) !== 0) signerInfos.push({ type: 'sha_key_hash', hash: key.id });
  if (certificate !== undefined) signerInfos.push(certificateInfo(wim, certificate));
  // "This may contain zero items (in case the signer is implicit)": §6.
  const encoding = characterSets['utf-8'];
  const octets = encodeSignedContent({
    version: 1,
    signature: { algorithm: rsa ? 'rsa_sha_pkcs1' : 'ecdsa_sha_p1363', signature },
    signerInfos,
    contentInfo:
      (options & INCLUDE_CONTENT) !== 0 ? { type: 'text', encoding, content } : { type: 'text', encoding },
    authenticatedAttributes: [attribute],
  });
  return toBase64(octets);
}

function certificateInfo(wim: Wim, certificate: WimCertificate): SignerInfo {
  const value = wim.readCertificate(certificate);
  if (!(value instanceof Uint8Array)) return { type: 'certificate_url', url: value.url };
  return certificate.format === 'wtls'
    ? { type: 'wtls_certificate', certificate: decodeWtlsCertificate(value) }
    : { type: 'x509_certificate', certificate: value };
}
