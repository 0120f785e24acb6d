import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type PushOrder, ppgSubmitter, pushSubmission } from '../../src/commerce/push.js';
import { decodeUtf8 } from '../../src/wap/octets.js';
import { decodePap, decodePapEntities, decodeSi } from '../../src/wap/push/index.js';
import { seededRandom } from '../../src/wap/random.js';

const push: PushOrder = {
  mobileDeviceId: '+33612345672',
  id: '4711-0815',
  href: 'http://127.0.0.1:8080/sign/00ff',
  text: 'Shop & Co: sign 4711-0815, EUR 31.00',
  created: Date.UTC(2001, 10, 22, 21, 0, 0),
  expires: Date.UTC(2001, 10, 22, 21, 5, 0),
};

function control(result: string): string {
  return `<?xml version="1.0"?><!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd"><pap>${result}</pap>`;
}

const accepted = control(
  '<push-response push-id="x"><response-result code="1001" desc="Accepted"/></push-response>',
);

describe('The push submission [221] (WAP-247 §8.2, WAP-167)', () => {
  it('has a control entity for one phone and a service indication', () => {
    const { contentType, body } = pushSubmission(push, 'ppg.test', seededRandom(1));
    assert.match(contentType, /^multipart\/related; boundary=\S+; type="application\/xml"$/);
    const entities = decodePapEntities(contentType, body);
    const { message } = decodePap(decodeUtf8(entities.control.body) ?? '');
    assert.equal(message.type, 'push-message');
    assert.deepEqual(message.type === 'push-message' && message.addresses, [
      'WAPPUSH=+33612345672/TYPE=PLMN@ppg.test',
    ]);
    assert.equal(
      message.type === 'push-message' && message.pushId,
      '2001-11-22T21:00:00Z/4711-0815@ppg.test',
    );
    assert.equal(message.type === 'push-message' && message.deliverBeforeTimestamp, push.expires);
    assert.deepEqual(entities.content?.headers, [
      { name: 'Content-Type', value: 'text/vnd.wap.si; charset=utf-8' },
    ]);
    assert.deepEqual(decodeSi(decodeUtf8(entities.content?.body ?? new Uint8Array()) ?? ''), {
      href: push.href,
      siId: '4711-0815@ppg.test',
      created: push.created,
      siExpires: push.expires,
      action: 'signal-medium',
      text: push.text,
    });
  });
});

describe('A push proxy gateway over HTTP', () => {
  let server: Server;
  let url: string;
  let seen: { headers: IncomingHttpHeaders; octets: number } | undefined;
  let answer: { status: number; type: string; body: string } | 'hang up' | 'flood';

  before((done) => {
    server = createServer((incoming, outgoing) => {
      let octets = 0;
      incoming.on('data', (part: Uint8Array) => {
        octets += part.length;
      });
      incoming.on('end', () => {
        seen = { headers: incoming.headers, octets };
        if (answer === 'hang up') return outgoing.destroy();
        if (answer === 'flood') {
          outgoing.writeHead(200, { 'Content-Type': 'application/xml' });
          return outgoing.end('x'.repeat(100_000));
        }
        outgoing.writeHead(answer.status, { 'Content-Type': answer.type });
        return outgoing.end(answer.body);
      });
    }).listen(0, '127.0.0.1', () => {
      const address = server.address();
      url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/pap`;
      done();
    });
  });
  after((done) => {
    server.close(() => done());
  });

  it('gets the submission, and its acceptance is believed', async () => {
    answer = { status: 202, type: 'application/xml', body: accepted };
    const { octets } = await ppgSubmitter({ url }, seededRandom(1))(push);
    assert.equal(seen?.octets, octets);
    assert.match(seen?.headers['content-type'] ?? '', /^multipart\/related;/);
    assert.equal(seen?.headers.authorization, undefined);
  });

  it('gets credentials where there are some', async () => {
    answer = { status: 202, type: 'application/xml', body: accepted };
    await ppgSubmitter({ url, credentials: { user: 'shop', password: 'sesame' } }, seededRandom(1))(push);
    assert.equal(seen?.headers.authorization, 'Basic c2hvcDpzZXNhbWU=');
  });

  const refusals: [title: string, answer: typeof answer, said: RegExp][] = [
    [
      'refuses in a push-response',
      {
        status: 202,
        type: 'application/xml',
        body: control(
          '<push-response push-id="x"><response-result code="2003" desc="Address Not Found"/></push-response>',
        ),
      },
      /refused it: 2003 Address Not Found/,
    ],
    [
      'does not understand',
      {
        status: 200,
        type: 'application/xml',
        body: control('<badmessage-response code="2000" desc="Bad Request" bad-message-fragment="x"/>'),
      },
      /did not understand: 2000 Bad Request/,
    ],
    [
      'answers about something else',
      {
        status: 200,
        type: 'application/xml',
        body: control(
          '<resultnotification-response push-id="x" code="1000"><address address-value="x"/></resultnotification-response>',
        ),
      },
      /answered with resultnotification-response/,
    ],
    ['refuses in HTTP', { status: 401, type: 'text/plain', body: 'no' }, /HTTP status 401/],
    [
      'answers with something that is no PAP',
      { status: 200, type: 'text/html', body: '<p>hello</p>' },
      /PAP/,
    ],
    ['answers with broken XML', { status: 200, type: 'application/xml', body: '<pap>' }, /PAP/],
    ['answers without end', 'flood', /PAP in push submission: the answer has more than 65536 octets/],
    ['hangs up', 'hang up', /socket hang up/],
  ];
  for (const [title, what, said] of refusals) {
    it(`${title}: the submission has failed`, async () => {
      answer = what;
      await assert.rejects(ppgSubmitter({ url }, seededRandom(1))(push), said);
    });
  }

  it('is not there: the submission has failed', async () => {
    await assert.rejects(
      ppgSubmitter({ url: 'http://127.0.0.1:1/pap' }, seededRandom(1))(push),
      /ECONNREFUSED/,
    );
  });
});
