import assert from 'node:assert/strict';
import { loadUnit } from '../../../src/wap/wmlscript/index.js';
import { hex } from '../../support/hex.js';
import { assemble, f, load, refusal, run, start } from '../../support/wmlscript.js';

/** A unit whose only function loads constant 0 and returns it. */
function constantUnit(pool: string): string {
  const body = `${pool} 00 01 01 00 04 6d61696e 00 00 02 50 3a`.replaceAll(' ', '');
  return `01 ${(body.length / 2).toString(16).padStart(2, '0')} ${body}`;
}

describe('The binary format as the interpreter reads it (WAP-193_101-WMLScript §9)', () => {
  it('[WMLS-C-091] header: version 1.1, and the size of the rest', () => {
    const octets = hex('01 10 00 6a 00 01 01 00 04 6d61696e 00 00 02 15 3a');
    assert.deepEqual(run(octets), { returned: 1 });
    assert.match(
      refusal(hex('11 10 00 6a 00 01 01 00 04 6d61696e 00 00 02 15 3a')),
      /^Verification Failed: .*2\.1/,
    );
    assert.match(
      refusal(hex('02 10 00 6a 00 01 01 00 04 6d61696e 00 00 02 15 3a')),
      /^Verification Failed: .*1\.2/,
    );
    assert.match(refusal(hex('01 0f 00 6a 00 01 01 00 04 6d61696e 00 00 02 15 3a')), /^Verification Failed/);
    assert.match(refusal(hex('01 11 00 6a 00 01 01 00 04 6d61696e 00 00 02 15 3a')), /^Verification Failed/);
    assert.deepEqual(run(hex('00 10 00 6a 00 01 01 00 04 6d61696e 00 00 02 15 3a')), { returned: 1 });
  });

  it('[WMLS-C-088] integers of 8, 16 and 32 bits and floats, most significant octet first', () => {
    for (const [pool, value] of [
      ['01 6a 00 80', -128],
      ['01 6a 01 8000', -32768],
      ['01 6a 01 0102', 258],
      ['01 6a 02 80000000', -2147483648],
      ['01 6a 02 01020304', 16909060],
      ['01 6a 03 3fc00000', f(1.5)],
      ['01 6a 03 80000000', f(0)],
    ] as const) {
      assert.deepEqual(run(hex(constantUnit(pool))), { returned: value }, pool);
    }
  });

  it('[WMLS-C-089] multi-byte integers: 0xA0 is 81 20', () => {
    const long = `${'61'.repeat(0xa0)}`;
    const octets = hex(`01 8133 01 6a 04 8120 ${long} 00 01 01 00 04 6d61696e 00 00 02 50 3a`);
    assert.deepEqual(run(octets), { returned: 'a'.repeat(160) });
    assert.deepEqual(run(hex('01 8010 00 6a 00 01 01 00 04 6d61696e 00 00 02 15 3a')), { returned: 1 });
    assert.match(refusal(hex('01 8f8080808010')), /^Verification Failed/);
  });

  it('[WMLS-C-090] strings in UTF-8, and in the character set of the pool', () => {
    for (const [pool, text] of [
      ['01 6a 04 06 c3a9 e282ac 00', '\u00e9\u20ac\u0000'],
      ['01 04 06 02 e9 00', '\u00e9\u0000'],
      ['01 03 06 01 41', 'A'],
      ['01 6a 06 02 c3a9', '\u00e9'],
      ['01 8768 06 04 20ac 0041', '\u20acA'],
      ['01 00 06 02 c3a9', '\u00e9'],
      ['01 00 06 01 e9', '\u00e9'],
      ['01 04 04 02 c3a9', '\u00e9'],
      ['01 6a 05', ''],
    ] as const) {
      assert.deepEqual(run(hex(constantUnit(pool))), { returned: text }, pool);
    }
    assert.match(refusal(hex(constantUnit('01 6a 04 01 e9'))), /^Verification Failed/);
    assert.match(refusal(hex(constantUnit('01 03 06 01 e9'))), /^Verification Failed/);
    assert.match(refusal(hex(constantUnit('01 8768 06 01 20'))), /^Verification Failed/);
  });

  it('[WMLS-C-090] other character sets are decoded by who knows them', () => {
    const octets = hex(constantUnit('01 11 06 02 8140'));
    assert.match(refusal(octets), /^Verification Failed: constant 0/);
    const loaded = loadUnit(octets, (characterSet, text) =>
      characterSet === 17 && text.length === 2 ? '\u3000' : undefined,
    );
    assert.ok('unit' in loaded);
    assert.deepEqual(start(loaded.unit).run(), { returned: '\u3000' });
  });

  it('[WMLS-C-092] the constant pool: as many as announced, of known types', () => {
    assert.match(refusal(hex(constantUnit('02 6a 00 07'))), /^Verification Failed/);
    assert.match(refusal(hex(constantUnit('01 6a 07 07'))), /^Verification Failed: .*ConstantType/);
    assert.match(refusal(hex(constantUnit('01 6a 04 7f 61'))), /^Verification Failed: .*ConstantStringUTF8/);
    assert.match(refusal(hex(constantUnit('01 6a 02 0102'))), /^Verification Failed/);
  });

  it('[WMLS-C-093] the pragma pool: known types that point to strings, access control once a type', () => {
    const main = '01 01 00 04 6d61696e 00 00 01 3b';
    const sized = (pools: string) => {
      const body = `${pools} ${main}`.replaceAll(' ', '');
      return hex(`01 ${(body.length / 2).toString(16).padStart(2, '0')} ${body}`);
    };
    const strings = '03 6a 04 01 61 04 02 2f62 00 07';
    const accepted = load(sized(`${strings} 04  00 00  01 01  02 00 01  03 00 01 00`));
    assert.equal(accepted.accessDomain, 'a');
    assert.equal(accepted.accessPath, '/b');
    for (const [pragmas, what] of [
      ['01 04 00', 'a reserved type'],
      ['01 00 02', 'a domain that is an integer'],
      ['01 01 03', 'a path that is no constant'],
      ['01 02 00 02', 'a property whose content is an integer'],
      ['01 03 00 00 09', 'a scheme that is no constant'],
      ['02 00 00 00 00', 'two domains'],
      ['02 01 01 01 01', 'two paths'],
      ['02 00 00', 'one pragma less than announced'],
    ] as const) {
      assert.match(refusal(sized(`${strings} ${pragmas}`)), /^Verification Failed/, what);
    }
  });

  it('[WMLS-C-094] the function pool: names of existing functions, at least one', () => {
    const unit = (pool: string) => {
      const body = `00 6a 00 ${pool}`.replaceAll(' ', '');
      return hex(`01 ${(body.length / 2).toString(16).padStart(2, '0')} ${body}`);
    };
    assert.deepEqual(run(unit('01 01 00 01 66 00 00 01 15')), { returned: '' });
    for (const [pool, what] of [
      ['01 00 00 00 01 3b', 'no name'],
      ['01 01 01 01 66 00 00 01 3b', 'a name of a function that does not exist'],
      ['01 01 00 01 31 00 00 01 3b', 'a name that begins with a digit'],
      ['01 01 00 00 00 00 01 3b', 'an empty name'],
      ['01 01 00 02 c3a9 00 00 01 3b', 'a name outside US-ASCII'],
      ['01 01 00 01 66 ff 02 01 3b', '257 variables'],
      ['01 01 00 01 66 00 00 02 3b', 'a function that is shorter than announced'],
      ['02 01 00 01 66 00 00 01 3b', 'one function less than announced'],
    ] as const) {
      assert.match(refusal(unit(pool)), /^Verification Failed/, what);
    }
    assert.deepEqual([...load(unit('01 01 00 01 66 ff 01 01 3b')).externals], [['f', 0]]);
  });

  it('one loaded unit serves many executions', () => {
    const unit = load(assemble({ functions: [{ args: 1, code: 'LOAD_VAR_S 0; CONST_1; ADD; RETURN' }] }));
    assert.deepEqual(
      [1, 2, 3].map((value) => start(unit, [value]).run()),
      [{ returned: 2 }, { returned: 3 }, { returned: 4 }],
    );
  });
});
