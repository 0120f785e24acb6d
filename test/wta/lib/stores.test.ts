/** The libraries that keep something: texts, phonebook, call logs, indicators. */
import assert from 'node:assert/strict';
import { invalid } from '../../../src/wap/wmlscript/index.js';
import { PhoneBook } from '../../../src/wta/phone-book.js';
import { connect, Town } from '../town.js';
import { Scripted, transcript } from './scripted.js';

describe('WTANetText (WAP-268-WTAI §10)', () => {
  it('[WTAI-CTS-C-001] [WTAI-CTE-C-001] send: a handle, and a MessageSendStatus', () => {
    const town = new Town();
    const here = new Scripted(town);
    town.handset('102');
    transcript(here, [
      ['WTANetText.send("102", "Hello!")', 1],
      ['WTANetText.send("Bert", "Hello!")', invalid],
      [`WTANetText.send("102", "${'x'.repeat(160)}")`, 2],
      [`WTANetText.send("102", "${'x'.repeat(161)}")`, -100],
      [`WTANetText.send("102", "${'€'.repeat(80)}")`, 3],
      [`WTANetText.send("102", "${'Ж'.repeat(71)}")`, -100],
      ['WTANetText.send("102", "\\x07")', invalid],
    ]);
    assert.deepEqual(here.handset.news(), ['wtaev-nt/st 1 0', 'wtaev-nt/st 2 0', 'wtaev-nt/st 3 0']);
  });

  it('[WTAI-CTE-C-002] [WTAI-CTS-C-004] [WTAI-NMM-C-001] IncomingMessage, getFieldValue: the fields of §5.2.3', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    there.telephone.sendText('101', 'Hi');
    assert.deepEqual(here.handset.news(), ['wtaev-nt/it 1 102']);
    town.wait(5000);
    transcript(here, [
      ['WTANetText.getFieldValue(1, "text")', 'Hi'],
      ['WTANetText.getFieldValue(1, "tstamp")', '2001-09-08T12:00:00Z'],
      ['WTANetText.getFieldValue(1, "tstamp_off")', 0],
      ['WTANetText.getFieldValue(1, "tstamp_device")', '2001-09-08T12:00:00Z'],
      ['WTANetText.getFieldValue(1, "address")', '102'],
      ['WTANetText.getFieldValue(1, "status")', 2],
      ['WTANetText.getFieldValue(1, "read")', false],
      ['WTANetText.getFieldValue(1, "colour")', ''],
      ['WTANetText.getFieldValue(2, "text")', invalid],
      ['WTANetText.send("102", "Yes")', 2],
      ['WTANetText.getFieldValue(2, "status")', 3],
      ['WTANetText.getFieldValue(2, "tstamp")', ''],
      ['WTANetText.getFieldValue(2, "address")', '102'],
    ]);
  });

  it('[WTAI-CTS-C-002] list: all, unread, read or unsent, oldest first', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    for (const text of ['one', 'two', 'three']) there.telephone.sendText('101', text);
    here.handset.telephone.messages.write('103', 'later', 0);
    transcript(here, [
      ['WTANetText.list(false, 0)', invalid],
      ['WTANetText.markAsRead(2)', ''],
      ['WTANetText.list(true, 0)', 1],
      ['WTANetText.list(false, 0)', 2],
      ['WTANetText.list(false, 99)', 3],
      ['WTANetText.list(false, 0)', 4],
      ['WTANetText.list(false, 0)', invalid],
      ['WTANetText.list(true, 1)', 1],
      ['WTANetText.list(false, 1)', 3],
      ['WTANetText.list(true, 2)', 2],
      ['WTANetText.list(false, 2)', invalid],
      ['WTANetText.list(true, 3)', 4],
      ['WTANetText.list(true, 4)', invalid],
      ['WTANetText.getFieldValue(1, "read")', false],
    ]);
  });

  it('[WTAI-CTS-C-003] remove: but not what is being sent', () => {
    const town = new Town();
    const here = new Scripted(town);
    town.handset('102').telephone.sendText('101', 'one');
    const { handle } = here.handset.telephone.messages.write('103', 'later', 0);
    transcript(here, [
      ['WTANetText.remove(1)', ''],
      ['WTANetText.remove(1)', invalid],
      [`WTANetText.remove(${handle})`, -101],
    ]);
  });

  it('[WTAI-CTS-C-005] markAsRead', () => {
    const town = new Town();
    const here = new Scripted(town);
    town.handset('102').telephone.sendText('101', 'one');
    transcript(here, [
      ['WTANetText.markAsRead(1)', ''],
      ['WTANetText.getFieldValue(1, "read")', true],
      ['WTANetText.markAsRead(2)', invalid],
    ]);
  });
});

