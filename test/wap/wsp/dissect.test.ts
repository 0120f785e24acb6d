import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import type { Field } from '../../../src/wap/octets.js';
import { dissectUnit, dissectWsp } from '../../../src/wap/wsp/dissect.js';
import { hex } from '../../support/hex.js';

/** `name @octet+length value`, parts indented; header sets and octets without their value. */
function lines(fields: readonly Field[], indent = ''): readonly string[] {
  return fields.flatMap(({ name, bit, bits, value, parts = [] }) => {
    const shown = typeof value === 'object' ? '' : ` ${value}`;
    return [`${indent}${name} @${bit / 8}+${bits / 8}${shown}`, ...lines(parts, `${indent}  `)];
  });
}

describe('Dissection of WSP PDUs (WAP-230 §8.2)', () => {
  it('a Reply, down to the quality factor', () => {
    assert.deepEqual(lines(dissectUnit(hex('07 04 44 05 94 83 02 99 47 61')).fields), [
      'TID @0+1 7',
      'Type @1+1 4',
      'status @2+1 404',
      'headersLen @3+1 5',
      'headers @4+5',
      '  ContentType @4+1 148',
      '  Header @5+4',
      '    Well-known-field-name @5+1 131',
      '    Value-length @6+1 2',
      '    Accept-Language @7+2 en; q=0.7',
      '      Well-known value @7+1 153',
      '      Q-value @8+1 71',
      'data @9+1',
    ]);
  });

  it('a Connect with its capabilities', () => {
    assert.deepEqual(lines(dissectWsp(hex('01 10 03 00 02 83 04')).fields), [
      'Type @0+1 1',
      'version @1+1 16',
      'capabilitiesLen @2+1 3',
      'headersLen @3+1 0',
      'capabilities @4+3',
      '  Capability @4+3',
      '    Length @4+1 2',
      '    Identifier and Parameters @5+2',
      '      Identifier @5+1 131',
      '      MOR @6+1 4',
      'headers @7+0',
    ]);
  });

  it('method, URI, addresses of a Redirect and the entries of a multipart body', () => {
    assert.deepEqual(lines(dissectWsp(hex('42 01 2f')).fields)[0], 'type @0+1 HEAD');
    assert.deepEqual(lines(dissectWsp(hex('42 01 2f')).fields)[2], 'uri @2+1 /');
    assert.ok(lines(dissectWsp(hex('03 80 04 0a000001')).fields).includes('  Address @2+5'));
    assert.ok(lines(dissectWsp(hex('06 01 a3 01 01 01 83 61')).fields).includes('  Entry @4+4'));
  });

  it('fields that break their grammar stay octets; what is recorded covers every octet once', () => {
    const { fields } = dissectWsp(hex('40 01 2f 80'));
    assert.deepEqual(fields.at(-1)?.value, hex('80'));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (octets) => {
        try {
          const { fields } = dissectUnit(octets);
          let at = 0;
          for (const { bit, bits } of fields) {
            assert.equal(bit, at);
            at += bits;
          }
          assert.equal(at, octets.length * 8);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
