import assert from 'node:assert/strict';
import {
  beginSignText,
  keyIdTypes,
  type SignTextDialogue,
  type SignTextPrompt,
  type SignTextRequest,
} from '../../src/terminal/sign-text.js';
import { generateRsaKey } from '../../src/wap/crypto.js';
import { decodeLatin1, encodeUtf8, fromBase64, toHex } from '../../src/wap/octets.js';
import { countersign } from '../../src/wap/pki/countersignature.js';
import { sealedString, sealText } from '../../src/wap/pki/sealing.js';
import { decodeSignedContent } from '../../src/wap/pki/signed-content.js';
import { verifySignedContent } from '../../src/wap/pki/verify.js';
import { seededRandom } from '../../src/wap/random.js';
import { newFinger } from '../../src/wap/wim/biometric.js';
import { type CardKey, createCard } from '../../src/wap/wim/personalise.js';
import { alice, aliceOnline, authority, now, onCurve, server, stranger } from '../wap/pki/people.js';
import { newCard, pins, usualKeys } from '../wap/wim/cards.js';

const text = 'Order 4712\n2 x ringtone EUR 1.98';

const finger = newFinger(seededRandom(21));

function begin(change: Partial<SignTextRequest> = {}, card = newCard()): SignTextDialogue {
  return beginSignText({
    stringToSign: text,
    options: 0,
    keyIdType: keyIdTypes.NONE,
    keyId: '',
    transmit: (apdu) => card.transmit(apdu),
    clock: { now: () => now + 123 },
    ...change,
  });
}

/** Approves and enters the right PIN: the result. */
function complete(dialogue: SignTextDialogue, pin: string = pins.nonRepudiation): string {
  dialogue.accept();
  dialogue.choose(0);
  dialogue.enterPin(pin);
  return stringIn(dialogue);
}

function stringIn({ prompt }: SignTextDialogue): string {
  assert.ok(prompt.kind === 'done' && prompt.result.type === 'string', JSON.stringify(prompt));
  return prompt.result.value;
}

function octetsIn(result: string): Uint8Array {
  const octets = fromBase64(result);
  assert.ok(octets, result);
  return octets;
}

function isInvalid({ prompt }: SignTextDialogue): boolean {
  return prompt.kind === 'done' && prompt.result.type === 'invalid';
}

const hashOf = (person: { certificate: { keyHash: Uint8Array } }) => decodeLatin1(person.certificate.keyHash);

