import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { papServer } from '../../../src/gateway/ppg/http.js';
import { subscribers } from '../../../src/gateway/ppg/subscribers.js';
import { encodeUtf8, toBase64, toHex } from '../../../src/wap/octets.js';
import { decodePap, encodePap, type PushSubmission } from '../../../src/wap/push/index.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { other, push, quality, resultCode, said, si, sic, someone, start, world } from './world.js';

describe('Push submission (WAP-249 §5.1, WAP-247 §8.2–8.3)', () => {
  it('[PAP-OPS-S-001] [PPG-GEN-S-011] [PPG-GEN-S-018] [PPG-GEN-S-022] [SI-PPG-S-002] accepts with 1001 and sends the indication in its binary form', async () => {
    const { ask, pass, delivered } = world();
    assert.deepEqual(await ask(push(), si), {
      type: 'push-response',
      pushId: '1@shop',
      senderAddress: 'http://ppg/pap',
      senderName: 'ppg',
      replyTime: start,
      progressNotes: [],
      result: { code: '1001', desc: 'Accepted for Processing' },
    });
    await pass();
    assert.equal(delivered.length, 1);
    assert.deepEqual(delivered[0]?.endpoint, { bearer: 'Any IPv4', address: '127.0.0.2', port: 2948 });
    assert.deepEqual(delivered[0]?.headers, [{ name: 'Content-Type', value: 'application/vnd.wap.sic' }]);
    assert.equal(toHex(delivered[0]?.body ?? new Uint8Array()), sic);
  });

  const contents: readonly [string, string, string, string, string][] = [
    [
      '[SL-PPG-S-001] [SL-PPG-S-002] [SL-PPG-S-003]',
      'text/vnd.wap.sl',
      '<sl href="http://www.x.com/" action="cache"/>',
      'application/vnd.wap.slc',
      // 1.3, SL 1.0, UTF-8; sl, href=http://www. "x" .com/, action=cache, END.
      '03 06 6a 00 85 0a 03 7800 85 07 01',
    ],
    [
      '[CO-PPG-S-001] [CO-PPG-S-002] [CO-PPG-S-003]',
      'text/vnd.wap.co',
      '<co><invalidate-object uri="http://www.x.com/"/></co>',
      'application/vnd.wap.coc',
      // 1.3, CO 1.0, UTF-8; co, invalidate-object, uri=http://www. "x" .com/, END, END.
      '03 07 6a 00 45 86 07 03 7800 85 01 01',
    ],
  ];
  for (const [ids, type, text, binaryType, octets] of contents) {
    it(`${ids} ${type} goes as ${binaryType}, and as text where it must stay as it is`, async () => {
      const { ask, pass, delivered } = world();
      await ask(push(), text, type);
      await ask(push({ pushId: '2' }), text, type, 'Cache-Control: no-transform\r\n');
      await pass();
      assert.equal(delivered[0]?.headers[0]?.value, binaryType);
      assert.equal(toHex(delivered[0]?.body ?? new Uint8Array()), octets.replace(/ /g, ''));
      assert.equal(delivered[1]?.headers[0]?.value, type);
      assert.deepEqual(delivered[1]?.body, encodeUtf8(text));
    });
  }

  it('[MSG-GEN-S-005] [MSG-GEN-S-006] a multipart goes in its binary form (WAP-251 §5.3)', async () => {
    const { ask, pass, delivered } = world();
    await ask(push(), '--c\r\nContent-Type: text/plain\r\n\r\nhi\r\n--c--', 'multipart/mixed; boundary=c');
    await pass();
    assert.equal(delivered[0]?.headers[0]?.value, 'application/vnd.wap.multipart.mixed');
    assert.equal(toHex(delivered[0]?.body ?? new Uint8Array()), '010102836869');
  });

  it('[PPG-GEN-S-003] [SI-PPG-S-001] under no-transform the text stays', async () => {
    const { ask, pass, delivered } = world();
    await ask(push(), si, 'text/vnd.wap.si', 'Cache-Control: no-transform\r\n');
    await pass();
    assert.deepEqual(delivered[0]?.body, encodeUtf8(si));
  });

  it('[OTA-WSP-S-006] [PPG-GEN-S-006] a registered application id goes over the air as its number', async () => {
    const { ask, pass, delivered } = world();
    await ask(push(), 'x', 'text/plain', 'X-Wap-Application-Id: x-wap-application:wta.ua\r\n');
    await pass();
    assert.deepEqual(delivered[0]?.headers.at(-1), { name: 'X-Wap-Application-Id', value: '3' });
  });

  const refused: readonly [string, Partial<PushSubmission>, string, string, string][] = [
    ['[PAP-VAL-S-003] an address that is none', { addresses: ['127.0.0.1'] }, si, 'text/vnd.wap.si', '2002'],
    [
      '[PPG-ADD-S-001] an address type that is not served',
      { addresses: ['WAPPUSH=12345678/TYPE=MAN@ppg'] },
      si,
      'text/vnd.wap.si',
      '2002',
    ],
    ['somebody unknown', { addresses: [someone, 'WAPPUSH=+1/TYPE=PLMN@ppg'] }, si, 'text/vnd.wap.si', '2002'],
    [
      '[PAP-SEM-S-005] a network that is required and not there',
      { qualityOfService: { ...quality, network: 'ANSI-136', networkRequired: true } },
      si,
      'text/vnd.wap.si',
      '3009',
    ],
    [
      '[PAP-SEM-S-005] [PPG-GEN-S-008] a bearer that is required and not there',
      { qualityOfService: { ...quality, bearer: 'SMS', bearerRequired: true } },
      si,
      'text/vnd.wap.si',
      '3010',
    ],
    [
      '[PAP-SEM-S-006] confirmed delivery where there is none',
      { qualityOfService: { ...quality, deliveryMethod: 'confirmed' } },
      si,
      'text/vnd.wap.si',
      '3007',
    ],
    ['a time that has passed', { deliverBeforeTimestamp: start }, si, 'text/vnd.wap.si', '2000'],
    ['[PAP-VAL-S-002] [SI-VAL-S-001] content that is not well-formed', {}, '<si>', 'text/vnd.wap.si', '3006'],
    ['[SI-VAL-S-002] content that is not valid', {}, '<si/>', 'text/vnd.wap.si', '3006'],
    ['[SL-VAL-S-001] a load that is not well-formed', {}, '<sl href="a">', 'text/vnd.wap.sl', '3006'],
    ['[SL-VAL-S-002] a load that is not valid', {}, '<sl/>', 'text/vnd.wap.sl', '3006'],
    ['[CO-VAL-S-001] a cache operation that is not well-formed', {}, '<co>', 'text/vnd.wap.co', '3006'],
    ['[CO-VAL-S-002] a cache operation that is not valid', {}, '<co/>', 'text/vnd.wap.co', '3006'],
    ['[WML-S-61] a deck that is not well-formed', {}, '<wml>', 'text/vnd.wap.wml', '3006'],
  ];
  for (const [title, more, content, type, code] of refused) {
    it(`[PPG-GEN-S-001] rejects with ${code}: ${title}`, async () => {
      const { ask, pass, delivered, store } = world();
      assert.equal(resultCode(await ask(push(more), content, type)), code);
      await pass(60_000);
      assert.deepEqual(delivered, []);
      assert.equal(await store.has('1@shop'), false);
    });
  }

  it('a message without content is 2000', async () => {
    const { ask } = world();
    assert.equal(resultCode(await ask(push())), '2000');
  });

  it('a push id is used once: 2007', async () => {
    const { ask } = world();
    assert.equal(resultCode(await ask(push(), si)), '1001');
    assert.equal(resultCode(await ask(push(), si)), '2007');
  });

  it('[PAP-SEM-S-008] progress notes where they are asked for', async () => {
    const { ask } = world();
    const answer = await ask(push({ progressNotesRequested: true }), si);
    assert.ok(answer.type === 'push-response');
    assert.deepEqual(
      answer.progressNotes.map(({ stage, note }) => `${stage}: ${note}`),
      ['addresses: 1 recipients', 'transformation: text/vnd.wap.si to application/vnd.wap.sic, 22 octets'],
    );
  });

  it('[PAP-SEM-S-001] [PPG-ADD-S-002] [PPG-ADD-S-003] several recipients, by number, by name and by address', async () => {
    const { ask, pass, delivered } = world();
    await ask(
      push({
        addresses: [
          someone,
          other,
          'WAPPUSH=10.0.0.9/TYPE=IPv4@ppg',
          'WAPPUSH=0000:0000:0000:0000:0000:0000:0000:0001/TYPE=IPv6@ppg',
        ],
      }),
      si,
    );
    await pass();
    assert.deepEqual(
      delivered.map(({ endpoint }) => `${endpoint.address} ${endpoint.port}`),
      ['127.0.0.2 2948', '::1 4000', '10.0.0.9 2948', '0000:0000:0000:0000:0000:0000:0000:0001 2948'],
    );
  });
});

