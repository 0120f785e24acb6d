import assert from 'node:assert/strict';
import { COLUMNS } from '../../src/terminal/screen.js';
import { encodeSi, encodeSl, type ServiceIndication } from '../../src/wap/push/index.js';
import { xmlToWbxml } from '../../src/wap/wbxml/index.js';
import { card, deck, Handset, type Page, unit } from './handset.js';

const url = 'http://shop.example/a.wml';
const si = (more: Partial<ServiceIndication> = {}): string =>
  encodeSi({ text: 'An order', href: url, action: 'signal-medium', ...more });
const binary = (xml: string): Uint8Array => xmlToWbxml(xml);
const page = (title: string, content = `<p>${title}</p>`): Page => deck(card(title, content));

/** A page that does not come until it is let go. */
function held(then: Page): { readonly resource: () => Promise<Page>; readonly release: () => void } {
  let release = (): void => {};
  const promise = new Promise<Page>((resolve) => {
    release = () => resolve(then);
  });
  return { resource: () => promise, release: () => release() };
}

describe('The handset: service indications (WAP-167 §6)', () => {
  it('[SI-CF-C-004] [SI-CF-C-003] [SI-CF-C-001] [SI-SEM-C-009] [MSG-GEN-C-002] [WAESpec-PUSH-C-011] shows the text of an indication, in tokens and in source', () => {
    for (const [type, body] of [
      ['application/vnd.wap.sic', binary(si())],
      ['text/vnd.wap.si', si()],
      ['text/vnd.wap.si; charset=utf-8', si()],
    ] as const) {
      assert.equal(new Handset().push(type, body).text(), 'New message|An order|Load | Later', type);
    }
  });

  it('[SI-CSE-C-005] [SI-CSE-C-006] [SI-CSE-C-001] references and entities are characters', () => {
    const xml = '<si><indication href="http://a.example/?x&amp;y">&lt;5 &#8364; &#xe4;</indication></si>';
    const handset = new Handset().push('text/vnd.wap.si; charset=utf-8', xml);
    assert.deepEqual(handset.lines(), ['<5 € ä']);
  });

  it('[SI-CF-C-006] dates are opaque in tokens: what has expired is not shown', async () => {
    const handset = new Handset();
    const body = binary(si({ siExpires: handset.now + 60_000 }));
    assert.equal(handset.push('application/vnd.wap.sic', body).title(), 'New message');
    await handset.press('softRight');
    await handset.pass(60_000);
    handset.push('application/vnd.wap.sic', body);
    assert.deepEqual(handset.failures(), ['push: it has expired']);
    await handset.press({ text: '1' });
    assert.deepEqual(handset.lines(), ['No messages']);
  });

  it('[SI-SEM-C-010] [SI-SEM-C-015] the user loads the service, as any other address', async () => {
    const handset = new Handset({ [url]: page('order') }).push('text/vnd.wap.si', si());
    await handset.press('softLeft');
    assert.equal(handset.text(), 'order|order| | Back');
    assert.deepEqual(handset.requests, [{ method: 'GET', url, headers: [] }]);
    await handset.press('back', { text: '1' });
    assert.deepEqual(handset.lines(), ['No messages'], 'what was loaded is done with');
  });

  it('[SI-SEM-C-010] [SI-SEM-C-013] [SI-SEM-C-014] or postpones it, several of them, and loads or deletes them later', async () => {
    const handset = new Handset({ [url]: page('order') });
    for (const text of ['One', 'Two']) {
      handset.push('text/vnd.wap.si', si({ text, ...(text === 'One' && { href: '' }) }));
      await handset.press('softRight');
    }
    await handset.press({ text: '1' });
    assert.deepEqual(handset.lines(), ['Two', 'One']);
    await handset.press({ text: '2' });
    assert.equal(handset.text(), 'New message|One|Load | Later');
    await handset.press('softRight', 'softLeft', 'softLeft', 'softLeft');
    assert.equal(handset.title(), 'order');
  });

  it('one without an address can be deleted', async () => {
    const handset = new Handset().push('text/vnd.wap.si', '<si><indication>Hello</indication></si>');
    assert.equal(handset.text(), 'New message|Hello|Delete | Later');
    await handset.press('softLeft', { text: '1' });
    assert.deepEqual(handset.lines(), ['No messages']);
  });

  it('[SI-SEM-C-011] signal-low waits in the inbox, signal-medium for a calm moment, signal-high does not wait for a page', async () => {
    const { resource, release } = held(page('slow'));
    const handset = new Handset({ 'http://shop.example/slow.wml': resource });
    handset.push('text/vnd.wap.si', si({ text: 'low', action: 'signal-low' }));
    assert.equal(handset.title(), 'wapstack');
    assert.equal(handset.terminal.screen().messages, 1);
    await handset.open('http://shop.example/slow.wml');
    handset.push('text/vnd.wap.si', si({ text: 'medium' }));
    assert.equal(handset.title(), 'Connecting');
    handset.push('text/vnd.wap.si', si({ text: 'high', action: 'signal-high' }));
    assert.deepEqual(handset.lines(), ['high']);
    await handset.press('softRight');
    assert.equal(handset.title(), 'Connecting');
    release();
    await handset.settle();
    assert.deepEqual(handset.lines(), ['medium']);
    await handset.press('softRight');
    assert.deepEqual([handset.title(), handset.terminal.screen().messages], ['slow', 1]);
  });

  it('[SI-SEM-C-008] nothing comes between the user and what they type', async () => {
    const handset = new Handset();
    await handset.press({ text: '2' });
    handset.push('text/vnd.wap.si', si({ action: 'signal-high' }));
    assert.equal(handset.title(), 'Go to');
    await handset.press('back');
    assert.equal(handset.title(), 'New message');
  });

  it('[SI-SEM-C-016] loading can be stopped, and the indication is kept', async () => {
    const { resource } = held(page('never'));
    const handset = new Handset({ [url]: resource }).push('text/vnd.wap.si', si());
    await handset.press('softLeft');
    assert.equal(handset.text(), 'Connecting|Please wait …| | Stop');
    await handset.press('softRight');
    assert.equal(handset.title(), 'wapstack');
    await handset.press({ text: '1' });
    assert.deepEqual(handset.lines(), ['An order']);
  });

  it('[OTA-WSP-C-006] [OTA-WSP-C-007] what is no message, or for somebody else, is told and left', () => {
    const handset = new Handset();
    handset.push('image/gif', 'GIF89a');
    handset.push('text/vnd.wap.si', '<si>');
    handset.push('text/vnd.wap.si', si(), { 'X-Wap-Application-Id': 'x-wap-application:mms.ua' });
    assert.equal(handset.title(), 'wapstack');
    assert.equal(handset.failures().length, 3);
    handset.push('text/vnd.wap.si', si(), { 'X-Wap-Application-Id': 'x-wap-application:wml.ua' });
    assert.equal(handset.title(), 'New message');
  });
});