describe('Crypto.signText (WAP-161 §5.1.2)', () => {
  it('[WMLSCrypt-C-001] [WMLSCrypt-C-002] [WMLSCrypt-C-004] [WPKI-C-013] shows the text, asks for the PIN, signs with RSA on the card', () => {
    const dialogue = begin({ options: 5 });
    const first = dialogue.prompt;
    assert.ok(first.kind === 'confirm');
    assert.equal(first.text, text);
    assert.equal(first.lines.length, 2);
    dialogue.accept();
    assert.deepEqual(dialogue.prompt, {
      kind: 'pin',
      purpose: 'sign',
      label: 'PIN Signature',
      minLength: 4,
      maxLength: 8,
      triesLeft: 3,
      wrong: false,
    });
    dialogue.enterPin(pins.nonRepudiation);
    const signedContent = octetsIn(stringIn(dialogue));
    const trusted = [authority.certificate];
    const verdict = verifySignedContent({
      signedContent,
      content: text,
      trusted,
      at: now,
      expectedKey: alice.key.publicKey,
    });
    assert.equal(verdict.valid, true);
    assert.equal(verdict.signingTime, '2001-06-20T12:00:00.000Z');
  });

  for (const number of [3, 5, 7, 9, 12]) {
    it(`[WMLSCrypt-C-003] ECDSA on curve ${number}`, () => {
      const person = onCurve(number);
      const card = newCard([{ label: 'EC', usage: 'nonRepudiation', ...person }]);
      const signedContent = octetsIn(complete(begin({ options: 7 }, card)));
      const trusted = [authority.certificate];
      assert.equal(verifySignedContent({ signedContent, content: text, trusted, at: now }).valid, true);
    });
  }

  it('[WPKI-Portal-S-013] a registration: nonce, name, id and password, signed to prove the key (WAP-217 §7.3.4)', () => {
    const stringToSign = `${'X'.repeat(40)}:Alice:4711:secret`;
    const signedContent = octetsIn(complete(begin({ stringToSign, options: 5 })));
    const verdict = verifySignedContent({ signedContent, at: now, trusted: [authority.certificate] });
    assert.equal(verdict.valid, true);
    assert.equal(verdict.text, stringToSign);
    assert.equal(verdict.signer?.keyHash, toHex(alice.certificate.keyHash));
  });

  it('options in every mix: content, key hash, certificate', () => {
    for (let options = 0; options < 8; options++) {
      const { contentInfo, signerInfos } = decodeSignedContent(octetsIn(complete(begin({ options }))));
      assert.equal(contentInfo.content !== undefined, (options & 1) !== 0);
      assert.equal(contentInfo.encoding, 106);
      assert.deepEqual(
        signerInfos.map(({ type }) => type),
        [
          ...((options & 2) !== 0 ? ['sha_key_hash'] : []),
          ...((options & 4) !== 0 ? ['x509_certificate'] : []),
        ],
      );
    }
  });

  it('[WIM-C-021] a nonce of the card instead of the time', () => {
    const result = decodeSignedContent(octetsIn(complete(begin({ attribute: 'nonce', options: 1 }))));
    const [attribute] = result.authenticatedAttributes;
    assert.ok(attribute?.type === 'signer_nonce');
    assert.notEqual(toHex(attribute.nonce), '0000000000000000');
  });

  it('a certificate elsewhere goes along as its URL', () => {
    const url = 'http://ca.example/alice';
    const card = newCard([{ label: 'x', usage: 'nonRepudiation', key: alice.key, certificate: { url } }]);
    const { signerInfos } = decodeSignedContent(octetsIn(complete(begin({ options: 4 }, card))));
    assert.deepEqual(signerInfos, [{ type: 'certificate_url', url }]);
  });

  it('the user cancels: at the text, and at the PIN', () => {
    const first = begin();
    first.cancel();
    assert.equal(stringIn(first), 'error:userCancel');
    const second = begin();
    second.accept();
    second.cancel();
    assert.equal(stringIn(second), 'error:userCancel');
    second.accept();
    second.enterPin(pins.nonRepudiation);
    assert.equal(stringIn(second), 'error:userCancel');
  });

  it('answers that do not fit the prompt change nothing', () => {
    const dialogue = begin();
    dialogue.enterPin(pins.nonRepudiation);
    dialogue.choose(0);
    assert.equal(dialogue.prompt.kind, 'confirm');
    dialogue.accept();
    dialogue.accept();
    dialogue.choose(0);
    assert.equal(dialogue.prompt.kind, 'pin');
  });

  describe('PIN', () => {
    it('a wrong one is told, with the tries that are left; what cannot be one costs none', () => {
      const dialogue = begin();
      dialogue.accept();
      dialogue.enterPin('9999');
      assert.ok(dialogue.prompt.kind === 'pin');
      assert.equal(dialogue.prompt.triesLeft, 2);
      assert.equal(dialogue.prompt.wrong, true);
      dialogue.enterPin('12');
      assert.ok(dialogue.prompt.kind === 'pin');
      assert.equal(dialogue.prompt.triesLeft, 2);
      dialogue.enterPin(pins.nonRepudiation);
      assert.ok(octetsIn(stringIn(dialogue)));
    });

    it('three wrong ones block the card: said to the user, then invalid', () => {
      const card = newCard();
      const dialogue = begin({}, card);
      dialogue.accept();
      for (const _ of [1, 2, 3]) dialogue.enterPin('9999');
      assert.deepEqual(dialogue.prompt, { kind: 'blocked', label: 'PIN Signature' });
      dialogue.enterPin(pins.nonRepudiation);
      assert.equal(dialogue.prompt.kind, 'blocked');
      dialogue.accept();
      assert.ok(isInvalid(dialogue));
      const next = begin({}, card);
      next.accept();
      assert.equal(next.prompt.kind, 'blocked');
      next.cancel();
      assert.ok(isInvalid(next));
    });

    it('every signature needs it anew', () => {
      const card = newCard();
      complete(begin({}, card));
      const second = begin({}, card);
      second.accept();
      assert.equal(second.prompt.kind, 'pin');
    });
  });

  describe('which key', () => {
    const second = {
      label: 'Work',
      usage: 'nonRepudiation',
      key: server.key,
      certificate: server.certificate,
    } as const;
    const both: readonly CardKey[] = [...usualKeys, second];

    it('several fit: their labels are offered', () => {
      const dialogue = begin({ options: 2 }, newCard(both));
      dialogue.accept();
      assert.deepEqual(dialogue.prompt, { kind: 'choose', labels: ['Signature', 'Work'] });
      dialogue.choose(2);
      assert.equal(dialogue.prompt.kind, 'choose');
      dialogue.choose(1);
      dialogue.enterPin(pins.nonRepudiation);
      const { signerInfos } = decodeSignedContent(octetsIn(stringIn(dialogue)));
      assert.deepEqual(signerInfos, [{ type: 'sha_key_hash', hash: server.certificate.keyHash }]);
    });

    it('USER_KEY_HASH: the key with one of the hashes, or error:noCert', () => {
      const ask = (keyId: string) =>
        begin({ keyIdType: keyIdTypes.USER_KEY_HASH, keyId, options: 2 }, newCard(both));
      const { signerInfos } = decodeSignedContent(octetsIn(complete(ask(hashOf(stranger) + hashOf(server)))));
      assert.deepEqual(signerInfos, [{ type: 'sha_key_hash', hash: server.certificate.keyHash }]);
      const two = ask(hashOf(alice) + hashOf(server));
      two.accept();
      assert.equal(two.prompt.kind, 'choose');
      assert.equal(stringIn(ask(hashOf(stranger))), 'error:noCert');
    });

    it('keys for WTLS are not for signatures', () => {
      const ask = { keyIdType: keyIdTypes.USER_KEY_HASH, keyId: hashOf(aliceOnline) };
      assert.equal(stringIn(begin(ask)), 'error:noCert');
    });

    it('TRUSTED_KEY_HASH: a key that one of the authorities certified, or error:noCert', () => {
      const ask = (keyId: string) => begin({ keyIdType: keyIdTypes.TRUSTED_KEY_HASH, keyId, options: 4 });
      assert.ok(octetsIn(complete(ask(hashOf(stranger) + hashOf(authority)))));
      assert.equal(stringIn(ask(hashOf(stranger))), 'error:noCert');
    });

    it('INCLUDE_CERTIFICATE without a certificate: error:noCert', () => {
      const card = newCard([{ label: 'x', usage: 'nonRepudiation', key: alice.key }]);
      assert.equal(stringIn(begin({ options: 4 }, card)), 'error:noCert');
      assert.ok(octetsIn(complete(begin({ options: 3 }, card))));
      const trusting = { keyIdType: keyIdTypes.TRUSTED_KEY_HASH, keyId: hashOf(authority) };
      assert.equal(stringIn(begin(trusting, card)), 'error:noCert');
    });

    it('no key at all: error:noCert', () => {
      const online = usualKeys.filter(({ usage }) => usage === 'authentication');
      assert.equal(stringIn(begin({}, newCard(online))), 'error:noCert');
    });
  });

  it('errors in parameters are invalid', () => {
    for (const change of [
      { options: 8 },
      { options: -1 },
      { options: 1.5 },
      { keyIdType: 3 },
      { keyIdType: 1, keyId: '' },
      { keyIdType: 1, keyId: 'x'.repeat(19) },
      { keyIdType: 2, keyId: '\u0100'.repeat(20) },
      { stringToSign: 'half \ud800' },
      { stringToSign: 'x'.repeat(0x10000) },
    ]) {
      assert.equal(isInvalid(begin(change)), true, JSON.stringify(change).slice(0, 60));
    }
    assert.equal(begin({ keyIdType: 0, keyId: 'ignored' }).prompt.kind, 'confirm');
  });

  it('a card that fails makes the result invalid', () => {
    assert.equal(isInvalid(begin({ transmit: () => Uint8Array.of(0x6f, 0x00) })), true);
    assert.equal(isInvalid(begin({ transmit: () => Uint8Array.of(0x90) })), true);
    const card = newCard();
    let pulled = false;
    const dialogue = begin({
      transmit: (apdu) => (pulled ? Uint8Array.of(0x6f, 0x00) : card.transmit(apdu)),
    });
    pulled = true;
    dialogue.accept();
    assert.equal(isInvalid(dialogue), true);
  });

  it('leaves no channel open', () => {
    const card = newCard();
    for (let i = 0; i < 5; i++) begin({}, card).cancel();
    for (let i = 0; i < 5; i++) complete(begin({}, card));
    assert.equal(toHex(card.transmit(Uint8Array.of(0, 0x70, 0, 0, 1))), '019000');
  });

  it('look-alikes and controls are visible', () => {
    const { prompt } = begin({ stringToSign: 'P\u0430y 1\u202e00' });
    assert.ok(prompt.kind === 'confirm');
    assert.deepEqual(
      prompt.lines[0]?.map(({ kind }) => kind),
      ['plain', 'lookalike', 'plain', 'control', 'plain'],
    );
  });
});

