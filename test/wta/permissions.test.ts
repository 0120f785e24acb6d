import assert from 'node:assert/strict';
import { invalid } from '../../src/wap/wmlscript/index.js';
import { BLANKETS_MAX, Permissions } from '../../src/wta/permissions.js';
import { Scripted, transcript, url } from './lib/scripted.js';

const name = 'WTAMisc.setIndicator';

describe('User permissions (WAP-266-WTA §5.3)', () => {
  it('[WTA-SEC-C-007] single action permission is asked for each time', () => {
    const here = new Scripted();
    transcript(here, [
      ['WTAMisc.setIndicator(0, 1)', ''],
      ['WTAMisc.setIndicator(0, 0)', ''],
    ]);
    assert.equal(here.asked.length, 2);
  });

  it('[WTA-SEC-C-005] blanket permission is asked for once, until the user takes it back', () => {
    const here = new Scripted();
    here.says = 'BLANKET';
    transcript(here, [
      ['WTAMisc.setIndicator(0, 1)', ''],
      ['WTAMisc.setIndicator(0, 0)', ''],
    ]);
    here.permissions.contextEnded(1);
    transcript(here, [['WTAMisc.setIndicator(0, 1)', '']]);
    assert.equal(here.asked.length, 1);
    assert.deepEqual(here.permissions.blankets(), [{ executable: url, name }]);
    here.permissions.revoke({ executable: url, name });
    here.says = 'REFUSED';
    transcript(here, [['WTAMisc.setIndicator(0, 0)', invalid]]);
    assert.equal(here.indicators.state('Incoming Speech Call'), 1);
  });

  it('blanket permission goes with the executable', () => {
    const here = new Scripted();
    here.says = 'BLANKET';
    transcript(here, [['WTAMisc.setIndicator(0, 1)', '']]);
    here.permissions.executableRemoved(url);
    assert.deepEqual(here.permissions.blankets(), []);
  });

  it('[WTA-SEC-C-006] context permission lasts as long as the context', () => {
    const here = new Scripted();
    here.says = 'CONTEXT';
    transcript(here, [
      ['WTAMisc.setIndicator(0, 1)', ''],
      ['WTAMisc.setIndicator(0, 0)', ''],
    ]);
    assert.equal(here.asked.length, 1);
    here.permissions.contextEnded(1);
    transcript(here, [['WTAMisc.setIndicator(0, 1)', '']]);
    assert.equal(here.asked.length, 2);
    here.context = undefined;
    transcript(here, [['WTAMisc.setIndicator(0, 1)', invalid]]);
    assert.deepEqual(here.asked.at(-1)?.types, ['BLANKET', 'SINGLE']);
  });

  it('a permission that the function does not allow is none', () => {
    const here = new Scripted();
    here.says = 'BLANKET';
    transcript(here, [['WTAPublic.addPBEntry("1", "A")', invalid]]);
    assert.equal(here.handset.telephone.phoneBook.entries()[0]?.number, '');
  });

  it('refused, a function does nothing: invalid', () => {
    const here = new Scripted();
    here.says = 'REFUSED';
    transcript(here, [
      ['WTAVoiceCall.setup("102", true)', invalid],
      ['WTANetText.send("102", "x")', invalid],
      ['WTAGSM.callWaiting(2)', invalid],
    ]);
    assert.deepEqual(here.handset.telephone.calls(), []);
    assert.deepEqual(here.handset.news(), []);
  });

  it('keeps so many blanket permissions and no more', () => {
    const stored: number[] = [];
    const permissions = new Permissions(
      (_, answer) => answer('BLANKET'),
      [],
      (blankets) => stored.push(blankets.length),
    );
    for (let i = 0; i <= BLANKETS_MAX; i++) {
      permissions.obtain(
        { executable: `http://a/${i}`, name, types: ['BLANKET'], shown: [] },
        undefined,
        () => {},
      );
    }
    assert.equal(stored.at(-1), BLANKETS_MAX);
  });
});
