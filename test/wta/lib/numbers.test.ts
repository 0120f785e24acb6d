/** What the libraries and functions are in bytecode, and that all of them are carried out. */
import assert from 'node:assert/strict';
import { toHex } from '../../../src/wap/octets.js';
import { libraryTable } from '../../../src/wap/wmlscript/index.js';
import { wtaiLibraries } from '../../../src/wta/lib/index.js';
import { compile, load, outcomeOf } from '../../support/wmlscript.js';

/** WAP-268 Appendix B, WAP-255 §7.2: the number of the library, its functions in the order of theirs, with their parameters, the items. */
// biome-ignore format: a line is a printed library
const printed = [
  ['WTAPublic', '0200', 'makeCall1 sendDTMF1 addPBEntry2', '[WTAI-ENC-S-001] [WTAI-ENC-S-002]', '[WTAI-INT-C-001] [WTAI-INT-C-002]'],
  ['WTAVoiceCall', '0201', 'setup2 accept2 release1 sendDTMF2 callStatus2 list1', '[WTAI-ENC-S-003] [WTAI-ENC-S-004]', '[WTAI-INT-C-003] [WTAI-INT-C-004]'],
  ['WTANetText', '0202', 'send2 list2 remove1 getFieldValue2 markAsRead1', '[WTAI-ENC-S-005] [WTAI-ENC-S-006]', '[WTAI-INT-C-005] [WTAI-INT-C-006]'],
  ['WTAPhoneBook', '0203', 'write3 search2 remove1 getFieldValue2 change3', '[WTAI-ENC-S-007] [WTAI-ENC-S-008]', '[WTAI-INT-C-007] [WTAI-INT-C-008]'],
  ['WTACallLog', '0207', 'dialled1 missed1 received1 getFieldValue2', '[WTAI-ENC-S-009] [WTAI-ENC-S-010]', '[WTAI-INT-C-009] [WTAI-INT-C-010]'],
  ['WTAMisc', '0204', 'setIndicator2 endContext0 getProtection0 setProtection1', '[WTAI-ENC-S-011] [WTAI-ENC-S-012]', '[WTAI-INT-C-011] [WTAI-INT-C-012]'],
  ['WTAGSM', '0206', 'hold1 retrieve1 transfer2 deflect2 multiparty0 separate1 sendUSSD4 netinfo1 callWaiting1 sendBusy1', '[WTAIGSM-ENC-S-001] [WTAIGSM-ENC-S-002]', '[WTAIGSM-INT-C-001] [WTAIGSM-INT-C-002]'],
] as const;

describe('WTAI libraries in bytecode (WAP-268-WTAI Appendix B, WAP-255-WTAIGSM Appendix B)', () => {
  for (const [library, lindex, functions, encoded, run] of printed) {
    const names = functions.split(' ').map((each) => [each.slice(0, -1), Number(each.slice(-1))] as const);

    it(`${encoded} ${library} is compiled to its numbers`, () => {
      for (const [findex, [name, parameters]] of names.entries()) {
        const args = new Array(parameters).fill('a').join(',');
        const octets = compile(`extern function main(a) { return ${library}.${name}(${args}); }`);
        const code = toHex(load(octets).unit.functions[0]?.codeArray ?? new Uint8Array());
        // CALL_LIB_W findex lindex; RETURN
        assert.equal(code, `${'e0'.repeat(parameters)}0b0${findex}${lindex}3a`, name);
      }
      const row = libraryTable.find(({ name }) => name === library);
      assert.equal(row?.functions.length, names.length);
    });

    it(`${run} ${library} is called by its numbers, and carried out`, () => {
      assert.deepEqual(
        Object.keys(wtaiLibraries[library]),
        names.map(([name]) => name),
      );
      for (const [name, parameters] of names) {
        const args = new Array<number>(parameters).fill(1);
        assert.deepEqual(outcomeOf(`${library}.${name}`, args), { host: `${library}.${name}`, args });
        const fns: Readonly<Record<string, { readonly parameters: readonly unknown[] }>> =
          wtaiLibraries[library];
        assert.equal(fns[name]?.parameters.length, parameters, name);
      }
    });
  }

  it('[WTAI-INTP-C-001] [WTAI-INTN-C-002] each library of the suite that is for this device is there', () => {
    const wta = libraryTable.filter(({ id }) => id >= 512).map(({ name }) => name);
    assert.deepEqual(Object.keys(wtaiLibraries).sort(), [...wta].sort());
  });

  it('permission types are those that are printed', () => {
    const types = Object.entries(wtaiLibraries).flatMap(([library, functions]) =>
      Object.entries(functions).map(
        ([name, { permissions }]) => [`${library}.${name}`, permissions.join()] as const,
      ),
    );
    assert.deepEqual(
      types.filter(([, each]) => each !== 'BLANKET,CONTEXT,SINGLE'),
      [
        ['WTAPublic.makeCall', 'SINGLE'],
        ['WTAPublic.sendDTMF', 'CONTEXT,SINGLE'],
        ['WTAPublic.addPBEntry', 'SINGLE'],
        ['WTAMisc.endContext', ''],
        ['WTAMisc.getProtection', ''],
        ['WTAMisc.setProtection', ''],
        ['WTAGSM.netinfo', 'SINGLE'],
      ],
    );
  });
});
