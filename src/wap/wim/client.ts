/**
 * What a terminal does with a card: WAP-260 §11.4, through APDUs and nothing else. It works with any card that follows
 * WAP-260, over T=0 or T=1.
 */
import { DecodeError, ProtocolError } from '../errors.js';
import { concat, equalOctets } from '../octets.js';
import { type Certificate, decodeCertificate } from '../pki/x509.js';
import {
  type CommandApdu,
  DATA_MOST,
  decodeResponse,
  describeStatus,
  encodeCommand,
  instructions,
  LE_MOST,
  type ResponseApdu,
  SW,
} from './apdu.js';
import { dataObject, templateTags } from './environment.js';
import { padPin } from './image.js';
import { AID, FILE } from './layout.js';
import { decodeOdf, decodeWimPath, type OdfType, OID, type Path } from './pkcs15.js';
import {
  type BiometricObject,
  type CertificateObject,
  type DataObject,
  decodeBiometricObjects,
  decodeCertificateObjects,
  decodeDataObjects,
  decodePinObjects,
  decodePrivateKeyObjects,
  encodeCertificateObject,
  type PinObject,
  type PrivateKeyObject,
} from './pkcs15-objects.js';
import { decodeTokenInfo, decodeUnusedSpaces, encodeUnusedSpace, type TokenInfo } from './token-info.js';

/** The card, or whatever stands between it and us. */
export type Transmit = (apdu: Uint8Array) => Uint8Array;

/** Hears of every APDU and its response. Commands that carry PINs come with them: mask what you print. */
export type ObserveApdu = (exchange: { readonly command: Uint8Array; readonly response: Uint8Array }) => void;

export interface WimOptions {
  readonly transmit: Transmit;
  readonly observe?: ObserveApdu;
}

/** A key that signs. */
export type WimKey = PrivateKeyObject;

export type CertificateKind = 'user' | 'trusted' | 'useful';

export interface WimCertificate extends CertificateObject {
  readonly kind: CertificateKind;
}

export type PinResult =
  | { readonly ok: true }
  /** How often it may still be tried; none: it is blocked. Unknown where the card does not say. */
  | { readonly ok: false; readonly triesLeft: number | undefined };

/** A card as a terminal knows it. */
export interface Wim {
  readonly tokenInfo: TokenInfo;
  readonly keys: readonly WimKey[];
  readonly pins: readonly PinObject[];
  /** What may stand in for PINs. */
  readonly biometrics: readonly BiometricObject[];
  readonly certificates: readonly WimCertificate[];
  readonly dataObjects: readonly DataObject[];
  /** The PIN that protects a key. */
  pinOf(key: WimKey): PinObject | undefined;
  /** The certificate as such, or where it is. */
  readCertificate(certificate: WimCertificate): Uint8Array | { readonly url: string };
  /** The X.509 certificates of authorities that the card's issuer trusts. */
  trustedCertificates(): readonly Certificate[];
  /** Whether the PIN need not be entered now, and how often it may be tried. */
  pinStatus(pin: PinObject): { readonly verified: boolean; readonly triesLeft: number | undefined };
  verifyPin(pin: PinObject, digits: string): PinResult;
  /** What a sensor captured, in place of the PIN. */
  verifyBiometric(object: BiometricObject, sample: Uint8Array): PinResult;
  /** The same as `pinStatus`. */
  biometricStatus(object: BiometricObject): {
    readonly verified: boolean;
    readonly triesLeft: number | undefined;
  };
  changePin(pin: PinObject, digits: string, replacement: string): PinResult;
  unblockPin(pin: PinObject, code: string, replacement: string): PinResult;
  disablePin(pin: PinObject, digits: string): PinResult;
  enablePin(pin: PinObject, digits: string): PinResult;
  /**
   * An application level signature (§11.4.6).
   * @param formatted for RSA a DigestInfo, for ECDSA the SHA-1 digest
   */
  sign(key: WimKey, formatted: Uint8Array): Uint8Array;
  random(count: number): Uint8Array;
  /** Opens what was enciphered for a key (§11.4.7). */
  decipher(key: WimKey, cryptogram: Uint8Array): Uint8Array;
  /** Writes over a part of a file that PIN-G lets be written over. */
  update(path: Path, content: Uint8Array): void;
  read(path: Path): Uint8Array;
  /**
   * Saves a certificate, or where it is, as §13.4 says: data, unused space, directory. PIN-G has to be verified. It is
   * among `certificates` when the card is opened the next time.
   */
  store(certificate: NewCertificate): void;
  /** Closes the logical channel: PINs are forgotten. */
  close(): void;
}

