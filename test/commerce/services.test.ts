import assert from 'node:assert/strict';
import { callSubmitter, numberOf, transactionOf } from '../../src/commerce/call.js';
import { CALL_CHANNEL, callChannel, servicesPages } from '../../src/commerce/services.js';
import type { Signing } from '../../src/commerce/signing.js';
import { contentConversions } from '../../src/gateway/conversions.js';
import { Line, type LineNews } from '../../src/wta/index.js';
import type { Page } from '../terminal/handset.js';
import { secure, WtaHandset } from '../terminal/wta/phones.js';
import { Town } from '../wta/town.js';

const publicUrl = 'http://shop.example';
const prefix = '+33492';
const phone = '+33612345672';

/** A shop that has one order to be signed, behind a gateway that does its part. */
function shopPages() {
  const signing = { tokenOf: (transaction: string) => (transaction === '4711-0815' ? 'token' : undefined) };
  const app = servicesPages({ signing: signing as Signing, name: 'Shop', prefix, publicUrl });
  return async (url: string): Promise<Page> => {
    const response = await app.request(url.replace(`${publicUrl}/wta`, ''));
    const type = (response.headers.get('content-type') ?? '').replace(/;.*/, '');
    const body = new Uint8Array(await response.arrayBuffer());
    const location = response.headers.get('location');
    const headers = location === null ? {} : { Location: location };
    const [conversion] = contentConversions()[type] ?? [];
    const converted = await conversion?.convert(body, { type, parameters: { charset: 'utf-8' } }, []);
    if (converted === undefined || 'problem' in converted)
      return { status: response.status, type, headers, body };
    return { status: response.status, type: converted.contentType, headers, body: converted.body };
  };
}

async function provided(town = new Town()): Promise<WtaHandset> {
  const page = shopPages();
  const asked: string[] = [];
  const handset = new WtaHandset(
    {},
    {
      town,
      telephony: {
        session: {
          facts: () => secure,
          open: async () => secure,
          fetcher: {
            async fetch({ url }) {
              asked.push(url);
              if (url === `${publicUrl}/sign/token`) {
                return {
                  status: 200,
                  contentType: 'text/plain',
                  headers: [],
                  body: new TextEncoder().encode('to sign'),
                };
              }
              const { status = 200, type = '', headers = {}, body } = await page(url);
              const list = Object.entries(headers).map(([name, value]) => ({ name, value }));
              return { status, contentType: type, headers: list, body: body as Uint8Array };
            },
            close: async () => {},
          },
        },
      },
    },
  );
  handset.pushed('text/vnd.wap.channel', callChannel(publicUrl, 'Shop'), {
    'Content-Location': `${publicUrl}/wta/channel`,
  });
  await handset.settle();
  assert.match(handset.words(), /Installed/);
  await handset.press('softLeft');
  assert.deepEqual(
    asked,
    ['call.wml', 'call.wmls', 'installed'].map((each) => `${publicUrl}/wta/${each}`),
  );
  return handset;
}

describe('The request as a call: the server dials automatically [221] (WAP-266-WTA §4.2.1, §9.2)', () => {
  it('a number stands for an order', () => {
    assert.equal(numberOf(prefix, '4711-0815'), '+3349247110815');
    assert.equal(transactionOf(prefix, '+3349247110815'), '4711-0815');
    for (const other of ['+33492471108', '+33592471108150', '+33492471108151', '']) {
      assert.equal(transactionOf(prefix, other), undefined);
    }
  });

  it('a service in the repository takes a call of the shop and shows what there is to sign; nobody answers', async () => {
    const handset = await provided();
    const news: LineNews[] = [];
    const line = new Line(handset.town.exchange, '+3349247110815');
    const hangUp = line.dial(phone, (each) => news.push(each));
    await handset.settle();
    assert.deepEqual(handset.lines(), ['to sign']);
    hangUp();
    await handset.settle();
    assert.deepEqual(handset.lines(), ['to sign'], 'the call has ended, the service goes on');
    assert.deepEqual(news, ['ringing', 'normal']);
    assert.equal(handset.telephony.repository.channel(CALL_CHANNEL)?.channel.eventid, 'wtaev-cc/ic');
  });

  it('an order that waits for no signature is said so', async () => {
    const handset = await provided();
    new Line(handset.town.exchange, '+3349200000000').dial(phone, () => {});
    await handset.settle();
    assert.match(handset.words(), /answers 404/);
  });

  it('other calls are the user’s: the service asks for leave to answer and to end them', async () => {
    for (const [key, ending] of [
      ['softLeft', 'answered'],
      ['softRight', 'busy'],
    ] as const) {
      const handset = await provided();
      const news: LineNews[] = [];
      const hangUp = new Line(handset.town.exchange, '+33600000001').dial(phone, (each) => news.push(each));
      await handset.settle();
      assert.equal(handset.title(), 'Incoming call');
      assert.deepEqual(handset.lines(), ['+33600000001']);
      await handset.press(key);
      assert.equal(handset.title(), 'Permission');
      await handset.press('softLeft');
      assert.deepEqual(news, ['ringing', ending]);
      if (ending === 'answered') assert.equal(handset.title(), 'In call');
      hangUp();
      await handset.settle();
      assert.equal(handset.telephony.agent.context, undefined, 'the service ends itself');
      assert.equal(handset.title(), phone);
    }
  });

  it('the submission is over when it rings, and stops when the phone has come', async () => {
    const calls: string[] = [];
    let tell: (news: LineNews) => void = () => {};
    const submit = callSubmitter({
      prefix,
      dial: (from, to, news) => {
        calls.push(`${from} ${to}`);
        tell = news;
        return () => calls.push('hung up');
      },
    });
    const order = { mobileDeviceId: phone, id: '4711-0815', href: '', text: '', created: 0, expires: 1 };
    const first = submit(order);
    tell('ringing');
    const { octets, stop } = await first;
    assert.equal(octets, 0);
    stop?.();
    assert.deepEqual(calls, [`+3349247110815 ${phone}`, 'hung up']);
    const second = submit(order);
    tell('unavailable');
    await assert.rejects(second, /the call came to nothing: unavailable/);
  });
});
