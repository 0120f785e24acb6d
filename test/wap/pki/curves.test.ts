import assert from 'node:assert/strict';
import { ecKeyFromScalar, toMagnitude } from '../../../src/wap/crypto.js';
import { toHex } from '../../../src/wap/octets.js';
import { curveByNumber, curveByOid, curves } from '../../../src/wap/pki/curves.js';

/** Generating points as printed. */
// biome-ignore format: a line is a printed point
const printed: readonly (readonly [number, string, string])[] = [
  [1, '01667979a40ba497e5d5c270780617', '00f44b4af1ecc2630e08785cebcc15'],
  [3, '02fe13c0537bbc11acaa07d793de4e6d5e5c94eee8', '0289070fb05d38ff58321f2e800536d538ccdaa3d9'],
  [4, '009d73616f35f4ab1407d73562c10f', '00a52830277958ee84d1315ed31886'],
  [5, '07af69989546103d79329fcc3d74880f33bbe803cb', '01ec23211b5966adea1d3f87f7ea5848aef0b7ca9f'],
  [6, '09487239995a5ee76b55f9c2f098', 'a89ce5af8724c0a23e0e0ff77500'],
  [7, '4a96b5688ef573284664698968c38bb913cbfc82', '23a628553168947d59dcc912042351377ac5fb32'],
  [8, '0000000000000000000000000001', '0000000000000000000000000002'],
  [9, '0000000000000000000000000000000000000001', '0000000000000000000000000000000000000002'],
  [10, '017232ba853a7e731af129f22ff4149563a419c26bf50a4c9d6eefad6126', '01db537dece819b7f70f555a67c427a8cd9bf18aeb9b56e0c11056fae6a3'],
];

describe('elliptic curves (WAP-261 Appendix A, Table 8)', () => {
  for (const [number, x, y] of printed) {
    it(`curve ${number} has the printed generating point`, () => {
      const curve = curveByNumber(number);
      assert.ok(curve);
      const key = ecKeyFromScalar(curve, toMagnitude(1n));
      assert.equal(toHex(key?.publicKey.point ?? new Uint8Array(0)), `04${x}${y}`);
    });
  }

  it('number 2 is not assigned', () => assert.equal(curveByNumber(2), undefined));

  it('every curve has a number and an object identifier of its own', () => {
    assert.equal(new Set(curves.map(({ number }) => number)).size, curves.length);
    for (const curve of curves) assert.equal(curveByOid(curve.oid)?.number, curve.number);
  });

  it('what OpenSSL calls wtls7 is not curve 7', () => {
    assert.equal(curveByOid('2.23.43.1.4.7')?.openssl, 'secp160r2');
    assert.equal(curveByNumber(7)?.openssl, 'secp160r1');
  });
});