describe('WTAPhoneBook (WAP-268-WTAI §11)', () => {
  function withBook(): Scripted {
    const town = new Town();
    const phoneBook = new PhoneBook({ entries: 3, number: 10, name: 8 });
    return new Scripted(town, town.handset('101', { phoneBook }));
  }

  it('[WTAI-CPS-C-001] [WTAI-PBM-C-001] write: at an index, or wherever there is room', () => {
    transcript(withBook(), [
      ['WTAPhoneBook.write(2, "5554367", "A. E.")', 2],
      ['WTAPhoneBook.write(0, "1", "")', 1],
      ['WTAPhoneBook.write(0, "+3", "C")', 3],
      ['WTAPhoneBook.write(0, "4", "D")', -104],
      ['WTAPhoneBook.write(2, "22", "B")', 2],
      ['WTAPhoneBook.write(-1, "4", "D")', invalid],
      ['WTAPhoneBook.write(4, "4", "D")', invalid],
      ['WTAPhoneBook.write(1, "four", "D")', invalid],
      ['WTAPhoneBook.write(1, "4", "123456789")', -100],
      ['WTAPhoneBook.write(1, "12345678901", "D")', -102],
      ['WTAPhoneBook.getFieldValue(2, "number")', '22'],
    ]);
  });

  it('[WTAI-CPS-C-002] search: in a field, without case; two empty strings go on', () => {
    transcript(withBook(), [
      ['WTAPhoneBook.search("", "")', invalid],
      ['WTAPhoneBook.write(1, "5551", "Albert")', 1],
      ['WTAPhoneBook.write(2, "5552", "")', 2],
      ['WTAPhoneBook.write(3, "5553", "Halbe")', 3],
      ['WTAPhoneBook.search("name", "alb")', 1],
      ['WTAPhoneBook.search("", "")', 3],
      ['WTAPhoneBook.search("", "")', invalid],
      ['WTAPhoneBook.search("name", "")', 1],
      ['WTAPhoneBook.search("", "")', 3],
      ['WTAPhoneBook.search("number", "52")', 2],
      ['WTAPhoneBook.search("", "alb")', invalid],
      ['WTAPhoneBook.search("colour", "red")', invalid],
      ['WTAPhoneBook.search("", "")', invalid],
    ]);
  });

  it('[WTAI-CPS-C-003] remove', () => {
    transcript(withBook(), [
      ['WTAPhoneBook.write(1, "5551", "Albert")', 1],
      ['WTAPhoneBook.remove(1)', ''],
      ['WTAPhoneBook.remove(1)', invalid],
      ['WTAPhoneBook.remove(0)', invalid],
    ]);
  });

  it('[WTAI-CPS-C-004] getFieldValue', () => {
    transcript(withBook(), [
      ['WTAPhoneBook.write(1, "5551", "Albert")', 1],
      ['WTAPhoneBook.getFieldValue(1, "number")', '5551'],
      ['WTAPhoneBook.getFieldValue(1, "name")', 'Albert'],
      ['WTAPhoneBook.getFieldValue(1, "colour")', ''],
      ['WTAPhoneBook.getFieldValue(2, "name")', invalid],
    ]);
  });

  it('[WTAI-CPS-C-005] change', () => {
    transcript(withBook(), [
      ['WTAPhoneBook.write(1, "5551", "Albert")', 1],
      ['WTAPhoneBook.change(1, "name", "ALBERT")', ''],
      ['WTAPhoneBook.getFieldValue(1, "name")', 'ALBERT'],
      ['WTAPhoneBook.change(1, "name", "123456789")', -100],
      ['WTAPhoneBook.change(1, "number", "five")', -101],
      ['WTAPhoneBook.change(1, "number", "12345678901")', -102],
      ['WTAPhoneBook.change(1, "number", "+1")', ''],
      ['WTAPhoneBook.change(1, "colour", "red")', -106],
      ['WTAPhoneBook.change(2, "name", "x")', invalid],
    ]);
  });
});

