import assert from 'node:assert/strict';
import { invalid } from '../../../src/wap/wmlscript/index.js';
import { connect, Town } from '../town.js';
import { Scripted, transcript } from './scripted.js';

describe('WTAVoiceCall (WAP-268-WTAI §9)', () => {
  it('[WTAI-CVS-C-001] [WTAI-CVE-C-004] [WTAI-CVE-C-005] setup: OutgoingCall, then CallAlerting', () => {
    const town = new Town();
    const here = new Scripted(town);
    town.handset('102');
    transcript(here, [
      ['WTAVoiceCall.setup("102", true)', 1],
      ['WTAVoiceCall.setup("5554367x", true)', invalid],
      ['WTAVoiceCall.setup("102", true)', invalid],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/oc 1 102', 'wtaev-cc/cc 1']);
  });

  it('[WTAI-CVS-C-002] [WTAI-CVE-C-001] [WTAI-CVE-C-003] IncomingCall, accept: CallConnected at both ends', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    const handle = there.telephone.setup('101', true, undefined);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/ic 1 102']);
    transcript(here, [
      ['WTAVoiceCall.accept(2, false)', invalid],
      ['WTAVoiceCall.accept(1, false)', ''],
      ['WTAVoiceCall.accept(1, false)', invalid],
      ['WTAVoiceCall.callStatus(1, "mode")', false],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/co 1 102']);
    assert.equal(there.news().at(-1), `wtaev-cc/co ${handle} 101`);
  });

  it('a call is not answered while another one is dialled: there would be two active ones', () => {
    const town = new Town();
    const here = new Scripted(town);
    const [bert, carl] = [town.handset('102'), town.handset('103')];
    bert.telephone.setup('101', true, undefined);
    transcript(here, [
      ['WTAVoiceCall.setup("103", true)', 2],
      ['WTAVoiceCall.accept(1, true)', invalid],
    ]);
    carl.telephone.release(1);
    transcript(here, [['WTAVoiceCall.accept(1, true)', '']]);
  });

  it('[WTAI-CVS-C-003] [WTAI-CVE-C-002] [WTAIGSM-E-C-004] release: CallCleared at both ends', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    const [, incoming] = connect(here.handset, there);
    transcript(here, [
      ['WTAVoiceCall.release(7)', invalid],
      ['WTAVoiceCall.release(1)', ''],
      ['WTAVoiceCall.release(1)', invalid],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/cl 1 0']);
    assert.deepEqual(there.news(), [`wtaev-cc/cl ${incoming} 0`]);
  });

  it('[WTAI-CVS-C-004] [WTAI-CVE-C-006] sendDTMF: one DTMFSent for each, in order', () => {
    const town = new Town();
    const here = new Scripted(town);
    connect(here.handset, town.handset('102'));
    transcript(here, [
      ['WTAVoiceCall.sendDTMF(1, "555*1234")', ''],
      ['WTAVoiceCall.sendDTMF(1, "#")', ''],
      ['WTAVoiceCall.sendDTMF(1, "hello")', invalid],
      ['WTAVoiceCall.sendDTMF(2, "1")', invalid],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/dtmf 1 555*1234', 'wtaev-cc/dtmf 1 #']);
    here.handset.telephone.release(1);
    transcript(here, [['WTAVoiceCall.sendDTMF(1, "1")', invalid]]);
  });

  it('[WTAI-CVS-C-005] callStatus: the fields of §5.1.4 and WAP-255 §5.1.2, in each state', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    here.handset.telephone.phoneBook.write(0, '102', 'Bert');
    transcript(here, [
      ['WTAVoiceCall.setup("102", false)', 1],
      ['WTAVoiceCall.callStatus(1, "status")', 4],
      ['WTAVoiceCall.callStatus(1, "GSMstatus")', 4],
      ['WTAVoiceCall.callStatus(1, "mode")', false],
    ]);
    there.telephone.accept(1, true, undefined);
    town.wait(61_500);
    transcript(here, [
      ['WTAVoiceCall.callStatus(1, "number")', '102'],
      ['WTAVoiceCall.callStatus(1, "name")', 'Bert'],
      ['WTAVoiceCall.callStatus(1, "status")', 5],
      ['WTAVoiceCall.callStatus(1, "GSMstatus")', 5],
      ['WTAVoiceCall.callStatus(1, "GSMmultiparty")', 0],
      ['WTAVoiceCall.callStatus(1, "duration")', 61],
      ['WTAVoiceCall.callStatus(1, "colour")', ''],
      ['WTAVoiceCall.callStatus(2, "status")', invalid],
      ['WTAVoiceCall.release(1)', ''],
      ['WTAVoiceCall.callStatus(1, "status")', 6],
      ['WTAVoiceCall.callStatus(1, "GSMstatus")', 6],
    ]);
    there.telephone.setup('101', true, undefined);
    transcript(here, [
      ['WTAVoiceCall.callStatus(2, "status")', 1],
      ['WTAVoiceCall.callStatus(2, "GSMstatus")', 1],
    ]);
  });

  it('[WTAI-CVS-C-006] list: the oldest handle first, as in the printed example', () => {
    const town = new Town();
    const here = new Scripted(town);
    transcript(here, [
      ['WTAVoiceCall.list(false)', invalid],
      ['WTAVoiceCall.list(true)', invalid],
    ]);
    for (const number of ['102', '103', '104']) {
      connect(here.handset, town.handset(number));
      here.handset.telephone.release(here.handset.telephone.calls().at(-1)?.handle ?? 0);
    }
    transcript(here, [
      ['WTAVoiceCall.list(true)', 1],
      ['WTAVoiceCall.list(false)', 2],
      ['WTAVoiceCall.list(false)', 3],
      ['WTAVoiceCall.list(false)', invalid],
      ['WTAVoiceCall.list(true)', 1],
      ['WTAVoiceCall.list(false)', 2],
    ]);
  });

  it('[WTAI-CR-C-001] arguments are converted as for any library function, and an invalid one makes the result invalid', () => {
    const town = new Town();
    const here = new Scripted(town);
    town.handset('102');
    transcript(here, [
      ['WTAVoiceCall.setup(invalid, true)', invalid],
      ['WTAVoiceCall.setup("102", invalid)', invalid],
      ['WTAVoiceCall.release(1.5)', invalid],
      ['WTAVoiceCall.release("one")', invalid],
      ['WTAVoiceCall.setup(102, 1)', 1],
      ['WTAVoiceCall.release("1")', ''],
    ]);
    assert.equal(here.asked.length, 2);
  });
});
