import assert from 'node:assert/strict';
import { charsetQuality, namesType, typeQuality } from '../../src/gateway/accept.js';
import { decodeText, encodeCharset } from '../../src/gateway/charset.js';
import { contentConversions } from '../../src/gateway/conversions.js';
import { adapt, type Content } from '../../src/gateway/encode.js';
import { errorDeck } from '../../src/gateway/error-deck.js';
import { encodeUtf8, toHex } from '../../src/wap/octets.js';
import { decodeWbxml } from '../../src/wap/wbxml/index.js';
import { decodeWml, formatWml, parseWml } from '../../src/wap/wml/index.js';
import type { Header } from '../../src/wap/wsp/index.js';
import { hex } from '../support/hex.js';

const accept = (...values: string[]): Header[] => values.map((value) => ({ name: 'Accept', value }));
const content = (type: string, body: string | Uint8Array, ...more: Header[]): Content => ({
  headers: [{ name: 'Content-Type', value: type }, ...more],
  body: typeof body === 'string' ? encodeUtf8(body) : body,
});
const conversions = contentConversions();
const deck = '<?xml version="1.0"?><wml><card><p>hé</p></card></wml>';

describe('What a terminal accepts (WAP-236 §7.5.1, RFC 2616 §14.1)', () => {
  it('[WAESpec-UAC-S-001] the most specific range decides; nothing said is everything accepted', () => {
    assert.equal(typeQuality([], 'a/b'), 1);
    const headers = accept('text/*;q=0.3, text/html;q=0.7', 'image/png;q=0,*/*;q=0.5');
    assert.equal(typeQuality(headers, 'text/html'), 0.7);
    assert.equal(typeQuality(headers, 'text/plain'), 0.3);
    assert.equal(typeQuality(headers, 'image/png'), 0);
    assert.equal(typeQuality(headers, 'image/gif'), 0.5);
    assert.equal(namesType(headers, 'text/plain'), false);
    assert.equal(namesType(headers, 'text/html'), true);
    assert.equal(typeQuality(accept('text/html'), 'image/gif'), 0);
  });

  it('[WAESpec-UAC-S-002] ISO-8859-1 is taken unless it is mentioned (RFC 2616 §14.2)', () => {
    const headers = [{ name: 'accept-charset', value: 'utf-8;q=0.5' }];
    assert.equal(charsetQuality(headers, 'utf-8'), 0.5);
    assert.equal(charsetQuality(headers, 'iso-8859-1'), 1);
    assert.equal(charsetQuality(headers, 'koi8-r'), 0);
    assert.equal(charsetQuality([{ name: 'Accept-Charset', value: 'iso-8859-1;q=0' }], 'iso-8859-1'), 0);
  });
});

describe('Character sets (WAP-236 §7.4.1)', () => {
  const vectors: readonly [string, string, string | undefined, string][] = [
    ['[WAESpec-I18N-S-002] UTF-8', 'c3a9', 'utf-8', 'é'],
    ['[WAESpec-I18N-S-003] UTF-16 with a mark', 'feff 00e9', undefined, 'é'],
    ['[WAESpec-I18N-S-003] UTF-16, little end first', 'fffe e900', 'utf-16', 'é'],
    ['[WAESpec-I18N-S-003] UTF-16 without a mark is big-endian', '00e9', 'UTF-16', 'é'],
    [
      '[WAESpec-I18N-S-001] what the Content-Type says wins over the XML declaration',
      'e9',
      'iso-8859-1',
      'é',
    ],
    ['octets that are no UTF-8 are ISO-8859-1 where nothing is said', 'e9', undefined, 'é'],
    ['a mark before UTF-8 is no character', 'efbbbf 61', undefined, 'a'],
  ];
  for (const [title, octets, charset, text] of vectors) {
    it(title, () => {
      assert.equal(decodeText(hex(octets), charset)?.text, text);
    });
  }

  it('[WAESpec-I18N-S-004] the XML declaration names the character set', () => {
    const octets = Uint8Array.from("<?xml version='1.0' encoding='iso-8859-5'?><a>\u00d0</a>", (c) =>
      c.charCodeAt(0),
    );
    assert.equal(decodeText(octets, undefined)?.text.slice(-5, -4), 'а');
  });

  it('unknown names and octets that do not fit give nothing', () => {
    assert.equal(decodeText(hex('61'), 'x-klingon'), undefined);
    assert.equal(decodeText(hex('c3'), 'utf-8'), undefined);
    assert.equal(encodeCharset('а', 'iso-8859-1'), undefined);
    assert.deepEqual(encodeCharset('é', 'iso-8859-1'), hex('e9'));
  });
});

