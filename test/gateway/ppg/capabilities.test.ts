import assert from 'node:assert/strict';
import { virtualScheduler } from '../../../src/bearer/index.js';
import type { HttpFailure, HttpResponse } from '../../../src/gateway/http.js';
import { type TerminalSession, terminalCapabilities } from '../../../src/gateway/ppg/capabilities.js';
import { udpEndpoint } from '../../../src/wap/address.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';

type HttpAnswer = HttpResponse | HttpFailure;

const endpoint = udpEndpoint('192.0.2.1', 2948);
const rdf = '<RDF><Push-Accept><Bag><li>text/plain</li></Bag></Push-Accept></RDF>';

/** What is asked of the server of profiles, and what it answers. */
function world(session: TerminalSession | undefined, answers: HttpAnswer[] = []) {
  const clock = virtualScheduler(0);
  const asked: string[] = [];
  const find = terminalCapabilities({
    session: () => session,
    http: {
      fetch({ url }) {
        asked.push(url.href);
        return Promise.resolve(answers.shift() ?? { failure: 'unreachable', text: 'away' });
      },
      close: () => undefined,
    },
    clock,
  });
  return { find: () => find(endpoint), asked, clock };
}

const profile = { headers: [{ name: 'Profile', value: 'http://maker/phone.rdf' }] };
const found: HttpAnswer = { status: 200, headers: [], body: encodeUtf8(rdf) };

describe('What is known of terminals (WAP-248 §9.2, WAP-247 §5.5)', () => {
  it('nothing, without a session', async () => {
    assert.equal(await world(undefined).find(), undefined);
  });

  it('the headers of the session, in the words of UAProf', async () => {
    const headers = [
      { name: 'Accept', value: 'text/vnd.wap.wml, image/vnd.wap.wbmp' },
      { name: 'accept-charset', value: 'utf-8' },
      { name: 'Accept-Application', value: '2, x-wap-application:wta.ua, http://a/' },
    ];
    const known = await world({ headers, sduSize: 1400 }).find();
    assert.deepEqual(
      [...(known?.values ?? [])],
      [
        ['CcppAccept', ['text/vnd.wap.wml', 'image/vnd.wap.wbmp']],
        ['CcppAccept-Charset', ['utf-8']],
        ['Push-Accept-AppID', ['x-wap-application:wml.ua', 'x-wap-application:wta.ua', 'http://a/']],
        ['Push-MsgSize', ['1400']],
      ],
    );
    assert.equal(known?.profile, undefined);
  });

  it('the profile that it named, fetched once an hour', async () => {
    const { find, asked, clock } = world(profile, [found, found]);
    const known = await find();
    assert.deepEqual([...(known?.values ?? [])], [['Push-Accept', ['text/plain']]]);
    assert.deepEqual(known?.profile, {
      headers: [{ name: 'Content-Type', value: 'application/rdf+xml' }],
      body: encodeUtf8(rdf),
    });
    clock.advance(3_599_999);
    await find();
    assert.equal(asked.length, 1);
    clock.advance(1);
    await find();
    assert.deepEqual(asked, ['http://maker/phone.rdf', 'http://maker/phone.rdf']);
  });

  it('a profile that is not to be had, or is none, is asked for again after a minute; headers do meanwhile', async () => {
    const bad: HttpAnswer = { ...found, body: encodeUtf8('<RDF>') };
    const gone: HttpAnswer = { ...found, status: 404 };
    const { find, asked, clock } = world({ ...profile, sduSize: 9 }, [bad, gone, found]);
    for (const expected of ['Push-MsgSize', 'Push-MsgSize', 'Push-Accept']) {
      assert.deepEqual([...((await find())?.values.keys() ?? [])], [expected]);
      await find();
      clock.advance(60_000);
    }
    assert.equal(asked.length, 3);
  });

  it('what is no URL is not asked for', async () => {
    const { find, asked } = world({ headers: [{ name: 'Profile', value: 'phone' }] });
    assert.equal((await find())?.profile, undefined);
    assert.deepEqual(asked, []);
  });
});
