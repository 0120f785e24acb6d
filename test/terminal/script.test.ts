import assert from 'node:assert/strict';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { card, deck, Handset, type Resource, unit } from './handset.js';

const base = 'http://shop.example/';

/** A handset on a card whose only link calls `main()` of a script. */
async function run(
  source: string,
  more: Readonly<Record<string, Resource>> = {},
  head = card('home', '<p>[$x]<a href="s#main()">run</a></p>'),
): Promise<Handset> {
  const handset = await new Handset({
    [`${base}a.wml`]: deck(head),
    [`${base}s`]: unit(source),
    ...more,
  }).open(`${base}a.wml`);
  return handset.press('select');
}

const main = (body: string): string => `extern function main() { ${body} }`;

describe('Scripts on the handset: WMLBrowser (WAP-194 §11)', () => {
  it('[WAESpec-WMLS-C-001] getVar and setVar are the variables of the context', async () => {
    const handset = await run(
      main(
        'WMLBrowser.setVar("x", "1"); WMLBrowser.setVar("y", WMLBrowser.getVar("x") + "2"); WMLBrowser.go("#next");',
      ),
      {},
      card('home', '<p><a href="s#main()">run</a></p>') + card('next', '<p>$x $y</p>'),
    );
    assert.deepEqual(handset.lines(), ['1 12']);
  });

  it('setVar shows nothing by itself; refresh does, at once (§11.7)', async () => {
    assert.deepEqual((await run(main('WMLBrowser.setVar("x", "1");'))).lines(), ['[]run']);
    const handset = await run(
      main('WMLBrowser.setVar("x", "1"); WMLBrowser.refresh(); Dialogs.alert("look");'),
    );
    assert.deepEqual(handset.lines(), ['look']);
    await handset.press('softLeft');
    assert.deepEqual(handset.lines(), ['[1]run']);
  });

  it('refresh does not start the timer that the script suspended; the end of the script does', async () => {
    const source = main('WMLBrowser.refresh(); Dialogs.alert("wait");');
    const handset = await run(
      source,
      {},
      card('home', '<timer name="t" value="10"/><p>$t<a href="s#main()">run</a></p>', 'ontimer="#late"') +
        card('late', '<p>late</p>'),
    );
    await handset.pass(5000);
    assert.equal(handset.title(), 'Message');
    await handset.press('softLeft');
    assert.equal(handset.title(), 'home');
    await handset.pass(1000);
    assert.equal(handset.title(), 'late');
  });

  it('the last of go and prev counts, and an empty address takes both back (§11.3)', async () => {
    const decks =
      card('first', '<p><a href="#home">x</a></p>') +
      card('home', '<p><a href="s#main()">run</a></p>') +
      card('next', '<p>next</p>');
    const ends = async (body: string): Promise<string> => {
      const handset = await run(main(body), {}, decks);
      await handset.press('select');
      return handset.title();
    };
    assert.equal(await ends('WMLBrowser.prev(); WMLBrowser.go("#next");'), 'next');
    assert.equal(await ends('WMLBrowser.go("#next"); WMLBrowser.prev();'), 'first');
    assert.equal(await ends('WMLBrowser.go("#next"); WMLBrowser.prev(); WMLBrowser.go("");'), 'home');
    assert.equal(await ends('WMLBrowser.go("#next"); Lang.exit(1);'), 'next');
  });

  it('go is relative to the card, not to the script (§11.3)', async () => {
    const handset = await run(
      main('WMLBrowser.go("b.wml");'),
      { [`${base}lib/s`]: unit(main('WMLBrowser.go("b.wml");')), [`${base}b.wml`]: deck(card('b')) },
      card('home', '<p><a href="lib/s#main()">run</a></p>'),
    );
    assert.equal(handset.title(), 'b');
    assert.equal(handset.requests.at(-1)?.url, `${base}b.wml`);
  });

  it('prev without history leaves the card as it is', async () => {
    const handset = await run(main('WMLBrowser.prev();'));
    assert.equal(handset.title(), 'home');
    await handset.press('select');
    assert.equal(handset.title(), 'home');
  });

  it('newContext clears variables and history, but for the current card (§11.5)', async () => {
    const handset = await run(
      main(
        'WMLBrowser.newContext(); WMLBrowser.setVar("z", "[" + WMLBrowser.getVar("x") + "]"); WMLBrowser.refresh();',
      ),
      {},
      card('first', '<p><anchor>x<go href="#home"><setvar name="x" value="1"/></go></anchor></p>') +
        card('home', '<p>$z<a href="s#main()">run</a></p>'),
    );
    await handset.press('select');
    assert.deepEqual(handset.lines(), ['[]run']);
    await handset.press('back');
    assert.equal(handset.title(), 'wapstack');
  });

  it('getCurrentCard is the smallest relative address, absolute where the server is another one (§11.6)', async () => {
    const source = main('WMLBrowser.setVar("x", WMLBrowser.getCurrentCard()); WMLBrowser.refresh();');
    assert.deepEqual((await run(source)).lines(), ['[a.wml#home]run']);
    const deeper = await run(
      source,
      { [`${base}lib/s`]: unit(source) },
      card('home', '<p>[$x]<a href="lib/s#main()">run</a></p>'),
    );
    assert.deepEqual(deeper.lines(), ['[/a.wml#home]run']);
    const other = await run(
      source,
      { 'http://o.example/s': unit(source) },
      card('home', '<p>[$x]<a href="http://o.example/s#main()">run</a></p>'),
    );
    assert.equal(other.lines().join(''), '[http://shop.example/a.wml#home]run');
  });

  it('a card that a script took over on entry is shown when the script has nothing else to show', async () => {
    const handset = await run(
      main('WMLBrowser.setVar("x", "1");'),
      {},
      card('first', '<p><a href="#home">go</a></p>') +
        card('home', '<p>home $x</p>', 'onenterforward="s#main()"'),
    );
    assert.deepEqual([handset.title(), ...handset.lines()], ['home', 'home 1']);
  });
});