/** A certificate that the terminal stores: of the user, or of an authority that he came to trust. */
export interface NewCertificate {
  readonly kind: 'user' | 'useful';
  readonly format: 'x509' | 'wtls';
  readonly label: string;
  readonly authority: boolean;
  /** The hash of the public key in it. */
  readonly id: Uint8Array;
  /** The hash of the issuer's public key. */
  readonly issuerId?: Uint8Array;
  readonly value: Uint8Array | { readonly url: string };
}

/** A file beyond is no card's. */
const FILE_MOST = 0x7fff;

/** Opens a channel of its own where the card has them, selects the application, and reads what there is (§11.4.1-3). */
export function openWim(options: WimOptions): Wim {
  const exchange = exchanger(options);
  const channel = openChannel(exchange);
  selectApplication(exchange, channel);
  const send = (command: Partial<CommandApdu> & Pick<CommandApdu, 'ins'>, what: string): Uint8Array => {
    const response = exchange({ cla: 0x80 | channel, p1: 0, p2: 0, data: empty, ...command });
    if (response.sw !== SW['Normal ending']) fail(what, response.sw);
    return response.data;
  };
  const raw = (command: Partial<CommandApdu> & Pick<CommandApdu, 'ins'>): ResponseApdu =>
    exchange({ cla: 0x80 | channel, p1: 0, p2: 0, data: empty, ...command });

  /** The directory of the application, where EF(ODF) tells it: needed to get back from other directories (§9.4.1). */
  let home: Uint8Array | undefined;
  let away = false;

  /** Two octets name a file in the current directory; more, a path from the master file or from the application's. */
  function select(path: Uint8Array): number | undefined {
    const absolute = path[0] === MASTER_FILE[0] && path[1] === MASTER_FILE[1];
    const start = absolute || home === undefined || (path.length === 2 && !away) ? empty : home;
    const whole = concat([start, path]);
    let information: Uint8Array = empty;
    for (let at = 0; at < whole.length; at += 2) {
      information = send({ ins: instructions.SELECT, data: whole.slice(at, at + 2), le: LE_MOST }, 'SELECT');
    }
    away = path.length > 2;
    return sizeIn(information);
  }

  function read(path: Path): Uint8Array {
    const size = select(path.path);
    const start = path.index ?? 0;
    const end = path.length === undefined ? (size ?? FILE_MOST) : start + path.length;
    const parts: Uint8Array[] = [];
    for (let at = start; at < end && at <= FILE_MOST; ) {
      const le = Math.min(DATA_MOST, end - at);
      const part = send({ ins: instructions['READ BINARY'], p1: at >> 8, p2: at & 0xff, le }, 'READ BINARY');
      if (part.length === 0) break;
      parts.push(part);
      at += part.length;
    }
    return concat(parts);
  }

  function update(path: Path, content: Uint8Array): void {
    select(path.path);
    const start = path.index ?? 0;
    for (let at = 0; at < content.length; at += DATA_MOST) {
      const [p1, p2] = [(start + at) >> 8, (start + at) & 0xff];
      send(
        { ins: instructions['UPDATE BINARY'], p1, p2, data: content.slice(at, at + DATA_MOST) },
        'UPDATE BINARY',
      );
    }
  }

  const byIdentifier = (id: number): Path => ({ path: Uint8Array.of(id >> 8, id & 0xff) });
  const tokenInfo = decodeTokenInfo(read(byIdentifier(FILE.TokenInfo)));
  const directory = read(byIdentifier(FILE.ODF));
  const odf = decodeOdf(directory);
  home = decodeWimPath(directory);
  const all = <T>(type: OdfType, decode: (octets: Uint8Array) => readonly T[]): readonly T[] =>
    odf.filter((entry) => entry.type === type).flatMap((entry) => decode(read(entry.path)));
  const certificatesOf = (kind: CertificateKind, type: OdfType): readonly WimCertificate[] =>
    all(type, decodeCertificateObjects).map((object) => ({ ...object, kind }));

  const pins = all('authObjects', decodePinObjects);
  const biometrics = all('authObjects', decodeBiometricObjects);
  const keys = all('privateKeys', decodePrivateKeyObjects);
  const certificates = [
    ...certificatesOf('user', 'certificates'),
    ...certificatesOf('trusted', 'trustedCertificates'),
    ...certificatesOf('useful', 'usefulCertificates'),
  ];
  const dataObjects = all('dataObjects', decodeDataObjects);

  function pad(pin: PinObject, digits: string): Uint8Array | undefined {
    const least = digits.length >= pin.minLength;
    return least ? padPin(digits, pin.storedLength, pin.padChar) : undefined;
  }

  function pinStatus(pin: PinObject) {
    return statusOf(pin.path, pin.pinReference);
  }

  function statusOf(path: Path, reference: number) {
    select(path.path);
    const { sw } = raw({ ins: instructions.VERIFY, p2: reference });
    const triesLeft =
      sw === SW['PIN blocked'] ? 0 : sw >> 4 === SW['Further retries'] >> 4 ? sw & 0xf : undefined;
    return { verified: sw === SW['Normal ending'], triesLeft };
  }

  /** A command that has a PIN compared, and what came of it. */
  function present(pin: PinObject, ins: number, data: Uint8Array | undefined, what: string): PinResult {
    // What cannot be a PIN costs no try.
    if (data === undefined) return { ok: false, triesLeft: pinStatus(pin).triesLeft };
    select(pin.path.path);
    const { sw } = raw({ ins, p2: pin.pinReference, data });
    if (sw === SW['Normal ending']) return { ok: true };
    if (sw === SW['PIN blocked']) return { ok: false, triesLeft: 0 };
    if (sw !== SW['Verification failed'] && sw >> 4 !== SW['Further retries'] >> 4) fail(what, sw);
    return { ok: false, triesLeft: pinStatus(pin).triesLeft };
  }

  function verifyBiometric(object: BiometricObject, sample: Uint8Array): PinResult {
    const { path, reference } = object;
    const empty = sample.length === 0 || sample.length > DATA_MOST;
    select(path.path);
    const { sw } = empty
      ? { sw: SW['Verification failed'] }
      : raw({ ins: instructions.VERIFY, p2: reference, data: sample });
    if (sw === SW['Normal ending']) return { ok: true };
    if (sw === SW['PIN blocked']) return { ok: false, triesLeft: 0 };
    if (sw !== SW['Verification failed']) fail('VERIFY', sw);
    return { ok: false, triesLeft: statusOf(path, reference).triesLeft };
  }

  function both(pin: PinObject, first: string, second: string): Uint8Array | undefined {
    const [old, replacement] = [pad(pin, first), pad(pin, second)];
    return old && replacement && concat([old, replacement]);
  }

  function setKey(key: WimKey, owner: string, template: number): void {
    const environment = tokenInfo.environments.find((it) => it.owner === owner);
    if (environment === undefined)
      throw new ProtocolError('WIM', 'MSE', `the card has no environment ${owner}`);
    const MSE = instructions['MANAGE SECURITY ENVIRONMENT'];
    send({ ins: MSE, p1: 0xf3, p2: environment.number }, 'MSE RESTORE');
    const reference = dataObject(0x84, Uint8Array.of(key.keyReference));
    const data = concat([dataObject(0x81, key.path.path), reference]);
    send({ ins: MSE, p1: 0x41, p2: template, data }, 'MSE SET');
  }

  /** Overwrites a directory file with `records`; the rest of it becomes padding. */
  function rewrite(path: Path, records: readonly Uint8Array[]): void {
    const size = read(path).length;
    const body = concat(records);
    if (body.length > size) throw new ProtocolError('WIM', 'UPDATE BINARY', 'the directory file is full');
    update(path, concat([body, new Uint8Array(size - body.length).fill(0xff)]));
  }

  /** Puts `content` where the card has unused space: the place. */
  function occupy(content: Uint8Array): Path {
    const file = byIdentifier(FILE.UnusedSpace);
    const spaces = decodeUnusedSpaces(read(file));
    const found = spaces.find(({ path }) => (path.length ?? 0) >= content.length);
    if (found?.path.index === undefined || found.path.length === undefined) {
      throw new ProtocolError('WIM', 'UPDATE BINARY', `the card has no space for ${content.length} octets`);
    }
    const { path, index, length } = found.path;
    update(found.path, content);
    const left = { path, index: index + content.length, length: length - content.length };
    rewrite(
      file,
      spaces.map((space) => encodeUnusedSpace(space === found ? { ...space, path: left } : space)),
    );
    return { path, index, length: content.length };
  }

  function store({ kind, value, ...attributes }: NewCertificate): void {
    const type = kind === 'user' ? 'certificates' : 'usefulCertificates';
    const path = odf.find((entry) => entry.type === type)?.path;
    if (path === undefined)
      throw new ProtocolError('WIM', 'ODF', `the card has no directory of ${kind} certificates`);
    const [pinG] = pins;
    const object = {
      ...attributes,
      private: false,
      modifiable: true,
      ...(pinG && { authId: pinG.authId }),
      value: value instanceof Uint8Array ? occupy(value) : value,
    };
    const known = decodeCertificateObjects(read(path));
    rewrite(path, [...known, object].map(encodeCertificateObject));
  }

  return {
    store,
    tokenInfo,
    keys,
    pins,
    certificates,
    dataObjects,
    read,
    update,
    pinOf: (key) => pins.find(({ authId }) => authId === key.authId),
    readCertificate: ({ value }) => ('url' in value ? value : read(value)),
    trustedCertificates: () =>
      certificates
        .filter(({ kind, format }) => kind === 'trusted' && format === 'x509')
        .flatMap(({ value }) => ('url' in value ? [] : tryCertificate(read(value)))),
    pinStatus,
    biometrics,
    verifyBiometric,
    biometricStatus: ({ path, reference }) => statusOf(path, reference),
    verifyPin: (pin, digits) => present(pin, instructions.VERIFY, pad(pin, digits), 'VERIFY'),
    changePin: (pin, digits, replacement) =>
      present(
        pin,
        instructions['CHANGE REFERENCE DATA'],
        both(pin, digits, replacement),
        'CHANGE REFERENCE DATA',
      ),
    unblockPin: (pin, code, replacement) =>
      present(pin, instructions['RESET RETRY COUNTER'], both(pin, code, replacement), 'RESET RETRY COUNTER'),
    disablePin: (pin, digits) =>
      present(
        pin,
        instructions['DISABLE VERIFICATION REQUIREMENT'],
        pad(pin, digits),
        'DISABLE VERIFICATION',
      ),
    enablePin: (pin, digits) =>
      present(pin, instructions['ENABLE VERIFICATION REQUIREMENT'], pad(pin, digits), 'ENABLE VERIFICATION'),
    sign(key, formatted) {
      setKey(key, key.algorithm === 'rsa' ? OID.genericRsa : OID.genericEcc, templateTags.DST);
      const ins = instructions['PERFORM SECURITY OPERATION'];
      return send({ ins, p1: 0x9e, p2: 0x9a, data: formatted, le: LE_MOST }, 'PSO COMPUTE DIGITAL SIGNATURE');
    },
    decipher(key, cryptogram) {
      setKey(key, key.algorithm === 'rsa' ? OID.genericRsa : OID.genericEcc, templateTags.CT);
      const data = concat([Uint8Array.of(0), cryptogram]);
      const ins = instructions['PERFORM SECURITY OPERATION'];
      return send({ ins, p1: 0x80, p2: 0x86, data, le: LE_MOST }, 'PSO DECIPHER');
    },
    random: (count) => send({ ins: instructions['ASK RANDOM'], le: count }, 'ASK RANDOM'),
    close() {
      if (channel === 0) return;
      exchange({ cla: 0, ins: instructions['MANAGE CHANNEL'], p1: 0x80, p2: channel, data: empty });
    },
  };
}

