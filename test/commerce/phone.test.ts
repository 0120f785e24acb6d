import assert from 'node:assert/strict';
import { ANSWER_OCTETS_MAX, SIGNED_CONTENT_MAX } from '../../src/commerce/phone.js';
import { generateRsaKey, rsaDecryptMessage } from '../../src/wap/crypto.js';
import {
  COUNTERSIGNATURE_META,
  checkCountersignature,
  keyHash,
  openSealedText,
  parseSealedString,
} from '../../src/wap/pki/index.js';
import { seededRandom } from '../../src/wap/random.js';
import { encodeWml, parseWml } from '../../src/wap/wml/index.js';
import { compileWmlScript } from '../../src/wap/wmlscript/index.js';
import { approved, authority, makeWorld, NOW, otherAuthority, phone, prepared, sign } from './world.js';

describe('What the phone fetches', () => {
  it('is pushed a service indication that leads to the deck [221]', async () => {
    const world = await makeWorld();
    const { transaction } = await approved(world);
    const [push] = world.pushes;
    assert.equal(push?.mobileDeviceId, '+33612345672');
    assert.equal(push?.id, transaction);
    assert.match(push?.href ?? '', /^http:\/\/shop\.test\/sign\/[\w-]{22}$/);
    assert.equal(push?.text, `Wapstack Shop: sign ${transaction}, EUR 89.90`);
    assert.equal(push?.created, NOW);
    assert.equal(push?.expires, NOW + 300_000);
  });

  it('is a deck as text/vnd.wap.wml, whose countersignature names the shop [211, 236]', async () => {
    const world = await makeWorld();
    const { phone, text, transaction } = await approved(world);
    const { status, type, body } = await phone.deck();
    assert.equal(status, 200);
    assert.equal(type, 'text/vnd.wap.wml; charset=utf-8');
    assert.deepEqual(parseWml(body).findings, []);
    assert.match(body, new RegExp(`<b>${transaction}</b>`));
    assert.match(body, /Total EUR <b>89\.90<\/b>/);
    const meta = new RegExp(`<meta forua="true" name="${COUNTERSIGNATURE_META}" content="([^"]*)"/>`);
    const signedContent = meta.exec(body)?.[1] ?? '';
    const check = { text, signedContent, trusted: [authority.certificate], at: NOW };
    const verdict = checkCountersignature(check);
    assert.equal(verdict.valid, true, JSON.stringify(verdict.checks));
    assert.equal(verdict.signer?.name, 'Shop');
    assert.equal(checkCountersignature({ ...check, text: `${text}0` }).valid, false);
    assert.equal(checkCountersignature({ ...check, trusted: [otherAuthority.certificate] }).valid, false);
  });

  it('is small enough for a phone that takes 1,400 octets (WAP-230 §8.3.3, the default), headers included', async () => {
    const world = await makeWorld();
    const { phone } = await approved(world);
    const { document } = parseWml((await phone.deck()).body);
    assert.ok(document);
    assert.ok(encodeWml(document).length <= 1350, `${encodeWml(document).length} octets`);
    const { octets } = compileWmlScript((await phone.script()).body);
    assert.ok(octets && octets.length <= 400, `${octets?.length} octets`);
  });

  it('is a script as text/vnd.wap.wmlscript with the very text', async () => {
    const world = await makeWorld();
    const { phone, text } = await approved(world);
    const { type, body } = await phone.script();
    assert.equal(type, 'text/vnd.wap.wmlscript; charset=utf-8');
    assert.ok(body.includes(`var text = "${text.replaceAll('\n', '\\n')}";`));
  });

  it('needs no cookie and sets none', async () => {
    const world = await makeWorld();
    const { path } = await approved(world);
    const response = await world.pages.app.request(path);
    assert.equal(response.headers.get('Set-Cookie'), null);
    assert.equal(response.headers.get('Cache-Control'), 'no-cache, must-revalidate');
  });

  it('is there as often as it is fetched while the order waits', async () => {
    const world = await makeWorld();
    const { phone } = await approved(world);
    assert.equal((await phone.deck()).body, (await phone.deck()).body);
  });

  it('says that the order is signed already', async () => {
    const world = await makeWorld();
    const { phone, text, status } = await approved(world);
    await phone.post({ signed: sign(text) });
    await status;
    assert.match((await phone.deck()).body, /<b>Already used<\/b>/);
    assert.match((await phone.post({ refusal: 'declined' })).body, /<b>Already used<\/b>/);
  });

  it('says that a request is unknown, in a deck', async () => {
    const world = await makeWorld();
    const nobody = phone(world, '/sign/00112233445566778899aabbccddeeff');
    for (const answer of [
      await nobody.deck(),
      await nobody.script(),
      await nobody.post({ signed: 'AQ==' }),
    ]) {
      assert.equal(answer.status, 404);
      assert.equal(answer.type, 'text/vnd.wap.wml; charset=utf-8');
      assert.match(answer.body, /<b>Unknown request<\/b>/);
    }
    assert.equal((await world.pages.app.request('/sign/x', { method: 'PUT' })).status, 404);
    assert.equal((await phone(world, '/sign/').deck()).status, 404);
  });

  it('does not understand a refusal without a known reason, which ends nothing', async () => {
    const world = await makeWorld();
    const { phone, transaction } = await approved(world);
    for (const fields of [{ refusal: 'because' }, {}])
      assert.match((await phone.post(fields)).body, /<b>Unknown request<\/b>/);
    assert.equal(world.store.findOrder(transaction)?.state, 'awaiting signature');
  });

  it('does not look at answers that are too long, which end nothing', async () => {
    const world = await makeWorld();
    const { phone, transaction, text, status } = await approved(world);
    for (const length of [ANSWER_OCTETS_MAX, Math.ceil(SIGNED_CONTENT_MAX / 3) * 4 + 4])
      assert.equal((await phone.post({ signed: 'A'.repeat(length) })).status, 413);
    assert.equal(world.store.findOrder(transaction)?.state, 'awaiting signature');
    await phone.post({ signed: sign(text) });
    assert.match((await status).body, /<h1>Signed/);
  });
});

