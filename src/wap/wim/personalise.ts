/** Making a card: what its issuer does once, in the factory. The files are those of WAP-260 §9.4. */
import type { PrivateKey } from '../crypto.js';
import { generateEcKey, generateRsaKey } from '../crypto.js';
import { UsageError } from '../errors.js';
import { concat } from '../octets.js';
import { curveByNumber } from '../pki/curves.js';
import { type Authority, issueCertificate, validity } from '../pki/issue.js';
import { encodePrivateKeyInfo, keyHash } from '../pki/keys.js';
import type { Certificate } from '../pki/x509.js';
import type { Random } from '../random.js';
import type { Millis } from '../time.js';
import {
  BIOMETRIC_TRIES,
  type BiometricMatcher,
  type Enrolment,
  MATCH_THRESHOLD,
  SAMPLE_MOST,
} from './biometric.js';
import { Card } from './card.js';
import { environmentKinds } from './environment.js';
import {
  type CardImage,
  COST,
  createPin,
  decodeImage,
  encodeImage,
  padPin,
  type StoredBiometric,
  type StoredFile,
  type StoredPin,
  sealWith,
} from './image.js';
import {
  biometricReference,
  DIRECTORY_SPACE,
  FILE,
  type KeySlot,
  keySlots,
  PEER_OCTETS,
  PEERS,
  PIN_G,
  PIN_OCTETS,
  PIN_PAD,
  PIN_TRIES,
  type PinSlot,
  SESSION_OCTETS,
  SESSIONS,
  UNBLOCK_TRIES,
  USEFUL_SPACE,
} from './layout.js';
import { encodeOdf, OID, pathOf } from './pkcs15.js';
import {
  encodeBiometricObject,
  encodeCertificateObject,
  encodeDataObject,
  encodePinObject,
  encodePrivateKeyObject,
} from './pkcs15-objects.js';
import { type AlgorithmInfo, encodeTokenInfo, encodeUnusedSpace } from './token-info.js';

/** A key that the card will hold. */
export interface CardKey {
  /** For a person: offered when several keys fit. */
  readonly label: string;
  readonly usage: 'nonRepudiation' | 'authentication';
  readonly key: PrivateKey;
  /** The certificate itself, or where it can be fetched. Without either, signText cannot include one. */
  readonly certificate?: Certificate | { readonly url: string; readonly issuerKeyHash?: Uint8Array };
}

export interface CardPins {
  /** PIN-G, for everything but signatures. */
  readonly general: string;
  /** PIN-NR of every non-repudiation key. */
  readonly nonRepudiation: string;
  /** The unblocking code of all PINs: 8 digits. */
  readonly unblock: string;
}

export interface CardOptions {
  readonly random: Random;
  readonly keys: readonly CardKey[];
  readonly pins: CardPins;
  /** Authorities that the holder of the card shall trust. */
  readonly trusted: readonly Certificate[];
  /** ICC identification, 4 to 10 octets of digits; drawn where it is left out. */
  readonly serialNumber?: Uint8Array;
  /** How dear it is to try a PIN: a power of two. 10 is for tests. */
  readonly cost?: number;
  /** Whose finger may stand in for the PINs. */
  readonly enrolment?: Enrolment;
}

/** Moduli that fit a response APDU: longer signatures do not. */
const RSA_OCTETS_MOST = 256;

export function createCard(options: CardOptions): Card {
  const { random, keys, pins, trusted, cost = COST.usual } = options;
  const placed = place(keys);
  const slots = [PIN_G, ...placed.map(({ slot }) => slot.pin).filter((pin) => pin !== PIN_G)];
  const made = slots.map((slot) =>
    createPin(random, cost, {
      reference: slot.reference,
      disableAllowed: slot === PIN_G,
      tries: PIN_TRIES,
      unblockTries: UNBLOCK_TRIES,
      pin: padded(slot === PIN_G ? pins.general : pins.nonRepudiation),
      unblock: padded(pins.unblock),
    }),
  );
  const storedKeys = placed.map(({ slot, key }) => {
    const opener = made.find(({ stored }) => stored.reference === slot.pin.reference)?.key;
    if (opener === undefined) throw new RangeError(`no PIN has the reference ${slot.pin.reference}`);
    return {
      reference: slot.reference,
      file: slot.file,
      pinReference: slot.pin.reference,
      nonRepudiation: slot.usage === 'nonRepudiation',
      sealed: sealWith(random, opener, 'key', slot.reference, encodePrivateKeyInfo(key.key)),
    };
  });
  const biometrics = enrol(options.enrolment, slots, made);
  const image: CardImage = {
    cost,
    pins: made.map(({ stored }): StoredPin => stored),
    biometrics,
    keys: storedKeys,
    files: directory(placed, trusted, options.serialNumber ?? drawSerial(random), biometrics.length > 0),
    masterSecrets: Array.from({ length: SESSIONS }, () => undefined),
  };
  return new Card(image, random);
}