describe('The handset: service loading (WAP-168 §6)', () => {
  const sl = (action: 'execute-low' | 'execute-high' | 'cache', href = url): string =>
    encodeSl({ href, action });

  it('[SL-SEM-C-001] [SL-CF-C-001] [SL-CF-C-002] [SL-CF-C-003] loads and executes, in tokens and in source', async () => {
    for (const action of ['execute-low', 'execute-high'] as const) {
      for (const [type, body] of [
        ['application/vnd.wap.slc', binary(sl(action))],
        ['text/vnd.wap.sl', sl(action)],
      ] as const) {
        const handset = await new Handset({ [url]: page('order') }).push(type, body).settle();
        assert.equal(handset.title(), 'order', `${action} ${type}`);
      }
    }
  });

  it('[SL-CSE-C-005] [SL-CSE-C-006] [SL-CSE-C-007] [SL-CSE-C-001] references and entities are characters', async () => {
    const handset = new Handset({ 'http://shop.example/?a&b': page('query') });
    await handset.push('text/vnd.wap.sl', '<sl href="http://shop.example/?a&amp;&#98;"/>').settle();
    assert.equal(handset.title(), 'query');
  });

  it('[SL-SEM-C-001] execute-low does not disturb who browses, execute-high may', async () => {
    const other = 'http://shop.example/b.wml';
    const handset = new Handset({ [url]: page('order'), [other]: page('reading') });
    await handset.open(other);
    await handset.push('text/vnd.wap.sl', sl('execute-low')).settle();
    assert.equal(handset.title(), 'reading');
    await handset.press('back');
    assert.equal(handset.title(), 'order');
    await handset.push('text/vnd.wap.sl', sl('execute-high', other)).settle();
    assert.equal(handset.title(), 'reading');
    await handset.press('back');
    assert.equal(handset.title(), 'wapstack', 'in a context of its own');
  });

  it('[SL-SEM-C-002] [SL-PRE-C-001] cache only puts it into the cache', async () => {
    const handset = new Handset({ [url]: deck(card('order'), { 'Cache-Control': 'max-age=60' }) });
    await handset.push('text/vnd.wap.sl', sl('cache')).settle();
    assert.equal(handset.title(), 'wapstack');
    await handset.open(url);
    assert.deepEqual([handset.title(), handset.requests.length], ['order', 1]);
  });
});

