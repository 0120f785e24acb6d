import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import {
  type Constant,
  decodeInstruction,
  decodeUnit,
  encodeInstruction,
  encodeUnit,
  instructions,
  type Pragma,
  type Unit,
} from '../../../src/wap/wmlscript/bytecode.js';
import { instructionSet } from '../../../src/wap/wmlscript/opcodes.js';
import { hex } from '../../support/hex.js';

const nothing: Unit = {
  versionNumber: 1,
  characterSet: 106,
  constants: [],
  pragmas: [],
  functionNames: [],
  functions: [],
};

const constants: readonly [string, Constant, string][] = [
  ['8 bit signed integer', { type: 'integer8', value: -128 }, '00 80'],
  ['16 bit signed integer', { type: 'integer16', value: -2 }, '01 fffe'],
  ['32 bit signed integer', { type: 'integer32', value: -2147483648 }, '02 80000000'],
  ['32 bit floating-point', { type: 'float32', value: -1.5 }, '03 bfc00000'],
  ['UTF-8 string', { type: 'stringUtf8', value: 'é\0' }, '04 03 c3a900'],
  ['empty string', { type: 'emptyString' }, '05'],
  ['string with external encoding', { type: 'stringExt', value: hex('e9') }, '06 01 e9'],
];

const pragmas: readonly [Pragma, string][] = [
  [{ type: 'Access Domain', accessDomainIndex: 0x80 }, '00 8100'],
  [{ type: 'Access Path', accessPathIndex: 1 }, '01 01'],
  [{ type: 'User Agent Property', propertyNameIndex: 1, contentIndex: 2 }, '02 01 02'],
  [
    { type: 'User Agent Property and Scheme', propertyNameIndex: 1, contentIndex: 2, schemeIndex: 3 },
    '03 01 02 03',
  ],
];

function refuses(octets: string, rule: RegExp): void {
  assert.throws(
    () => decodeUnit(hex(octets)),
    (error) => error instanceof DecodeError && rule.test(error.message),
  );
}

/** A record with the ordinary prototype, so that it compares with what the decoder makes. */
function record<T>(model: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>({ ...model }, { noNullPrototype: true });
}

const string = fc.string({ unit: 'grapheme', maxLength: 5 }).filter((text) => text !== '');
const index = fc.nat(0xffff);
const unit: fc.Arbitrary<Unit> = record({
  versionNumber: fc.nat(255),
  characterSet: index,
  constants: fc.array(
    fc.oneof(
      record({ type: fc.constant('integer8' as const), value: fc.integer({ min: -128, max: 127 }) }),
      record({ type: fc.constant('integer16' as const), value: fc.integer({ min: -32768, max: 32767 }) }),
      record({ type: fc.constant('integer32' as const), value: fc.integer() }),
      record({ type: fc.constant('float32' as const), value: fc.float({ noNaN: true }) }),
      record({ type: fc.constant('stringUtf8' as const), value: string }),
      record({ type: fc.constant('emptyString' as const) }),
      record({ type: fc.constant('stringExt' as const), value: fc.uint8Array({ maxLength: 4 }) }),
    ),
    { maxLength: 5 },
  ),
  pragmas: fc.array(
    fc.oneof(
      record({ type: fc.constant('Access Domain' as const), accessDomainIndex: index }),
      record({ type: fc.constant('Access Path' as const), accessPathIndex: index }),
      record({
        type: fc.constant('User Agent Property' as const),
        propertyNameIndex: index,
        contentIndex: index,
      }),
      record({
        type: fc.constant('User Agent Property and Scheme' as const),
        propertyNameIndex: index,
        contentIndex: index,
        schemeIndex: index,
      }),
    ),
    { maxLength: 3 },
  ),
  functionNames: fc.array(record({ functionIndex: fc.nat(255), functionName: string }), { maxLength: 3 }),
  functions: fc.array(
    record({
      numberOfArguments: fc.nat(255),
      numberOfLocalVariables: fc.nat(255),
      codeArray: fc.uint8Array({ maxLength: 200 }),
    }),
    { maxLength: 3 },
  ),
});