/** A biometric object beside each PIN. */
function enrol(
  enrolment: Enrolment | undefined,
  slots: readonly PinSlot[],
  made: readonly { readonly stored: StoredPin; readonly key: Uint8Array }[],
): readonly StoredBiometric[] {
  if (enrolment === undefined) return [];
  const { template, threshold = MATCH_THRESHOLD } = enrolment;
  if (template.length === 0 || template.length > SAMPLE_MOST) {
    throw new UsageError(`what is enrolled has 1 to ${SAMPLE_MOST} octets`);
  }
  return slots.flatMap((slot) =>
    made
      .filter(({ stored }) => stored.reference === slot.reference)
      .map(({ stored, key }) => ({
        reference: biometricReference(slot),
        pinReference: stored.reference,
        tries: BIOMETRIC_TRIES,
        threshold,
        template: template.slice(),
        key,
      })),
  );
}

/** The card as octets for a file: see image.ts for what that protects, and what not. */
export function exportCard(card: Card): Uint8Array {
  return encodeImage(card.image);
}

/**
 * A card out of a file. All PINs have to be entered anew.
 * @param matcher compares captures, where fingers are enrolled
 */
export function importCard(octets: Uint8Array, random: Random, matcher?: BiometricMatcher): Card {
  return new Card(decodeImage(octets), random, matcher);
}

function padded(digits: string): Uint8Array {
  const octets = padPin(digits, PIN_OCTETS, PIN_PAD);
  if (octets === undefined) throw new UsageError('a PIN has 4 to 8 digits');
  return octets;
}

/** ICC identification (ISO 7812): 89 for telecommunications, then digits. */
function drawSerial(random: Random): Uint8Array {
  const digits = [...random.octets(18)].map((octet) => octet % 10);
  return Uint8Array.of(
    0x89,
    ...Array.from({ length: 9 }, (_, i) => ((digits[2 * i] ?? 0) << 4) | (digits[2 * i + 1] ?? 0)),
  );
}

interface Placed {
  readonly slot: KeySlot;
  readonly key: CardKey;
}

function place(keys: readonly CardKey[]): readonly Placed[] {
  const free = [...keySlots];
  return keys.map((key) => {
    const at = free.findIndex((slot) => slot.usage === key.usage);
    const [slot] = at < 0 ? [] : free.splice(at, 1);
    if (slot === undefined) throw new UsageError(`the card has no room for another ${key.usage} key`);
    if (key.key.type === 'rsa' && key.key.publicKey.modulus.length > RSA_OCTETS_MOST) {
      throw new UsageError(`RSA keys on a card have ${RSA_OCTETS_MOST * 8} bits at most`);
    }
    return { slot, key };
  });
}

/** All elementary files. Which rights they have: §12.2. */
function directory(
  placed: readonly Placed[],
  trusted: readonly Certificate[],
  serial: Uint8Array,
  biometric: boolean,
): readonly StoredFile[] {
  const user = storeCertificates(FILE.userCertificates, placed.flatMap(userCertificate));
  const authorities = storeCertificates(
    FILE.trustedCertificates,
    trusted.map((certificate) => ({ certificate, label: labelOf(certificate), authority: true })),
  );
  const constant = (id: number, content: Uint8Array): StoredFile => ({ id, update: 'NEV', content });
  const updatable = (id: number, content: Uint8Array): StoredFile => ({ id, update: 'CHV', content });
  return [
    constant(FILE.ODF, odf),
    constant(FILE.TokenInfo, tokenInfo(placed, serial)),
    updatable(FILE.UnusedSpace, spaced(unusedSpace(), DIRECTORY_SPACE)),
    constant(FILE.PrKDF, concat(placed.map(privateKeyRecord))),
    constant(FILE.trustedCDF, authorities.directory),
    updatable(FILE.usefulCDF, spaced(new Uint8Array(0), DIRECTORY_SPACE)),
    constant(FILE.AODF, concat([pinRecords(placed), ...(biometric ? [biometricRecords(placed)] : [])])),
    constant(FILE.trustedCertificates, authorities.content),
    updatable(FILE.usefulCertificates, spaced(new Uint8Array(0), USEFUL_SPACE)),
    updatable(FILE.userCDF, spaced(user.directory, DIRECTORY_SPACE)),
    constant(FILE.DODF, dataObjects),
    constant(FILE.userCertificates, user.content),
    updatable(FILE.peers, new Uint8Array(PEERS * PEER_OCTETS)),
    updatable(FILE.sessions, new Uint8Array(SESSIONS * SESSION_OCTETS)),
  ];
}

