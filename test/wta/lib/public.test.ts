import assert from 'node:assert/strict';
import { invalid } from '../../../src/wap/wmlscript/index.js';
import { parseWtaiUri } from '../../../src/wta/lib/index.js';
import { connect, Town } from '../town.js';
import { Scripted, transcript, url } from './scripted.js';

const nowhere = { inService: false, explanation: 'forbidden' } as const;

describe('WTAPublic (WAP-268-WTAI §8)', () => {
  it('[WTAI-PS-C-001] makeCall blocks until the call is established; no event tells of it', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    const value = here.begin('WTAPublic.makeCall("102")');
    assert.equal(value(), undefined);
    there.telephone.accept(there.pending(), true, undefined);
    assert.equal(value(), '');
    assert.deepEqual(here.asked, [
      { executable: url, name: 'WTAPublic.makeCall', types: ['SINGLE'], shown: ['102'] },
    ]);
    there.telephone.release(1);
    assert.deepEqual(here.handset.news(), []);
  });

  it('makeCall says why there is no call', () => {
    const town = new Town();
    const here = new Scripted(town);
    const [there, third] = [town.handset('102', { callWaiting: false }), town.handset('103')];
    const value = here.begin('WTAPublic.makeCall("102")');
    town.wait(30_000);
    assert.equal(value(), -107);
    connect(third, there);
    transcript(here, [
      ['WTAPublic.makeCall("102")', -105],
      ['WTAPublic.makeCall("999")', -1],
      ['WTAPublic.makeCall("call me")', invalid],
      ['WTAPublic.makeCall("")', invalid],
    ]);
    town.exchange.setCoverage('101', nowhere);
    transcript(here, [['WTAPublic.makeCall("102")', -106]]);
  });

  it('[WTAI-PS-C-002] sendDTMF presses keys on the call that makeCall made', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    transcript(here, [['WTAPublic.sendDTMF("1")', -108]]);
    here.begin('WTAPublic.makeCall("102")');
    there.telephone.accept(there.pending(), true, undefined);
    transcript(here, [
      ['WTAPublic.sendDTMF("555*1234")', ''],
      ['WTAPublic.sendDTMF("A,B#")', ''],
      ['WTAPublic.sendDTMF("E")', invalid],
    ]);
    assert.deepEqual(
      there.heard.flatMap((each) => (each.type === 'tones' ? [each.tones] : [])),
      ['555*1234', 'A,B#'],
    );
    assert.deepEqual(here.handset.news(), []);
    there.telephone.release(1);
    transcript(here, [['WTAPublic.sendDTMF("1")', -108]]);
  });

  it('[WTAI-PS-C-003] addPBEntry writes where there is room', () => {
    const here = new Scripted();
    transcript(here, [
      ['WTAPublic.addPBEntry("5554367", "EINSTEIN")', ''],
      ['WTAPublic.addPBEntry("5554367", "123456789012345678901")', -100],
      ['WTAPublic.addPBEntry("1234567890123456789012", "")', -102],
      ['WTAPublic.addPBEntry("x", "EINSTEIN")', invalid],
    ]);
    assert.deepEqual(here.asked[0]?.shown, ['5554367', 'EINSTEIN']);
    assert.deepEqual(here.handset.telephone.phoneBook.entries()[0], { number: '5554367', name: 'EINSTEIN' });
    for (let i = 1; i < 250; i++) here.handset.telephone.phoneBook.write(0, '1', 'x');
    transcript(here, [['WTAPublic.addPBEntry("5554367", "")', -104]]);
  });

  it('[WTAI-P-C-001] [WTA-IF-C-001] is open to content that nobody trusts, as no other library is', () => {
    const here = new Scripted();
    here.isTrusted = false;
    transcript(here, [
      ['WTAPublic.addPBEntry("5554367", "A")', ''],
      ['WTAPhoneBook.write(0, "5554367", "A")', invalid],
      ['WTAMisc.getProtection()', invalid],
    ]);
  });
});

describe('WTAI as URIs (WAP-268-WTAI §6.3, §8.3, §13.3)', () => {
  it('a URI is library, function, parameters and result', () => {
    assert.deepEqual(parseWtaiUri('wtai://wp/ap;5554367;A%20B;!who'), {
      library: 'wp',
      function: 'ap',
      parameters: ['5554367', 'A B', ''],
      result: 'who',
    });
    assert.deepEqual(parseWtaiUri('wtai://ms/ec'), {
      library: 'ms',
      function: 'ec',
      parameters: [],
      result: undefined,
    });
    for (const wrong of ['', 'wtai:', 'wtai://', 'wtai://wp', 'wtai://wp/', 'http://wp/mc;1']) {
      assert.equal(parseWtaiUri(wrong), undefined, wrong);
    }
  });

  it('[WTAI-PU-C-001] wtai://wp/mc', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    there.listener = (event) => {
      if (event.id === 'wtaev-cc/ic') there.telephone.accept(Number(event.parameters[0]), true, undefined);
    };
    assert.deepEqual(here.uri('wtai://wp/mc;102!resultvar'), { variable: 'resultvar', value: '' });
    assert.deepEqual(here.asked[0]?.shown, ['102']);
    assert.deepEqual(here.uri('wtai://wp/mc;999!r'), { variable: 'r', value: '-1' });
    assert.deepEqual(here.uri('wtai://wp/mc;x!r'), { variable: 'r', value: '-200' });
    assert.deepEqual(here.uri('wtai://wp/mc;x'), { variable: undefined, value: '-200' });
    here.says = 'REFUSED';
    assert.deepEqual(here.uri('wtai://wp/mc;102!r'), { variable: 'r', value: '-200' });
  });

  it('[WTAI-PU-C-002] wtai://wp/sd', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    assert.deepEqual(here.uri('wtai://wp/sd;555*1234!r'), { variable: 'r', value: '-108' });
    here.uri('wtai://wp/mc;102');
    there.telephone.accept(there.pending(), true, undefined);
    assert.deepEqual(here.uri('wtai://wp/sd;555*1234!r'), { variable: 'r', value: '' });
    assert.deepEqual(here.uri('wtai://wp/sd;hello!r'), { variable: 'r', value: '-200' });
  });

  it('[WTAI-PU-C-003] wtai://wp/ap', () => {
    const here = new Scripted();
    assert.deepEqual(here.uri('wtai://wp/ap;5554367;EINSTEIN!r'), { variable: 'r', value: '' });
    assert.deepEqual(here.uri('wtai://wp/ap;5554367;12345678901234567890123!r'), {
      variable: 'r',
      value: '-100',
    });
    assert.deepEqual(here.uri('wtai://wp/ap;5554367!r'), { variable: 'r', value: '-200' });
    assert.deepEqual(here.handset.telephone.phoneBook.entries()[0]?.name, 'EINSTEIN');
  });

  it('[WTAI-CMU-C-001] wtai://ms/ec ends the context, and asks nobody', () => {
    const here = new Scripted();
    assert.deepEqual(here.uri('wtai://ms/ec'), { variable: undefined, value: '' });
    assert.equal(here.context?.ended, 1);
    assert.deepEqual(here.asked, []);
  });

  it('what there is not is an invocation error', () => {
    const here = new Scripted();
    for (const uri of ['wtai://wp/xx;1!r', 'wtai://vc/mc;1!r', 'wtai://ms/ec;1!r', 'wtai://wp/mc!r']) {
      assert.deepEqual(here.uri(uri), { variable: 'r', value: '-200' }, uri);
    }
    assert.deepEqual(here.uri('wtai://x'), { variable: undefined, value: '-200' });
  });
});