describe('What the phone fetches when requests are sealed [211, 236]', () => {
  it('nothing on the way to the card tells what is to be signed, and what comes back does not either', async () => {
    const cardKey = generateRsaKey(seededRandom(77), 1024);
    const world = await makeWorld({ sealTo: () => cardKey.publicKey });
    const { phone, text, status } = await approved(world);
    const sent = [world.pushes[0]?.text, (await phone.deck()).body, (await phone.script()).body].join('\n');
    const telling = text.split('\n').slice(2);
    assert.ok(telling.length >= 3, text);
    for (const line of telling) assert.ok(!sent.includes(line), line);
    assert.doesNotMatch(sent, /89\.90/);
    assert.match(sent, /Sealed: <b>only your card can open it<\/b>/);
    assert.match(sent, /Lang\.parseInt\("4"\)/);

    const string = /X-Wapstack-Sealed:[\w+/=]+/.exec(sent)?.[0] ?? '';
    const opened = openSealedText(parseSealedString(string), {
      keyHash: keyHash(cardKey.publicKey),
      decipher: (cryptogram) => rsaDecryptMessage(cardKey, cryptogram),
    });
    assert.equal(opened, text);

    const answer = await phone.post({ signed: sign(text, { included: false }) });
    assert.match(answer.body, /Accepted/);
    assert.match((await status).body, /Signed/);
  });

  it('who has no key to seal to gets no request: never the plain text instead', async () => {
    const world = await makeWorld({ sealTo: () => undefined });
    const { pc, page, transaction } = await prepared(world);
    const status = await pc.submit(page, `/orders/${transaction}/approve`);
    assert.match(status.body, /has no key that a request could be sealed to/);
    assert.equal(world.pushes.length, 0);
    assert.equal(world.store.findOrder(transaction)?.state, 'not delivered');
  });
});