describe('Content as the terminal wants it (WAP-236 §6)', () => {
  const wmlc = 'application/vnd.wap.wmlc';

  it('a deck becomes WMLC for who accepts it; headers of the old octets are gone', () => {
    const adapted = adapt(
      content(
        'text/vnd.wap.wml',
        deck,
        { name: 'content-length', value: '9' },
        { name: 'ETag', value: '"a"' },
      ),
      accept(wmlc),
      conversions,
    );
    assert.ok('content' in adapted);
    assert.deepEqual(adapted.content.headers, [
      { name: 'Content-Type', value: wmlc },
      { name: 'ETag', value: '"a"' },
    ]);
    // 1.3, WML 1.3, UTF-8, no string table; wml, card, p, a string, three ends.
    assert.deepEqual(adapted.content.body, hex('03 0a 6a 00 7f 67 60 03 68c3a9 00 01 01 01'));
  });

  it('[WAESpec-UAC-S-008] who names the source type and not the other gets the source', () => {
    for (const headers of [accept('text/vnd.wap.wml', '*/*'), accept('text/vnd.wap.wml', `${wmlc};q=0.5`)]) {
      const adapted = adapt(content('text/vnd.wap.wml', deck), headers, conversions);
      assert.ok('content' in adapted && !adapted.changed);
    }
    const both = adapt(content('text/vnd.wap.wml', deck), accept('text/vnd.wap.wml', wmlc), conversions);
    assert.ok('content' in both && both.changed);
  });

  it('[WAESpec-UAC-S-007] what is acceptable in no form is 406', () => {
    assert.deepEqual(adapt(content('text/html', 'x'), accept(wmlc), conversions), {
      status: 406,
      problem: 'the terminal does not accept text/html',
    });
  });

  it('no-transform leaves the octets as they are (RFC 2616 §14.9.5)', () => {
    const adapted = adapt(
      content('text/vnd.wap.wml', deck, { name: 'Cache-Control', value: 'private, No-Transform' }),
      [],
      conversions,
    );
    assert.ok('content' in adapted && !adapted.changed);
  });

  it('[WML-S-61] a deck that is not well-formed is 502, and says where', () => {
    const adapted = adapt(content('text/vnd.wap.wml', '<wml>\n<card></wml>'), [], conversions);
    assert.ok('problem' in adapted);
    assert.equal(adapted.status, 502);
    assert.match(adapted.problem, /not well-formed: .*line 2/);
    const html = adapt(content('text/vnd.wap.wml', '<html/>'), [], conversions);
    assert.ok('problem' in html && /html, not wml/.test(html.problem));
  });

  it('[SI-PPG-S-002] a service indication becomes application/vnd.wap.sic', () => {
    const si = '<si><indication href="http://www.x.com/">hi</indication></si>';
    const adapted = adapt(content('text/vnd.wap.si', si), [], conversions);
    assert.ok('content' in adapted);
    assert.equal(adapted.content.headers[0]?.value, 'application/vnd.wap.sic');
    assert.deepEqual(adapted.content.body, hex('03 05 6a 00 45 c6 0d 03 7800 85 01 03 686900 01 01'));
  });

  it('[WAESpec-WMLS-S-001] a script becomes bytecode, and its meta information headers (§6.4)', () => {
    const script = 'use meta http equiv "Expires" "0"; extern function f() { return 1; }';
    const adapted = adapt(
      content('text/vnd.wap.wmlscript', script),
      accept('application/vnd.wap.wmlscriptc'),
      conversions,
    );
    assert.ok('content' in adapted);
    assert.deepEqual(adapted.content.headers, [
      { name: 'Content-Type', value: 'application/vnd.wap.wmlscriptc' },
      { name: 'Expires', value: '0' },
    ]);
    // 1.1, 13 octets: no constant, UTF-8; no pragma; one function, called f: CONST_1, RETURN.
    assert.deepEqual(adapted.content.body, hex('01 0d 00 6a 00 01 01 00 01 66 00 00 02 15 3a'));
  });

  it('[WAESpec-SEC-S-001] a script that calls Crypto.signText compiles (WAP-236 §7.10.3)', () => {
    const script = 'extern function s(t) { return Crypto.signText(t, 0, 1, ""); }';
    const adapted = adapt(content('text/vnd.wap.wmlscript', script), [], conversions);
    assert.ok('content' in adapted);
    // … LOAD_VAR_S 0, CONST_0, CONST_1, CONST_ES, CALL_LIB 16 of library 6, RETURN.
    assert.equal(toHex(adapted.content.body), '0113006a000101000173010008e01415170a10063a');
  });

  it('[WAESpec-WMLS-S-002] a script that does not compile is 502, with line and column (§6.4)', () => {
    const adapted = adapt(
      content('text/vnd.wap.wmlscript', 'extern function f() {\n  return x; }'),
      [],
      conversions,
    );
    assert.ok('problem' in adapted);
    assert.equal(adapted.status, 502);
    assert.match(adapted.problem, /does not compile: line 2, column 10/);
  });

  it('the character set of the WMLC is one that the terminal takes', () => {
    const latin = [{ name: 'Accept-Charset', value: 'iso-8859-1' }];
    const adapted = adapt(content('text/vnd.wap.wml', deck), latin, conversions);
    assert.ok('content' in adapted);
    assert.equal(decodeWbxml(adapted.content.body).charset, 'iso-8859-1');
    assert.match(formatWml(decodeWml(adapted.content.body)), /<p>hé<\/p>/);
  });

  it('a deck of an older WML goes out in the WBXML of its time', () => {
    const old = `<?xml version="1.0"?><!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.1//EN" "x"><wml><card/></wml>`;
    const adapted = adapt(content('text/vnd.wap.wml', old), [], conversions);
    assert.ok('content' in adapted);
    assert.deepEqual(adapted.content.body.subarray(0, 2), hex('01 04'));
  });

  it('[WAESpec-I18N-S-001] text in a character set that is not accepted comes in one that is', () => {
    const only = (value: string) => [{ name: 'Accept-Charset', value }];
    const russian = content('text/plain; charset=koi8-r', hex('f2f5'), {
      name: 'Content-Length',
      value: '2',
    });
    const adapted = adapt(russian, only('iso-8859-5, utf-8;q=0'), conversions);
    assert.ok('content' in adapted);
    assert.deepEqual(adapted.content, {
      headers: [{ name: 'Content-Type', value: 'text/plain; charset=iso-8859-5' }],
      body: hex('c0c3'),
    });
    for (const accepted of [only('koi8-r'), only('*'), [], only('iso-8859-1')]) {
      const same = adapt(russian, accepted, conversions);
      assert.ok('content' in same && !same.changed, JSON.stringify(accepted));
    }
  });

  it('[WAESpec-MUL-S-002] [WAESpec-MUL-S-003] a multipart becomes binary, and the entities in it (§6.9.2–6.9.3)', () => {
    const body =
      '--b\r\nContent-Type: text/vnd.wap.wml\r\n\r\n<wml/>\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b--';
    for (const kind of ['mixed', 'related']) {
      const adapted = adapt(content(`multipart/${kind}; boundary=b`, body), [], conversions);
      assert.ok('content' in adapted);
      assert.equal(adapted.content.headers[0]?.value, `application/vnd.wap.multipart.${kind}`);
      // Two entries: 1 octet of headers, application/vnd.wap.wmlc, 5 octets; 1 octet, text/plain, "hi".
      assert.deepEqual(adapted.content.body, hex('02 01 05 94 03 0a 6a 00 3f 01 02 83 6869'));
    }
  });

  it('[WAESpec-MUL-S-004] of alternatives only those come that the terminal shows (§6.9.4)', () => {
    const body =
      '--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b--';
    const headers = accept(
      'text/plain',
      'application/vnd.wap.multipart.*',
      'application/vnd.wap.multipart.alternative',
    );
    const adapted = adapt(content('multipart/alternative; boundary=b', body), headers, conversions);
    assert.ok('content' in adapted);
    assert.deepEqual(adapted.content.body, hex('01 01 02 83 6869'));
    const mixed = adapt(
      content('multipart/mixed; boundary=b', body),
      accept('text/plain', 'application/vnd.wap.multipart.mixed'),
      conversions,
    );
    assert.ok('problem' in mixed);
  });

  it('[WAESpec-MUL-S-002] [WAESpec-MUL-S-004] multiparts in multiparts become binary as far down as mail has them', () => {
    const within = (boundary: string, type: string, body: string) =>
      `--${boundary}\r\nContent-Type: ${type}\r\n\r\n${body}\r\n--${boundary}--`;
    const inner = within('i', 'text/plain', 'hi');
    const body = within('b', 'multipart/alternative; boundary=i', inner);
    const adapted = adapt(content('multipart/mixed; boundary=b', body), [], conversions);
    assert.ok('content' in adapted);
    // One entry: 1 octet of headers, application/vnd.wap.multipart.alternative (0x26), 6 octets: one entry with text/plain, "hi".
    assert.deepEqual(adapted.content.body, hex('01 01 06 a6 01 01 02 83 6869'));
    let deep = 'text/plain';
    let text = 'hi';
    for (let i = 0; i < 40; i++) {
      text = within(`b${i}`, deep, text);
      deep = `multipart/mixed; boundary=b${i}`;
    }
    const bottomless = adapt(content(deep, text), [], conversions);
    assert.ok('content' in bottomless && bottomless.content.body.length > 100);
  });

  it('a multipart that is malformed is 502', () => {
    const adapted = adapt(content('multipart/mixed; boundary=b', 'nothing'), [], conversions);
    assert.ok('problem' in adapted && /malformed/.test(adapted.problem));
  });

  it('an error deck is a deck, whatever the reason contains', () => {
    const { document, findings } = parseWml(errorDeck(502, '<$x> & "\0" '.repeat(50)));
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.equal(document?.name, 'wml');
  });
});