describe('The handset: cache operations (WAP-175)', () => {
  const co = (uri: string): string => `<co><invalidate-object uri="${uri}"/></co>`;
  const good = { 'Cache-Control': 'max-age=60' };

  async function requestsAfter(push: (handset: Handset) => unknown): Promise<number> {
    const handset = await new Handset({ [url]: deck(card('order'), good) }).open(url);
    push(handset);
    await handset.open(url);
    return handset.requests.length;
  }

  it('[CO-CF-C-001] [CO-CF-C-002] [CO-CF-C-003] [CO-SEM-C-001] a trusted one is obeyed, in tokens and in source', async () => {
    const trusted = { 'Push-Flag': '2' };
    const token = binary(
      `<?xml version="1.0"?><!DOCTYPE co PUBLIC "-//WAPFORUM//DTD CO 1.0//EN" "http://www.wapforum.org/DTD/co_1.0.dtd">${co(url)}`,
    );
    assert.equal(await requestsAfter((h) => h.push('application/vnd.wap.coc', token, trusted)), 2);
    assert.equal(await requestsAfter((h) => h.push('text/vnd.wap.co', co(url), trusted)), 2);
    assert.equal(await requestsAfter((h) => h.push('text/vnd.wap.co', co('http://x.example/'), trusted)), 1);
  });

  it('[CO-SEC-C-001] [CO-SEC-C-002] [OTA-WSP-C-008] one from anybody is not; an authenticated one only about its own (§7)', async () => {
    const push = (headers: Record<string, string>) => (handset: Handset) =>
      handset.push('text/vnd.wap.co', co(url), headers);
    assert.equal(await requestsAfter(push({})), 1);
    const own = { 'Push-Flag': '1', 'X-Wap-Initiator-URI': 'http://shop.example/push' };
    assert.equal(await requestsAfter(push(own)), 2);
    const other = { 'Push-Flag': '1', 'X-Wap-Initiator-URI': 'http://evil.example/push' };
    assert.equal(await requestsAfter(push(other)), 1);
  });

  it('[CO-SEM-C-005] [MSG-GEN-C-003] X-Wap-Content-URI is the base of a relative one (§6.2)', async () => {
    const headers = { 'Push-Flag': '2', 'X-Wap-Content-URI': 'http://shop.example/push' };
    assert.equal(await requestsAfter((h) => h.push('text/vnd.wap.co', co('a.wml'), headers)), 2);
    assert.equal(await requestsAfter((h) => h.push('text/vnd.wap.co', co('a.wml'), { 'Push-Flag': '2' })), 1);
  });

  it('one that was fetched is about its own server only', async () => {
    const body = co('/a.wml');
    const pages = {
      [url]: deck(card('order'), good),
      'http://shop.example/co': { type: 'text/vnd.wap.co', body },
      'http://evil.example/co': { type: 'text/vnd.wap.co', body: co(url) },
    };
    const handset = await new Handset(pages).open(url);
    for (const from of ['http://evil.example/co', url, 'http://shop.example/co', url])
      await handset.open(from);
    assert.deepEqual(
      handset.requests.map((request) => request.url),
      [url, 'http://evil.example/co', 'http://shop.example/co', url],
    );
  });
});

const doctype =
  '<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.3//EN" "http://www.wapforum.org/DTD/wml13.dtd">';

