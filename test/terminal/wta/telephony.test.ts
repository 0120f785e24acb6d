import assert from 'node:assert/strict';
import { Line } from '../../../src/wta/index.js';
import { Town } from '../../wta/town.js';
import { card, deck, Handset, unit } from '../handset.js';
import { base, on, secure, service, WtaHandset } from './phones.js';

const shop = '+33492110815';
const home = 'http://pages.example/';

function ringing(handset: WtaHandset): { readonly news: string[]; readonly hangUp: () => void } {
  const news: string[] = [];
  const hangUp = handset.ring(new Line(handset.town.exchange, shop), news);
  return { news, hangUp };
}

describe('The WTA user agent in the handset (WAP-266-WTA §4, §5.2, §6)', () => {
  it('[WTA-UA-C-001] is apart from the browser: each has its own variables and its own card', async () => {
    const handset = new WtaHandset(
      { 'a.wml': service(card('service', '<p>$x|</p>')) },
      { pages: { [`${home}a.wml`]: deck(card('page', '<p>$x|</p>')) } },
    );
    await handset.open(`${home}a.wml`);
    await handset.serve('a.wml');
    assert.equal(handset.title(), 'service');
    await handset.press('back');
    assert.equal(handset.title(), 'page');
    assert.deepEqual(
      [handset.requests.length, handset.asked.map(({ url }) => url)],
      [1, [`${base}a.wml`]],
      'neither goes the way of the other',
    );
  });

  it('[WTA-UA-C-001] events of the network are for it alone', async () => {
    const bound = on('wtaev-cc/ic', '<go href="#taken"/>');
    const handset = new WtaHandset(
      {},
      { pages: { [`${home}a.wml`]: deck(card('page', `${bound}<p/>`) + card('taken')) } },
    );
    await handset.open(`${home}a.wml`);
    ringing(handset);
    await handset.settle();
    assert.equal(handset.title(), 'Incoming call');
  });

  it('[WTA-UA-C-001] only it may call more than the public library', async () => {
    const script = unit(
      'extern function list() { var h = WTAVoiceCall.list(true); var b = WTAPublic.addPBEntry("+33", "Marie");' +
        ' WMLBrowser.setVar("h", String.toString(isvalid h)); WMLBrowser.setVar("b", isvalid b); WMLBrowser.refresh(); }',
    );
    const page = card('page', '<do type="accept"><go href="s.wmlsc#list()"/></do><p>$h $b</p>');
    const handset = new WtaHandset(
      {},
      { pages: { [`${home}a.wml`]: deck(page), [`${home}s.wmlsc`]: script } },
    );
    await handset.open(`${home}a.wml`);
    ringing(handset).hangUp();
    await handset.press('softLeft');
    assert.equal(handset.title(), 'Permission');
    assert.match(handset.words(), /wants to write into the phonebook \+33 Marie/);
    await handset.press('softLeft');
    assert.deepEqual(handset.lines(), ['false true']);
    assert.equal(handset.telephony.telephone.phoneBook.nameOf('+33'), 'Marie');
  });

  it('[WTA-SEC-C-003] nothing is asked for outside a WTA session', async () => {
    for (const facts of [
      { ...secure, port: 9203 },
      { ...secure, wtlsClass: 1 },
      { ...secure, wtlsClass: undefined },
      { ...secure, gateway: '10.9.9.9' },
    ] as const) {
      const handset = new WtaHandset({ 'a.wml': service(card('service')) }, { facts });
      await handset.serve('a.wml');
      assert.deepEqual(handset.asked, []);
      assert.match(handset.words(), /no secure session/i);
    }
    const handset = new WtaHandset({ 'a.wml': service(card('service')) });
    await handset.serve('a.wml');
    assert.equal(handset.title(), 'service');
    assert.equal(handset.asked.length, 1);
  });

  it('[WTA-SEC-C-003] nor by the ordinary browser, which does not show what is WTA-WML', async () => {
    const handset = new WtaHandset(
      {},
      { pages: { [`${home}a.wml`]: { ...service(card('service')), type: 'application/x-wap-wta-wmlc' } } },
    );
    await handset.open(`${home}a.wml`);
    assert.match(handset.words(), /cannot show/);
  });

  it('[OTA-WSP-C-006] [OTA-WSP-C-007] [WTA-SEC-C-004] an indication for it that came over no session, or over another, is discarded', async () => {
    const si = `<si><indication href="${base}a.wml">Sign</indication></si>`;
    const handset = new WtaHandset({ 'a.wml': service(card('service')) });
    handset.pushed('text/vnd.wap.si', si, {}, { ...secure, port: 9201 });
    const list = { 'X-Wap-Application-Id': 'x-wap-application:wta.ua' };
    handset.push('text/vnd.wap.si', si, list);
    assert.equal(handset.failures().length, 2);
    assert.equal(handset.terminal.screen().messages, undefined);
    handset.pushed('text/vnd.wap.si', si);
    assert.equal(handset.title(), 'New message');
    await handset.press('softLeft');
    assert.equal(handset.title(), 'service');
    assert.equal(handset.requests.length, 0);
    assert.equal(handset.terminal.screen().messages, undefined);
  });

  it('a handset without a telephone takes nothing for it', () => {
    const handset = new Handset();
    handset.push('text/vnd.wap.si', '<si><indication href="http://a/">x</indication></si>', {
      'X-Wap-Application-Id': 'x-wap-application:wta.ua',
    });
    assert.match(handset.failures().join(), /does not have/);
  });

  it('[WTA-CM-C-001] cards, decks and scripts of a service share one scope', async () => {
    const handset = new WtaHandset({
      'a.wml': service(
        card('one', '<do type="accept"><go href="b.wml"><setvar name="x" value="1"/></go></do><p>one</p>'),
      ),
      'b.wml': service(card('two', '<do type="accept"><go href="s.wmlsc#add()"/></do><p>$x</p>')),
      's.wmlsc': unit(
        'extern function add() { WMLBrowser.setVar("x", WMLBrowser.getVar("x") + "2"); WMLBrowser.refresh(); }',
      ),
    });
    await handset.serve('a.wml');
    await handset.press('softLeft');
    assert.deepEqual(handset.lines(), ['1']);
    await handset.press('softLeft');
    assert.deepEqual(handset.lines(), ['12']);
    await handset.press('back');
    assert.equal(handset.title(), 'one', 'and one history');
    await handset.serve('b.wml');
    assert.deepEqual(handset.lines(), [], 'another service has another one');
  });

  it('[WTA-CM-C-002] newcontext ends the calls of the context, but not those that are to be kept', async () => {
    for (const mode of [false, true]) {
      const town = new Town();
      const other = town.handset('+33000');
      const handset = new WtaHandset(
        {
          'a.wml': service(
            card(
              'one',
              on('wtaev-cc/oc', '<noop/>') +
                on('wtaev-cc/cc', '<go href="#two"><setvar name="x" value="1"/></go>'),
            ) + card('two', '<p>$x|$0|</p>', 'newcontext="true"'),
          ),
        },
        { town },
      );
      await handset.serve('a.wml');
      const { agent } = handset.telephony;
      const before = agent.context?.id ?? 0;
      const caller = { url: `${base}s.wmlsc`, isTrusted: true };
      agent.wtai.call('WTAVoiceCall.setup', ['+33000', mode], caller, () => {});
      await handset.press('softLeft');
      assert.equal(handset.title(), 'two');
      assert.equal(agent.context?.id, before + 1);
      assert.deepEqual(handset.lines(), ['|1|'], 'variables go, parameters stay');
      assert.equal(other.states().length, mode ? 1 : 0);
    }
  });

  it('[WTA-CM-C-002] so does WMLBrowser.newContext', async () => {
    const handset = new WtaHandset({
      'a.wml': service(card('one', '<do type="accept"><go href="s.wmlsc#fresh()"/></do><p>one</p>')),
      's.wmlsc': unit('extern function fresh() { WMLBrowser.newContext(); }'),
    });
    await handset.serve('a.wml');
    const before = handset.telephony.agent.context?.id ?? 0;
    await handset.press('softLeft');
    assert.equal(handset.telephony.agent.context?.id, before + 1);
  });

  it('[WTA-FMT-C-001] a service may be written in WML 2.0', async () => {
    const head =
      '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:wml="http://www.wapforum.org/2001/wml"><head><title>S</title></head>';
    const body =
      '<body><wml:card id="c1" title="First"><wml:onevent type="wtaev-cc/ic"><wml:go href="#c2"><wml:setvar name="who" value="$1"/></wml:go></wml:onevent>' +
      '<p>Waiting for a call.</p></wml:card><wml:card id="c2" title="Second"><wml:do type="accept" label="To $0"><wml:go href="s.wmlsc#ask()"/></wml:do>' +
      '<p>You have a call from <wml:getvar name="who"/>.</p></wml:card></body></html>';
    const handset = new WtaHandset(
      {
        'a.wml': { type: 'application/wml+xml; charset=utf-8', body: head + body },
        's.wmlsc': unit('extern function ask() { WMLBrowser.setVar("who", "us"); WMLBrowser.refresh(); }'),
      },
      { pages: { [`${home}a.wml`]: { type: 'application/wml+xml', body: head + body } } },
    );
    await handset.serve('a.wml');
    assert.deepEqual([handset.title(), handset.words()], ['First', 'First Waiting for a call. Back']);
    ringing(handset);
    await handset.settle();
    assert.equal(handset.words(), `Second You have a call from ${shop}. To 1 Back`);
    await handset.press('softLeft');
    assert.equal(handset.words(), 'Second You have a call from us. To 1 Back');
  });

  it('[WTA-REP-C-011] a channel that answers a request is installed, and the card stays', async () => {
    const channel = `<channel maxspace="9999" base="${base}" channelid="c" useraccessible="true"><title>News</title><resource href="n.wml"/></channel>`;
    const handset = new WtaHandset({
      'a.wml': service(card('one', '<do type="accept"><go href="c"/></do><p>one</p>')),
      c: { type: 'text/vnd.wap.channel', body: channel },
      'n.wml': service(card('news')),
    });
    await handset.serve('a.wml');
    await handset.press('softLeft');
    assert.equal(handset.title(), 'one');
    assert.equal(handset.telephony.repository.channel('c')?.url, `${base}c`);
    assert.equal(handset.telephony.agent.openChannel('c'), true);
    await handset.settle();
    assert.equal(handset.title(), 'news');
  });

  it('[WTA-REP-C-012] so is one that a service indication leads to', async () => {
    const channel = `<channel maxspace="9999" base="${base}" channelid="c"><title>News</title></channel>`;
    const full = channel.replace('</channel>', '<resource href="n.wml"/></channel>');
    const handset = new WtaHandset({
      c: { type: 'text/vnd.wap.channel', body: full },
      'n.wml': service(card('news')),
    });
    handset.pushed('text/vnd.wap.si', `<si><indication href="${base}c">News</indication></si>`);
    await handset.press('softLeft');
    assert.equal(handset.telephony.repository.channel('c')?.channel.title, 'News');
    assert.equal(handset.title(), '+33612345672');
  });

  it('a service loading executes a service when the handset is idle, and waits else (WAP-168 §6.1)', async () => {
    const handset = new WtaHandset({ 'a.wml': service(card('one')), 'b.wml': service(card('two')) });
    const sl = (href: string): string => `<sl href="${base}${href}" action="execute-low"/>`;
    handset.pushed('text/vnd.wap.sl', sl('a.wml'));
    await handset.settle();
    assert.equal(handset.title(), 'one');
    handset.pushed('text/vnd.wap.sl', sl('b.wml'));
    await handset.settle();
    assert.equal(handset.title(), 'one');
    await handset.press('back');
    assert.equal(handset.title(), 'two');
  });

  it('[WTA-CM-C-007] what is wrong in a deck is said, and events meanwhile are the device’s', async () => {
    const handset = new WtaHandset({ 'a.wml': { body: new Uint8Array([3, 0x0c, 0x6a, 0, 0xff]) } });
    await handset.serve('a.wml');
    assert.match(handset.words(), /The service is wrong/);
    assert.equal(handset.telephony.agent.context, undefined);
    ringing(handset);
    await handset.settle();
    assert.equal(handset.title(), 'Incoming call');
  });

  it('[WTA-CM-C-010] a service that calls endContext is over, with its script (§6.2.3)', async () => {
    const handset = new WtaHandset({
      'a.wml': service(card('one', '<do type="accept"><go href="s.wmlsc#end()"/></do><p>one</p>')),
      's.wmlsc': unit('extern function end() { WTAMisc.endContext(); WMLBrowser.go("a.wml"); }'),
    });
    await handset.serve('a.wml');
    await handset.press('softLeft');
    assert.equal(handset.telephony.agent.context, undefined);
    assert.equal(handset.title(), '+33612345672');
    assert.equal(handset.asked.length, 2, 'what the script wanted next is not done');
    assert.equal(handset.telephony.agent.isStable, true);
  });

  it('[WTA-NETT-C-001] [WTA-GSM-C-001] the network is one of GSM: its library answers, its events come', async () => {
    const handset = new WtaHandset({
      'a.wml': service(
        card(
          'one',
          `${on('wtaev-gsm/cw', '<go href="#two"/>')}<do type="accept"><go href="s.wmlsc#ask()"/></do><p>$net</p>`,
        ) + card('two', '<p>waiting $0</p>'),
      ),
      's.wmlsc': unit(
        'extern function ask() { WMLBrowser.setVar("net", WTAGSM.netinfo(0)); WTAGSM.callWaiting(0); WMLBrowser.refresh(); }',
      ),
    });
    await handset.serve('a.wml');
    await handset.press('softLeft');
    while (handset.title() === 'Permission') await handset.press('softLeft');
    assert.deepEqual(handset.lines(), ['waiting 1']);
  });
});

