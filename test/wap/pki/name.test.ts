import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError, UsageError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import { attributeOf, decodeName, formatName, parseName } from '../../../src/wap/pki/name.js';
import { hex } from '../../support/hex.js';

describe('distinguished names (RFC 2459 §4.1.2.4, WAP-211 §6.2)', () => {
  it('a printed name as octets: the least special part first', () => {
    const name = parseName('CN=Ann, O=Shop, C=FI');
    assert.equal(
      toHex(name.octets),
      toHex(
        hex(`302a 310b 3009 0603550406 1302 4649
             310d 300b 060355040a 0c04 53686f70
             310c 300a 0603550403 0c03 416e6e`),
      ),
    );
    assert.equal(formatName(decodeName(name.octets)), 'CN=Ann, O=Shop, C=FI');
  });

  it('[Cert-Gen-S-005] [Cert-Gen-S-008] [Cert-Gen-C-003] [Cert-Gen-C-007] [Cert-SrvA-C-007] [Cert-SrvA-C-010] knows C, O, OU, CN, ST and DC', () => {
    const name = decodeName(parseName('CN=a, ST=b, OU=c, O=d, DC=e, C=FI').octets);
    const values = ['CN', 'ST', 'OU', 'O', 'DC', 'C'].map((short) => attributeOf(name, short));
    assert.deepEqual(values, ['a', 'b', 'c', 'd', 'e', 'FI']);
  });

  it('[Cert-Gen-S-007] [Cert-Gen-S-010] [Cert-Gen-C-006] [Cert-Gen-C-010] [Cert-SrvA-C-009] [Cert-SrvA-C-012] knows serialNumber (WAP-211 §8.1.1), a PrintableString', () => {
    const name = parseName('serialNumber=4711');
    assert.equal(toHex(name.octets), '300f310d300b060355040513043437 3131'.replaceAll(' ', ''));
    assert.equal(attributeOf(decodeName(name.octets), 'serialNumber'), '4711');
  });

  it('[Cert-Gen-C-005] [Cert-Gen-C-009] shows PrintableString, UTF8String and NumericString, and others as far as they are text', () => {
    const named = (value: string) => {
      const body = `0603550403 ${value}`;
      const length = hex(body).length;
      const digits = (n: number) => n.toString(16).padStart(2, '0');
      return formatName(
        decodeName(hex(`30${digits(length + 4)} 31${digits(length + 2)} 30${digits(length)} ${body}`)),
      );
    };
    assert.equal(named('1303 416e6e'), 'CN=Ann');
    assert.equal(named('0c04 4ac3b672'), 'CN=Jör');
    assert.equal(named('1203 313233'), 'CN=123');
    assert.equal(named('1403 4af672'), 'CN=Jör');
    assert.equal(named('1e04 0041 4e2d'), 'CN=A中');
    assert.equal(named('0c01 ff'), 'CN=\\#ff');
    assert.equal(named('0201 05'), 'CN=\\#05');
  });

  it('[Cert-Gen-S-003] [Cert-SrvA-C-003] an unknown attribute is shown by its object identifier', () => {
    assert.equal(formatName(decodeName(parseName('2.999.7=odd, C=FI').octets)), '2.999.7=odd, C=FI');
  });

  it('[Cert-Gen-S-006] [Cert-Gen-S-009] [Cert-Gen-C-004] [Cert-Gen-C-008] [Cert-SrvA-C-008] [Cert-SrvA-C-011] knows L, title, SN, GN, initials and generationQualifier', () => {
    // Type by type: RFC 2459 Appendix A.1.
    // biome-ignore format: a line is an attribute
    const attributes = [
      ['L',                   '0603550407'],
      ['T',                   '060355040c'],
      ['SN',                  '0603550404'],
      ['GN',                  '060355042a'],
      ['initials',            '060355042b'],
      ['generationQualifier', '060355042c'],
    ] as const;
    for (const [short, type] of attributes) {
      const name = decodeName(hex(`300e 310c 300a ${type} 1303 416e6e`));
      assert.equal(formatName(name), `${short}=Ann`);
      assert.equal(attributeOf(name, short), 'Ann');
    }
  });

  it('signs of the grammar are escaped and come back', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...' ,+=\\"<>;#aé') }),
        (value) => {
          const trimmed = value.trim() === value ? value : 'x';
          const name = parseName(formatName(parseName(`CN=${trimmed.replace(/[,+"\\<>;=#]/g, '\\$&')}`)));
          assert.equal(attributeOf(name, 'CN'), trimmed);
        },
      ),
    );
  });

  it('what is no name is refused', () => {
    for (const text of ['', 'Ann', 'XY=Ann', '=Ann']) assert.throws(() => parseName(text), UsageError, text);
  });

  it('any octets give a name or a DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        try {
          formatName(decodeName(octets));
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
    );
  });
});