describe('Scripts on the handset: the standard libraries (WAP-236 §6.4, WAP-194)', () => {
  // biome-ignore format: a line is a library
  const calls = {
    Lang: ['Lang.max(2, 3) + ""', '3'],
    Float: ['"" + Float.int(2.9)', '2'],
    String: ['String.subString("abcd", 1, 2)', 'bc'],
    URL: ['URL.getHost(URL.getBase())', 'shop.example'],
    WMLBrowser: ['WMLBrowser.getCurrentCard()', 'a.wml#home'],
    Dialogs: ['Dialogs.prompt("?", "typed")', 'typed'],
  } as const;
  for (const [library, [call, value]] of Object.entries(calls)) {
    it(`[WAESpec-WMLS-C-002] ${library}: a script of a card calls it, and shows what comes of it`, async () => {
      const handset = await run(main(`WMLBrowser.setVar("x", ${call}); WMLBrowser.refresh();`));
      if (library === 'Dialogs') await handset.press('softLeft');
      assert.deepEqual(handset.lines().join(''), `[${value}]run`);
    });
  }
});

describe('Scripts on the handset: Dialogs (WAP-194 §12)', () => {
  it('alert waits for its confirmation', async () => {
    const handset = await run(
      main('WMLBrowser.setVar("x", Dialogs.alert("Hello") + "!"); WMLBrowser.refresh();'),
    );
    assert.equal(handset.text(), 'Message|Hello|OK | ');
    await handset.press('softLeft');
    assert.deepEqual(handset.lines(), ['[!]run']);
  });

  it('confirm is true or false, with the words of the script or those of the handset', async () => {
    const source = (words: string): string =>
      main(`WMLBrowser.setVar("x", "" + Dialogs.confirm("Sure?", ${words})); WMLBrowser.refresh();`);
    const yes = await run(source('"Yes", "Well"'));
    assert.equal(yes.text(), 'Question|Sure?|Yes | Well');
    await yes.press('softLeft');
    assert.deepEqual(yes.lines(), ['[true]run']);
    const no = await run(source('"", ""'));
    assert.equal(no.text(), 'Question|Sure?|OK | Cancel');
    await no.press('softRight');
    assert.deepEqual(no.lines(), ['[false]run']);
  });

  it('prompt begins with its default and gives what was typed', async () => {
    const handset = await run(
      main('WMLBrowser.setVar("x", Dialogs.prompt("Number:", "09")); WMLBrowser.refresh();'),
    );
    assert.equal(handset.text(), 'Question|Number:|[09_]|OK | Clear');
    handset.type('-5');
    await handset.press('softLeft');
    assert.deepEqual(handset.lines(), ['[09-5]run']);
  });
});

