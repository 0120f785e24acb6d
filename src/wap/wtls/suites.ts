/** What a handshake can agree on: WAP-261 Appendix A, Tables 4 to 7, and §9.1. Assigned numbers stand here once. */

/** KeyExchangeAlgorithm (§10.5.3), and the two suites that exchange no key. */
export type KeyExchangeAlgorithm =
  | 'null'
  | 'shared_secret'
  | 'rsa'
  | 'rsa_anon'
  | 'dh_anon'
  | 'ecdh_anon'
  | 'ecdh_ecdsa';

export interface KeyExchangeSuite {
  readonly number: number;
  readonly name: string;
  readonly algorithm: KeyExchangeAlgorithm;
  /** Bits of the largest public key that may be used. */
  readonly limit?: number;
  /** For curves: points travel compressed (SHOULD) or not (MUST). */
  readonly points?: 'compressed' | 'uncompressed';
}

/** Table 4. */
// biome-ignore format: a line is a printed row
export const keyExchangeSuites = [
  { number: 0, name: 'NULL', algorithm: 'null' },
  { number: 1, name: 'SHARED_SECRET', algorithm: 'shared_secret' },
  { number: 2, name: 'DH_anon', algorithm: 'dh_anon' },
  { number: 3, name: 'DH_anon_512', algorithm: 'dh_anon', limit: 512 },
  { number: 4, name: 'DH_anon_768', algorithm: 'dh_anon', limit: 768 },
  { number: 5, name: 'RSA_anon', algorithm: 'rsa_anon' },
  { number: 6, name: 'RSA_anon_512', algorithm: 'rsa_anon', limit: 512 },
  { number: 7, name: 'RSA_anon_768', algorithm: 'rsa_anon', limit: 768 },
  { number: 8, name: 'RSA', algorithm: 'rsa' },
  { number: 9, name: 'RSA_512', algorithm: 'rsa', limit: 512 },
  { number: 10, name: 'RSA_768', algorithm: 'rsa', limit: 768 },
  { number: 11, name: 'ECDH_anon', algorithm: 'ecdh_anon', points: 'compressed' },
  { number: 12, name: 'ECDH_anon_113', algorithm: 'ecdh_anon', limit: 113, points: 'compressed' },
  { number: 13, name: 'ECDH_anon_131', algorithm: 'ecdh_anon', limit: 131, points: 'compressed' },
  { number: 14, name: 'ECDH_ECDSA', algorithm: 'ecdh_ecdsa', points: 'compressed' },
  { number: 15, name: 'ECDH_anon_uncomp', algorithm: 'ecdh_anon', points: 'uncompressed' },
  { number: 16, name: 'ECDH_anon_uncomp_113', algorithm: 'ecdh_anon', limit: 113, points: 'uncompressed' },
  { number: 17, name: 'ECDH_anon_uncomp_131', algorithm: 'ecdh_anon', limit: 131, points: 'uncompressed' },
  { number: 18, name: 'ECDH_ECDSA_uncomp', algorithm: 'ecdh_ecdsa', points: 'uncompressed' },
] as const satisfies readonly KeyExchangeSuite[];

export type KeyExchangeName = (typeof keyExchangeSuites)[number]['name'];

export interface BulkCipher {
  readonly number: number;
  readonly name: string;
  readonly isExportable: boolean;
  readonly type: 'stream' | 'block';
  /** Octets of the key block that make the write key. */
  readonly keyMaterial: number;
  /** Octets of the write key. */
  readonly expandedKeyMaterial: number;
  readonly effectiveKeyBits: number;
  readonly ivSize: number;
}

/** Table 5. */
// biome-ignore format: a line is a printed row
export const bulkCiphers = [
  { number: 0, name: 'NULL', isExportable: true, type: 'stream', keyMaterial: 0, expandedKeyMaterial: 0, effectiveKeyBits: 0, ivSize: 0 },
  { number: 1, name: 'RC5_CBC_40', isExportable: true, type: 'block', keyMaterial: 5, expandedKeyMaterial: 16, effectiveKeyBits: 40, ivSize: 8 },
  { number: 2, name: 'RC5_CBC_56', isExportable: true, type: 'block', keyMaterial: 7, expandedKeyMaterial: 16, effectiveKeyBits: 56, ivSize: 8 },
  { number: 3, name: 'RC5_CBC', isExportable: false, type: 'block', keyMaterial: 16, expandedKeyMaterial: 16, effectiveKeyBits: 128, ivSize: 8 },
  { number: 4, name: 'DES_CBC_40', isExportable: true, type: 'block', keyMaterial: 5, expandedKeyMaterial: 8, effectiveKeyBits: 40, ivSize: 8 },
  { number: 5, name: 'DES_CBC', isExportable: false, type: 'block', keyMaterial: 8, expandedKeyMaterial: 8, effectiveKeyBits: 56, ivSize: 8 },
  { number: 6, name: '3DES_CBC_EDE', isExportable: false, type: 'block', keyMaterial: 24, expandedKeyMaterial: 24, effectiveKeyBits: 168, ivSize: 8 },
  { number: 7, name: 'IDEA_CBC_40', isExportable: true, type: 'block', keyMaterial: 5, expandedKeyMaterial: 16, effectiveKeyBits: 40, ivSize: 8 },
  { number: 8, name: 'IDEA_CBC_56', isExportable: true, type: 'block', keyMaterial: 7, expandedKeyMaterial: 16, effectiveKeyBits: 56, ivSize: 8 },
  { number: 9, name: 'IDEA_CBC', isExportable: false, type: 'block', keyMaterial: 16, expandedKeyMaterial: 16, effectiveKeyBits: 128, ivSize: 8 },
  { number: 10, name: 'RC5_CBC_64', isExportable: true, type: 'block', keyMaterial: 8, expandedKeyMaterial: 16, effectiveKeyBits: 64, ivSize: 8 },
  { number: 11, name: 'IDEA_CBC_64', isExportable: true, type: 'block', keyMaterial: 8, expandedKeyMaterial: 16, effectiveKeyBits: 64, ivSize: 8 },
] as const satisfies readonly BulkCipher[];

