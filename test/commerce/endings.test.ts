import assert from 'node:assert/strict';
import { REPEATS_KEPT } from '../../src/commerce/store.js';
import { encodePublicKeyInfo } from '../../src/wap/pki/index.js';
import {
  alice,
  approved,
  curved,
  directoryOf,
  entered,
  forged,
  makeWorld,
  mallory,
  NOW,
  Pc,
  phone,
  prepared,
  sign,
} from './world.js';

describe('A purchase from approval to its ending (EP 1 161 055 A2, figure 2)', () => {
  it('[WMLSCrypt-A-001] [WMLSCrypt-A-002] signed: both screens say so, and the evidence is kept', async () => {
    const world = await makeWorld();
    const { pc, phone, status, text, transaction } = await approved(world);
    const signed = sign(text);
    const deck = await phone.post({ signed: signed });
    assert.match(deck.body, /<b>Accepted<\/b>/);
    const page = await status;
    assert.equal(page.status, 200);
    assert.match(page.body, /<h1>Signed: thank you for your order<\/h1>/);
    assert.match(
      page.body,
      /<dt>chain<\/dt><dd>✓ Alice &lt; wapstack root, at 2001-11-22T21:00:01.000Z<\/dd>/,
    );

    const link = `/orders/${transaction}/signed-content/1`;
    assert.ok(page.body.includes(`<a href="${link}">`));
    assert.equal((await pc.get(link)).body, `${signed}\n`);
    assert.equal((await pc.get(link.replace('/1', '/2'))).status, 404);

    const order = world.store.findOrder(transaction);
    assert.equal(order?.state, 'signed');
    const [evidence, ...others] = world.store.evidenceOf(transaction);
    assert.equal(others.length, 0);
    assert.equal(evidence?.text, text);
    assert.equal(Buffer.from(evidence?.signedContent ?? []).toString('base64'), signed);
    assert.equal(evidence?.verdict, 'signed');
    assert.equal(evidence?.signed, NOW + 1000);
    assert.deepEqual(
      evidence?.checks.map(({ name, ok }) => `${name} ${ok}`),
      [
        'structure true',
        'attributes true',
        'content true',
        'text true',
        'signer true',
        'key true',
        'signature true',
        'time true',
        'chain true',
        'transaction true',
        'nonce true',
        'life true',
        'used once true',
      ],
    );
    assert.equal(world.store.cart('alice').size, 0);
    assert.equal(world.time.waiting, 0);
  });

  it('signed without content, by a key hash that the directory resolves', async () => {
    const certificate = alice.certificate.octets;
    const publicKey = encodePublicKeyInfo(alice.privateKey.publicKey);
    const record = { userId: 'alice', mobileDeviceId: '+33612345672', publicKey, certificate };
    const world = await makeWorld({ directory: directoryOf(async () => record) });
    const { phone, status, text } = await approved(world);
    const infos = [{ type: 'sha_key_hash', hash: alice.certificate.keyHash }] as const;
    await phone.post({ signed: sign(text, { infos, included: false }) });
    assert.match((await status).body, /<h1>Signed/);
  });

  it('[WMLSCrypt-A-003] signed with a key on an elliptic curve', async () => {
    const publicKey = encodePublicKeyInfo(curved.privateKey.publicKey);
    const record = { userId: 'alice', mobileDeviceId: '+33612345672', publicKey };
    const world = await makeWorld({ directory: directoryOf(async () => record) });
    const { phone, status, text } = await approved(world);
    await phone.post({ signed: sign(text, { card: curved }) });
    assert.match(
      (await status).body,
      /<dt>signature<\/dt><dd>✓ the signature is right \(ECDSA, curve 7, SHA-1\)/,
    );
  });

  it('signed by a card without a clock, whose nonce stands in for the time', async () => {
    const world = await makeWorld();
    const { phone, status, text } = await approved(world);
    await phone.post({ signed: sign(text, { nonce: new Uint8Array(8) }) });
    assert.match((await status).body, /<h1>Signed/);
  });

  it('signed content whose plus signs became blanks, or that is broken into lines, is read all the same', async () => {
    for (const mangle of [
      (text: string) => text.replaceAll('+', ' '),
      (text: string) => text.replace(/.{76}/g, '$&\r\n'),
    ]) {
      const world = await makeWorld();
      const { phone, status, text } = await approved(world);
      await phone.post({ signed: mangle(sign(text)) });
      assert.match((await status).body, /<h1>Signed/);
    }
  });

  it('declined on the phone', async () => {
    const world = await makeWorld();
    const { phone, status, transaction } = await approved(world);
    assert.match((await phone.post({ refusal: 'declined' })).body, /<b>Declined<\/b>/);
    assert.match((await status).body, /<h1>Declined on the phone<\/h1>/);
    assert.equal(world.store.findOrder(transaction)?.state, 'declined');
    assert.equal(world.store.cart('alice').size, 1, 'the cart stays as it was');
    assert.equal(world.store.evidenceOf(transaction).length, 0);
  });

  it('the card is blocked', async () => {
    const world = await makeWorld();
    const { phone, status } = await approved(world);
    assert.match((await phone.post({ refusal: 'invalid' })).body, /<b>Card blocked<\/b>/);
    assert.match((await status).body, /<h1>The card did not sign<\/h1>/);
  });

  it('the card has no certificate', async () => {
    const world = await makeWorld();
    const { phone, status } = await approved(world);
    assert.match((await phone.post({ refusal: 'noCert' })).body, /<b>No certificate<\/b>/);
    assert.match((await status).body, /<h1>The card cannot sign<\/h1>/);
  });

  it('the phone does not answer in time', async () => {
    const world = await makeWorld({ life: 60_000 });
    const { phone, status, text } = await approved(world);
    world.time.advance(59_999);
    assert.match((await phone.deck()).body, /asks you to sign/);
    world.time.advance(1);
    assert.match((await status).body, /<h1>The phone did not answer in time<\/h1>/);
    assert.match((await phone.deck()).body, /<b>Expired<\/b>/);
    assert.match((await phone.post({ signed: sign(text) })).body, /<b>Expired<\/b>/);
  });

  it('an answer at the very end of the time is late, even before the timer has said so', async () => {
    const world = await makeWorld({ life: 60_000, timers: { after: () => () => undefined } });
    const { phone, status, text, transaction } = await approved(world);
    world.time.advance(60_000);
    assert.match((await phone.post({ signed: sign(text) })).body, /<b>Expired<\/b>/);
    assert.match((await status).body, /<h1>The phone did not answer in time<\/h1>/);
    assert.deepEqual(
      world.store.evidenceOf(transaction).map(({ verdict }) => verdict),
      ['late'],
    );
  });

  it('the PC breaks off: the phone is told at its next fetch', async () => {
    const world = await makeWorld();
    const abort = new AbortController();
    const { phone, transaction, text, status } = await approved(world, abort.signal);
    abort.abort();
    await status;
    assert.equal(world.store.findOrder(transaction)?.state, 'withdrawn');
    assert.match((await phone.deck()).body, /<b>Withdrawn<\/b>/);
    assert.match((await phone.post({ signed: sign(text) })).body, /<b>Withdrawn<\/b>/);
    assert.equal(world.store.findOrder(transaction)?.state, 'withdrawn');
    assert.equal(world.time.waiting, 0);
  });

  it('the PC cancels with a second request: the first one is answered too', async () => {
    const world = await makeWorld();
    const { pc, page, phone, status, transaction } = await approved(world);
    const cancelled = await pc.submit(page, `/orders/${transaction}/cancel`);
    assert.match(cancelled.body, /<h1>Withdrawn<\/h1>/);
    assert.match((await status).body, /You cancelled the order/);
    assert.match((await phone.deck()).body, /<b>Withdrawn<\/b>/);
  });

  it('two PCs wait for one order: it is withdrawn when the last one goes', async () => {
    const world = await makeWorld();
    const abort = new AbortController();
    const { pc, page, phone, status, text, transaction } = await approved(world, abort.signal);
    const held = world.told('held');
    const second = pc.submit(page, `/orders/${transaction}/approve`);
    await held;
    abort.abort();
    await phone.post({ signed: sign(text) });
    assert.match((await second).body, /<h1>Signed/);
    await status;
    assert.equal(world.pushes.length, 1);
  });

  it('the PC is gone before the phone could be asked: nothing is pushed for it', async () => {
    const abort = new AbortController();
    const lookup = directoryOf(async () => {
      abort.abort();
      return { userId: 'alice', mobileDeviceId: '+33612345672', publicKey: new Uint8Array() };
    });
    const world = await makeWorld({ directory: lookup });
    const { pc, page, transaction } = await prepared(world);
    const status = pc.submit(page, `/orders/${transaction}/approve`, {}, { signal: abort.signal });
    await status;
    assert.equal(world.store.findOrder(transaction)?.state, 'withdrawn');
    assert.equal(world.pushes.length, 0);
  });

  const wrong: Record<string, [options: Parameters<typeof sign>[1], finding: RegExp]> = {
    'a bit is wrong': [{ spoil: true }, /“signature” failed: the signature is wrong/],
    'another user signed': [{ card: mallory }, /“key” failed: the key is not the one in the directory/],
    'an authority that is not trusted issued the certificate': [{ card: forged }, /“chain” failed:/],
    'it was signed before the request was made': [{ time: NOW - 121_000 }, /“life” failed:.*outside/],
    'it claims to be signed after the request ended': [{ time: NOW + 421_000 }, /“life” failed:.*outside/],
  };
  for (const [title, [options, finding]] of Object.entries(wrong)) {
    it(`the signature is wrong: ${title}`, async () => {
      const world = await makeWorld();
      const { phone, status, text, transaction } = await approved(world);
      const deck = await phone.post({ signed: sign(text, options) });
      assert.match(deck.body, /<b>Wrong signature<\/b>/);
      const page = await status;
      assert.match(page.body, /<h1>The signature was refused<\/h1>/);
      assert.match(world.store.findOrder(transaction)?.reason ?? '', finding);
      const [evidence] = world.store.evidenceOf(transaction);
      assert.equal(evidence?.verdict, 'signature wrong');
      assert.match((await phone.post({ signed: sign(text) })).body, /<b>Wrong signature<\/b>/);
    });
  }

  it('the signature is wrong: it is for another text', async () => {
    const world = await makeWorld();
    const { phone, status, text, transaction } = await approved(world);
    await phone.post({ signed: sign(text.replace('Total EUR', 'Total FRF')) });
    assert.match((await status).body, /<h1>The signature was refused<\/h1>/);
    assert.match(
      world.store.findOrder(transaction)?.reason ?? '',
      /“text” failed: the text is not the one asked for/,
    );
  });

  it('the signature is wrong: what came is no SignedContent, or nothing at all', async () => {
    for (const signedContent of ['', 'AQ==', '$(signed:noesc)', 'é'.repeat(40)]) {
      const world = await makeWorld();
      const { phone, status, transaction } = await approved(world);
      assert.match((await phone.post({ signed: signedContent })).body, /<b>Wrong signature<\/b>/);
      assert.match((await status).body, /<h1>The signature was refused<\/h1>/);
      assert.equal(world.store.evidenceOf(transaction).length, 1);
    }
  });

  it('the directory has replaced the key since the approval', async () => {
    const keys = [alice.privateKey.publicKey, mallory.privateKey.publicKey].map(encodePublicKeyInfo);
    let asked = 0;
    const world = await makeWorld({
      directory: directoryOf(async () => ({
        userId: 'alice',
        mobileDeviceId: '+33612345672',
        publicKey: keys[asked++] ?? new Uint8Array(),
      })),
    });
    const { phone, status, text } = await approved(world);
    assert.match((await phone.post({ signed: sign(text) })).body, /<b>Wrong signature<\/b>/);
    assert.match((await status).body, /the key is not the one in the directory/);
  });

  it('the directory has lost the user, or holds a key that nobody can read', async () => {
    for (const publicKey of [undefined, new Uint8Array([0x30, 0x80])]) {
      let asked = 0;
      const usable = encodePublicKeyInfo(alice.privateKey.publicKey);
      const world = await makeWorld({
        directory: directoryOf(async () => {
          const key = asked++ === 0 ? usable : publicKey;
          return key && { userId: 'alice', mobileDeviceId: '+33612345672', publicKey: key };
        }),
      });
      const { phone, status, text } = await approved(world);
      assert.match((await phone.post({ signed: sign(text) })).body, /<b>Wrong signature<\/b>/);
      assert.match((await status).body, /the directory has no usable key of this user/);
    }
  });

  it('the directory cannot be asked while the signature is checked: the phone may send it again', async () => {
    const record = {
      mobileDeviceId: '+33612345672',
      publicKey: encodePublicKeyInfo(alice.privateKey.publicKey),
    };
    let asked = 0;
    const world = await makeWorld({
      directory: directoryOf(async (userId) => {
        if (asked++ === 1) throw new Error('unreachable');
        return { userId, ...record };
      }),
    });
    const { phone, status, text } = await approved(world);
    const signedContent = sign(text);
    assert.match((await phone.post({ signed: signedContent })).body, /<b>Try again<\/b>/);
    assert.match((await phone.post({ signed: signedContent })).body, /<b>Accepted<\/b>/);
    assert.match((await status).body, /<h1>Signed/);
  });

  it('the same SignedContent twice for one order: the second is refused, and both screens tell', async () => {
    const world = await makeWorld();
    const { pc, phone, status, text, transaction } = await approved(world);
    const signedContent = sign(text);
    await phone.post({ signed: signedContent });
    await status;
    const second = await phone.post({ signed: signedContent });
    assert.match(second.body, /<b>Already used<\/b>/);
    assert.match(second.body, /The second signature was refused/);
    const page = await pc.get(`/orders/${transaction}`);
    assert.match(page.body, /<h1>Signed/);
    assert.match(
      page.body,
      /Signed content arrived again after the order had ended, 1\s+time\. It was refused\./,
    );
    assert.deepEqual(
      world.store.evidenceOf(transaction).map(({ verdict }) => verdict),
      ['signed', 'repeated'],
    );
  });

  it('the same SignedContent twice at the same moment: exactly one is accepted', async () => {
    const world = await makeWorld();
    const { phone, status, text } = await approved(world);
    const signedContent = sign(text);
    const decks = await Promise.all([1, 2, 3].map(() => phone.post({ signed: signedContent })));
    assert.deepEqual(
      decks.map(({ body }) => /<b>(.*?)<\/b>/.exec(body)?.[1]),
      ['Accepted', 'Already used', 'Already used'],
    );
    assert.match((await status).body, /<h1>Signed/);
  });

  it('the same SignedContent for another order is refused', async () => {
    const world = await makeWorld();
    const first = await approved(world);
    const signedContent = sign(first.text);
    await first.phone.post({ signed: signedContent });
    await first.status;
    const second = await approved(world);
    assert.match((await second.phone.post({ signed: signedContent })).body, /<b>Wrong signature<\/b>/);
    assert.match((await second.status).body, /<h1>The signature was refused<\/h1>/);
    const [evidence] = world.store.evidenceOf(second.transaction);
    const failed = evidence?.checks.filter(({ ok }) => !ok).map(({ name }) => name);
    assert.deepEqual(failed, ['text', 'transaction', 'nonce', 'used once']);
  });

  it('of many repetitions all are counted and some are kept', async () => {
    const world = await makeWorld();
    const { phone, status, text, transaction } = await approved(world);
    for (let i = 0; i < REPEATS_KEPT + 5; i++) await phone.post({ signed: sign(text) });
    await status;
    assert.equal(world.store.findOrder(transaction)?.repeats, REPEATS_KEPT + 4);
    assert.equal(world.store.evidenceOf(transaction).length, REPEATS_KEPT + 1);
  });

  it('the push proxy does not take the request', async () => {
    const push = () => Promise.reject(new Error('the push proxy refused it: 2003 Address Not Found'));
    const world = await makeWorld({ push });
    const { pc, page, transaction } = await prepared(world);
    const status = await pc.submit(page, `/orders/${transaction}/approve`);
    assert.match(status.body, /<h1>The phone could not be asked<\/h1>/);
    assert.match(status.body, /2003 Address Not Found/);
    const token = world.store.requestOf(transaction)?.token ?? '';
    assert.match((await phone(world, `/sign/${token}`).deck()).body, /Nothing was bought/);
  });

  it('the directory does not know the user, or cannot be asked', async () => {
    for (const [lookup, reason] of [
      [async () => undefined, /No phone is registered for this user/],
      [() => Promise.reject(new Error('no route')), /could not be sent to the phone: no route/],
    ] as const) {
      const world = await makeWorld({ directory: directoryOf(lookup) });
      const { pc, page, transaction } = await prepared(world);
      const status = await pc.submit(page, `/orders/${transaction}/approve`);
      assert.match(status.body, /<h1>The phone could not be asked<\/h1>/);
      assert.match(status.body, reason);
      assert.equal(world.pushes.length, 0);
    }
  });

  it('the shop is closed while a PC waits', async () => {
    const world = await makeWorld();
    const { status } = await approved(world);
    world.pages.close();
    assert.match((await status).body, /The shop was closed/);
    assert.equal(world.time.waiting, 0);
  });

  it('an order that has ended cannot be approved again', async () => {
    const world = await makeWorld();
    const { pc, page, phone, status, transaction } = await approved(world);
    await phone.post({ refusal: 'declined' });
    await status;
    const again = await pc.submit(page, `/orders/${transaction}/approve`);
    assert.match(again.body, /<h1>Declined on the phone<\/h1>/);
    assert.equal(world.pushes.length, 1);
  });

  it('nobody else can see, approve or cancel an order', async () => {
    const world = await makeWorld();
    const { transaction, page } = await prepared(world);
    world.store.putUser({ userId: 'bob', name: 'Bob', passwordHash: '' });
    const bob = entered(world, 'bob');
    const catalogue = await bob.get('/');
    assert.match(catalogue.body, /<h1>Catalogue<\/h1>/);
    assert.equal((await bob.get(`/orders/${transaction}`)).status, 404);
    const formToken = /name="formToken" value="([^"]+)"/.exec(catalogue.body)?.[1] ?? '';
    for (const action of ['approve', 'cancel']) {
      const answer = await bob.post(`/orders/${transaction}/${action}`, new URLSearchParams({ formToken }));
      assert.equal(answer.status, 404);
    }
    assert.match(page.body, /Review your order/);
    assert.equal(world.store.findOrder(transaction)?.state, 'prepared');
  });

  it('a request that an earlier process left is taken up: it can be signed, and it expires', async () => {
    const before = await makeWorld({ life: 60_000 });
    const one = await approved(before);
    const two = await approved(before);
    before.time.advance(30_000);
    const after = await makeWorld({ store: before.store, life: 60_000 });
    after.time.advance(30_000);
    after.pages.resume();
    const deck = await phone(after, one.path).post({ signed: sign(one.text) });
    assert.match(deck.body, /<b>Accepted<\/b>/);
    after.time.advance(30_000);
    assert.equal(after.store.findOrder(two.transaction)?.state, 'expired');
    before.pages.close();
    await Promise.all([one.status, two.status]);
  });

  it('what an earlier process approved but never sent to the phone is given up', async () => {
    const world = await makeWorld();
    const { transaction } = await prepared(world);
    world.store.approve(transaction);
    world.pages.resume();
    assert.equal(world.store.findOrder(transaction)?.state, 'not delivered');
  });
});

