import assert from 'node:assert/strict';
import fc from 'fast-check';
import { answerDeck, escapeScript, escapeWml, signDeck, signScript } from '../../src/commerce/templates.js';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { seededRandom } from '../../src/wap/random.js';
import {
  decodeWml,
  encodeWml,
  isElement,
  isText,
  parseWml,
  type WmlElement,
} from '../../src/wap/wml/index.js';
import {
  compileWmlScript,
  decodeUnit,
  invalid,
  loadUnit,
  startCall,
  type Value,
} from '../../src/wap/wmlscript/index.js';

/** What a compiler reads between the quotes (WAP-193 §6.1.5.3, its table of escapes). */
function readLiteral(literal: string): string {
  const short: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
  return literal.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, digits: string | undefined, letter: string) =>
    digits === undefined ? (short[letter] ?? letter) : String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '"',
      "'",
      '\\',
      '$',
      '$(x)',
      '$$',
      '\n',
      '\r',
      '\t',
      '</p>',
      '&',
      '<',
      '>',
      ']]>',
      '{{text}}',
      'ä',
      '€',
      '/*',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
  ),
  maxLength: 40,
});

/** What a phone shows: all the text of a deck, a literal dollar sign as one. */
function textOf(element: WmlElement): string {
  return element.children.map((child) => (isElement(child) ? textOf(child) : JSON.stringify(child))).join('');
}

/** The variables that a deck refers to. */
function variablesOf(element: WmlElement): string[] {
  const texts = [...element.attributes.values(), ...element.children.filter(isText)];
  const own = texts.flat().flatMap((part) => (typeof part === 'string' ? [] : [part.variable]));
  return [...own, ...element.children.filter(isElement).flatMap(variablesOf)];
}

/** Runs `sign()` of a script; says what the card is asked, and what the browser is told when the card answers so. */
function runScript(text: string, answer: Value): readonly string[] {
  const { octets } = compileWmlScript(signScript({ text, options: '5' }));
  assert.ok(octets);
  const loaded = loadUnit(octets);
  assert.ok('unit' in loaded);
  const url = 'http://shop.test/sign/token/sign.wmls';
  const execution = startCall(loaded.unit, 'sign', [], { url, random: seededRandom(1) });
  const calls: string[] = [];
  let outcome = execution.run();
  while ('host' in outcome) {
    calls.push(`${outcome.host}(${outcome.args.map((arg) => JSON.stringify(arg)).join(', ')})`);
    outcome = execution.resume(outcome.host === 'Crypto.signText' ? answer : true);
  }
  assert.ok('returned' in outcome, JSON.stringify(outcome));
  return calls;
}

