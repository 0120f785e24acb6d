import assert from 'node:assert/strict';
import { Line } from '../../../src/wta/index.js';
import { Town } from '../../wta/town.js';
import { card, deck } from '../handset.js';
import { WtaHandset } from './phones.js';

const marie = '+33612345672';
const paul = '+33676543211';
const home = 'http://pages.example/';

function pair(): { readonly town: Town; readonly first: WtaHandset; readonly second: WtaHandset } {
  const town = new Town();
  return {
    town,
    first: new WtaHandset({}, { town, number: marie }),
    second: new WtaHandset({}, { town, number: paul }),
  };
}

/** Chooses an item of the menu, or of a list, by its label. */
async function choose(handset: WtaHandset, label: string): Promise<void> {
  for (let i = 0; i < 12; i++) {
    const focused = handset.terminal
      .screen()
      .lines.flatMap(({ spans }) => spans)
      .find((span) => span.focused)?.text;
    if (focused?.includes(label)) {
      await handset.press('select');
      return;
    }
    await handset.press('down');
  }
  assert.fail(`there is no ${label}:\n${handset.terminal.text()}`);
}

async function call(handset: WtaHandset, number: string): Promise<void> {
  await choose(handset, 'Call');
  handset.type(number);
  await handset.press('softLeft');
}

describe('Telephones in one network (WAP-266-WTA §4.1.1)', () => {
  it('[WTA-MMI-C-001] two of them call each other', async () => {
    const { first, second } = pair();
    second.telephony.telephone.phoneBook.write(0, marie, 'Marie');
    await call(first, paul);
    assert.equal(first.title(), 'Calling');
    assert.deepEqual([second.title(), second.lines()], ['Incoming call', ['Marie']]);
    await second.press('softLeft');
    assert.deepEqual([first.title(), second.title()], ['In call', 'In call']);
    await first.press('softLeft');
    assert.equal(first.title(), 'On hold');
    await first.press('softLeft');
    assert.equal(first.title(), 'In call');
    await second.press('softRight');
    assert.deepEqual([first.title(), second.title()], [marie, paul]);
    await choose(second, 'Call log');
    assert.match(second.words(), /Received Marie/);
    await second.press('back');
  });

  it('[WTA-MMI-C-001] who rejects, or does not answer, is said so to who calls', async () => {
    const { first, second, town } = pair();
    await call(first, paul);
    await second.press('softRight');
    assert.match(first.words(), /The line is busy/);
    await first.press('softLeft');
    await call(first, paul);
    town.wait(30_000);
    assert.match(first.words(), /Nobody answers/);
    assert.equal(second.title(), paul);
    await choose(second, 'Call log');
    assert.match(second.words(), new RegExp(`Missed \\${marie}`));
    await second.press('select');
    assert.equal(second.title(), 'Calling', 'a number of the log is called');
    await second.press('end');
    assert.equal(second.title(), paul);
  });

  it('[WTA-MMI-C-001] they text each other', async () => {
    const { first, second } = pair();
    await choose(first, 'Phonebook');
    await choose(first, 'Add');
    first.type(paul);
    await first.press('softLeft');
    first.type('Paul');
    await first.press('softLeft');
    await choose(first, 'Phonebook');
    await choose(first, 'Paul');
    await choose(first, 'Text');
    assert.equal(first.title(), 'To Paul');
    first.type('Hello');
    await first.press('softLeft');
    assert.deepEqual([second.title(), second.lines()], ['New text', [marie]]);
    await second.press('softLeft');
    assert.deepEqual(second.lines(), ['Hello']);
    await second.press('softRight');
    await choose(second, 'Texts');
    await choose(second, marie);
    await second.press('softLeft');
    assert.equal(second.telephony.telephone.messages.all().length, 0);
  });

  it('[WTA-MMI-C-001] a server rings one, and whoever does not want to know has the red key', async () => {
    const { first, town } = pair();
    const news: string[] = [];
    new Line(town.exchange, '+33492').dial(marie, (each) => news.push(each));
    assert.equal(first.title(), 'Incoming call');
    await first.press('end');
    assert.equal(first.title(), marie);
    assert.deepEqual(news, ['ringing', 'busy']);
  });

  it('a link of any page calls, when the user allows it (WAP-268 §8.3)', async () => {
    const town = new Town();
    const page = `<do type="accept"><go href="wtai://wp/mc;${paul}!r"/></do><p>result $r.</p>`;
    const first = new WtaHandset({}, { town, pages: { [`${home}a.wml`]: deck(card('page', page)) } });
    const second = new WtaHandset({}, { town, number: paul });
    await first.open(`${home}a.wml`);
    await first.press('softLeft');
    assert.match(first.words(), new RegExp(`Permission pages.example wants to call \\${paul}\\?`));
    await first.press('softRight');
    assert.deepEqual(first.lines(), ['result -200.'], 'refused');
    await first.press('softLeft', 'softLeft');
    assert.equal(second.title(), 'Incoming call');
    assert.equal(first.title(), 'Calling');
    await second.press('softLeft');
    assert.equal(first.title(), 'In call');
    await first.press('softRight');
    assert.deepEqual(first.lines(), ['result .']);
  });
});