describe('The story that the shop tells', () => {
  it('has every step of figure 2 in its order, with the reference signs of the patent', async () => {
    const world = await makeWorld();
    const pc = new Pc(world.pages.app);
    await pc.logIn();
    const { phone, status, text } = await approved(world, undefined, pc);
    await phone.deck();
    await phone.script();
    await phone.post({ signed: sign(text) });
    await status;
    assert.deepEqual(
      world.events.map(({ step, signs }) => `${signs.join(' ')} ${step}`.trim()),
      [
        '231 credentials asked',
        '202 credentials given',
        '232 authenticated',
        '201 access',
        '203 233 page',
        '201 access',
        '203 233 page',
        '203 233 page',
        '234 form',
        '204 form filled',
        '205 approved',
        '235 300 directory looked up',
        '236 250 request formatted',
        '221 push submitted',
        '222 held',
        'deck fetched',
        'script fetched',
        '223 phone answered',
        '237 270 signature checked',
        'ended',
        '238 status sent',
      ],
    );
    assert.ok(world.events.every(({ at }) => at === NOW));
  });

  it('is the same, to the octet, for the same seed', async () => {
    const run = async () => {
      const world = await makeWorld();
      const pc = new Pc(world.pages.app);
      await pc.logIn();
      const { phone, status, text } = await approved(world, undefined, pc);
      const [deck, script] = [await phone.deck(), await phone.script()];
      await phone.post({ signed: sign(text) });
      return { events: world.events, pushes: world.pushes, deck, script, page: (await status).body };
    };
    assert.deepEqual(await run(), await run());
  });
});