describe("the request's origin [211]", () => {
  const countersignature = countersign({ text, key: server.key, certificate: server.certificate, time: now });

  function originOf(change: Partial<SignTextRequest>) {
    const { prompt } = begin(change);
    assert.ok(prompt.kind === 'confirm');
    return prompt.origin;
  }

  it('a countersigned text: the name of the server', () => {
    const origin = originOf({ origin: { url: 'http://shop/', countersignature } });
    assert.equal(origin.name, 'shop.example');
    assert.equal(origin.doubt, undefined);
    assert.equal(origin.url, 'http://shop/');
    assert.equal(origin.verdict?.valid, true);
  });

  it('doubts: none, another text, an authority that the card does not trust', () => {
    assert.equal(originOf({}).doubt, 'nobody signed the request');
    const other = originOf({ origin: { countersignature }, stringToSign: `${text}0` });
    assert.equal(other.name, undefined);
    assert.match(other.doubt ?? '', /signature is wrong/);
    const card = createCard({ random: seededRandom(1), keys: usualKeys, pins, trusted: [], cost: 10 });
    const untrusted = originOf({ origin: { countersignature }, transmit: (apdu) => card.transmit(apdu) });
    assert.match(untrusted.doubt ?? '', /is trusted/);
  });
});

describe('Crypto.signText with a request that is sealed to the card [211, 236]', () => {
  const sealed = sealedString(sealText(seededRandom(8), aliceOnline.key.publicKey, text));

  it('the card opens it with PIN-G; the text is shown, signed, and does not go back in the clear', () => {
    const dialogue = begin({ stringToSign: sealed, options: 4 });
    const { prompt } = dialogue;
    assert.ok(prompt.kind === 'pin');
    assert.deepEqual([prompt.purpose, prompt.label], ['open', 'PIN-G']);
    dialogue.enterPin('9999');
    assert.match(JSON.stringify(dialogue.prompt), /"triesLeft":2,"wrong":true/);
    dialogue.enterPin(pins.general);
    const shown: SignTextPrompt = dialogue.prompt;
    assert.ok(shown.kind === 'confirm');
    assert.deepEqual([shown.text, shown.sealed], [text, true]);
    const octets = octetsIn(complete(dialogue));
    const { contentInfo } = decodeSignedContent(octets);
    assert.ok(!('content' in contentInfo));
    const verdict = verifySignedContent({ signedContent: octets, content: encodeUtf8(text), at: now });
    assert.equal(verdict.checks.find(({ name }) => name === 'signature')?.ok, true);
  });

  it('the countersignature is checked against the text that was opened', () => {
    const countersignature = countersign({
      text,
      key: server.key,
      certificate: server.certificate,
      time: now,
    });
    const dialogue = begin({ stringToSign: sealed, options: 4, origin: { countersignature } });
    dialogue.enterPin(pins.general);
    assert.ok(dialogue.prompt.kind === 'confirm');
    assert.equal(dialogue.prompt.origin.doubt, undefined);
  });

  it('sealed to another card, changed on the way, or not even that: invalid, and nothing is shown', () => {
    const foreign = sealedString(
      sealText(seededRandom(9), generateRsaKey(seededRandom(10), 1024).publicKey, text),
    );
    assert.ok(isInvalid(begin({ stringToSign: foreign })));
    // The signature key opens nothing: it is for signatures (WAP-260 §12.1.1).
    const toSigner = sealedString(sealText(seededRandom(9), alice.key.publicKey, text));
    assert.ok(isInvalid(begin({ stringToSign: toSigner })));
    assert.ok(isInvalid(begin({ stringToSign: `${sealed.slice(0, 24)}%%` })));
    const changed = begin({ stringToSign: `${sealed.slice(0, -8)}AAAAAA==` });
    changed.enterPin(pins.general);
    assert.ok(isInvalid(changed), JSON.stringify(changed.prompt));
  });

  it('three wrong PINs: the card is blocked before anything was shown', () => {
    const dialogue = begin({ stringToSign: sealed });
    for (const wrong of ['0000', '1111', '2222']) dialogue.enterPin(wrong);
    assert.equal(dialogue.prompt.kind, 'blocked');
    dialogue.accept();
    assert.ok(isInvalid(dialogue));
  });
});

