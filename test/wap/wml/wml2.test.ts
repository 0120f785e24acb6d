import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { decodeWml2, formatWml } from '../../../src/wap/wml/index.js';

const document = (body: string, head = '<title>Doc</title>', html = ''): string =>
  '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//WAPFORUM//DTD WML 2.0//EN" "http://www.wapforum.org/dtd/wml20.dtd">' +
  `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:wml="http://www.wapforum.org/2001/wml" ${html}><head>${head}</head>${body}</html>`;

/** The deck, without its declarations. */
const deck = (source: string): string =>
  formatWml(decodeWml2(source))
    .replace(/^[\s\S]*?(?=<wml>)/, '')
    .replace(/\n\s*/g, '')
    .trim();

describe('WML 2.0 as decks (WAP-238 §5, §6; WAP-244 backwards)', () => {
  it('cards with bindings, tasks and timers', () => {
    const card =
      '<wml:card id="c1" title="T" wml:newcontext="true"><wml:onevent type="wtaev-cc/ic"><wml:go href="#c2"><wml:setvar name="x" value="$1"/></wml:go></wml:onevent>' +
      '<wml:onevent type="enterforward"><wml:noop/></wml:onevent><wml:timer value="5"/><p>Waiting</p></wml:card><wml:card id="c2"><p>x</p></wml:card>';
    assert.equal(
      deck(document(`<body>${card}</body>`)),
      '<wml><card id="c1" title="T" newcontext="true"><onevent type="wtaev-cc/ic"><go href="#c2"><setvar name="x" value="$(1)"/></go></onevent>' +
        '<onevent type="onenterforward"><noop/></onevent><timer value="5"/><p>Waiting</p></card><card id="c2"><p>x</p></card></wml>',
    );
  });

  it('a body without cards is one, with the title of the document; what stands beside it is for all', () => {
    const source = document(
      '<wml:do type="prev"><wml:prev/></wml:do><body wml:ontimer="/late">Hi <b>there</b><h1>Head</h1><div>one<p>two</p></div></body>',
      '<title>Doc</title><wml:access domain="a"/><meta name="n" content="c" wml:forua="true"/>',
      'wml:onenterbackward="/back"',
    );
    assert.equal(
      deck(source),
      '<wml><head><access domain="a"/><meta name="n" content="c" forua="true"/></head>' +
        '<template onenterbackward="/back"><do type="prev"><prev/></do></template>' +
        '<card ontimer="/late" title="Doc"><p>Hi <b>there</b></p><p><strong>Head</strong></p><p>one</p><p>two</p></card></wml>',
    );
  });

  it('variables stand in attributes, and as wml:getvar in text; a dollar sign in text is one', () => {
    assert.equal(
      deck(
        document(
          '<body><p><a href="/a?x=$x">go</a> <wml:getvar name="1"/> <wml:getvar name="y" conversion="escape"/> $x</p></body>',
        ),
      ),
      '<wml><card title="Doc"><p><a href="/a?x=$(x)">go</a> $(1) $(y:escape) $$x</p></card></wml>',
    );
  });

  it('forms are tasks, tables have columns, phrases without a word are their text', () => {
    assert.equal(
      deck(
        document(
          '<body><form action="/f" method="post"><p><input name="q" wml:name="v" type="text"/><input type="submit" value="Send"/></p></form>' +
            '<table><tr><th>a</th><td>b</td></tr></table><p><code>c</code><span>d</span></p><script>x</script></body>',
        ),
      ),
      '<wml><card title="Doc"><p><input name="v" type="text"/><anchor>Send<go href="/f" method="post"><postfield name="v" value="$(v)"/></go></anchor></p>' +
        '<p><table columns="2"><tr><td>a</td><td>b</td></tr></table></p><p>cd</p></card></wml>',
    );
  });

  it('any text is a deck or a DecodeError', () => {
    const pieces = [
      '<wml:card>',
      '</wml:card>',
      '<p>',
      '</p>',
      '<form>',
      '</form>',
      '<table>',
      '</table>',
      '$x',
      '<br/>',
      '<input type="submit"/>',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        try {
          decodeWml2(document(`<body>${parts.join('')}</body>`));
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 500 },
    );
    assert.throws(() => decodeWml2('<wml/>'), /not html/);
    assert.throws(
      () => decodeWml2(document(`<body>${'<div>'.repeat(80)}${'</div>'.repeat(80)}</body>`)),
      /nested deeper/,
    );
  });
});
