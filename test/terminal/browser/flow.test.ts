import assert from 'node:assert/strict';
import { Browsing } from '../../support/browsing.js';

/** The lines of a card with that content. */
const lines = (content: string): string[] =>
  new Browsing({ 'd.wml': `<card>${content}</card>` }).open('d.wml').lines();

describe('A card on the screen (WAP-191 §11.8)', () => {
  it('[WML-C-36] paragraphs begin on new lines, and break between words', () => {
    assert.deepEqual(lines('<p>a  b\n c</p><p>The quick brown fox jumps over it</p>'), [
      'a b c',
      'The quick brown fox',
      'jumps over it',
    ]);
    assert.deepEqual(lines('<p>Donaudampfschifffahrtsgesellschaft</p>'), [
      'Donaudampfschifffahr',
      'tsgesellschaft',
    ]);
  });

  it('[WML-C-36] a paragraph without wrapping is one line that moves sideways; the next one takes over its mode', () => {
    const browsing = new Browsing({
      'd.wml':
        '<card><p mode="nowrap">The quick brown fox jumps over it</p><p>and on it goes and on it goes</p></card>',
    }).open('d.wml');
    assert.deepEqual(browsing.lines(), [
      'The quick brown fox jumps over it',
      'and on it goes and on it goes',
    ]);
    assert.deepEqual(browsing.press('right').lines(), [
      'quick brown fox jumps over it',
      'on it goes and on it goes',
    ]);
  });

  it('[WML-C-36] alignment is told to the face', () => {
    const screen = new Browsing({
      'd.wml': '<card><p align="center">x</p><p align="right">y</p><p>z</p></card>',
    })
      .open('d.wml')
      .screen();
    assert.deepEqual(
      screen.lines.map(({ align }) => align),
      ['center', 'right', undefined],
    );
  });

  it('[WML-C-24] br begins a new line', () => {
    assert.deepEqual(lines('<p>a<br/> b<br/><br/>c</p>'), ['a', 'b', '', 'c']);
  });

  it('[WML-C-32] [WML-C-54] an image is shown by its alternative text', () => {
    assert.deepEqual(lines('<p>x <img src="logo.wbmp" alt="Our logo"/> y</p>'), ['x [Our logo] y']);
  });

  it('[WML-C-46] [WML-C-49] [WML-C-50] a table keeps its columns: missing cells are empty, others are joined', () => {
    const row = (...cells: string[]): string =>
      `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    const rows = row('a', 'bb', 'c') + row('aaa', 'b') + row('<b>x</b>', 'y', 'z', 'w');
    assert.deepEqual(lines(`<p><table columns="3" align="LRC">${rows}</table></p>`), [
      'a  |bb| c',
      'aaa| b|',
      'x  | y|z w',
    ]);
  });

  it('[WML-C-06] characters that entities named are characters (§6.2)', () => {
    assert.deepEqual(lines('<p>&lt;&amp;&gt;&apos;&quot; a&nbsp;b&shy;c &#228;&#x20ac;</p>'), [
      `<&>'" a\u00a0bc ä€`,
    ]);
  });

  it('[WML-C-17] what is not recognised is left away, its content is shown (§12.4)', () => {
    assert.deepEqual(lines('<p>a <blink>b</blink> c</p>'), ['a b c']);
  });

  it('[WML-C-30] the head is not shown', () => {
    const browsing = new Browsing({
      'd.wml': '<head><meta name="k" content="v"/></head><card><p>x</p></card>',
    });
    assert.deepEqual(browsing.open('d.wml').lines(), ['x']);
  });

  it('[WML-C-22] [WML-C-27] [WML-C-51] emphasis is told to the face', () => {
    const screen = new Browsing({ 'd.wml': '<card><p>a<b>b</b><em>c</em><u>d</u></p></card>' })
      .open('d.wml')
      .screen();
    assert.deepEqual(screen.lines[0]?.spans, [
      { text: 'a' },
      { text: 'b', bold: true },
      { text: 'c', italic: true },
      { text: 'd', underline: true },
    ]);
  });

  it('[WML-C-75] preformatted text keeps its blanks and lines', () => {
    assert.deepEqual(lines('<pre>a  b\n   c</pre>'), ['a  b', '   c']);
  });

  it('[WML-C-23] [WML-C-31] [WML-C-45] [WML-C-44] all kinds of emphasis are shown, some of them alike', () => {
    const screen = new Browsing({
      'd.wml': '<card><p><big>a</big><i>b</i><strong>c</strong><small>d</small></p></card>',
    })
      .open('d.wml')
      .screen();
    assert.deepEqual(screen.lines[0]?.spans, [
      { text: 'a', bold: true },
      { text: 'b', italic: true },
      { text: 'c', bold: true },
      { text: 'd' },
    ]);
  });

  it('[WML-C-28] a fieldset stands below its title, its fields in their order', () => {
    assert.deepEqual(
      lines('<p>x<fieldset title="Name">First: <input name="f" value="A"/></fieldset>y</p>').map((l) =>
        l.trim(),
      ),
      ['x', 'Name', 'First:', '[A                 ]', 'y'],
    );
  });

  it('a word of several looks is not broken between them', () => {
    assert.deepEqual(lines('<p>0123456789012345 a<b>bc</b>def ghi</p>'), ['0123456789012345', 'abcdef ghi']);
  });
});