describe('Crypto.signText with a finger in place of the PIN [213]: claim 7', () => {
  const enrolled = () =>
    createCard({
      random: seededRandom(5),
      keys: usualKeys,
      pins,
      trusted: [authority.certificate],
      cost: 10,
      enrolment: { template: finger },
    });

  it('a touch signs; without a sensor, or without enrolment, the PIN is asked for', () => {
    const dialogue = begin({ biometric: true, options: 5 }, enrolled());
    dialogue.accept();
    const prompt: SignTextPrompt = dialogue.prompt;
    const expected = {
      kind: 'touch',
      purpose: 'sign',
      label: 'Finger Signature',
      triesLeft: 5,
      wrong: false,
    };
    assert.deepEqual(prompt, expected);
    dialogue.enterSample(finger);
    const octets = octetsIn(stringIn(dialogue));
    assert.ok(
      verifySignedContent({ signedContent: octets, trusted: [authority.certificate], at: now }).valid,
    );
    for (const other of [begin({}, enrolled()), begin({ biometric: true })]) {
      other.accept();
      assert.equal(other.prompt.kind, 'pin');
    }
  });

  it('a wrong finger may try again; the PIN may be chosen; after the last try it is the PIN', () => {
    const card = enrolled();
    const dialogue = begin({ biometric: true }, card);
    dialogue.accept();
    dialogue.enterSample(new Uint8Array(32));
    assert.match(JSON.stringify(dialogue.prompt), /"kind":"touch".*"triesLeft":4,"wrong":true/);
    dialogue.usePin();
    assert.match(JSON.stringify(dialogue.prompt), /"kind":"pin".*"wrong":false/);
    dialogue.enterSample(finger);
    assert.equal(dialogue.prompt.kind, 'pin');
    dialogue.cancel();
    const last = begin({ biometric: true }, card);
    last.accept();
    for (let i = 0; i < 4; i += 1) last.enterSample(new Uint8Array(0).subarray(0, 0));
    for (let i = 0; i < 4; i += 1) last.enterSample(new Uint8Array(32));
    assert.match(JSON.stringify(last.prompt), /"kind":"pin".*"wrong":false/);
    last.enterPin(pins.nonRepudiation);
    assert.ok(stringIn(last).length > 0);
  });
});