describe('Delivery in time, priority and retries (WAP-249 §5.1.2.2, WAP-247 §8.2)', () => {
  it('[PAP-SEM-S-003] [PPG-GEN-S-010] not before deliver-after-timestamp', async () => {
    const { ask, pass, delivered } = world();
    await ask(push({ deliverAfterTimestamp: start + 60_000 }), si);
    await pass(59_999);
    assert.equal(delivered.length, 0);
    await pass(1);
    assert.equal(delivered.length, 1);
  });

  it('[PAP-SEM-S-004] [PPG-GEN-S-010] after deliver-before-timestamp never, and expired is reported', async () => {
    const { ask, pass, delivered, outcomes, notified } = world();
    outcomes.push({ state: 'busy' }, { state: 'busy' });
    await ask(push({ deliverBeforeTimestamp: start + 5_000, ppgNotifyRequestedTo: 'http://shop/n' }), si);
    await pass(4_999);
    assert.equal(delivered.length, 2);
    await pass(60_000);
    assert.equal(delivered.length, 2);
    const message = notified[0]?.message;
    assert.ok(message?.type === 'resultnotification-message');
    assert.equal(message.messageState, 'expired');
    assert.equal(message.eventTime, start + 5_000);
  });

  it('[PAP-SEM-S-007] high priority first', async () => {
    const { ask, pass, delivered } = world();
    for (const priority of ['low', 'medium', 'high'] as const)
      await ask(
        push({ pushId: priority, qualityOfService: { ...quality, priority } }),
        priority,
        'text/plain',
      );
    await pass();
    assert.deepEqual(
      delivered.map(({ body }) => String.fromCharCode(...body)),
      ['high', 'medium', 'low'],
    );
  });

  it('a bug while delivering ends the message, and is reported', async () => {
    const failures: unknown[] = [];
    const bug = new Error('bug');
    const { ask, pass, store } = world({
      deliver: () => Promise.reject(bug),
      failed: (error) => failures.push(error),
    });
    await ask(push(), si);
    await pass(60_000);
    assert.deepEqual(failures, [bug]);
    assert.equal((await store.recipients('1@shop'))[0]?.outcome.code, '4000');
  });

  it('a terminal that is never free: tried again and again, then timeout', async () => {
    const { ask, pass, delivered, store } = world({
      deliver: (handover) => {
        delivered2.push(handover);
        return Promise.resolve({ state: 'busy' });
      },
    });
    const delivered2 = delivered;
    await ask(push(), si);
    await pass(86_400_000);
    assert.equal(delivered.length, 7);
    assert.equal((await store.recipients('1@shop'))[0]?.outcome.state, 'timeout');
    assert.equal(await store.next(), undefined);
  });
});