describe('The handset: pages (WAP-236 §7)', () => {
  it('[WAESpec-MT-C-001] the content type says what comes: WML in tokens or source, plain text', async () => {
    const source = `<?xml version="1.0"?>${doctype}<wml><card title="src"><p>x</p></card></wml>`;
    for (const [type, body, text] of [
      ['application/vnd.wap.wmlc', page('bin').body, 'bin|bin| | Back'],
      ['text/vnd.wap.wml', source, 'src|x| | Back'],
      ['text/plain', 'a  b\n c', '|a  b| c| | Back'],
      ['text/plain; charset=iso-8859-1', Uint8Array.of(0xe4), '|ä| | Back'],
    ] as const) {
      assert.equal((await new Handset({ [url]: { type, body } }).open(url)).text(), text, type);
    }
  });

  it('[WAESpec-I18N-C-001] [WAESpec-I18N-C-002] [WAESpec-I18N-C-003] UTF-8 and UTF-16; what the transport says of the encoding counts before the document', async () => {
    const xml = (encoding: string): string =>
      `<?xml version="1.0" encoding="${encoding}"?>${doctype}<wml><card><p>ä</p></card></wml>`;
    const utf16 = (text: string): Uint8Array =>
      Uint8Array.from([
        0xfe,
        0xff,
        ...[...text].flatMap((c) => [c.charCodeAt(0) >> 8, c.charCodeAt(0) & 255]),
      ]);
    const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
    for (const [type, body] of [
      ['text/vnd.wap.wml', xml('utf-8')],
      ['text/vnd.wap.wml; charset=utf-8', xml('iso-8859-1')],
      ['text/vnd.wap.wml', utf16(xml('utf-16'))],
      ['text/vnd.wap.wml; charset=utf-16', utf16(xml('utf-16'))],
      ['text/vnd.wap.wml; charset=iso-8859-1', latin(xml('utf-8'))],
    ] as const) {
      assert.deepEqual((await new Handset({ [url]: { type, body } }).open(url)).lines(), ['ä'], type);
    }
    const wrong = await new Handset({
      [url]: { type: 'text/vnd.wap.wml; charset=utf-8', body: latin(xml('utf-8')) },
    }).open(url);
    assert.match(wrong.text(), /^Notice\|.*not utf-8/);
  });

  it('[WML-C-16] [WML-C-05] says what is wrong with a deck, and shows none of it (§12.3)', async () => {
    for (const [body, said] of [
      ['<wml><card><p>x</p></card></wml>', /declaration is\|missing/],
      [`<?xml version="1.0"?>${doctype}<wml><card><p>x</card></wml>`, /The deck is wrong in\|line 1/],
      [`<?xml version="1.0"?>${doctype}\n<wml><card><p>$(x</p></card></wml>`, /line 2/],
    ] as const) {
      const handset = await new Handset({ [url]: { type: 'text/vnd.wap.wml', body } }).open(url);
      assert.match(handset.text(), said);
      assert.equal(handset.title(), 'Notice');
      await handset.press('softLeft');
      assert.equal(handset.title(), 'wapstack');
    }
  });

  it('says what a server refuses, with its words', async () => {
    const refused = { ...deck('<card><p>Not <b>here</b></p></card>'), status: 404 };
    const handset = await new Handset({ [url]: refused }).open(url);
    assert.deepEqual(handset.lines(), ['The server answers', '404. Not here']);
    const picture = await new Handset({ [url]: { type: 'image/gif', body: 'GIF' } }).open(url);
    assert.deepEqual(picture.lines(), ['This handset cannot', 'show image/gif.']);
    assert.deepEqual((await new Handset().open(url)).lines(), ['no answer']);
    assert.match((await new Handset().open('nothing')).text(), /This is no address/);
  });

  it('goes on to where a server sends it, to a card there also', async () => {
    const two = deck(card('one', '<p>1</p>') + card('two', '<p><a href="#one">x</a></p>'));
    const handset = new Handset({
      [url]: { status: 302, headers: { Location: '/b.wml#two' }, body: '' },
      'http://shop.example/b.wml': two,
    });
    await handset.open(url);
    assert.equal(handset.title(), 'two');
    await handset.press('select');
    assert.deepEqual([handset.title(), handset.requests.length], ['one', 2]);
    assert.deepEqual(
      handset.requests.map((request) => request.url),
      [url, 'http://shop.example/b.wml'],
    );
  });

  it('a redirected POST becomes a GET, but for a 307; circles end', async () => {
    const form = `<p><anchor>x<go href="p" method="post"><postfield name="a" value="1"/></go></anchor></p>`;
    const methods = async (status: number): Promise<string[]> => {
      const handset = new Handset({
        [url]: page('form', form),
        'http://shop.example/p': { status, headers: { Location: '/q' }, body: '' },
        'http://shop.example/q': page('done'),
      });
      await handset.open(url);
      await handset.press('select');
      assert.equal(handset.title(), 'done');
      return handset.requests.map(({ method, body }) => `${method}${body === undefined ? '' : ' body'}`);
    };
    assert.deepEqual(await methods(303), ['GET', 'POST body', 'GET']);
    assert.deepEqual(await methods(307), ['GET', 'POST body', 'POST body']);
    const circle = await new Handset({ [url]: { status: 301, headers: { Location: url }, body: '' } }).open(
      url,
    );
    assert.deepEqual(circle.lines(), ['the server redirects', 'in circles']);
  });

  it('[WAESpec-URI-C-006] an https address needs a secure session, and without it says so', async () => {
    const secure = 'https://shop.example/a.wml';
    const handset = await new Handset({ [secure]: page('secret') }).open(secure);
    assert.deepEqual(handset.lines(), ['There is no secure', 'connection for this', 'address.']);
    assert.equal(handset.requests.length, 0);
    const other = new Handset({ [secure]: page('secret') });
    const able = await new Handset({}, { secureFetcher: other.fetcher() }).open(secure);
    assert.equal(able.title(), 'secret');
    assert.match((await new Handset().open('wtai://wp/mc;1')).text(), /cannot\|open wtai:/);
  });

  it('[WAESpec-URI-C-001] [WAESpec-URI-C-002] an address may be 1024 octets long', async () => {
    const long = `${url}?${'x'.repeat(1024 - url.length - 1)}`;
    const handset = await new Handset({ [long]: page('long') }).open(long);
    assert.deepEqual([handset.title(), handset.requests[0]?.url.length], ['long', 1024]);
  });

  it('[WAESpec-SEC-C-001] asks for name and password, and shows them wherever they are for (RFC 2617 §2)', async () => {
    const asked: string[] = [];
    const guarded =
      (title: string) =>
      (request: { headers: readonly { name: string; value: string }[] }): Page => {
        const given = request.headers.find(({ name }) => name === 'Authorization')?.value ?? '';
        asked.push(given);
        if (given === 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')
          return page(title, '<p><a href="b.wml">b</a></p>');
        return { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="cave, 40"' }, body: '' };
      };
    const handset = new Handset({ [url]: guarded('a'), 'http://shop.example/b.wml': guarded('b') });
    await handset.open(url);
    assert.equal(handset.text(), 'shop.example|User name for cave,|40:|[_]|OK | Cancel');
    const login = async (password: string): Promise<void> => {
      handset.type('Aladdin');
      await handset.press('softLeft');
      assert.match(handset.text(), /Password:/);
      handset.type(password);
      assert.ok(!handset.text().includes(password));
      await handset.press('softLeft');
    };
    await login('wrong');
    assert.match(handset.text(), /User name/);
    await login('open sesame');
    assert.equal(handset.title(), 'a');
    await handset.press('select');
    assert.equal(handset.title(), 'b');
    assert.deepEqual(asked.slice(-2), [
      'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
      'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    ]);
  });

  it('who gives no password is told what the server says', async () => {
    const handset = new Handset({
      [url]: { ...page('no'), status: 401, headers: { 'WWW-Authenticate': 'Basic realm=x' } },
    });
    await handset.open(url);
    await handset.press('back');
    assert.deepEqual(handset.lines(), ['The server answers', '401. no']);
  });
});

describe('The handset: the context of WML (WAP-236 §6.2)', () => {
  it('[WAESpec-ML-C-004] variables and history last over decks, scripts and text from several servers, and what fails changes nothing', async () => {
    const other = 'http://other.example/';
    const handset = new Handset({
      [url]: deck(
        card(
          'a',
          `<p>[$x]<a href="http://shop.example/s#f()">script</a><br/><a href="${other}t">text</a></p>`,
        ),
      ),
      'http://shop.example/s': unit(
        'extern function f() { WMLBrowser.setVar("x", "1"); WMLBrowser.go("http://other.example/b.wml"); }',
      ),
      [`${other}b.wml`]: deck(card('b', `<p>[$x]<a href="${other}none">none</a></p>`)),
      [`${other}t`]: { type: 'text/plain', body: 'plain' },
    });
    await handset.open(url);
    await handset.press('select');
    assert.equal(handset.text(), 'b|[1]none|Select | Back');
    await handset.press('select');
    assert.deepEqual(handset.failures(), ['no answer']);
    await handset.press('softLeft');
    assert.equal(handset.text(), 'b|[1]none|Select | Back');
    await handset.press('back');
    assert.deepEqual([handset.title(), handset.lines()[0]], ['a', '[1]script']);
    await handset.press('down', 'select');
    assert.deepEqual(handset.lines(), ['plain']);
    await handset.press('back');
    assert.deepEqual([handset.title(), handset.lines()[0]], ['a', '[1]script']);
  });
});

describe('The handset: cache and history (WAP-120 §4.1)', () => {
  const link = '<p><a href="b.wml">b</a></p>';
  const other = { 'http://shop.example/b.wml': page('b') };

  async function requestsGoingBack(control: string, time: number): Promise<string[]> {
    const handset = new Handset({ [url]: deck(card('a', link), { 'Cache-Control': control }), ...other });
    await handset.open(url);
    await handset.press('select');
    await handset.pass(time);
    await handset.press('back');
    assert.equal(handset.title(), 'a');
    return handset.requests.map((request) => request.url.slice(-5));
  }

  it('[UACache-C-002] on the way back what is stale is asked for again where it says must-revalidate', async () => {
    const control = 'max-age=10, must-revalidate';
    assert.deepEqual(await requestsGoingBack(control, 10_000), ['a.wml', 'b.wml', 'a.wml']);
    assert.deepEqual(await requestsGoingBack(control, 9_999), ['a.wml', 'b.wml']);
  });

  it('[UACache-C-003] [WAESpec-HTS-C-004] and else it is not', async () => {
    for (const control of ['max-age=10', 'no-cache', 'no-store']) {
      assert.deepEqual(await requestsGoingBack(control, 60_000), ['a.wml', 'b.wml'], control);
    }
  });

  it('[UACache-C-002] [WML-C-07] a POST is made again in precisely the same way (WAP-191 §9.2)', async () => {
    const form =
      '<p><anchor>x<go href="p" method="post"><setvar name="v" value="2"/><postfield name="a" value="1$v"/></go></anchor></p>';
    const handset = new Handset({
      [url]: page('form', form),
      'http://shop.example/p': deck(card('posted', '<p><a href="#next">n</a></p>') + card('next', link), {
        'Cache-Control': 'must-revalidate',
      }),
      ...other,
    });
    await handset.open(url);
    await handset.press('select', 'select');
    await handset.settle();
    await handset.press('select');
    await handset.press('select');
    assert.equal(handset.title(), 'b');
    await handset.press('back');
    assert.equal(handset.title(), 'next', 'a card in the deck that a POST brought');
    const posts = handset.requests.filter(({ method }) => method === 'POST');
    assert.equal(posts.length, 2);
    assert.deepEqual(posts[0], posts[1]);
  });

  it('[UACache-C-004] within a deck or unit nothing is asked for again', async () => {
    const decks = deck(card('a', '<p><a href="#b">b</a></p>') + card('b', '<p>b</p>'), {
      'Cache-Control': 'no-cache, must-revalidate',
    });
    const handset = await new Handset({ [url]: decks }).open(url);
    await handset.press('select');
    assert.deepEqual([handset.title(), handset.requests.length], ['b', 1]);
    const calls = new Handset({
      [url]: page('a', '<p><a href="s#main()">s</a></p>'),
      'http://shop.example/s': unit(
        'extern function main() { WMLBrowser.setVar("x", f(1) + f(2)); } function f(x) { return x; }',
      ),
    });
    await calls.open(url);
    await calls.press('select');
    assert.equal(calls.requests.length, 2);
  });

  it('[UACache-C-006] the cache is no way around access control', async () => {
    const guarded = deck(`<head><access domain="op.example"/></head>${card('secret')}`, {
      'Cache-Control': 'max-age=60',
    });
    const handset = new Handset({
      'http://shop.example/b.wml': guarded,
      [url]: page('a', '<p><a href="b.wml">b</a></p>'),
    });
    await handset.open('http://shop.example/b.wml');
    assert.equal(handset.title(), 'secret', 'by address it may be entered');
    await handset.open(url);
    await handset.press('select');
    assert.match(handset.text(), /may not be\|entered/);
    assert.equal(handset.requests.length, 2);
  });

  it('[WML-C-34] what a deck says as http-equiv counts like a header (WAP-191 §11.3.2)', async () => {
    const head = '<head><meta http-equiv="Cache-Control" content="max-age=60" forua="true"/></head>';
    const handset = await new Handset({ [url]: deck(head + card('a')) }).open(url);
    await handset.pass(59_000);
    await handset.open(url);
    assert.equal(handset.requests.length, 1);
    await handset.pass(1000);
    await handset.open(url);
    assert.equal(handset.requests.length, 2);
  });

  it('reload makes the same request past the cache', async () => {
    const handset = await new Handset({ [url]: deck(card('a'), { 'Cache-Control': 'max-age=60' }) }).open(
      url,
    );
    await handset.press('reload');
    assert.deepEqual(handset.requests[1], {
      method: 'GET',
      url,
      headers: [{ name: 'Cache-Control', value: 'no-cache' }],
    });
    await handset.press('back');
    assert.equal(handset.title(), 'wapstack', 'the history is as long as before');
  });
});

describe('The handset: its menu and keys', () => {
  it('goes to an address that is typed, and back to the browser', async () => {
    const handset = new Handset({ 'http://a.example/': page('home') });
    await handset.press({ text: '2' });
    handset.type('a.example/');
    await handset.press('select');
    assert.equal(handset.title(), 'home');
    await handset.press('end');
    assert.equal(handset.title(), 'wapstack');
    await handset.press({ text: '3' });
    assert.equal(handset.title(), 'home');
  });

  it('a timer of a card runs under a question, and takes the question away with the card (WAP-191 §11.7)', async () => {
    const handset = await new Handset({
      [url]: deck(
        card('a', '<timer value="10"/><p><input name="x"/></p>', 'ontimer="#b"') + card('b', '<p>b</p>'),
      ),
    }).open(url);
    await handset.press('select');
    assert.equal(handset.title(), 'Enter');
    await handset.pass(1000);
    assert.equal(handset.title(), 'b');
  });

  it('the end key ends a page that is under way, and timers', async () => {
    const { resource } = held(page('never'));
    const handset = await new Handset({ [url]: resource }).open(url);
    await handset.press('end');
    assert.equal(handset.text(), 'wapstack|Messages|Go to address|Browser|Cookies|Select | ');
    assert.equal(handset.terminal.busy, false);
  });

  it('letters stand on the digit keys: again and soon is the next letter', async () => {
    const handset = new Handset();
    const line = (): string => handset.lines().at(-1) ?? '';
    await handset.press({ text: '2' });
    await handset.press({ digit: '2' }, { digit: '2' });
    assert.equal(line(), '[http://b_]');
    await handset.press('right', { digit: '2' });
    assert.equal(line(), '[http://ba_]');
    await handset.pass(2000);
    await handset.press({ digit: '2' }, { digit: '#' }, { digit: '9' }, { digit: '#' }, { digit: '7' });
    assert.equal(line(), '[http://baaW7_]');
    await handset.press('clear', { text: '!' });
    assert.equal(line(), '[http://baaW!_]');
    assert.ok(line().length <= COLUMNS);
  });

  it('close ends what is under way', async () => {
    const { resource } = held(page('never'));
    const handset = await new Handset({ [url]: resource }).open(url);
    await handset.terminal.close();
    await handset.press('back');
    assert.equal(handset.title(), 'Connecting');
  });
});
