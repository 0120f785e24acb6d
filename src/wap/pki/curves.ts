/** The elliptic curves that WTLS numbers, with the names by which certificates and OpenSSL know them. */
import type { Curve } from '../crypto.js';

/**
 * WAP-261 Appendix A, Table 8. `openssl` is not always the name that sounds alike: what OpenSSL calls wtls7 is
 * secp160r2, while Table 8 prints secp160r1 for number 7. Number 2 is not assigned.
 */
// biome-ignore format: a line is a printed row
export const curves = [
  { number: 1, openssl: 'wap-wsg-idm-ecid-wtls1', oid: '2.23.43.1.4.1', fieldBits: 113, order: 0xfffffffffffffffdbf91af6dea73n },
  { number: 3, openssl: 'sect163k1', oid: '1.3.132.0.1', fieldBits: 163, order: 0x4000000000000000000020108a2e0cc0d99f8a5efn },
  { number: 4, openssl: 'sect113r1', oid: '1.3.132.0.4', fieldBits: 113, order: 0x100000000000000d9ccec8a39e56fn },
  { number: 5, openssl: 'c2pnb163v1', oid: '1.2.840.10045.3.0.1', fieldBits: 163, order: 0x400000000000000000001e60fc8821cc74daeafc1n },
  { number: 6, openssl: 'wap-wsg-idm-ecid-wtls6', oid: '2.23.43.1.4.6', fieldBits: 112, order: 0xdb7c2abf62e35e7628dfac6561c5n },
  { number: 7, openssl: 'secp160r1', oid: '1.3.132.0.8', fieldBits: 160, order: 0x100000000000000000001f4c8f927aed3ca752257n },
  { number: 8, openssl: 'wap-wsg-idm-ecid-wtls8', oid: '2.23.43.1.4.8', fieldBits: 112, order: 0x100000000000001ecea551ad837e9n },
  { number: 9, openssl: 'wap-wsg-idm-ecid-wtls9', oid: '2.23.43.1.4.9', fieldBits: 160, order: 0x100000000000000000001cdc98ae0e2de574abf33n },
  { number: 10, openssl: 'sect233k1', oid: '1.3.132.0.26', fieldBits: 233, order: 0x8000000000000000000000000000069d5bb915bcd46efb1ad5f173abdfn },
  { number: 11, openssl: 'sect233r1', oid: '1.3.132.0.27', fieldBits: 233, order: 0x1000000000000000000000000000013e974e72f8a6922031d2603cfe0d7n },
  { number: 12, openssl: 'secp224r1', oid: '1.3.132.0.33', fieldBits: 224, order: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn },
] as const satisfies readonly Curve[];

const byNumber: ReadonlyMap<number, Curve> = new Map(curves.map((curve) => [curve.number, curve]));

/**
 * Not a curve of WTLS: what OpenSSL, and certificates made with it, call wtls7. Known by its object identifiers only, so
 * that such certificates can be read for what they are.
 */
const secp160r2: Curve = {
  number: 0,
  openssl: 'secp160r2',
  oid: '1.3.132.0.30',
  fieldBits: 160,
  order: 0x100000000000000000000351ee786a818f3a1a16bn,
};

/** The tree {wap-wsg 4}, under which WAP-261 names curves 1, 6, 8 and 9, and OpenSSL others. */
const WAP_CURVES = '2.23.43.1.4';

const byOid: ReadonlyMap<string, Curve> = new Map([
  ...curves.map((curve) => [`${WAP_CURVES}.${curve.number}`, curve] as const),
  [`${WAP_CURVES}.7`, secp160r2],
  ...[...curves, secp160r2].map((curve) => [curve.oid, curve] as const),
]);

/** A curve by the number that WTLS gives it (its parameter index). */
export function curveByNumber(number: number): Curve | undefined {
  return byNumber.get(number);
}

/** A curve by the object identifier that certificates name it with. */
export function curveByOid(oid: string): Curve | undefined {
  return byOid.get(oid);
}