describe('Scripts on the handset: loading (WAP-194 §10.14, WAP-193 §8.3)', () => {
  const load = main(
    'WMLBrowser.setVar("x", "" + URL.loadString("http://shop.example/t", "text/x")); WMLBrowser.refresh();',
  );

  it('loadString gives text of the type asked for, and asks for no other', async () => {
    const handset = await run(load, {
      [`${base}t`]: { type: 'text/x; charset=iso-8859-1', body: Uint8Array.of(0x61, 0xe4) },
    });
    assert.deepEqual(handset.lines(), ['[aä]run']);
    assert.deepEqual(handset.requests.at(-1)?.headers, [{ name: 'Accept', value: 'text/x' }]);
  });

  it('loadString gives a code where it fails: of HTTP, or for what went wrong on the way', async () => {
    const code = async (resource?: Resource): Promise<string> =>
      (await run(load, resource === undefined ? {} : { [`${base}t`]: resource })).lines().join('');
    assert.equal(await code({ status: 404, body: '' }), '[404]run');
    assert.equal(await code({ type: 'text/y', body: 'x' }), '[406]run');
    assert.equal(await code(), '[504]run');
  });

  it('calls functions of other units, which know the caller as referer', async () => {
    const handset = await run(
      `use url Lib "lib/u"; ${main('WMLBrowser.setVar("x", Lib#f(20)); WMLBrowser.refresh();')}`,
      { [`${base}lib/u`]: unit('extern function f(n) { return URL.getReferer() + "," + n * 2; }') },
    );
    assert.equal(handset.lines().join(''), '[/s,40]run');
  });

  it('a unit that does not come, is none, or keeps the caller out ends the script', async () => {
    const source = `use url Lib "u"; ${main('Lib#f(); WMLBrowser.go("#home");')}`;
    const said = async (resource?: Resource): Promise<string> => {
      const handset = await run(source, resource === undefined ? {} : { [`${base}u`]: resource });
      assert.equal(handset.title(), 'Notice');
      return handset.lines().join(' ');
    };
    assert.match(await said({ status: 404, body: '' }), /Unable to Load Compilation Unit: .* 404/);
    assert.match(await said({ type: 'text/plain', body: '' }), /Unable to Load Compilation Unit/);
    assert.match(await said(), /Unable to Load Compilation Unit/);
    assert.match(
      await said({ type: 'application/vnd.wap.wmlscriptc', body: encodeUtf8('x') }),
      /Verification Failed/,
    );
    assert.match(
      await said(unit('use access domain "op.example"; extern function f() {}')),
      /Access Violation/,
    );
    assert.match(await said(unit('extern function g() {}')), /External Function Not Found/);
  });

  it('a call that is none is said to be so', async () => {
    const call = async (fragment: string): Promise<string> =>
      (await run(main(''), {}, card('home', `<p><a href="s#${fragment}">run</a></p>`))).lines().join(' ');
    assert.match(await call('main'), /Script: #main is no function call/);
    assert.match(await call('other()'), /External Function Not Found/);
    assert.match(await call('main(1)'), /Invalid Function Arguments/);
  });
});

describe('Scripts on the handset: their end (WAP-193 §12.3)', () => {
  it('a fatal error is told, and what the script asked for is not done (WAP-194 §11.3)', async () => {
    const decks = card('home', '<p><a href="s#main()">run</a></p>') + card('next');
    const abort = await run(main('WMLBrowser.go("#next"); Lang.abort("no more");'), {}, decks);
    assert.deepEqual(abort.lines(), ['Script: no more']);
    await abort.press('softLeft');
    assert.equal(abort.title(), 'home');
    const overflow = await run(`${main('f();')} function f() { f(); }`, {}, decks);
    assert.match(overflow.lines().join(' '), /Stack Overflow/);
  });

  it('a script that does not end can be stopped', async () => {
    const handset = await run(main('WMLBrowser.go("#home"); while (true) {}'));
    assert.equal(handset.text(), 'Script|A script is at work|…| | Stop');
    assert.equal(handset.terminal.busy, true);
    await handset.press('softRight');
    assert.deepEqual([handset.title(), handset.terminal.busy], ['home', false]);
    await handset.settle();
    assert.equal(handset.title(), 'home');
  });

  it('so can one that waits for a page, and one that asks for ever', async () => {
    const waiting = await run(main('URL.loadString("http://shop.example/t", "text/x");'), {
      [`${base}t`]: () => new Promise(() => {}),
    });
    assert.equal(waiting.title(), 'Script');
    await waiting.press('softRight');
    assert.equal(waiting.title(), 'home');
    const nagging = await run(main('while (true) Dialogs.alert("again");'));
    await nagging.press('softLeft', 'softLeft');
    assert.equal(nagging.title(), 'Message');
    await nagging.press('end');
    assert.deepEqual([nagging.title(), nagging.terminal.busy], ['wapstack', false]);
    const asking = await run(main('while (true) Dialogs.prompt("again", "");'));
    await asking.press('back');
    assert.equal(asking.title(), 'home');
  });

  it('a message waits until the script has ended', async () => {
    const handset = await run(main('Dialogs.alert("busy");'));
    handset.push('text/vnd.wap.si', '<si><indication action="signal-high">Hello</indication></si>');
    assert.equal(handset.title(), 'Message');
    await handset.press('softLeft');
    assert.equal(handset.title(), 'New message');
  });

  it('without a card there is nothing to sign with (WAP-161 §5.1.2)', async () => {
    const handset = await run(
      main('WMLBrowser.setVar("x", Crypto.signText("t", 0, 0, "")); WMLBrowser.refresh();'),
    );
    assert.deepEqual(handset.lines(), ['[error:noCert]run']);
  });
});