const empty = new Uint8Array(0);

const MASTER_FILE = Uint8Array.of(FILE.MF >> 8, FILE.MF & 0xff);

function fail(what: string, sw: number): never {
  throw new ProtocolError('WIM', what, `the card answers: ${describeStatus(sw)}`);
}

type Exchange = (command: CommandApdu) => ResponseApdu;

/** A command and its response, with what T=0 makes of it: data is fetched, a wrong length corrected (§11.3.7.1). */
function exchanger({ transmit, observe }: WimOptions): Exchange {
  const once = (command: CommandApdu): ResponseApdu => {
    const octets = encodeCommand(command);
    const response = transmit(octets);
    observe?.({ command: octets, response });
    return decodeResponse(response);
  };
  return (command) => {
    const response = once(command);
    const le = response.sw & 0xff || LE_MOST;
    if (response.sw >> 8 === SW['Wrong Le'] >> 8) return once({ ...command, le });
    if (response.sw >> 8 !== SW['Data available'] >> 8) return response;
    const cla = command.cla & 0x03;
    return once({ cla, ins: instructions['GET RESPONSE'], p1: 0, p2: 0, data: empty, le });
  };
}

/** §13.3: a card without logical channels answers 6D00, and the basic channel is used. */
function openChannel(exchange: Exchange): number {
  const { sw, data } = exchange({
    cla: 0,
    ins: instructions['MANAGE CHANNEL'],
    p1: 0,
    p2: 0,
    data: empty,
    le: 1,
  });
  const [number] = data;
  return sw === SW['Normal ending'] && number !== undefined && number <= 3 ? number : 0;
}