describe('Decks and scripts for the phone', () => {
  it('a string literal holds quotes, backslashes, newlines and umlauts as escapes', () => {
    assert.equal(escapeScript('"Größe" \'\\\n$(v)'), '\\"Gr\\u00f6\\u00dfe\\" \\\'\\\\\\n$(v)');
    assert.equal(escapeScript('\0\ud800𝄞'), '???');
  });

  it('any text is a string literal of ASCII on one line, and is read back as it was', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const literal = escapeScript(text);
        assert.match(literal, /^(?:[ !#-&(-[\]-~]|\\u[0-9a-f]{4}|\\["'\\bfnrt])*$/);
        assert.equal(readLiteral(literal), text.replace(/\p{Cs}|\0|[\u{10000}-\u{10ffff}]/gu, '?'));
      }),
    );
  });

  it('text in a deck is escaped for XML and for variables', () => {
    assert.equal(escapeWml('A&B <"$(x)\'>'), 'A&amp;B &lt;&quot;$$(x)&#39;&gt;');
    assert.equal(escapeWml('a\nb\u0001\ud800'), 'a&#10;b??');
  });

  it('the signing deck is valid WML 1.3, whatever the shop is called', () => {
    const plain = {
      countersignature: 'AQ==',
      token: '00ff',
      transaction: '4711-0815',
      about: 'Total EUR',
      what: '31.00',
      until: 'now',
    };
    fc.assert(
      fc.property(nasty, (shop) => {
        const deck = signDeck({ ...plain, shop });
        assert.match(
          deck,
          /<!DOCTYPE wml PUBLIC "-\/\/WAPFORUM\/\/DTD WML 1.3\/\/EN" "http:\/\/www.wapforum.org\/DTD\/wml13.dtd">/,
        );
        const { document, findings } = parseWml(deck);
        assert.deepEqual(findings, []);
        assert.ok(document);
        const cards = document.children.filter(isElement).map(({ name }) => name);
        assert.deepEqual(cards, ['head', 'card', 'card', 'card']);
        // No variable got in: the deck has the two of its own.
        const own = ['signed', 'signed', 'refusal'];
        assert.deepEqual(variablesOf(document), own);
        assert.deepEqual(variablesOf(decodeWml(encodeWml(document))), own);
      }),
    );
  });

  it('the signing deck shows who asks, the transaction number and the total, and can be declined', () => {
    const shop = 'Shop';
    const filled = {
      countersignature: 'AQ==',
      shop,
      token: '00ff',
      transaction: '4711-0815',
      about: 'Total EUR',
      what: '31.00',
    };
    const deck = signDeck(filled);
    assert.match(deck, /<meta forua="true" name="X-Wapstack-Countersignature" content="AQ=="\/>/);
    assert.match(deck, /<go href="00ff\/sign.wmls#sign\(\)"\/>/);
    assert.match(deck, /<do type="options" label="Decline">/);
    const { document } = parseWml(deck);
    assert.ok(document);
    const text = textOf(document);
    for (const word of ['Shop asks you to sign', '4711-0815', '31.00']) assert.ok(text.includes(word), word);
  });

  it('answers are valid decks', () => {
    fc.assert(
      fc.property(nasty, nasty, (headline, explanation) => {
        assert.deepEqual(parseWml(answerDeck({ shop: 'Shop', headline, explanation })).findings, []);
      }),
      { numRuns: 30 },
    );
  });

  it('the script compiles, and its bytecode holds the very text', () => {
    fc.assert(
      fc.property(nasty, (given) => {
        const text = given.replace(/\p{Cs}|\0|[\u{10000}-\u{10ffff}]/gu, '?');
        const { octets, errors } = compileWmlScript(signScript({ text: given, options: '5' }));
        assert.deepEqual(errors, []);
        assert.ok(octets);
        const { constants, functionNames } = decodeUnit(octets);
        assert.deepEqual(
          functionNames.map(({ functionName }) => functionName),
          ['sign'],
        );
        if (text !== '')
          assert.ok(
            constants.some((constant) => 'value' in constant && constant.value === text),
            text,
          );
      }),
    );
  });

  it('the script asks the card for content and certificate of the very text, and has the signature sent', () => {
    const text = 'Total EUR 31.00\n"Größe" $(v) \\';
    assert.deepEqual(runScript(text, 'AQID+/=='), [
      'Crypto.signText("Total EUR 31.00\\n\\"Größe\\" $(v) \\\\", 5, 0, "")',
      'WMLBrowser.setVar("signed", "AQID+/==")',
      'WMLBrowser.go("#send")',
    ]);
  });

  const refusals: [answer: Value, reason: string][] = [
    [invalid, 'invalid'],
    ['error:noCert', 'noCert'],
    ['error:userCancel', 'declined'],
  ];
  for (const [answer, reason] of refusals) {
    it(`the script reports ${reason} when signText returns ${String(answer)}`, () => {
      assert.deepEqual(runScript('text', answer).slice(1), [
        `WMLBrowser.setVar("refusal", "${reason}")`,
        'WMLBrowser.go("#refuse")',
      ]);
    });
  }

  it('the script is ASCII', () => {
    assert.ok(encodeUtf8(signScript({ text: 'Größe', options: '5' })).every((octet) => octet < 0x80));
  });
});
