import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { decodeLatin1 } from '../../../src/wap/octets.js';
import { decodeCapabilities, encodeCapabilities, lacking, takes } from '../../../src/wap/push/index.js';

describe('Capabilities entities (WAP-247 §7.3, WAP-248 Appendix A)', () => {
  const known = new Map([
    ['CcppAccept', ['text/vnd.wap.wml', 'image/*']],
    ['Push-Accept', ['text/vnd.wap.si', 'image/*']],
    ['Push-Accept-AppID', ['*']],
    ['Push-MsgSize', ['1400']],
  ]);

  it('what is written is read again', () => {
    const xml = decodeLatin1(encodeCapabilities(known));
    assert.match(xml, /<prf:Push-MsgSize>1400<\/prf:Push-MsgSize>/);
    assert.match(xml, /rdf:ID="SoftwarePlatform">.*CcppAccept.*rdf:ID="PushCharacteristics">.*Push-Accept/);
    assert.deepEqual(decodeCapabilities(xml), known);
  });

  it('Bag, Seq and Alt are lists, text is a single value, and what comes first counts', () => {
    const xml =
      '<r:RDF><r:Description><p:A><r:Seq><r:li> x </r:li><r:li>y</r:li></r:Seq></p:A><p:B> 1 </p:B><p:B>2</p:B><p:C><![CDATA[<]]></p:C></r:Description></r:RDF>';
    assert.deepEqual(
      [...decodeCapabilities(xml)],
      [
        ['A', ['x', 'y']],
        ['B', ['1']],
        ['C', ['<']],
      ],
    );
  });

  const compared: readonly [string, string, string | undefined][] = [
    ['Push-MsgSize', '1400', undefined],
    ['Push-MsgSize', '1401', 'Push-MsgSize'],
    ['Push-Accept', 'text/vnd.wap.si; charset=utf-8', undefined],
    ['Push-Accept', 'IMAGE/gif', undefined],
    ['Push-Accept', 'text/plain', 'Push-Accept'],
    ['Push-Accept-AppID', 'x-wap-application:wta.ua', undefined],
    ['ScreenSize', '1x1', undefined],
  ];
  for (const [name, value, lacks] of compared) {
    it(`${name} of ${value} ${lacks === undefined ? 'is' : 'is not'} there`, () => {
      assert.equal(lacking(new Map([[name, [value]]]), known), lacks);
    });
  }

  it('whether a type is taken is only known where the profile says something about types', () => {
    assert.equal(takes(known, 'text/vnd.wap.si'), true);
    assert.equal(takes(known, 'text/plain'), false);
    assert.equal(takes(new Map(), 'text/plain'), undefined);
  });

  for (const [title, xml] of [
    ['not well-formed', '<RDF>'],
    ['nested too deeply', '<a>'.repeat(40)],
    ['too long', ' '.repeat(300_000)],
    ['empty', ''],
  ] as const) {
    it(`${title}: DecodeError`, () => {
      assert.throws(() => decodeCapabilities(xml), DecodeError);
    });
  }

  it('any text gives capabilities or a DecodeError', () => {
    const xml = decodeLatin1(encodeCapabilities(known));
    const mutated = fc
      .tuple(fc.nat(xml.length), fc.nat(10), fc.string({ maxLength: 6 }))
      .map(([at, cut, put]) => xml.slice(0, at) + put + xml.slice(at + cut));
    fc.assert(
      fc.property(mutated, (text) => {
        try {
          for (const values of decodeCapabilities(text).values()) assert.ok(values.length > 0);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