describe('WMLScript bytecode (WAP-193_101 §9)', () => {
  it('the smallest unit: header, three empty pools (§9.2)', () => {
    assert.deepEqual(encodeUnit(nothing), hex('01 05  00 6a  00  00 00'));
    assert.deepEqual(decodeUnit(hex('01 05  00 6a  00  00 00')), nothing);
  });

  for (const [title, constant, octets] of constants) {
    it(`constant: ${title} (§9.4.1)`, () => {
      const body = hex(`01 6a ${octets} 00 00 00`);
      const whole = new Uint8Array([1, body.length, ...body]);
      assert.deepEqual(encodeUnit({ ...nothing, constants: [constant] }), whole);
      assert.deepEqual(decodeUnit(whole), { ...nothing, constants: [constant] });
    });
  }

  for (const [pragma, octets] of pragmas) {
    it(`pragma: ${pragma.type} (§9.5.1)`, () => {
      const body = hex(`00 6a 01 ${octets} 00 00`);
      const whole = new Uint8Array([1, body.length, ...body]);
      assert.deepEqual(encodeUnit({ ...nothing, pragmas: [pragma] }), whole);
      assert.deepEqual(decodeUnit(whole), { ...nothing, pragmas: [pragma] });
    });
  }

  it('function pool: name table and functions (§9.6)', () => {
    const functions = [{ numberOfArguments: 1, numberOfLocalVariables: 2, codeArray: hex('e03a') }];
    const value = { ...nothing, functionNames: [{ functionIndex: 0, functionName: 'go' }], functions };
    const octets = hex('01 0e  00 6a  00  01 01 00 02 676f  01 02 02 e03a');
    assert.deepEqual(encodeUnit(value), octets);
    assert.deepEqual(decodeUnit(octets), value);
  });

  it('sizes that are wrong, reserved types and left-overs are refused (§11.1)', () => {
    refuses('', /VersionNumber is cut short/);
    refuses('01 06 00 6a 00 00 00', /CodeSize is 6, but 5 octets follow/);
    refuses('01 04 00 6a 00 00 00', /CodeSize/);
    refuses('01 06 01 6a 07 00 00 00', /ConstantType is reserved/);
    refuses('01 06 00 6a 01 04 00 00', /PragmaType is reserved/);
    refuses('01 06 01 6a 04 05 61 62', /ConstantStringUTF8 is cut short/);
    refuses('01 08 01 6a 04 01 ff 00 00 00', /not UTF-8/);
    refuses('01 07 848000 6a 00 00 00', /NumberOfConstants is more than 16 bits/);
    refuses('01 06 00 6a 00 00 00 00', /left over/);
  });

  it('a count that the octets cannot hold is no reason to allocate', () => {
    refuses('01 04 83ff7f 6a', /ConstantType is cut short/);
  });

  it('what encodes decodes to the same', () => {
    fc.assert(fc.property(unit, (value) => assert.deepEqual(decodeUnit(encodeUnit(value)), value)));
  });

  it('mutated octets give a unit that encodes again, or a DecodeError', () => {
    const mutation = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(unit, fc.array(mutation, { minLength: 1, maxLength: 3 }), (value, mutations) => {
        const octets = encodeUnit(value);
        for (const [at, octet] of mutations) octets[at % octets.length] = octet;
        assertTotal(octets);
      }),
      { numRuns: 1000 },
    );
  });

  it('any octets give a unit or a DecodeError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), assertTotal), { numRuns: 1000 });
  });
});

function assertTotal(octets: Uint8Array): void {
  let value: Unit;
  try {
    value = decodeUnit(octets);
  } catch (error) {
    assert.ok(error instanceof DecodeError);
    return;
  }
  assert.deepEqual(decodeUnit(encodeUnit(value)), value);
}

describe('WMLScript instructions (WAP-193_101 §10.5)', () => {
  it('operands come in the order in which they are printed', () => {
    assert.deepEqual(decodeInstruction(hex('0d 0102 0304 05'), 0), {
      at: 0,
      name: 'CALL_URL_W',
      size: 6,
      operands: { urlindex: 0x0102, findex: 0x0304, args: 5 },
    });
    assert.deepEqual(decodeInstruction(hex('00 6b 02'), 1), {
      at: 1,
      name: 'CALL_LIB_S',
      size: 2,
      operands: { findex: 3, lindex: 2 },
    });
  });

  it('a forward jump counts from behind the instruction, a backward one from its start (§10.5.1)', () => {
    assert.equal(decodeInstruction(hex('3c 83'), 1).target, 5);
    assert.equal(decodeInstruction(hex('3c 01 03'), 1).target, 6);
    assert.equal(decodeInstruction(hex('3c 02 0003'), 1).target, 7);
    assert.equal(decodeInstruction(hex('3c 3c a2'), 2).target, 0);
    assert.equal(decodeInstruction(hex('3c 3c 03 02'), 2).target, 0);
    assert.equal(decodeInstruction(hex('3c 3c 08 0001'), 2).target, 1);
  });

  it('an unassigned opcode and an instruction that is cut short are refused', () => {
    assert.throws(
      () => decodeInstruction(hex('3d'), 0),
      new DecodeError('WMLScript', 0, 'opcode is unassigned'),
    );
    assert.throws(
      () => [...instructions(hex('3c 0e'))],
      new DecodeError('WMLScript', 1, 'LOAD_VAR is cut short'),
    );
  });

  it('every instruction with every operand decodes to what was encoded', () => {
    for (const [, name, operands] of instructionSet) {
      const widths: readonly (readonly [string, number])[] = operands;
      for (const pick of [0, 1, 2 ** 20]) {
        const values = Object.fromEntries(widths.map(([operand, bits]) => [operand, pick % (2 ** bits - 1)]));
        const octets = encodeInstruction(name, values);
        const { name: found, operands: read, size } = decodeInstruction(octets, 0);
        assert.deepEqual([found, read, size], [name, values, octets.length]);
      }
    }
  });

  it('an operand that does not fit is the mistake of the caller', () => {
    assert.throws(() => encodeInstruction('LOAD_VAR_S', { vindex: 32 }), RangeError);
    assert.throws(() => encodeInstruction('LOAD_VAR', { vindex: 256 }), RangeError);
    assert.throws(() => encodeInstruction('LOAD_VAR', {}), RangeError);
    assert.equal(toHex(encodeInstruction('TJUMP_FW_S', { offset: 31 })), 'df');
  });
});