describe('Delivery over short messages (WAP-249 §5.1.2.2, §6)', () => {
  const table = { '+33612345672': 'sms:', other: 'sms:+33-676.543.211', wrong: 'sms:', none: 'sms:12' };
  const locate = subscribers({ subscribers: table, pushPort: 9204 });

  it('a subscriber without an address on IP is reached at its number, on the registered port', async () => {
    const { ask, pass, delivered } = world({ locate });
    await ask(push({ addresses: [someone, other], deliverBeforeTimestamp: start + 3_600_000 }), si);
    await pass();
    assert.deepEqual(
      delivered.map(({ endpoint, deliverBefore }) => [endpoint, deliverBefore]),
      [
        [{ bearer: 'GSM SMS', address: '+33612345672', port: 2948 }, start + 3_600_000],
        [{ bearer: 'GSM SMS', address: '+33676543211', port: 2948 }, start + 3_600_000],
      ],
    );
  });

  it('a user without a number, or with one that is none, is not served', async () => {
    const { ask } = world({ locate });
    for (const user of ['wrong', 'none'])
      assert.equal(resultCode(await ask(push({ addresses: [`WAPPUSH=${user}/TYPE=USER@ppg`] }), si)), '2002');
  });

  it('[PPG-GEN-S-008] a bearer that is required is the one that is used, or the message is refused', async () => {
    const known = { '+33612345672': '127.0.0.2', other: '127.0.0.3', far: 'sms:+33676543211' };
    const { ask, pass, delivered } = world({
      locate: subscribers({ subscribers: known, pushPort: 2948 }),
      bearers: ['IPv4', 'SMS'],
    });
    const submit = async (pushId: string, address: string, bearer: string, bearerRequired = true) =>
      resultCode(
        await ask(
          push({ pushId, addresses: [address], qualityOfService: { ...quality, bearer, bearerRequired } }),
          si,
        ),
      );
    const far = 'WAPPUSH=far/TYPE=USER@ppg.example.com';
    assert.equal(await submit('1', someone, 'SMS'), '1001');
    assert.equal(await submit('2', someone, 'IPv4'), '1001');
    assert.equal(await submit('3', far, 'sms'), '1001');
    assert.equal(await submit('4', other, 'SMS'), '3010');
    assert.equal(await submit('5', far, 'IPv4'), '3010');
    assert.equal(await submit('6', far, 'IPv4', false), '1001');
    await pass();
    assert.deepEqual(delivered.map(({ endpoint }) => endpoint.address).sort(), [
      '+33612345672',
      '+33676543211',
      '+33676543211',
      '127.0.0.2',
    ]);
  });

  it('is tried again at longer intervals than over IP', async () => {
    const times: number[] = [];
    const { ask, pass, scheduler, store } = world({
      locate,
      deliver: () => {
        times.push(scheduler.now() - start);
        return Promise.resolve({ state: 'busy' });
      },
    });
    await ask(push(), si);
    await pass(3 * 86_400_000);
    const minutes = times.map((time) => time / 60_000);
    assert.deepEqual(minutes, [0, 0.5, 2.5, 12.5, 72.5, 432.5, 1872.5]);
    assert.equal((await store.recipients('1@shop'))[0]?.outcome.state, 'timeout');
  });
});

