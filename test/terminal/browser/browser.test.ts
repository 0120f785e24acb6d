import assert from 'node:assert/strict';
import { decodeUtf8 } from '../../../src/wap/octets.js';
import { Browsing } from '../../support/browsing.js';

const card = (id: string, content = '', attributes = ''): string =>
  `<card id="${id}" title="${id}" ${attributes}>${content}</card>`;

describe('The WML user agent (WAP-191 §9 to §12)', () => {
  it('[WML-C-53] [WML-C-25] [WML-C-18] shows the first card, or the one that the fragment names (§12.5.1)', () => {
    const decks = { 'd.wml': card('one', '<p>1</p>') + card('two', '<p>2</p>') };
    assert.deepEqual(new Browsing(decks).open('d.wml').lines(), ['1']);
    assert.deepEqual(new Browsing(decks).open('d.wml#two').lines(), ['2']);
    assert.deepEqual(new Browsing(decks).open('d.wml#three').lines(), ['1']);
    assert.equal(new Browsing(decks).open('d.wml#two').screen().title, 'two');
  });

  it('[WML-C-19] [WML-C-29] a link leads to another deck, relative to its own', () => {
    const browsing = new Browsing({
      'd.wml': card('one', '<p><a href="../b.wml?x=1">next</a></p>'),
      'http://shop.example/b.wml?x=1': card('b', '<p>there</p>'),
    }).open('d.wml');
    assert.equal(browsing.focused(), 'next');
    assert.deepEqual(browsing.press('select').lines(), ['there']);
  });

  it('[WML-C-20] [WML-C-52] [WML-C-12] an anchor sets variables, all at once, and goes (§12.5.1)', () => {
    const go = '<go href="#two"><setvar name="a" value="$b"/><setvar name="b" value="$a"/></go>';
    const first =
      '<onevent type="onenterforward"><go href="#one"><setvar name="a" value="1"/><setvar name="b" value="2"/></go></onevent>';
    const browsing = new Browsing({
      'd.wml':
        card('zero', first) +
        card('one', `<p><anchor>go${go}</anchor></p>`) +
        card('two', '<p>$a $(b) $$</p>'),
    }).open('d.wml');
    assert.deepEqual(browsing.press('select').lines(), ['2 1 $']);
    assert.equal(browsing.requests.length, 1);
  });

  it('[WML-C-07] [WML-C-38] prev goes back one card, and the last one out of the browser', () => {
    const browsing = new Browsing({
      'd.wml':
        card('one', '<p><a href="#two">go</a></p>') +
        card('two', '<do type="accept"><prev><setvar name="x" value="y"/></prev></do><p>2</p>'),
    }).open('d.wml');
    browsing.press('select', 'softLeft');
    assert.deepEqual(browsing.lines(), ['go']);
    assert.equal(browsing.variable('x'), 'y');
    assert.equal(browsing.exits, 0);
    browsing.press('back');
    assert.equal(browsing.exits, 1);
  });

  it('[WML-C-07] an entry is pushed for every card that is entered forward, also the same one again', () => {
    const decks = { 'd.wml': card('one', '<p><a href="#one">again</a></p>') };
    const browsing = new Browsing(decks).open('d.wml').press('select', 'select', 'back', 'back');
    assert.equal(browsing.exits, 0);
    assert.equal(browsing.press('back').exits, 1);
  });

  it('[WML-C-09] [WML-C-39] onenterforward and onenterbackward happen on the way in (§9.10)', () => {
    const browsing = new Browsing({
      'd.wml':
        card(
          'one',
          '<onevent type="onenterbackward"><go href="#three"/></onevent><p><a href="#two">go</a></p>',
        ) +
        card('two', '<p>2</p>') +
        card('three', '<p>3</p>'),
    }).open('d.wml');
    assert.deepEqual(browsing.press('select').lines(), ['2']);
    assert.deepEqual(browsing.press('back').lines(), ['3']);
  });

  it('[WML-C-10] [WML-C-11] newcontext unsets variables and forgets the history (§10.2)', () => {
    const go = '<anchor>go<go href="#two"><setvar name="a" value="1"/></go></anchor>';
    const browsing = new Browsing({
      'd.wml': card('one', `<p>${go}</p>`) + card('two', '<p>$(a)2</p>', 'newcontext="true"'),
    }).open('d.wml');
    assert.deepEqual(browsing.press('select').lines(), ['2']);
    assert.equal(browsing.press('back').exits, 1);
  });

  it('[WML-C-13] an address that the user types begins another context (§10.4)', () => {
    const decks = {
      'd.wml': card(
        'one',
        '<onevent type="onenterforward"><refresh><setvar name="a" value="1"/></refresh></onevent>',
      ),
      'e.wml': card('e', '<p>[$a]</p>'),
    };
    const browsing = new Browsing(decks).open('d.wml');
    assert.equal(browsing.variable('a'), '1');
    assert.deepEqual(browsing.open('e.wml').lines(), ['[]']);
    assert.equal(browsing.press('back').exits, 1);
  });

  it('[WML-C-14] [WML-C-21] a deck says from where it may be entered (§11.3.1)', () => {
    const guarded = (access: string): string => `<head><access ${access}/></head>${card('in', '<p>in</p>')}`;
    const enter = (access: string): Browsing =>
      new Browsing({ 'd.wml': card('one', '<p><a href="e.wml">go</a></p>'), 'e.wml': guarded(access) })
        .open('d.wml')
        .press('select');
    for (const access of ['', 'domain="shop.example"', 'domain="example"', 'path="/a"', 'path="."']) {
      assert.deepEqual(enter(access).lines(), ['in'], access);
    }
    for (const access of ['domain="op.example"', 'domain="other.example"', 'path="/b"', 'path="/a/d"']) {
      const refused = enter(access);
      assert.deepEqual(refused.lines(), ['go'], access);
      assert.deepEqual(refused.notices, ['The deck may not be entered from here.']);
    }
  });

  it('[WML-C-16] a fetch that fails leaves card, variables and history as they were (§12.5.5)', () => {
    const go = '<anchor>go<go href="none.wml"><setvar name="a" value="1"/></go></anchor>';
    const browsing = new Browsing({ 'd.wml': card('one', `<p>${go}</p>`) }).open('d.wml').press('select');
    assert.deepEqual(browsing.notices, ['not found']);
    assert.deepEqual([browsing.lines(), browsing.variable('a')], [['go'], '']);
    assert.equal(browsing.press('back').exits, 1);
  });

  it('[WML-C-08] [WML-C-47] a card shadows what the template binds, and a noop masks it (§9.6)', () => {
    const template = '<template><do type="options" name="do1" label="deck"><prev/></do></template>';
    const cards = (own: string): Browsing =>
      new Browsing({ 'd.wml': template + card('one', `${own}<p>x</p>`) }).open('d.wml');
    assert.equal(cards('').screen().left, 'deck');
    assert.equal(cards('<do type="options" name="do1"><noop/></do>').screen().left, '');
    assert.equal(cards('<do type="accept" name="do1" label="card"><prev/></do>').screen().left, 'card');
    assert.equal(cards('<do type="accept" label="card"><prev/></do>').screen().left, 'Options');
  });

  it("[WML-C-09] a card's event attribute shadows the template's onevent (§9.10.2)", () => {
    const template = '<template><onevent type="onenterforward"><go href="#two"/></onevent></template>';
    const enter = (attribute: string): string[] =>
      new Browsing({
        'd.wml': `${template}${card('one', '<p>1</p>', attribute)}${card('two', '<onevent type="onenterforward"><noop/></onevent><p>2</p>')}${card('three', '<onevent type="onenterforward"><noop/></onevent><p>3</p>')}`,
      })
        .open('d.wml')
        .lines();
    assert.deepEqual(enter(''), ['2']);
    assert.deepEqual(enter('onenterforward="#three"'), ['3']);
  });

  it('[WML-C-26] every active do can be chosen, by the soft key or from its menu (§9.7)', () => {
    const dos = ['accept', 'help', 'x-own']
      .map(
        (type) =>
          `<do type="${type}" label="L${type}"><refresh><setvar name="v" value="${type}"/></refresh></do>`,
      )
      .join('');
    const browsing = new Browsing({ 'd.wml': card('one', `${dos}<p>x</p>`) }).open('d.wml');
    assert.deepEqual(browsing.press('softLeft').lines(), ['Laccept', 'Lhelp', 'Lx-own']);
    browsing.press('down', 'down', 'select');
    assert.equal(browsing.variable('v'), 'x-own');
  });

  it('[WML-C-26] a do of type prev is what the back key does', () => {
    const browsing = new Browsing({
      'd.wml': card('one', '<do type="prev"><go href="#two"/></do><p>1</p>') + card('two', '<p>2</p>'),
    }).open('d.wml');
    assert.deepEqual(browsing.press('back').lines(), ['2']);
  });

  it('[WML-C-35] a noop does nothing (§12.5.3)', () => {
    const browsing = new Browsing({ 'd.wml': card('one', '<p><anchor>x<noop/></anchor></p>') }).open('d.wml');
    browsing.press('select');
    assert.deepEqual([browsing.lines(), browsing.requests.length, browsing.notices], [['x'], 1, []]);
  });

  it('[WML-C-42] refresh assigns and shows the card anew (§12.5.4)', () => {
    const refresh = '<refresh><setvar name="n" value="$(n)i"/></refresh>';
    const browsing = new Browsing({
      'd.wml': card('one', `<p>[$n]<anchor>more${refresh}</anchor></p>`),
    }).open('d.wml');
    assert.deepEqual(browsing.press('select', 'select').lines(), ['[ii]more']);
  });

  it('[WML-C-37] [WML-C-29] postfields become a query or a form (§9.5.1)', () => {
    const fields = '<postfield name="w" value="1 2"/><postfield name="$(n)y" value="t&amp;e=&#228;"/>';
    const submit = (attributes: string): Browsing =>
      new Browsing({
        'd.wml': card('one', `<p><anchor>x<go href="e.wml?q" ${attributes}>${fields}</go></anchor></p>`),
        'e.wml?q': card('posted', ''),
        'e.wml?q&w=1%202&y=t%26e%3D%C3%A4': card('got', ''),
      })
        .open('d.wml')
        .press('select');
    const got = submit('');
    assert.equal(got.screen().title, 'got');
    assert.equal(got.requests[1]?.method, 'GET');
    const posted = submit('method="post" sendreferer="true" cache-control="no-cache"');
    assert.equal(posted.screen().title, 'posted');
    const { method, body, headers } = posted.requests[1] ?? assert.fail();
    assert.equal(method, 'POST');
    assert.equal(decodeUtf8(body ?? new Uint8Array(0)), 'w=1%202&y=t%26e%3D%C3%A4');
    assert.deepEqual(headers, [
      // The smallest relative address.
      { name: 'Referer', value: 'd.wml' },
      { name: 'Cache-Control', value: 'no-cache' },
      { name: 'Content-Type', value: 'application/x-www-form-urlencoded; charset=utf-8' },
    ]);
  });

  it('[WML-C-29] a go within the deck sends no postfields and fetches nothing', () => {
    const go = '<go href="#two" method="post"><postfield name="a" value="b"/></go>';
    const browsing = new Browsing({
      'd.wml': card('one', `<p><anchor>x${go}</anchor></p>`) + card('two', '<p>2</p>'),
    });
    assert.deepEqual(browsing.open('d.wml').press('select').lines(), ['2']);
    assert.equal(browsing.requests.length, 1);
  });

  it('[WML-C-12] a variable in an address is escaped, elsewhere it is not (§10.3.1)', () => {
    const set =
      '<onevent type="onenterforward"><go href="#one"><setvar name="v" value="a b/$$"/></go></onevent>';
    const browsing = new Browsing({
      'd.wml': card('zero', set) + card('one', '<p><a href="e.wml?$v">$v $(v:escape)</a></p>'),
      'e.wml?a%20b%2F%24': card('e', '<p>ok</p>'),
    }).open('d.wml');
    assert.deepEqual(browsing.lines(), ['a b/$ a%20b%2F%24']);
    assert.deepEqual(browsing.press('select').lines(), ['ok']);
  });

  it('[WML-C-48] a timer runs in tenths of a second, and what is left of it stays in its variable (§11.7)', () => {
    const browsing = new Browsing({
      'd.wml':
        card(
          'one',
          '<onevent type="ontimer"><go href="#two"/></onevent><timer name="t" value="50"/><p><a href="#two">go</a></p>',
        ) + card('two', '<p>$t</p>'),
    }).open('d.wml');
    assert.equal(browsing.timer, 5000);
    browsing.timer = 1250;
    assert.deepEqual(browsing.press('select').lines(), ['13']);
    assert.deepEqual([browsing.press('back').timer], [1300]);
    browsing.timer = undefined;
    browsing.browser.timerExpired();
    assert.deepEqual(browsing.lines(), ['0']);
  });

  it('[WML-C-48] a timer whose value is no positive number does not run', () => {
    for (const value of ['0', '-1', '1.5', 'x', '']) {
      assert.equal(
        new Browsing({ 'd.wml': card('one', `<timer value="${value}"/>`) }).open('d.wml').timer,
        undefined,
      );
    }
  });

  it('[WML-C-33] an input starts with its variable or its value, and keeps what conforms to its mask (§11.6.3)', () => {
    const input =
      '<p><input name="n" value="12" format="NN\\-3N" title="Code"/><input name="m" value="ok"/></p>';
    const browsing = new Browsing({ 'd.wml': card('one', input) }).open('d.wml');
    assert.deepEqual([browsing.variable('n'), browsing.variable('m')], ['', 'ok']);
    browsing.press('select').type('123').press('softLeft');
    assert.deepEqual(browsing.notices, ['This is not what is asked for here (NN\\-3N).']);
    assert.equal(browsing.variable('n'), '');
    browsing.press('clear').type('-45').press('softLeft');
    assert.equal(browsing.variable('n'), '12-45');
    assert.match(browsing.lines()[1] ?? '', /^\[12-45 +\]$/);
  });

  it('[WML-C-43] [WML-C-41] a select sets name and iname on entry and by choice (§11.6.2.1)', () => {
    const options =
      '<option value="d">Dog</option><option value="c">Cat</option><option value="">Fish</option>';
    const browsing = new Browsing({
      'd.wml': card('one', `<p><select name="n" iname="i" ivalue="2">${options}</select></p>`),
    }).open('d.wml');
    assert.deepEqual([browsing.variable('n'), browsing.variable('i')], ['c', '2']);
    assert.deepEqual(browsing.lines(), ['> Cat']);
    assert.deepEqual(browsing.press('select').lines(), ['( )Dog', '(o)Cat', '( )Fish']);
    browsing.press('up', 'select');
    assert.deepEqual(
      [browsing.variable('n'), browsing.variable('i'), ...browsing.lines()],
      ['d', '1', '> Dog'],
    );
    browsing.press('select', { text: '3' });
    assert.deepEqual([browsing.variable('n'), browsing.variable('i')], ['', '3']);
  });

  it('[WML-C-43] a multiple choice is a list with semicolons, without duplicates and what is out of range', () => {
    const options =
      '<option value="d">Dog</option><optgroup title="x"><option value="c">Cat</option></optgroup><option value="h">Horse</option>';
    const browsing = new Browsing({
      'd.wml': card(
        'one',
        `<p><select name="n" iname="i" ivalue="3;1;x;9;1" multiple="true">${options}</select></p>`,
      ),
    }).open('d.wml');
    assert.deepEqual([browsing.variable('n'), browsing.variable('i')], ['h;d', '3;1']);
    browsing.press('select', { text: '3' }, { text: '2' }, 'softRight');
    assert.deepEqual([browsing.variable('n'), browsing.variable('i')], ['d;c', '1;2']);
  });

  it('[WML-C-41] [WML-C-09] choosing an option picks it', () => {
    const options =
      '<option onpick="#two">A</option><option><onevent type="onpick"><go href="#three"/></onevent>B</option>';
    const decks = {
      'd.wml':
        card('one', `<p><select name="n">${options}</select></p>`) +
        card('two', '<p>2</p>') +
        card('three', '<p>3</p>'),
    };
    assert.deepEqual(new Browsing(decks).open('d.wml').press('select', { text: '1' }).lines(), ['2']);
    assert.deepEqual(new Browsing(decks).open('d.wml').press('select', { text: '2' }).lines(), ['3']);
  });

  it('cards that send each other round in circles are stopped', () => {
    const browsing = new Browsing({
      'd.wml': card('one', '', 'onenterforward="#two"') + card('two', '', 'onenterforward="#one"'),
    }).open('d.wml');
    assert.deepEqual(browsing.notices, ['The cards send each other round in circles.']);
  });

  it('an address that is none is said to be so', () => {
    const browsing = new Browsing({ 'd.wml': card('one', '<p><a href="http://[">x</a></p>') }).open('d.wml');
    assert.deepEqual(browsing.press('select').notices, ['The link leads nowhere: its address is none.']);
  });

  it('[WML-C-52] a setvar whose name is none at run time is ignored (§9.4)', () => {
    const set =
      '<setvar name="$(n)" value="1"/><setvar name="$(n)ok" value="2"/><setvar name="$(n)9" value="3"/>';
    const browsing = new Browsing({
      'd.wml': card('one', `<p><anchor>x<refresh>${set}</refresh></anchor></p>`),
    });
    browsing.open('d.wml').press('select');
    assert.deepEqual(
      ['ok', '', '9'].map((name) => browsing.variable(name)),
      ['2', '', ''],
    );
    assert.deepEqual(browsing.notices, []);
  });

  it('[WML-C-12] conversions may be written in the old ways (§10.3.1)', () => {
    const set = '<onevent type="onenterforward"><refresh><setvar name="v" value="a/b"/></refresh></onevent>';
    const forms = ['$(v:E)', '$(v:Escape)', '$(v:N)', '$(v:NOESC)', '$(v:U)', '$(v:uNeSc)'];
    const browsing = new Browsing({ 'd.wml': card('one', `${set}<p>${forms.join(' ')}</p>`) }).open('d.wml');
    assert.deepEqual(browsing.lines(), ['a%2Fb a%2Fb a/b a/b', 'a/b a/b']);
  });

  it('[WAESpec-UAB-C-001] [WAESpec-UAB-C-002] [WAESpec-UAB-C-003] [WAESpec-UAB-C-004] the back key pops, also over a card that is entered again', () => {
    const browsing = new Browsing({
      'd.wml': card('one', '<p><a href="#two">2</a></p>') + card('two', '<p><a href="#one">1</a></p>'),
    }).open('d.wml');
    browsing.press('select', 'select', 'select');
    const titles = ['', '', ''].map(() => browsing.press('back').screen().title);
    assert.deepEqual(titles, ['one', 'two', 'one']);
    assert.equal(browsing.screen().right, 'Back');
  });

  it('[WAESpec-UAB-C-005] [WML-C-26] the first do of type prev has the back key, others are listed', () => {
    const browsing = new Browsing({
      'd.wml':
        card(
          'one',
          '<do type="prev" name="a"><go href="#two"/></do><do type="prev" name="b" label="Other"><go href="#three"/></do><p>1</p>',
        ) +
        card('two', '<p>2</p>') +
        card('three', '<p>3</p>'),
    });
    assert.equal(browsing.open('d.wml').screen().left, 'Other');
    assert.deepEqual(browsing.press('back').lines(), ['2']);
    assert.deepEqual(browsing.open('d.wml').press('softLeft').lines(), ['3']);
  });

  it('a noop in a do of type prev leaves the back key without effect; the soft key leads out', () => {
    const browsing = new Browsing({
      'd.wml':
        card('one', '<p><a href="#two">2</a></p>') + card('two', '<do type="prev"><noop/></do><p>2</p>'),
    }).open('d.wml');
    browsing.press('select', 'back');
    assert.deepEqual([browsing.screen().title, browsing.screen().right, browsing.exits], ['two', 'Exit', 0]);
    assert.equal(browsing.press('softRight').exits, 1);
  });

  it('[WML-C-43] a list without name and iname keeps its choice', () => {
    const options = '<option>Dog</option><option>Cat</option>';
    const browsing = new Browsing({ 'd.wml': card('one', `<p><select>${options}</select></p>`) }).open(
      'd.wml',
    );
    assert.deepEqual(browsing.lines(), ['> Dog']);
    assert.deepEqual(browsing.press('select', { text: '2' }).lines(), ['> Cat']);
    assert.deepEqual(browsing.press('select').lines(), ['( )Dog', '(o)Cat']);
  });

  it('[WML-C-43] a choice stays where ivalue alone is the default, up to the next display', () => {
    const options = '<option value="d">Dog</option><option value="c">Cat</option>';
    const browsing = new Browsing({
      'd.wml':
        card(
          'one',
          `<do type="accept"><go href="#two"/></do><p><select name="n" ivalue="2">${options}</select></p>`,
        ) + card('two', '<p>$n</p>'),
    }).open('d.wml');
    browsing.press('select', { text: '1' });
    assert.deepEqual(browsing.lines(), ['> Dog']);
    assert.deepEqual(browsing.press('softLeft').lines(), ['d']);
    assert.deepEqual(browsing.press('back').lines(), ['> Cat']);
  });

  it('[WML-C-43] a choice of nothing is index 0, and no default in the next task', () => {
    const options = '<option value="d">Dog</option><option value="c">Cat</option>';
    const browsing = new Browsing({
      'd.wml':
        card(
          'one',
          `<do type="accept"><go href="#two"/></do><p><select name="n" iname="i" ivalue="2" multiple="true">${options}</select></p>`,
        ) + card('two', '<p>[$n][$i]</p>'),
    }).open('d.wml');
    browsing.press('select', { text: '2' }, 'softRight');
    assert.deepEqual(browsing.lines(), ['= (none)']);
    assert.deepEqual(browsing.press('softLeft').lines(), ['[][0]']);
  });

  it('[WML-C-43] a task sees what somebody else made of the variables of a list (§11.6.2.1)', () => {
    const options = '<option value="d">Dog</option><option value="c">Cat</option>';
    const browsing = new Browsing({
      'd.wml':
        card(
          'one',
          `<do type="accept"><go href="#two"/></do><p><select name="n" iname="i">${options}</select></p>`,
        ) + card('two', '<p>$n</p>'),
    }).open('d.wml');
    browsing.browser.setVariable('i', '2');
    assert.deepEqual(browsing.press('softLeft').lines(), ['c']);
  });

  it('[WML-C-40] titles of groups stand above their options, in all depths', () => {
    const select =
      '<select><optgroup title="Pets"><option>Dog</option><optgroup title="Small"><option>Mouse</option></optgroup></optgroup><option>None</option></select>';
    const browsing = new Browsing({ 'd.wml': card('one', `<p>${select}</p>`) }).open('d.wml').press('select');
    assert.deepEqual(browsing.lines(), ['Pets', '(o)Dog', 'Small', '( )Mouse', '( )None']);
    assert.deepEqual(browsing.press({ text: '2' }).lines(), ['> Mouse']);
  });

  it('[WML-C-41] in a multiple choice an option is picked by both ways of changing it; a noop picks nothing', () => {
    const options =
      '<option onpick="#two">A</option><option><onevent type="onpick"><noop/></onevent>B</option>';
    const browsing = new Browsing({
      'd.wml':
        card('one', `<p><select name="n" multiple="true" ivalue="1">${options}</select></p>`) + card('two'),
    }).open('d.wml');
    assert.equal(browsing.press('select', { text: '2' }).screen().title, 'Choose');
    assert.equal(browsing.press({ text: '1' }).screen().title, 'two');
  });

  it('access keys activate what they are asked for, and are shown; others get those that are left (§9.8)', () => {
    const browsing = new Browsing({
      'd.wml':
        card(
          'one',
          '<p><a href="#two" accesskey="2">b</a> <a href="#three" accesskey="2">c</a> <a href="#one" accesskey="x">d</a> <a href="#one">e</a></p>',
        ) +
        card('two', '<p>2</p>') +
        card('three', '<p>3</p>'),
    });
    const { lines } = browsing.open('d.wml').screen();
    assert.equal(lines[0]?.spans.map(({ text }) => text).join(''), '2\u00a0b 1\u00a0c 3\u00a0d e');
    assert.deepEqual(browsing.press({ digit: '2' }).lines(), ['2']);
    assert.deepEqual(browsing.open('d.wml').press({ text: '1' }).lines(), ['3']);
    assert.equal(browsing.open('d.wml').press({ text: '9' }).screen().title, 'one');
  });

  it('[WML-C-76] the tab key follows tabindex, then the order of the card (§11.6.1)', () => {
    const browsing = new Browsing({
      'd.wml': card(
        'one',
        '<p><a href="#a">a</a><input name="i" value="i" tabindex="5"/><select tabindex="2"><option>s</option></select><a href="#b">b</a></p>',
      ),
    }).open('d.wml');
    const order = ['', '', '', '', ''].map(() =>
      browsing
        .press('tab')
        .focused()
        .replace(/[[\]> ]/g, ''),
    );
    assert.deepEqual(order, ['b', 's', 'i', 'a', 'b']);
  });

  it('a link without any text can be selected all the same', () => {
    const browsing = new Browsing({
      'd.wml': card('one', '<p><a href="#two"><img src="x" alt=""/></a></p>') + card('two', '<p>2</p>'),
    }).open('d.wml');
    assert.deepEqual([browsing.lines(), browsing.focused()], [['[link]'], '[link]']);
    assert.deepEqual(browsing.press('select').lines(), ['2']);
  });

  it('[WML-C-32] [WML-C-54] a link may be an image alone', () => {
    const browsing = new Browsing({
      'd.wml': card('one', '<p><a href="#two"><img src="x" alt="Go on"/></a></p>') + card('two', '<p>2</p>'),
    }).open('d.wml');
    assert.equal(browsing.focused(), '[Go on]');
    assert.deepEqual(browsing.press('select').lines(), ['2']);
  });

  it('[WML-C-07] a card in a deck that a POST brought is had again by that POST', () => {
    const browsing = new Browsing({
      'd.wml':
        card('one', '<p><anchor>x<go href="d.wml" method="post"/></anchor><a href="#two">2</a></p>') +
        card('two', '<p><a href="d.wml">again</a></p>'),
    }).open('d.wml');
    browsing.press('select', 'down', 'select');
    assert.deepEqual(
      browsing.requests.map(({ method }) => method),
      ['GET', 'POST'],
    );
    browsing.press('reload');
    assert.equal(browsing.requests[2]?.method, 'POST');
    browsing.press('select');
    assert.equal(browsing.requests[3]?.method, 'GET', 'its address without a card is another thing');
  });

  it('[WML-C-15] a context that is full is cleared, and the user is told (§12.2.2)', () => {
    const value = 'x'.repeat(70_000);
    const browsing = new Browsing({
      'd.wml':
        card('one', `<p><anchor>x<go href="#two"><setvar name="v" value="${value}"/></go></anchor></p>`) +
        card('two'),
    }).open('d.wml');
    browsing.browser.setVariable('w', '1');
    browsing.press('select');
    assert.deepEqual(browsing.notices, ['There is no room for more variables.']);
    assert.deepEqual([browsing.screen().title, browsing.variable('w')], ['one', '']);
  });

  it('[WML-C-15] the history keeps the last entries (§12.2.1)', () => {
    const browsing = new Browsing({ 'd.wml': card('one', '<p><a href="#one">again</a></p>') }).open('d.wml');
    for (let i = 0; i < 40; i++) browsing.press('select');
    for (let i = 0; i < 31; i++) browsing.press('back');
    assert.equal(browsing.exits, 0);
    assert.equal(browsing.press('back').exits, 1);
  });

  it('[WML-C-33] maxlength is for what the user enters; a password is not shown (§11.6.3)', () => {
    const browsing = new Browsing({
      'd.wml': card('one', '<p><input name="p" type="password" maxlength="3" value="abcd"/></p>'),
    }).open('d.wml');
    assert.equal(browsing.variable('p'), 'abcd');
    assert.match(browsing.lines()[0] ?? '', /^\[\*{4} /);
    browsing.press('select', 'clear', 'clear').type('xyz');
    assert.deepEqual(browsing.lines(), ['[***_]']);
    browsing.press('softLeft');
    assert.equal(browsing.variable('p'), 'abx');
  });

  it('[WML-C-33] emptyok has the last word about nothing', () => {
    const commit = (attributes: string): string[] =>
      new Browsing({ 'd.wml': card('one', `<p><input name="n" value="1" ${attributes}/></p>`) })
        .open('d.wml')
        .press('select', 'clear', 'softLeft').notices;
    assert.equal(commit('').length, 0);
    assert.equal(commit('format="*N"').length, 0);
    assert.equal(commit('format="N"').length, 1);
    assert.equal(commit('format="N" emptyok="true"').length, 0);
    assert.equal(commit('emptyok="false"').length, 1);
  });

  it('[WML-C-34] meta-data for the user agent stays with the deck (§11.3.2)', () => {
    const head =
      '<head><meta http-equiv="Cache-Control" content="max-age=1" forua="true"/><meta name="X" content="1" forua="true"/><meta name="Y" content="2"/></head>';
    const browsing = new Browsing({ 'd.wml': head + card('one') }).open('d.wml');
    const deck = browsing.browser.current?.deck;
    assert.deepEqual(deck?.httpEquiv, [{ name: 'Cache-Control', value: 'max-age=1' }]);
    assert.deepEqual(
      [...(deck?.metas ?? [])],
      [
        ['Cache-Control', 'max-age=1'],
        ['X', '1'],
      ],
    );
  });
});