describe('WTACallLog (WAP-268-WTAI §12)', () => {
  it('[WTAI-CLS-C-001] dialled: the latest first', () => {
    const town = new Town();
    const here = new Scripted(town);
    for (const number of ['102', '103']) here.handset.telephone.setup(number, true, undefined);
    transcript(here, [
      ['WTACallLog.dialled(false)', invalid],
      ['WTACallLog.dialled(true)', 2],
      ['WTACallLog.dialled(false)', 1],
      ['WTACallLog.dialled(false)', invalid],
    ]);
  });

  it('[WTAI-CLS-C-002] [WTAI-CLM-C-001] missed: those that were not answered', () => {
    const town = new Town();
    const here = new Scripted(town);
    const there = town.handset('102');
    there.telephone.setup('101', true, undefined);
    there.telephone.release(1);
    transcript(here, [
      ['WTACallLog.missed(true)', 1],
      ['WTACallLog.missed(false)', invalid],
      ['WTACallLog.received(true)', invalid],
      ['WTACallLog.dialled(true)', invalid],
    ]);
  });

  it('[WTAI-CLS-C-003] received: those that were', () => {
    const town = new Town();
    const here = new Scripted(town);
    connect(town.handset('102'), here.handset);
    transcript(here, [
      ['WTACallLog.received(true)', 1],
      ['WTACallLog.received(false)', invalid],
      ['WTACallLog.missed(true)', invalid],
    ]);
  });

  it('[WTAI-CLS-C-004] getFieldValue: the fields of §5.4.2', () => {
    const town = new Town();
    const here = new Scripted(town);
    connect(town.handset('102', { withheld: true }), here.handset);
    here.handset.telephone.setup('103', true, undefined);
    transcript(here, [
      ['WTACallLog.getFieldValue(1, "number")', ''],
      ['WTACallLog.getFieldValue(1, "explanation")', 'number withheld'],
      ['WTACallLog.getFieldValue(1, "tstamp")', '2001-09-08T12:00:00Z'],
      ['WTACallLog.getFieldValue(2, "number")', '103'],
      ['WTACallLog.getFieldValue(2, "explanation")', ''],
      ['WTACallLog.getFieldValue(2, "colour")', ''],
      ['WTACallLog.getFieldValue(3, "number")', invalid],
    ]);
  });
});

describe('WTAMisc (WAP-268-WTAI §13)', () => {
  it('[WTAI-CMS-C-001] [WTAI-LIM-C-001] setIndicator: eight types, no negative state', () => {
    const here = new Scripted();
    transcript(here, [
      ['WTAMisc.setIndicator(0, 1)', ''],
      ['WTAMisc.setIndicator(4, 3)', ''],
      ['WTAMisc.setIndicator(7, 0)', ''],
      ['WTAMisc.setIndicator(8, 1)', invalid],
      ['WTAMisc.setIndicator(-1, 1)', invalid],
      ['WTAMisc.setIndicator(4, -1)', invalid],
    ]);
    assert.equal(here.indicators.state('Incoming Speech Call'), 1);
    assert.equal(here.indicators.state('Text Message'), 3);
    assert.equal(here.indicators.state('Email Message'), 0);
  });

  it('[WTAI-CMS-C-002] endContext', () => {
    const here = new Scripted();
    transcript(here, [['WTAMisc.endContext()', '']]);
    assert.equal(here.context?.ended, 1);
  });

  it('[WTAI-CMS-C-003] [WTAI-CMS-C-004] getProtection, setProtection: nobody is asked', () => {
    const here = new Scripted();
    transcript(here, [
      ['WTAMisc.getProtection()', false],
      ['WTAMisc.setProtection(true)', ''],
      ['WTAMisc.getProtection()', true],
    ]);
    assert.deepEqual(here.asked, []);
  });

  it('[WTAI-CME-C-001] NetworkStatus: in service or not, and why', () => {
    const here = new Scripted();
    here.town.exchange.setCoverage('101', { inService: false, explanation: 'forbidden' });
    assert.deepEqual(here.handset.news(), ['wtaev-ms/ns 0  2']);
  });
});