describe('Result notification (WAP-249 §5.2, WAP-247 §8.6)', () => {
  it('[PAP-OPS-S-002] [PPG-GEN-S-012] [PPG-GEN-S-014] delivered, unconfirmed, with times, for each recipient', async () => {
    const { ask, pass, notified } = world();
    await ask(
      push({
        addresses: [someone, other],
        ppgNotifyRequestedTo: 'http://shop/n',
        qualityOfService: { ...quality, priority: 'high' },
      }),
      si,
    );
    await pass();
    assert.equal(notified.length, 2);
    assert.equal(notified[0]?.url, 'http://shop/n');
    assert.deepEqual(notified[0]?.message, {
      type: 'resultnotification-message',
      pushId: '1@shop',
      senderAddress: 'http://ppg/pap',
      senderName: 'ppg',
      receivedTime: start,
      eventTime: start,
      messageState: 'delivered',
      code: '1000',
      address: someone,
      qualityOfService: { ...quality, priority: 'high', deliveryMethod: 'unconfirmed' },
    });
    assert.ok(notified[1]?.message.type === 'resultnotification-message');
    assert.equal(notified[1].message.address, other);
  });

  it('[PPG-GEN-S-002] [PPG-GEN-S-007] [PPG-GEN-S-009] what the terminal or the way to it refused is reported with its code', async () => {
    const { ask, pass, notified, outcomes } = world();
    outcomes.push({ state: 'aborted', code: '5236', desc: 'USERPND' });
    await ask(push({ ppgNotifyRequestedTo: 'http://shop/n' }), si);
    await pass();
    const message = notified[0]?.message;
    assert.ok(message?.type === 'resultnotification-message');
    assert.deepEqual([message.messageState, message.code, message.desc], ['aborted', '5236', 'USERPND']);
  });

  it('is repeated until somebody takes it, and then never again', async () => {
    const { ask, pass, notified, answers } = world();
    answers.push(undefined, '4001', '1000');
    await ask(push({ ppgNotifyRequestedTo: 'http://shop/n' }), si);
    await pass(4_999);
    assert.equal(notified.length, 1);
    await pass(1);
    assert.equal(notified.length, 2);
    await pass(30_000);
    assert.equal(notified.length, 3);
    await pass(1e9);
    assert.equal(notified.length, 3);
  });

  it('nobody is told who did not ask', async () => {
    const { ask, pass, notified } = world();
    await ask(push(), si);
    await pass(60_000);
    assert.deepEqual(notified, []);
  });

  it('[PAP-SEM-S-015] a report is in the version of the submission (WAP-247 §9.5)', async () => {
    const { askXml, pass, notified } = world();
    await askXml(encodePap(push({ ppgNotifyRequestedTo: 'http://shop/n' }), '1.0'), si);
    await pass();
    assert.match(notified[0]?.xml ?? '', /DTD PAP 1\.0\/\/EN" "[^"]*"><pap>/);
  });
});

describe('Cancel, replace and status (WAP-249 §5.3–5.4, WAP-247 §8.2, §8.4–8.9)', () => {
  const later = { deliverAfterTimestamp: start + 3_600_000 };

  it('[PAP-OPS-S-003] [PPG-GEN-S-016] [PPG-GEN-S-017] a pending message is cancelled and reported as that', async () => {
    const { ask, pass, delivered, notified } = world();
    await ask(push({ ...later, addresses: [someone, other], ppgNotifyRequestedTo: 'http://shop/n' }), si);
    assert.deepEqual(await ask({ type: 'cancel-message', pushId: '1@shop', addresses: [other] }), {
      type: 'cancel-response',
      pushId: '1@shop',
      results: [{ code: '1000', desc: 'OK', addresses: [other] }],
    });
    await pass(7_200_000);
    assert.equal(delivered.length, 1);
    assert.deepEqual(
      notified.map(({ message }) => message.type === 'resultnotification-message' && message.messageState),
      ['cancelled', 'delivered'],
    );
  });

  it('[PAP-SEM-S-002] what is gone cannot be cancelled: 3003; unknown ids 2004, unknown recipients 2003', async () => {
    const { ask, pass } = world();
    await ask(push(), si);
    await pass();
    const stranger = 'WAPPUSH=+1/TYPE=PLMN@ppg';
    assert.deepEqual(
      await ask({ type: 'cancel-message', pushId: '1@shop', addresses: [someone, stranger] }),
      {
        type: 'cancel-response',
        pushId: '1@shop',
        results: [
          { code: '3003', desc: 'Not Possible', addresses: [someone] },
          { code: '2003', desc: 'Address Not Found', addresses: [stranger] },
        ],
      },
    );
    const unknown = await ask({ type: 'cancel-message', pushId: 'x', addresses: [] });
    assert.ok(unknown.type === 'cancel-response' && unknown.results[0]?.code === '2004');
  });

  it('[PAP-OPS-S-004] [PPG-GEN-S-015] the state of each recipient, pending and then delivered', async () => {
    const { ask, pass } = world();
    await ask(push({ addresses: [someone, other], ...later, qualityOfService: quality }), si);
    const query = { type: 'statusquery-message', pushId: '1@shop', addresses: [] } as const;
    const before = await ask(query);
    assert.ok(before.type === 'statusquery-response');
    assert.deepEqual(
      before.results.map(({ addresses, messageState, code }) => [addresses[0], messageState, code]),
      [
        [someone, 'pending', '1000'],
        [other, 'pending', '1000'],
      ],
    );
    await pass(3_600_000);
    const after = await ask({ ...query, addresses: [other] });
    assert.deepEqual(after, {
      type: 'statusquery-response',
      pushId: '1@shop',
      results: [
        {
          messageState: 'delivered',
          code: '1000',
          eventTime: start + 3_600_000,
          addresses: [other],
          qualityOfService: { ...quality, deliveryMethod: 'unconfirmed' },
        },
      ],
    });
    const unknown = await ask({ ...query, pushId: 'x' });
    assert.ok(unknown.type === 'statusquery-response' && unknown.results[0]?.code === '2004');
  });

  it('[PAP-SEM-S-016] [PPG-GEN-S-020] a new message takes the place of a pending one', async () => {
    const { ask, pass, delivered, store } = world();
    await ask(push({ ...later, addresses: [someone, other] }), 'old', 'text/plain');
    const only = { pushId: '2@shop', replacePushId: '1@shop', replaceMethod: 'pending-only' } as const;
    assert.equal(resultCode(await ask(push({ ...only, replacePushId: 'x' }), 'new', 'text/plain')), '2004');
    assert.equal(resultCode(await ask(push(only), 'new', 'text/plain')), '1001');
    assert.deepEqual(
      (await store.recipients('1@shop')).map(({ outcome }) => outcome.state),
      ['cancelled', 'pending'],
    );
    assert.equal(resultCode(await ask(push({ ...only, pushId: '3@shop' }), 'newer', 'text/plain')), '2008');
    assert.equal(
      resultCode(
        await ask(push({ ...only, pushId: '4@shop', replaceMethod: 'all' }), 'newest', 'text/plain'),
      ),
      '1001',
    );
    await pass(7_200_000);
    assert.deepEqual(
      delivered.map(({ body }) => String.fromCharCode(...body)),
      ['new', 'newest', 'old'],
    );
  });

  it('capabilities are not known here: 3008', async () => {
    const { ask } = world();
    const answer = await ask({ type: 'ccq-message', queryId: 'q', address: someone });
    assert.ok(answer.type === 'ccq-response');
    assert.deepEqual([answer.code, answer.queryId, answer.address], ['3008', 'q', someone]);
  });
});

describe('Versions and bad messages (WAP-247 §8.12, §9)', () => {
  const xml = encodePap(push());

  it('[PAP-VAL-S-001] what is not valid is answered by badmessage-response 2000, with a piece of it', async () => {
    const { askXml } = world();
    const { message } = await askXml(xml.replace('<address', '<adress'), si);
    assert.ok(message.type === 'badmessage-response');
    assert.equal(message.code, '2000');
    assert.match(message.desc ?? '', /adress is not declared/);
    assert.match(message.badMessageFragment ?? '', /^<\?xml/);
  });

  it('[PAP-SEM-S-010] [PAP-SEM-S-014] an unknown version is answered in 1.0 with 3002', async () => {
    const { askXml } = world();
    const { message, version, supportedVersions } = await askXml(
      xml.replace('PAP 2.0', 'PAP 3.1').replace('"2.0,1.0"', '"3.1,3.0"'),
      si,
    );
    assert.ok(message.type === 'badmessage-response' && message.code === '3002');
    assert.equal(version, '1.0');
    // [PAP-SEM-S-012] [PAP-SEM-S-013] to an initiator that speaks more than 1.0, all versions that are spoken here.
    assert.deepEqual(supportedVersions, ['2.0', '1.0']);
  });

  it('[PAP-SEM-S-013] where there is a common version, in the one that the initiator prefers', async () => {
    const { askXml } = world();
    const { message, version, supportedVersions } = await askXml(
      xml.replace('PAP 2.0', 'PAP 3.1').replace('"2.0,1.0"', '"3.1,2.*,1.0"'),
      si,
    );
    assert.ok(message.type === 'badmessage-response' && message.code === '3002');
    assert.equal(version, '2.0');
    assert.deepEqual(supportedVersions, ['2.0', '1.0']);
  });

  it('[PAP-SEM-S-012] an initiator of 1.0 is answered in 1.0, without the instruction', async () => {
    const { askXml } = world();
    const answer = await askXml(encodePap(push(), '1.0'), si);
    assert.equal(answer.version, '1.0');
    assert.ok(!answer.xml.includes('wap-pap-ver'));
  });

  it('answers, and what is no PAP at all, are bad messages', async () => {
    const { ask, proxy } = world();
    assert.equal((await ask({ type: 'badmessage-response', code: '2000' })).type, 'badmessage-response');
    const answer = decodePap(await said(proxy, 'text/html', encodeUtf8('<html>')));
    assert.equal(answer.message.type, 'badmessage-response');
    assert.equal(answer.version, '1.0');
  });
});

describe('Whatever is posted to the push proxy', () => {
  it('is answered by a PAP document', async () => {
    const { proxy } = world();
    const control = encodePap(push());
    const whole = `--b\r\nContent-Type: application/xml\r\n\r\n${control}\r\n--b\r\nContent-Type: text/vnd.wap.si\r\n\r\n${si}\r\n--b--\r\n`;
    const mutated = fc
      .tuple(fc.nat(whole.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 8 }))
      .map(([at, cut, put]) => whole.slice(0, at) + put + whole.slice(at + cut));
    const types = fc.constantFrom(
      'multipart/related; boundary=b',
      'application/xml',
      'application/xml; charset=utf-16',
      'multipart/related',
      '',
    );
    await fc.assert(
      fc.asyncProperty(types, fc.oneof(mutated, fc.string()), async (type, body) => {
        const answer = await said(proxy, type, encodeUtf8(body));
        assert.ok(/-response$/.test(decodePap(answer).message.type), answer);
      }),
      { numRuns: 500 },
    );
  });
});