export type BulkCipherName = (typeof bulkCiphers)[number]['name'];

export interface Mac {
  readonly number: number;
  readonly name: string;
  /** Also of the PRF and of the hash of the handshake messages (§11.3.2). */
  readonly hash: 'md5' | 'sha1';
  readonly keySize: number;
  /** The first octets of the digest, as many as this. */
  readonly macSize: number;
}

/** Table 6. Number 4, the exclusive-or MAC of WAP-199, was removed. */
// biome-ignore format: a line is a printed row
export const macs = [
  { number: 0, name: 'SHA_0', hash: 'sha1', keySize: 0, macSize: 0 },
  { number: 1, name: 'SHA_40', hash: 'sha1', keySize: 20, macSize: 5 },
  { number: 2, name: 'SHA_80', hash: 'sha1', keySize: 20, macSize: 10 },
  { number: 3, name: 'SHA', hash: 'sha1', keySize: 20, macSize: 20 },
  { number: 5, name: 'MD5_40', hash: 'md5', keySize: 16, macSize: 5 },
  { number: 6, name: 'MD5_80', hash: 'md5', keySize: 16, macSize: 10 },
  { number: 7, name: 'MD5', hash: 'md5', keySize: 16, macSize: 16 },
] as const satisfies readonly Mac[];

export type MacName = (typeof macs)[number]['name'];

/** Table 7. */
export const compressionMethods = { NULL: 0 } as const satisfies Record<string, number>;

/** SequenceNumberMode: §9.1. */
export const sequenceNumberModes = { off: 0, implicit: 1, explicit: 2 } as const satisfies Record<
  string,
  number
>;

export type SequenceNumberMode = keyof typeof sequenceNumberModes;

/** A bulk cipher and a MAC, as the hellos carry them. */
export interface CipherSuiteNumbers {
  readonly bulkCipher: number;
  readonly mac: number;
}

/** A cipher suite that both ends know. */
export interface CipherSpec {
  readonly bulkCipher: BulkCipher;
  readonly mac: Mac;
}

const suitesByNumber: ReadonlyMap<number, KeyExchangeSuite> = indexByNumber(keyExchangeSuites);
const ciphersByNumber: ReadonlyMap<number, BulkCipher> = indexByNumber(bulkCiphers);
const macsByNumber: ReadonlyMap<number, Mac> = indexByNumber(macs);

function indexByNumber<T extends { readonly number: number }>(rows: readonly T[]): ReadonlyMap<number, T> {
  return new Map(rows.map((row) => [row.number, row]));
}

/** A row of Appendix A, Table 4; `undefined` for a number that is not assigned. */
export function keyExchangeByNumber(number: number): KeyExchangeSuite | undefined {
  return suitesByNumber.get(number);
}

/** A row of Appendix A, Table 4, by its printed name. */
export function keyExchangeByName(name: KeyExchangeName): KeyExchangeSuite {
  return byName(keyExchangeSuites, name);
}

/** Cipher and MAC of Tables 5 and 6; `undefined` where a number is not assigned. */
export function cipherSpecByNumbers({ bulkCipher, mac }: CipherSuiteNumbers): CipherSpec | undefined {
  const cipher = ciphersByNumber.get(bulkCipher);
  const digest = macsByNumber.get(mac);
  return cipher && digest && { bulkCipher: cipher, mac: digest };
}

/** Cipher and MAC of Tables 5 and 6, by their printed names. */
export function cipherSpecByName(cipher: BulkCipherName, mac: MacName): CipherSpec {
  return { bulkCipher: byName(bulkCiphers, cipher), mac: byName(macs, mac) };
}

export function cipherSuiteNumbers(spec: CipherSpec): CipherSuiteNumbers {
  return { bulkCipher: spec.bulkCipher.number, mac: spec.mac.number };
}

/** `RC5_CBC with SHA`. */
export function formatCipherSpec(spec: CipherSpec): string {
  return `${spec.bulkCipher.name} with ${spec.mac.name}`;
}

function byName<T extends { readonly name: string }>(rows: readonly T[], name: string): T {
  const row = rows.find((it) => it.name === name);
  if (row === undefined) throw new RangeError(`${name} is in no table`);
  return row;
}

/** `undefined` for a number that is none. */
export function modeByNumber(number: number): SequenceNumberMode | undefined {
  if (number === sequenceNumberModes.explicit) return 'explicit';
  if (number === sequenceNumberModes.implicit) return 'implicit';
  return number === sequenceNumberModes.off ? 'off' : undefined;
}