/** With room behind it: octets FF, which no record begins with (§9.1). */
function spaced(content: Uint8Array, length: number): Uint8Array {
  const octets = new Uint8Array(Math.max(length, content.length)).fill(0xff);
  octets.set(content);
  return octets;
}

const odf = encodeOdf([
  { type: 'privateKeys', path: { path: pathOf(FILE.PrKDF) } },
  { type: 'certificates', path: { path: pathOf(FILE.userCDF) } },
  { type: 'trustedCertificates', path: { path: pathOf(FILE.trustedCDF) } },
  { type: 'usefulCertificates', path: { path: pathOf(FILE.usefulCDF) } },
  { type: 'dataObjects', path: { path: pathOf(FILE.DODF) } },
  { type: 'authObjects', path: { path: pathOf(FILE.AODF) } },
]);

/** §9.4.5: no labels; PIN-G protects them. */
const dataObjects = concat(
  (
    [
      [OID.peers, FILE.peers, PEERS * PEER_OCTETS],
      [OID.sessions, FILE.sessions, SESSIONS * SESSION_OCTETS],
    ] as const
  ).map(([oid, file, length]) =>
    encodeDataObject({
      label: '',
      private: false,
      modifiable: true,
      authId: PIN_G.authId,
      oid,
      path: { path: pathOf(file), index: 0, length },
    }),
  ),
);

function unusedSpace(): Uint8Array {
  const path = { path: pathOf(FILE.usefulCertificates), index: 0, length: USEFUL_SPACE };
  return encodeUnusedSpace({ path, authId: PIN_G.authId });
}

/** PKCS#11's mechanisms: CKM_RSA_PKCS and CKM_ECDSA. */
const CKM_RSA_PKCS = 0x0001;
const CKM_ECDSA = 0x1041;

/** supportedAlgorithms: an entry for RSA, and one for each curve that a key of the card is on. */
function algorithms(
  placed: readonly Placed[],
): readonly (AlgorithmInfo & { readonly curveNumber?: number })[] {
  const numbers = new Set(
    placed.flatMap(({ key }) => (key.key.type === 'ec' ? [key.key.publicKey.curve.number] : [])),
  );
  return [
    {
      reference: 1,
      algorithm: CKM_RSA_PKCS,
      operations: ['computeSignature', 'verifySignature', 'decipher'],
    },
    ...[...numbers].map((number, at) => ({
      reference: 2 + at,
      algorithm: CKM_ECDSA,
      curve: curveByNumber(number)?.oid ?? '',
      curveNumber: number,
      operations: ['computeSignature'] as const,
    })),
  ];
}

function tokenInfo(placed: readonly Placed[], serialNumber: Uint8Array): Uint8Array {
  return encodeTokenInfo({
    serialNumber,
    manufacturer: 'wapstack',
    // §9.4.7: the label begins with the version, whatever follows is behind a blank.
    label: 'WIM 1.0 wapstack',
    environments: environmentKinds.map(({ number, owner }) => ({ number, owner })),
    algorithms: algorithms(placed),
  });
}

function privateKeyRecord({ slot, key }: Placed, _at: number, placed: readonly Placed[]): Uint8Array {
  const { publicKey } = key.key;
  const number = publicKey.type === 'ec' ? publicKey.curve.number : undefined;
  const algorithm = algorithms(placed).find(({ curveNumber }) => curveNumber === number);
  const rsa = publicKey.type === 'rsa';
  return encodePrivateKeyObject({
    algorithm: publicKey.type,
    label: key.label,
    private: true,
    modifiable: false,
    authId: slot.pin.authId,
    id: keyHash(publicKey),
    usage:
      slot.usage === 'nonRepudiation' ? ['nonRepudiation'] : rsa ? ['sign', 'decrypt'] : ['sign', 'derive'],
    keyReference: slot.reference,
    path: { path: pathOf(slot.file) },
    ...(rsa && { modulusLength: publicKey.modulus.length * 8 }),
    ...(algorithm && { algorithmReference: algorithm.reference }),
  });
}

/** PIN-G comes first (§9.4.6), then a PIN-NR for each key that needs one. */
function pinRecords(placed: readonly Placed[]): Uint8Array {
  const record = (slot: PinSlot, label: string) =>
    encodePinObject({
      label,
      authId: slot.authId,
      flags:
        slot === PIN_G ? ['initialized', 'needsPadding', 'disableAllowed'] : ['initialized', 'needsPadding'],
      minLength: 4,
      storedLength: PIN_OCTETS,
      padChar: PIN_PAD,
      pinReference: slot.reference,
      path: { path: pathOf(FILE.PIN) },
    });
  const own = placed.filter(({ slot }) => slot.pin !== PIN_G);
  return concat([
    record(PIN_G, 'PIN-G'),
    ...own.map(({ slot, key }) => record(slot.pin, `PIN ${key.label}`)),
  ]);
}