describe('PAP over HTTP (WAP-247 §13)', () => {
  const post = (headers: Record<string, string>) => ({
    method: 'POST',
    headers: { 'Content-Type': 'application/xml', ...headers },
    body: encodePap({ type: 'statusquery-message', pushId: 'x', addresses: [] }),
  });

  it('[PAP-OPS-S-001] POST to any path, answered by 202 and a PAP document (§13.4.1)', async () => {
    const app = papServer(world().proxy, { initiators: [], maxBody: 10_000 });
    const response = await app.request('http://ppg.example/any/path', post({}));
    assert.equal(response.status, 202);
    assert.match(response.headers.get('Content-Type') ?? '', /^application\/xml/);
    assert.equal(decodePap(await response.text()).message.type, 'statusquery-response');
    const bad = await app.request('/', { ...post({}), body: 'no XML' });
    assert.equal(bad.status, 202);
    assert.equal((await app.request('/')).status, 405);
    assert.equal((await app.request('/', { ...post({}), body: 'x'.repeat(10_001) })).status, 413);
  });

  it('[OTA-WSP-S-007] initiators log in where they have to; the terminal is told whom the proxy trusts', async () => {
    const { proxy, pass, delivered } = world();
    const app = papServer(proxy, {
      initiators: [{ name: 'shop', password: 'päss:word', trusted: true }],
      maxBody: 10_000,
    });
    const login = (text: string) => ({ Authorization: `Basic ${toBase64(encodeUtf8(text))}` });
    const nobody = await app.request('/', post({}));
    assert.equal(nobody.status, 401);
    assert.equal(nobody.headers.get('WWW-Authenticate'), 'Basic realm="wappush"');
    assert.equal((await app.request('/', post(login('shop:päss:wort')))).status, 401);
    assert.equal((await app.request('/', post(login('shop:')))).status, 401);
    const body = `--b\r\nContent-Type: application/xml\r\n\r\n${encodePap(push())}\r\n--b\r\nContent-Type: text/plain\r\nX-Wap-Initiator-URI: http://shop/\r\n\r\nhi\r\n--b--`;
    const headers = { 'Content-Type': 'multipart/related; boundary=b', ...login('shop:päss:word') };
    assert.equal((await app.request('/', { method: 'POST', headers, body })).status, 202);
    await pass();
    assert.deepEqual(delivered[0]?.headers.at(-1), { name: 'Push-Flag', value: '3' });
  });
});

