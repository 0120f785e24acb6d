import assert from 'node:assert/strict';
import { invalid } from '../../../src/wap/wmlscript/index.js';
import { testCell } from '../../../src/wta/network.js';
import { connect, type Handset, Town } from '../town.js';
import { Scripted, transcript } from './scripted.js';

/** A handset with calls to 102 (held) and 103 (active). */
function withTwoCalls(): {
  readonly here: Scripted;
  readonly town: Town;
  readonly bert: Handset;
  readonly carl: Handset;
} {
  const town = new Town();
  const here = new Scripted(town);
  const [bert, carl] = [town.handset('102'), town.handset('103')];
  connect(here.handset, bert);
  connect(here.handset, carl);
  here.handset.news();
  return { here, town, bert, carl };
}

describe('WTAGSM calls (WAP-255-WTAIGSM §7.2)', () => {
  it('[WTAIGSM-S-C-001] [WTAIGSM-E-C-002] hold: CallHeld', () => {
    const town = new Town();
    const here = new Scripted(town);
    connect(here.handset, town.handset('102'));
    transcript(here, [
      ['WTAGSM.hold(1)', ''],
      ['WTAGSM.hold(1)', invalid],
      ['WTAGSM.hold(2)', invalid],
      ['WTAVoiceCall.callStatus(1, "status")', 5],
      ['WTAVoiceCall.callStatus(1, "GSMstatus")', 7],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-gsm/ch 1']);
  });

  it('[WTAIGSM-S-C-002] [WTAIGSM-E-C-003] retrieve: CallActive', () => {
    const { here } = withTwoCalls();
    transcript(here, [
      ['WTAGSM.retrieve(1)', invalid],
      ['WTAVoiceCall.release(2)', ''],
      ['WTAGSM.retrieve(1)', ''],
      ['WTAGSM.retrieve(1)', invalid],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/cl 2 0', 'wtaev-gsm/ca 1']);
  });

  it('[WTAIGSM-S-C-003] transfer: the others go on without this device', () => {
    const { here, town, bert, carl } = withTwoCalls();
    transcript(here, [
      ['WTAGSM.transfer(1, 3)', invalid],
      ['WTAGSM.transfer(1, 1)', invalid],
      ['WTAGSM.transfer(1, 2)', ''],
      ['WTAGSM.transfer(1, 2)', invalid],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/cl 1 0', 'wtaev-cc/cl 2 0']);
    assert.deepEqual(town.exchange.calls(), [{ caller: '102', called: '103', state: 'connected' }]);
    bert.telephone.sendDtmf(1, '7');
    assert.deepEqual(carl.heard.at(-1), { type: 'tones', leg: -2, tones: '7' });
    carl.telephone.release(1);
    assert.equal(bert.news().at(-1), 'wtaev-cc/cl 1 0');
  });

  it('transfer to a call that still rings', () => {
    const town = new Town();
    const here = new Scripted(town);
    const [bert, carl] = [town.handset('102'), town.handset('103')];
    connect(here.handset, bert);
    here.handset.telephone.setup('103', true, undefined);
    transcript(here, [['WTAGSM.transfer(1, 2)', '']]);
    // Who was transferred may put the call on hold before anybody answers.
    assert.equal(bert.telephone.hold(1), true);
    assert.deepEqual(bert.states(), ['1 in call/call held']);
    assert.equal(bert.telephone.retrieve(1), true);
    carl.telephone.accept(1, true, undefined);
    assert.deepEqual(town.exchange.calls(), [{ caller: '102', called: '103', state: 'connected' }]);
    assert.deepEqual(town.timers, []);
    assert.deepEqual(bert.states(), ['1 in call/call active']);
  });

  it('[WTAIGSM-S-C-008] deflect: it rings elsewhere', () => {
    const town = new Town();
    const here = new Scripted(town);
    const [bert, carl] = [town.handset('102'), town.handset('103')];
    bert.telephone.setup('101', true, undefined);
    transcript(here, [
      ['WTAGSM.deflect(1, "nobody")', invalid],
      ['WTAGSM.deflect(1, "103")', ''],
      ['WTAGSM.deflect(1, "103")', invalid],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/ic 1 102', 'wtaev-cc/cl 1 0']);
    assert.deepEqual(carl.news(), ['wtaev-cc/ic 1 102']);
    carl.telephone.accept(1, true, undefined);
    assert.deepEqual(bert.states(), ['1 in call/call active']);
  });

  it('[WTAIGSM-S-C-004] [WTAIGSM-E-C-005] multiparty: CallActive for the held call, CallConnected for the new one', () => {
    const { here, town } = withTwoCalls();
    transcript(here, [['WTAGSM.multiparty()', 3]]);
    assert.deepEqual(here.handset.news(), ['wtaev-gsm/ca 1', 'wtaev-cc/co 3 ']);
    assert.deepEqual(here.handset.states(), [
      '1 in call/call active in 3',
      '2 in call/call active in 3',
      '3 in call/call active',
    ]);
    transcript(here, [
      ['WTAVoiceCall.callStatus(1, "GSMmultiparty")', 3],
      ['WTAVoiceCall.callStatus(3, "GSMmultiparty")', 0],
      ['WTAVoiceCall.callStatus(3, "status")', 5],
      ['WTAGSM.multiparty()', invalid],
    ]);
    // Another one joins the group that went on hold for it.
    connect(here.handset, town.handset('104'));
    assert.deepEqual(here.handset.states().slice(2), ['3 in call/call held', '4 in call/call active']);
    transcript(here, [['WTAGSM.multiparty()', 3]]);
    assert.deepEqual(here.handset.news(), ['wtaev-gsm/ca 3']);
    assert.deepEqual(here.handset.states().at(-1), '4 in call/call active in 3');
  });

  it('a multiparty call has five members at most', () => {
    const town = new Town();
    const here = new Scripted(town);
    for (let i = 2; i <= 6; i++) {
      connect(here.handset, town.handset(`10${i}`));
      here.handset.telephone.multiparty(undefined);
    }
    connect(here.handset, town.handset('107'));
    transcript(here, [['WTAGSM.multiparty()', invalid]]);
  });

  it('[WTAIGSM-S-C-005] separate: the rest goes on hold, or ends where one is left', () => {
    const { here, town } = withTwoCalls();
    here.handset.telephone.multiparty(undefined);
    connect(here.handset, town.handset('104'));
    transcript(here, [['WTAGSM.separate(1)', invalid]]);
    here.handset.telephone.multiparty(undefined);
    here.handset.news();
    transcript(here, [['WTAGSM.separate(1)', '']]);
    assert.deepEqual(here.handset.news(), ['wtaev-gsm/ch 3']);
    assert.deepEqual(here.handset.states(), [
      '1 in call/call active',
      '2 in call/call active in 3',
      '3 in call/call held',
      '4 in call/call active in 3',
    ]);
    transcript(here, [
      ['WTAVoiceCall.release(1)', ''],
      ['WTAGSM.retrieve(3)', ''],
      ['WTAGSM.separate(2)', ''],
    ]);
    assert.deepEqual(here.handset.news(), [
      'wtaev-cc/cl 1 0',
      'wtaev-gsm/ca 3',
      'wtaev-cc/cl 3 100',
      'wtaev-gsm/ch 4',
    ]);
    assert.deepEqual(here.handset.states(), ['2 in call/call active', '4 in call/call held']);
  });

  it('[WTAIGSM-S-C-009] release of a multiparty call ends all of its calls', () => {
    const { here, town } = withTwoCalls();
    here.handset.telephone.multiparty(undefined);
    here.handset.telephone.hold(3);
    here.handset.news();
    transcript(here, [['WTAVoiceCall.release(3)', '']]);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/cl 1 0', 'wtaev-cc/cl 2 0', 'wtaev-cc/cl 3 100']);
    assert.deepEqual(town.exchange.calls(), []);
  });

  it('[WTAIGSM-S-C-011] sendBusy: the caller hears that the line is busy', () => {
    const town = new Town();
    const here = new Scripted(town);
    const bert = town.handset('102');
    bert.telephone.setup('101', true, undefined);
    transcript(here, [
      ['WTAGSM.sendBusy(1)', ''],
      ['WTAGSM.sendBusy(1)', invalid],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-cc/ic 1 102', 'wtaev-cc/cl 1 0']);
    assert.equal(bert.news().at(-1), 'wtaev-cc/cl 1 4');
    connect(here.handset, bert);
    transcript(here, [['WTAGSM.sendBusy(2)', invalid]]);
  });
});

describe('WTAGSM services (WAP-255-WTAIGSM §7.2.7 to §7.2.9)', () => {
  it('[WTAIGSM-S-C-007] [WTAIGSM-E-C-001] sendUSSD: the service answers, or it is an error', () => {
    const town = new Town({ ussd: (_, code) => (code === '*100#' ? 'Balance 7.50' : undefined) });
    const here = new Scripted(town);
    transcript(here, [
      ['WTAGSM.sendUSSD("*100#", 15, 0, 0)', 0],
      ['WTAGSM.sendUSSD("*999#", 15, 0, 0)', 1],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-gsm/ru Balance 7.50 15 0 0', 'wtaev-gsm/ru   3 1']);
    transcript(here, [
      ['WTAGSM.sendUSSD("*100#", 32, 0, 0)', invalid],
      ['WTAGSM.sendUSSD("*100#", 15, 3, 0)', invalid],
      ['WTAGSM.sendUSSD("*100#", 15, -1, 0)', invalid],
      ['WTAGSM.sendUSSD("ok", 15, 1, 0)', invalid],
      [`WTAGSM.sendUSSD("${'1'.repeat(183)}", 15, 0, 0)`, -101],
      ['WTAGSM.sendUSSD("Ж", 15, 0, 0)', -101],
      ['WTAGSM.sendUSSD("Ж", 72, 0, 0)', 2],
    ]);
  });

  it('the network asks, and gets an answer; it has one dialogue at a time', () => {
    const here = new Scripted();
    assert.equal(here.town.exchange.startUssd('101', 'request', 'Roam?'), true);
    assert.equal(here.town.exchange.startUssd('101', 'notify', 'Hello'), false);
    assert.deepEqual(here.handset.news(), ['wtaev-gsm/ru Roam? 15 1 0']);
    transcript(here, [
      ['WTAGSM.sendUSSD("*100#", 15, 0, 0)', -100],
      ['WTAGSM.sendUSSD("yes", 15, 1, 3)', invalid],
      ['WTAGSM.sendUSSD("", 15, 2, 0)', invalid],
      ['WTAGSM.sendUSSD("yes", 15, 1, 0)', 0],
      ['WTAGSM.sendUSSD("yes", 15, 1, 0)', invalid],
    ]);
    assert.equal(here.town.exchange.startUssd('101', 'notify', 'Hello'), true);
    assert.deepEqual(here.handset.news(), ['wtaev-gsm/ru Hello 15 2 1']);
    transcript(here, [['WTAGSM.sendUSSD("", 15, 2, 1)', 1]]);
    here.town.exchange.setCoverage('101', { inService: false, explanation: 'none' });
    transcript(here, [['WTAGSM.sendUSSD("*100#", 15, 0, 0)', -106]]);
  });

  it('[WTAIGSM-S-C-006] [WTAIGSM-LI-C-001] netinfo: the octets of §5.2', () => {
    const here = new Scripted();
    const cell = {
      ...testCell,
      mcc: '262',
      mnc: '07',
      lac: 0x1234,
      cell: 0xabcd,
      timingAdvance: 5,
      level: 0x3f,
      neighbours: [{ level: 0x21, frequency: 0x1f, bsic: 0x2a }],
    };
    here.town.exchange.setCoverage('101', { inService: true, networkName: 'D2', cell });
    transcript(here, [
      ['WTAGSM.netinfo(0)', '62f270' + '1234' + 'abcd' + '05' + '00'],
      // RXLEV 63 twice, no error, one neighbour: level 33, carrier 31, BSIC 42.
      ['WTAGSM.netinfo(1)', '62f2701234abcd0540' + '3f3f0061fd4000000000000000000000'],
      ['WTAGSM.netinfo(3)', invalid],
    ]);
    connect(here.handset, here.town.handset('102'));
    transcript(here, [['WTAGSM.netinfo(0)', '62f2701234abcd0580']]);
    here.town.exchange.setCoverage('101', { inService: false, explanation: 'none' });
    transcript(here, [['WTAGSM.netinfo(0)', '']]);
    assert.deepEqual(here.asked[0]?.types, ['SINGLE']);
  });

  it('[WTAIGSM-S-C-010] [WTAIGSM-E-C-006] callWaiting: CallWaitingStatus', () => {
    const town = new Town();
    const here = new Scripted(town);
    transcript(here, [
      ['WTAGSM.callWaiting(2)', ''],
      ['WTAGSM.callWaiting(0)', ''],
      ['WTAGSM.callWaiting(1)', ''],
      ['WTAGSM.callWaiting(3)', invalid],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-gsm/cw 2', 'wtaev-gsm/cw 2', 'wtaev-gsm/cw 1']);
    const without = new Scripted(town, town.handset('102', { callWaiting: false }));
    transcript(without, [['WTAGSM.callWaiting(1)', '']]);
    assert.deepEqual(without.handset.news(), ['wtaev-gsm/cw 3']);
    town.exchange.setCoverage('101', { inService: false, explanation: 'none' });
    transcript(here, [['WTAGSM.callWaiting(1)', -106]]);
  });
});
