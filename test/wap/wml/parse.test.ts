import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_FINDINGS, parseWml } from '../../../src/wap/wml/index.js';

const prologue = (version = '1.3'): string =>
  `<?xml version="1.0"?>\n<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML ${version}//EN" "http://www.wapforum.org/DTD/wml.dtd">\n`;

/** Findings of a deck whose third line is `body`, as the command prints them. */
function findings(body: string, version = '1.3'): readonly string[] {
  return parseWml(prologue(version) + body).findings.map(
    ({ severity, line, column, message, section }) => `${line}:${column}: ${severity}: ${message} ${section}`,
  );
}

const card = (content: string, attributes = ''): string => `<wml><card${attributes}>${content}</card></wml>`;
const p = (content: string): string => card(`<p>${content}</p>`);

describe('WML parser (WAP-191)', () => {
  it('a deck with variables, entities and places', () => {
    const { document, findings, publicId } = parseWml(
      `${prologue()}<wml>\n <card title="$(x:e)&amp;" ontimer="$y">\n  <p>a&nbsp;<![CDATA[$]]><!-- -->z</p></card></wml>`,
    );
    assert.equal(publicId, '-//WAPFORUM//DTD WML 1.3//EN');
    assert.deepEqual(
      findings.map(({ message }) => message),
      ['conversions are written escape, noesc and unesc'],
    );
    const deck = document?.children[1];
    assert.ok(deck && 'children' in deck);
    assert.deepEqual(deck.position, { line: 4, column: 2 });
    assert.deepEqual(
      [...deck.attributes],
      [
        ['title', [{ variable: 'x', conversion: 'escape' }, '&']],
        // §10.3.1: within HREF a reference without conversion is escaped.
        ['ontimer', [{ variable: 'y', conversion: 'escape' }]],
      ],
    );
    const paragraph = deck.children[1];
    assert.ok(paragraph && 'children' in paragraph);
    // §10.3.2: variables are looked for when all of XML is read.
    assert.deepEqual(paragraph.children, [['a\u00a0', { variable: 'z', conversion: 'noesc' }]]);
  });

  const broken: readonly [string, string][] = [
    ['<p>a & b</p></card></wml>', '3:17: an ampersand begins no reference'],
    ['<p title="a & b">&lt;</p></card></wml>', '3:24: an ampersand begins no reference'],
    ['<p>&lt;&foo;</p></card></wml>', '3:19: undefined entity'],
    ['<p></card></wml>', '3:15: unexpected close tag'],
    ['<p align=left/></card></wml>', '3:21: unquoted attribute value'],
    ['<p a="1" a="2"/></card></wml>', '3:27: duplicate attribute: a'],
    ['<p a="<"/></card></wml>', '3:18: disallowed character'],
    ['</card></wml>x', '3:25: text data outside of root node'],
    ['<!-- -- --></card></wml>', '3:19: malformed comment'],
  ];
  for (const [body, expected] of broken) {
    it(`[WML-S-61] what is not well-formed is no deck: ${body}`, () => {
      const { document, findings } = parseWml(`${prologue()}<wml><card>${body}`);
      assert.equal(document, undefined);
      const [first] = findings;
      assert.equal(`${first?.line}:${first?.column}: ${first?.message}`, expected);
      assert.equal(first?.severity, 'error');
    });
  }

  it('[WML-S-61] no element is no deck', () => {
    assert.equal(parseWml('').document, undefined);
    assert.equal(parseWml('no markup').document, undefined);
  });

  it('an entity bomb is as undefined as an external entity (§6.2)', () => {
    for (const entity of [
      '<!ENTITY a "&b;&b;"><!ENTITY b "bb">',
      '<!ENTITY a SYSTEM "file:///etc/passwd">',
    ]) {
      const { document, findings } = parseWml(
        `<?xml version="1.0"?><!DOCTYPE wml [${entity}]><wml><card><p>&a;</p></card></wml>`,
      );
      assert.equal(document, undefined);
      assert.match(findings.map(({ message }) => message).join(), /undefined entity/);
    }
  });

  it('the prologue may not be missing (§11.1); without it the DTD is 1.3', () => {
    const { document, findings } = parseWml('<wml><card><p/><pre/></card></wml>');
    assert.ok(document);
    assert.deepEqual(
      findings.map(({ message, section }) => `${message} ${section}`),
      ['the XML declaration is missing §11.1', 'the document type declaration is missing §11.1'],
    );
  });

  it('findings are counted up to a limit', () => {
    assert.equal(parseWml(prologue() + p('$'.repeat(3) + ' $ '.repeat(2000))).findings.length, MAX_FINDINGS);
  });

  it('any text gives a result', () => {
    const piece = fc.constantFrom(
      '<wml>',
      '<card',
      ' a="',
      '"',
      '>',
      '</p>',
      '<p>',
      '$',
      '$(x)',
      '&',
      ';',
      '&lt;',
      '<!--',
      ']]>',
      '<![CDATA[',
      '<?',
      '?>',
      '\n',
      'x',
      '</card></wml>',
      '<!DOCTYPE wml [',
      ']>',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 30 }), (pieces) => {
        const { findings } = parseWml(prologue() + pieces.join(''));
        for (const { line, column } of findings) assert.ok(line >= 1 && column >= 1);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('WML validity (WAP-191 §13.2)', () => {
  // The rules that are checked, each with a deck that breaks it: third line of the text.
  const cases: readonly [title: string, body: string, expected: readonly string[], version?: string][] = [
    [
      '[WML-S-62] [WBXML-S-009] an element at the wrong place',
      card('a'),
      ['3:12: error: text may not stand in card §13.2'],
    ],
    [
      '[WML-S-62] a child that the model does not have',
      card('<timer value="1"/><onevent type="ontimer"><noop/></onevent>'),
      ['3:30: error: onevent may not stand here in card; allowed: do, p, pre §13.2'],
    ],
    [
      '[WML-S-62] a missing child',
      '<wml><head/></wml>',
      [
        '3:1: error: wml ends too early: it needs template or card §13.2',
        '3:6: error: head ends too early: it needs access or meta §13.2',
      ],
    ],
    ['[WML-S-62] an element that must be empty', p('<br>x</br>'), ['3:19: error: br must be empty §13.2']],
    [
      '[WML-S-62] an unknown element',
      p('<blink/>'),
      [
        '3:15: error: blink may not stand here in p; allowed: em, strong, b, i, u, big, small, br, img, anchor, a, table, input, select, fieldset, do §13.2',
        '3:15: error: element blink is not declared §13.2',
      ],
    ],
    [
      '[WML-S-62] case matters (§7.6)',
      '<WML/>',
      [
        '3:1: error: the document element is WML, the DOCTYPE says wml §11.1',
        '3:1: error: the document element of a deck is wml, not WML §11.2',
        '3:1: error: element WML is not declared; WML is case sensitive: wml §13.2',
      ],
    ],
    ['[WML-S-62] a missing attribute', p('<a>x</a>'), ['3:15: error: a needs the attribute href §13.2']],
    [
      '[WML-S-62] an unknown attribute',
      card('<p/>', ' color="red"'),
      ['3:12: error: attribute color is not declared for card §13.2'],
    ],
    [
      '[WML-S-62] an enumeration',
      card('<p  align = "top" />'),
      ['3:16: error: align="top" is not one of left, right, center §13.2'],
    ],
    [
      '[WML-S-62] an id that stands twice (§8.9)',
      '<wml><card id="a"/><card id="a"/></wml>',
      ['3:26: error: id="a" stands twice in the deck §8.9'],
    ],
    [
      '[WML-S-62] an id that is no name',
      card('<p/>', ' id="1a"'),
      ['3:12: error: id="1a" is not a name §13.2'],
    ],
    [
      '[WML-S-62] a name token',
      p('<input name="a b"/>'),
      [
        '3:22: error: name="a b" is not a name token §13.2',
        '3:22: error: "a b" cannot name a variable §10.3.1',
      ],
    ],
    [
      'a length (§14.2.3.1)',
      p('<img alt="" src="" vspace="10px" hspace="5%"/>'),
      ['3:34: error: vspace="10px" is not a number of pixels or a percentage §8.2'],
    ],
    ['a number (§8.7)', p('<input name="a" size="-1"/>'), ['3:31: error: size="-1" is not a number §8.7']],
    [
      'a fixed value',
      card('<pre xml:space="default"/>'),
      ['3:17: error: xml:space can only be "preserve" §13.2'],
    ],
    [
      'pre came with 1.2',
      card('<pre/>'),
      [
        '3:12: error: pre may not stand here in card; allowed: onevent, timer, do, p §13.2',
        '3:12: error: element pre is not declared §13.2',
      ],
      '1.1',
    ],
    [
      'accesskey came with 1.2',
      p('<a href="#" accesskey="1"/>'),
      [
        '3:27: error: attribute accesskey is not declared for a §13.2',
        '3:18: warning: no card has the id "" §12.5.1',
      ].sort(),
      '1.1',
    ],
    [
      'cache-control came with 1.3',
      card('<do type="accept"><go href="x" cache-control="no-cache"/></do>'),
      ['3:43: error: attribute cache-control is not declared for go §13.2'],
      '1.2',
    ],
    [
      'WML 1.0 was written in capitals',
      '<WML><CARD><p/></CARD></WML>',
      [
        '3:1: error: the document element is WML, the DOCTYPE says wml §11.1',
        '3:12: error: p may not stand here in CARD; allowed: EM, STRONG, B, I, U, BIG, SMALL, TAB, BR, IMG, A, INPUT, SELECT, FIELDSET, DO, ONEVENT, TIMER §13.2',
        '3:12: error: element p is not declared §13.2',
      ],
      '1.0',
    ],
  ];
  for (const [title, body, expected, version] of cases) {
    it(title, () => assert.deepEqual(findings(body, version), expected));
  }

  it('any DOCTYPE is accepted; of an unknown one validity is not judged (§14.2.3)', () => {
    const text =
      '<?xml version="1.0"?>\n<!DOCTYPE wml PUBLIC "-//X//DTD WML+//EN" "x">\n<wml><blink>$1</blink></wml>';
    const { document, findings } = parseWml(text);
    assert.ok(document);
    assert.deepEqual(
      findings.map(({ severity, section }) => `${severity} ${section}`),
      ['warning §14.2.3', 'error §10.3.1'],
    );
  });
});

describe('WML rules outside the DTD (WAP-191)', () => {
  const cases: readonly [title: string, body: string, expected: readonly string[]][] = [
    [
      '[WML-S-63] [WML-S-64] variables stand in text, vdata and HREF only (§10.3.5)',
      card('<do type="x-$(type)" label="$type"><noop/></do>'),
      ['3:16: error: a variable may not stand in type; for a dollar sign write $$ §10.3.5'],
    ],
    [
      '[WML-S-64] in CDATA a dollar sign is written twice',
      card('<do type="x-$$(type)" label="$type"><noop/></do>'),
      [],
    ],
    [
      '[WML-S-64] nor in names and enumerations',
      p('<select name="$a" multiple="$b"><option/></select>'),
      [
        '3:23: error: name="$a" is not a name token §13.2',
        '3:23: error: a variable may not stand in name; for a dollar sign write $$ §10.3.5',
        '3:33: error: multiple="$b" is not one of true, false §13.2',
        '3:33: error: a variable may not stand in multiple; for a dollar sign write $$ §10.3.5',
      ],
    ],
    [
      '[WML-S-65] a reference has the syntax of §10.3.1',
      p('Balance left is $10.00'),
      ['3:31: error: a dollar sign begins no variable here; for itself write $$ §10.3.1'],
    ],
    [
      '[WML-S-65] the place is that of the dollar sign, whatever it was written as',
      p('$$ &#36;$ &amp; &#x24;(a b)'),
      ['3:31: error: a dollar sign begins no variable here; for itself write $$ §10.3.1'],
    ],
    [
      '[WML-S-65] in attributes, too',
      p('<a href="$(a:x)"/>'),
      ['3:18: error: a dollar sign begins no variable here; for itself write $$ §10.3.1'],
    ],
    [
      '[WML-S-65] abbreviated conversions are deprecated',
      p('$(a:n)'),
      ['3:15: warning: conversions are written escape, noesc and unesc §10.3.1'],
    ],
    [
      '[WML-S-66] names of do elements in a card',
      card('<do type="accept"><noop/></do><p><do type="help" name="accept"><noop/></do></p>'),
      ['3:45: error: card has two do elements named "accept" §9.7'],
    ],
    [
      '[WML-S-66] names of do elements in the template; a card may use them again',
      '<wml><template><do type="a" name="x"><noop/></do><do type="x"><noop/></do></template><card><do type="help" name="x"><noop/></do></card></wml>',
      [
        '3:20: warning: the type "a" of a do element is reserved §9.7',
        '3:50: error: template has two do elements named "x" §9.7',
        '3:54: warning: the type "x" of a do element is reserved §9.7',
      ],
    ],
    [
      '[WML-S-67] meta has name or http-equiv, not both',
      '<wml><head><meta name="a" http-equiv="b" content=""/><meta content=""/></head><card/></wml>',
      [
        '3:12: error: meta has both name and http-equiv §11.3.2',
        '3:54: error: meta needs name or http-equiv §11.3.2',
      ],
    ],
    [
      '[WML-S-68] a table has columns',
      p('<table columns="0"><tr><td/></tr></table>'),
      ['3:22: error: a table has one column at least §11.8.5'],
    ],
    [
      '[WML-S-69] an event is bound once, by attribute or element',
      card(
        '<onevent type="ontimer"><noop/></onevent><onevent type="onenterforward"><noop/></onevent><onevent type="onenterforward"><noop/></onevent>',
        ' ontimer="x"',
      ),
      ['3:24: error: card binds ontimer twice §9.10', '3:113: error: card binds onenterforward twice §9.10'],
    ],
    [
      '[WML-S-69] in options and templates, too',
      '<wml><template onenterbackward="x"><onevent type="onenterbackward"><noop/></onevent></template><card><p><select><option onpick="x"><onevent type="onpick"><noop/></onevent></option></select></p></card></wml>',
      [
        '3:36: error: template binds onenterbackward twice §9.10',
        '3:132: error: option binds onpick twice §9.10',
      ],
    ],
    [
      'an event that the element has not is ignored (§9.10.1)',
      card('<onevent type="onpick"><noop/></onevent>'),
      ['3:21: warning: card has no event onpick: it is ignored §9.10.1'],
    ],
    [
      'one access element (§11.3.1)',
      '<wml><head><access/><access/></head><card/></wml>',
      ['3:21: error: a deck has one access element at most §11.3.1'],
    ],
    [
      'one task an anchor (§9.8)',
      p('<anchor>a</anchor><anchor><prev/><refresh/></anchor>'),
      [
        '3:15: error: anchor has no task: go, prev or refresh §9.8',
        '3:48: error: anchor has more than one task §9.8',
      ],
    ],
    [
      'no empty fieldset (§11.6.4)',
      p('<fieldset> </fieldset>'),
      ['3:15: error: a fieldset may not be empty §11.6.4'],
    ],
    [
      'no table in a table (§11.8.5)',
      p('<table columns="1"><tr><td><b><table columns="1"><tr><td/></tr></table></b></td></tr></table>'),
      ['3:45: error: tables do not nest §11.8.5'],
    ],
    [
      'a form in parts is posted (§9.5.1)',
      card('<do type="accept"><go href="x" enctype="multipart/form-data"/></do>'),
      ['3:43: error: multipart/form-data needs method="post" §9.5.1'],
    ],
    [
      'names of variables (§10.3.1), of setvar (§9.4)',
      card('<timer name="a-b" value="5"/><do type="accept"><prev><setvar name="1" value=""/></prev></do>'),
      [
        '3:19: error: "a-b" cannot name a variable §10.3.1',
        '3:73: warning: "1" cannot name a variable: setvar is ignored §9.4',
      ],
    ],
    [
      'a timer that counts nothing, or shares its variable (§11.7)',
      card('<timer name="t" value="soon"/><p><input name="t"/></p>'),
      [
        '3:28: warning: "soon" is no number of tenths of a second §11.7',
        '3:52: warning: the timer of this card uses the variable t, too §11.7',
      ],
    ],
    [
      'an input mask that none is (§11.6.3)',
      p('<input name="a" format="*M*M"/><input name="b" format="NNN\\-3N"/>'),
      ['3:31: warning: the format "*M*M" is invalid and is ignored §11.6.3'],
    ],
    [
      'a fragment that no card has (§12.5.1)',
      card('<p><a href="#b">x</a><a href="#a">x</a></p>', ' id="a"'),
      ['3:25: warning: no card has the id "b" §12.5.1'],
    ],
    [
      'an access key of more than one character (§9.8)',
      p('<a href="x" accesskey="10"/>'),
      ['3:27: warning: the access key "10" is not one character §9.8'],
    ],
  ];
  for (const [title, body, expected] of cases) it(title, () => assert.deepEqual(findings(body), expected));
});
