import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Findings } from '../../../src/wap/wmlscript/findings.js';
import { Lexer } from '../../../src/wap/wmlscript/lexer.js';

type Token = readonly [kind: string, value?: string | number];

function tokens(source: string): { readonly found: Token[]; readonly errors: string[] } {
  const findings = new Findings(source);
  const lexer = new Lexer(source, findings);
  const found: Token[] = [];
  for (; lexer.kind !== 'end of file'; lexer.next()) {
    const { kind, text, value } = lexer;
    if (kind === 'integer' || kind === 'float') found.push([kind, value]);
    else if (kind === 'identifier' || kind === 'string' || kind === 'reserved word') found.push([kind, text]);
    else found.push([kind]);
  }
  return { found, errors: findings.errors().map(({ column, message }) => `${column}: ${message}`) };
}

/** The tokens of a text without mistakes. */
function read(source: string): Token[] {
  const { found, errors } = tokens(source);
  assert.deepEqual(errors, []);
  return found;
}

function refuses(source: string, ...errors: readonly string[]): void {
  assert.deepEqual(tokens(source).errors, errors);
}

describe('WMLScript tokens (WAP-193_101 §6.1, §7.2)', () => {
  it('[WMLS-S-003] names and keywords are case-sensitive (§6.1.1)', () => {
    assert.deepEqual(read('if If speed Speed'), [
      ['if'],
      ['identifier', 'If'],
      ['identifier', 'speed'],
      ['identifier', 'Speed'],
    ]);
  });

  it('[WMLS-S-004] blanks of all six kinds separate tokens and mean nothing else (§6.1.2)', () => {
    assert.deepEqual(read('\ta\v+\f+ \r\nb\rc\n'), [
      ['identifier', 'a'],
      ['+'],
      ['+'],
      ['identifier', 'b'],
      ['identifier', 'c'],
    ]);
  });

  it('[WMLS-S-006] comments to the end of the line, and between /* and */ (§6.1.4)', () => {
    assert.deepEqual(read('a // b\rc /* d\n e **/ f //'), [
      ['identifier', 'a'],
      ['identifier', 'c'],
      ['identifier', 'f'],
    ]);
    refuses('a /* b', "3: expected '*/' at the end of this comment");
  });

  it('[WMLS-S-007] a comment ends at the first */: they do not nest (§6.1.4)', () => {
    assert.deepEqual(read('/* a /* b */ c */'), [['identifier', 'c'], ['*'], ['/']]);
  });

  it('[WMLS-S-008] decimal, hexadecimal and octal integers (§6.1.5.1)', () => {
    assert.deepEqual(read('0 12 2147483647 0x1F 0Xff 017 00'), [
      ['integer', 0],
      ['integer', 12],
      ['integer', 2147483647],
      ['integer', 31],
      ['integer', 255],
      ['integer', 15],
      ['integer', 0],
    ]);
    refuses(
      '08 0x 2147483649',
      "1: expected octal digits after '0', found '8'",
      "4: expected hexadecimal digits after '0x'",
      '7: integer literal is beyond 2147483647',
    );
  });

  it('[WMLS-S-009] floats with point, exponent or both; they are single-precision (§6.1.5.2)', () => {
    assert.deepEqual(read('1.5 1. .5 1e2 1.E-2 .5e+1 0.1'), [
      ['float', 1.5],
      ['float', 1],
      ['float', 0.5],
      ['float', 100],
      ['float', 0.009999999776482582],
      ['float', 5],
      ['float', 0.10000000149011612],
    ]);
  });

  it('[WMLS-S-017] a float beyond the range is a mistake, one below it is zero (§6.1.5.2, §6.2.7.2)', () => {
    assert.deepEqual(read('3.40282347E+38 1e-50'), [
      ['float', 3.4028234663852886e38],
      ['float', 0],
    ]);
    refuses('3.5e38', '1: floating-point literal is beyond 3.40282347E+38');
  });

  it('[WMLS-S-010] strings between double or single quotes (§6.1.5.3)', () => {
    assert.deepEqual(read(`"it's" 'a "b"' ""`), [
      ['string', "it's"],
      ['string', 'a "b"'],
      ['string', ''],
    ]);
  });

  it('[WMLS-S-011] every escape sequence (§6.1.5.3)', () => {
    assert.deepEqual(read(String.raw`"\'\"\\\/\b\f\n\r\t\x41\101\18\377\400\u20ac\0"`), [
      ['string', '\'"\\/\b\f\n\r\tAA\u00018ÿ 0€\0'],
    ]);
    refuses(String.raw`"\q"`, `2: expected one of ' " \\ / b f n r t x u or an octal digit after '\\'`);
    refuses(String.raw`"\x4"`, "2: expected 2 hexadecimal digits after '\\x'");
    refuses(String.raw`"\u12g4"`, "2: expected 4 hexadecimal digits after '\\u'");
  });

  it('a string ends on its line (§7.2)', () => {
    refuses('"a\nb', '1: expected " at the end of this string, on the same line');
    refuses("'a", "1: expected ' at the end of this string, on the same line");
    refuses(
      '"a\\\nb',
      '1: expected " at the end of this string, on the same line',
      `3: expected one of ' " \\ / b f n r t x u or an octal digit after '\\'`,
    );
  });

  it('a surrogate pair is a character, half of one is not', () => {
    assert.deepEqual(read(String.raw`"\ud83d\ude00😀"`), [['string', '😀😀']]);
    refuses(String.raw`"\ud83d"`, '1: half a surrogate pair is no character');
  });

  it('[WMLS-S-014] identifiers start with a letter or an underscore (§6.1.6)', () => {
    assert.deepEqual(read('timeOfDay var0 _myName ____'), [
      ['identifier', 'timeOfDay'],
      ['identifier', 'var0'],
      ['identifier', '_myName'],
      ['identifier', '____'],
    ]);
    refuses('$sys', '1: expected a token, found the character U+0024');
    refuses('3pieces', "2: expected the end of the number, found 'pieces'");
    refuses(
      'größe',
      '3: expected a token, found the character U+00F6',
      '4: expected a token, found the character U+00DF',
    );
  });

  it('reserved words are no identifiers, whether WMLScript uses them or not (§6.1.7)', () => {
    assert.deepEqual(read('while new super header'), [
      ['while'],
      ['reserved word', 'new'],
      ['reserved word', 'super'],
      ['header'],
    ]);
  });

  it('the longest punctuator counts, and div= is one word (§7.2)', () => {
    assert.deepEqual(
      read('>>>= >>> >>= >= a+++b div= div = 7div 2').map(([kind]) => kind),
      [
        ...['>>>=', '>>>', '>>=', '>=', 'identifier', '++', '+', 'identifier', 'div=', 'div', '='],
        ...['integer', 'div', 'integer'],
      ],
    );
  });

  it('a byte order mark before the text is no part of it', () => {
    assert.deepEqual(read('\ufeffa'), [['identifier', 'a']]);
    refuses('a\ufeff', '2: expected a token, found the character U+FEFF');
  });

  it('any text has an end', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void tokens(text)));
  });
});