/** §11.3.3: first as PKCS#15, then as WIM. */
function selectApplication(exchange: Exchange, channel: number): void {
  let sw = 0;
  for (const data of [AID.pkcs15, AID.wim]) {
    ({ sw } = exchange({ cla: channel, ins: instructions.SELECT, p1: 0x04, p2: 0x00, data }));
    if (sw === SW['Normal ending']) return;
  }
  fail('SELECT APPLICATION', sw);
}

/** The size in file control information: data object 80, alone or in the template 6F. */
function sizeIn(information: Uint8Array): number | undefined {
  const body = information[0] === 0x6f ? information.subarray(2) : information;
  return body[0] === 0x80 && body[1] === 2 ? ((body[2] ?? 0) << 8) | (body[3] ?? 0) : undefined;
}

/** What cannot be read is not trusted. */
function tryCertificate(octets: Uint8Array): readonly Certificate[] {
  try {
    return [decodeCertificate(octets)];
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}

/** The certificates of a key, those on the card before those elsewhere. */
export function certificatesOf(wim: Wim, key: WimKey): readonly WimCertificate[] {
  const own = wim.certificates.filter(({ kind, id }) => kind === 'user' && equalOctets(id, key.id));
  return [...own].sort((a, b) => Number('url' in a.value) - Number('url' in b.value));
}