describe('Event parameters and access in the handset (WAP-266-WTA §9.3, §9.5)', () => {
  const calls = { attributes: 'eventid="wtaev-cc/ic"' };

  it('[WTA-EV-C-007] a parameter may stand wherever a variable may', async () => {
    const handset = new WtaHandset({
      'in.wml': service(
        `<card id="in" title="by $1"><onevent type="onenterforward"><refresh><setvar name="who" value="$1"/></refresh></onevent>` +
          '<do type="accept" label="To $(0)"><go href="b$0.wml?n=$(1:e)" method="post"><postfield name="p$0" value="$(1)"/></go></do>' +
          '<p>$(who) $1 $(1:escape) $0$2.<a href="x" title="$0">l$0</a></p>' +
          '<p><select title="$1" name="s"><option value="$1">$1</option></select></p></card>',
      ),
      'b1.wml?n=%2B33492110815': service(card('b')),
    });
    await handset.channel('calls', ['in.wml'], calls);
    ringing(handset);
    await handset.settle();
    assert.equal(handset.title(), `by ${shop}`);
    assert.match(handset.lines().join(''), /^\+33492110815\s*\+33492110815\s*%2B33492110815\s*1\.\s*l1/);
    assert.equal(handset.terminal.screen().left, 'To 1');
    await handset.press('softLeft');
    const { method, url, body } = handset.asked.at(-1) ?? {};
    assert.deepEqual([method, url], ['POST', `${base}b1.wml?n=%2B33492110815`]);
    assert.equal(new TextDecoder().decode(body), 'p1=%2B33492110815');
  });

  it('[WTA-EV-C-008] nothing in a deck or a script changes a parameter', async () => {
    const handset = new WtaHandset({
      'in.wml': service(
        card(
          'in',
          '<onevent type="onenterforward"><refresh><setvar name="1" value="other"/></refresh></onevent>' +
            '<do type="accept"><go href="s.wmlsc#set()"><setvar name="0" value="9"/></go></do>' +
            '<p>$0 $1 <input name="1" value="wrong"/><select name="0"><option value="7">x</option></select></p>',
        ),
      ),
      's.wmlsc': unit('extern function set() { WMLBrowser.setVar("1", "script"); WMLBrowser.refresh(); }'),
    });
    await handset.channel('calls', ['in.wml'], calls);
    const first = ringing(handset);
    await handset.settle();
    const shown = (): string => handset.lines().join(' ').replace(/\s+/g, ' ');
    assert.match(shown(), /^1 \+33492110815 /);
    await handset.press('softLeft');
    assert.match(shown(), /^1 \+33492110815 /);
    assert.deepEqual(handset.failures(), []);
    first.hangUp();
    ringing(handset);
    await handset.settle();
    assert.match(shown(), /^2 \+33492110815 /, 'the next event does');
  });

  it('[WTA-EV-C-010] from a global binding, access goes by the URL of the channel', async () => {
    const access = '<head><access domain="operator.example" path="/calls"/></head>';
    const pages = { 'in.wml': service(`${access}${card('in')}`) };
    for (const [url, enters] of [
      [`${base}calls/c`, true],
      [`${base}other/c`, false],
      ['http://wta.stranger.example/calls/c', false],
      ['', false],
    ] as const) {
      const handset = new WtaHandset(pages);
      await handset.channel('calls', ['in.wml'], { ...calls, url });
      ringing(handset);
      await handset.settle();
      assert.equal(handset.telephony.agent.context !== undefined, enters, url);
      if (enters) assert.equal(handset.title(), 'in');
      else assert.match(handset.words(), /may not be entered/);
    }
  });

  it('[WTA-EV-C-010] a deck without access control may be entered from a channel without a URL', async () => {
    const handset = new WtaHandset({ 'in.wml': service(card('in')) });
    await handset.channel('calls', ['in.wml'], { ...calls, url: '' });
    ringing(handset);
    await handset.settle();
    assert.equal(handset.title(), 'in');
  });
});
