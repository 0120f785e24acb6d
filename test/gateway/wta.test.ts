import assert from 'node:assert/strict';
import { contentConversions } from '../../src/gateway/conversions.js';
import { deckOf } from '../../src/terminal/content.js';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { isElement, type WmlElement } from '../../src/wap/wml/index.js';
import { disassemble, libraryTable } from '../../src/wap/wmlscript/index.js';
import { wtaEvents, wtaiLibraries } from '../../src/wta/index.js';
import { hex } from '../support/hex.js';

/** What the gateway makes of a document of an origin, in the form that phones take. */
async function converted(
  type: string,
  text: string,
): Promise<{ readonly type: string; readonly body: Uint8Array }> {
  const [conversion] = contentConversions()[type] ?? [];
  const result = await conversion?.convert(encodeUtf8(text), { type, parameters: { charset: 'utf-8' } }, []);
  assert.ok(result !== undefined && 'body' in result, JSON.stringify(result));
  return { type: result.contentType, body: result.body };
}

const deck = (card: string): string =>
  '<?xml version="1.0"?><!DOCTYPE wta-wml PUBLIC "-//WAPFORUM//DTD WTA-WML 1.2//EN" "http://www.wapforum.org/DTD/wta-wml12.dtd">' +
  `<wta-wml><card>${card}<p/></card></wta-wml>`;

function descendants(element: WmlElement, name: string): readonly WmlElement[] {
  return element.children
    .filter(isElement)
    .flatMap((child) => [...(child.name === name ? [child] : []), ...descendants(child, name)]);
}

/** A function of the WTAI libraries as a script calls it, with as many arguments as it has. */
const calls = libraryTable
  .filter(({ name }) => Object.hasOwn(wtaiLibraries, name))
  .flatMap(({ name, id, functions }) =>
    functions.map(([fn, number, parameters]) => ({ name, id, fn, number, parameters })),
  );

describe('The gateway as a server of WTA (WAP-266-WTA §4, §7.2; WAP-268 Appendix B)', () => {
  it('[WTA-WAE-S-001] decks, scripts and channels go out in their compact forms', async () => {
    const wtaWml = await converted(
      'text/x-wap-wta-wml',
      deck('<onevent type="wtaev-cc/ic"><noop/></onevent>'),
    );
    assert.equal(wtaWml.type, 'application/x-wap-wta-wmlc');
    // WBXML 1.3, WTA-WML 1.2, UTF-8; wta-wml, card, onevent with type="wtaev-cc/ic" as one token, noop, p.
    assert.deepEqual(wtaWml.body.slice(1, 3), hex('0c 6a'));
    assert.equal(
      (await converted('text/vnd.wap.wmlscript', 'extern function f() {}')).type,
      'application/vnd.wap.wmlscriptc',
    );
    const channel =
      '<?xml version="1.0"?><!DOCTYPE channel PUBLIC "-//WAPFORUM//DTD CHANNEL 1.2//EN" "http://www.wapforum.org/DTD/channel12.dtd">' +
      '<channel maxspace="10" channelid="a"><title>A</title><resource href="http://a/"/></channel>';
    assert.equal((await converted('text/vnd.wap.channel', channel)).type, 'application/vnd.wap.channelc');
  });

  it('[WTA-IF-S-001] [WTA-IF-S-002] [WTA-NETT-S-001] [WTA-GSM-S-001] a script may call every function of the libraries, those of GSM too', async () => {
    assert.equal(calls.length, 37);
    for (const { name, id, fn, number, parameters } of calls) {
      const args = Array.from({ length: parameters }, (_, i) => i).join(', ');
      const unit = await converted(
        'text/vnd.wap.wmlscript',
        `extern function f() { ${name}.${fn}(${args}); }`,
      );
      const code = disassemble(unit.body);
      assert.match(
        code,
        new RegExp(`CALL_LIB\\S*\\s.*\\b${name}\\.${fn}\\b|CALL_LIB\\S*\\s+${number}\\D+${id}\\b`),
        `${name}.${fn}`,
      );
    }
  });

  it('[WTA-IF-S-001] [WTA-NETT-S-001] a deck may bind every event of theirs', async () => {
    for (const event of Object.keys(wtaEvents)) {
      const { type, body } = await converted(
        'text/x-wap-wta-wml',
        deck(`<onevent type="${event}"><noop/></onevent>`),
      );
      const answer = { status: 200, contentType: type, headers: [], body };
      const [bound] = descendants(deckOf(answer, 'http://a/', true)?.root ?? assert.fail(event), 'onevent');
      assert.deepEqual(bound?.attributes.get('type'), [event]);
    }
  });

  it('[WTA-IF-S-001] a deck may name every function that has a URI', async () => {
    for (const uri of ['wtai://wp/mc;+33', 'wtai://wp/sd;1!r', 'wtai://wp/ap;+33;Marie', 'wtai://ms/ec']) {
      const { type, body } = await converted('text/x-wap-wta-wml', deck(`<p><a href="${uri}">x</a></p>`));
      const answer = { status: 200, contentType: type, headers: [], body };
      const [link] = descendants(deckOf(answer, 'http://a/', true)?.root ?? assert.fail(uri), 'a');
      assert.deepEqual(link?.attributes.get('href'), [uri]);
    }
  });
});