describeWithFixtures('PAP requests of others', 'pap', (folder) => {
  const expected: Readonly<Record<string, string>> = {
    'address-plmn': '3010',
    'address-user-defined': '1001',
    'bad-address-syntax': '2002',
    'cancel-message': '2004',
    'co-ip': '1001',
    'duplicate-push-id': '1001',
    'ill-formed': 'badmessage-response 2000',
    'no-address': 'badmessage-response 2000',
    'oob-deliver-before-past': '2000',
    'resultnotification-response': 'badmessage-response 2000',
    'si-malformed-content': '3006',
    'text-ip': '1001',
    'two-addresses': '1001',
    'unknown-element': 'badmessage-response 2000',
    'wml-ip': '1001',
  };

  for (const [name, code] of Object.entries(expected)) {
    it(`${name}: ${code}`, async () => {
      assert.ok(readdirSync(folder).includes(`${name}.http`));
      const text = readFileSync(`${folder}/${name}.http`, 'latin1');
      const [head = '', ...rest] = text.split(/\r?\n\r?\n/);
      const type = /^Content-Type: (.*)$/im.exec(head)?.[1] ?? '';
      const { proxy } = world({
        locate: subscribers({ subscribers: {}, defaultAddress: '127.0.0.1', pushPort: 2948 }),
      });
      const body = Uint8Array.from(rest.join('\n\n'), (character) => character.charCodeAt(0));
      const { message } = decodePap(await said(proxy, type, body));
      if (message.type === 'push-response') assert.equal(message.result.code, code);
      else if (message.type === 'cancel-response') assert.equal(message.results[0]?.code, code);
      else
        assert.ok(message.type === 'badmessage-response' && `badmessage-response ${message.code}` === code);
    });
  }
});