/** A biometric object for each PIN, with the identifier of what it stands in for. */
function biometricRecords(placed: readonly Placed[]): Uint8Array {
  const record = (slot: PinSlot, label: string) =>
    encodeBiometricObject({
      label,
      authId: slot.authId,
      reference: biometricReference(slot),
      path: { path: pathOf(FILE.PIN) },
    });
  const own = placed.filter(({ slot }) => slot.pin !== PIN_G);
  return concat([
    record(PIN_G, 'Finger'),
    ...own.map(({ slot, key }) => record(slot.pin, `Finger ${key.label}`)),
  ]);
}

interface ToStore {
  readonly label: string;
  readonly authority: boolean;
  readonly certificate: Certificate | { readonly url: string; readonly issuerKeyHash?: Uint8Array };
  readonly id?: Uint8Array;
}

function userCertificate({ key }: Placed): readonly ToStore[] {
  const { certificate, label } = key;
  return certificate === undefined
    ? []
    : [{ certificate, label, authority: false, id: keyHash(key.key.publicKey) }];
}

/** Certificates one behind the other in a file, and the records that point to them. */
function storeCertificates(
  file: number,
  list: readonly ToStore[],
): { directory: Uint8Array; content: Uint8Array } {
  const records: Uint8Array[] = [];
  const contents: Uint8Array[] = [];
  let index = 0;
  for (const { certificate, label, authority, id } of list) {
    const common = { format: 'x509', label, private: false, modifiable: false, authority } as const;
    if ('url' in certificate) {
      const { url, issuerKeyHash } = certificate;
      const issuer = issuerKeyHash && { issuerId: issuerKeyHash };
      records.push(
        encodeCertificateObject({ ...common, id: id ?? new Uint8Array(20), ...issuer, value: { url } }),
      );
      continue;
    }
    const { octets, authorityKeyIdentifier } = certificate;
    const value = { path: pathOf(file), index, length: octets.length };
    const issuer = authorityKeyIdentifier && { issuerId: authorityKeyIdentifier };
    records.push(encodeCertificateObject({ ...common, id: certificate.keyHash, ...issuer, value }));
    contents.push(octets);
    index += octets.length;
  }
  return { directory: concat(records), content: concat(contents) };
}

function labelOf(certificate: Certificate): string {
  const attributes = certificate.subject.relative.flat();
  return attributes.at(-1)?.value ?? 'authority';
}

export interface PersonaliseOptions {
  readonly random: Random;
  readonly now: Millis;
  readonly authority: Authority;
  /** `CN=Alice, C=FI`. */
  readonly subject: string;
  readonly pins: CardPins;
  /** The number of a curve in WAP-261 Appendix A, or the bits of an RSA modulus. */
  readonly algorithm?: { readonly rsaBits: number } | { readonly curve: number };
  readonly years?: number;
  readonly cost?: number;
  readonly enrolment?: Enrolment;
}

/** A new card for a person: a key to sign with and one for WTLS, their certificates, and the authority to trust. */
export function personaliseCard(options: PersonaliseOptions): {
  readonly card: Card;
  readonly signing: Certificate;
  readonly authentication: Certificate;
} {
  const { random, now, authority, subject, pins, years = 5, algorithm = { rsaBits: 1024 } } = options;
  const issue = (profile: 'signature' | 'authentication', key: PrivateKey) =>
    issueCertificate(random, authority, {
      profile,
      subject,
      publicKey: key.publicKey,
      ...validity(now, years),
    });
  const signingKey = generate(random, algorithm);
  const authenticationKey = generate(random, algorithm);
  const signing = issue('signature', signingKey);
  const authentication = issue('authentication', authenticationKey);
  const card = createCard({
    random,
    pins,
    trusted: [authority.certificate],
    keys: [
      { label: 'Signature', usage: 'nonRepudiation', key: signingKey, certificate: signing },
      {
        label: 'Authentication',
        usage: 'authentication',
        key: authenticationKey,
        certificate: authentication,
      },
    ],
    ...(options.cost !== undefined && { cost: options.cost }),
    ...(options.enrolment && { enrolment: options.enrolment }),
  });
  return { card, signing, authentication };
}

function generate(random: Random, algorithm: { rsaBits: number } | { curve: number }): PrivateKey {
  if ('rsaBits' in algorithm) return generateRsaKey(random, algorithm.rsaBits);
  const curve = curveByNumber(algorithm.curve);
  if (curve === undefined) throw new UsageError(`WAP-261 Appendix A has no curve ${algorithm.curve}`);
  return generateEcKey(random, curve);
}
