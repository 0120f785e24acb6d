import assert from 'node:assert/strict';
import { checkCountersignature, countersign } from '../../../src/wap/pki/countersignature.js';
import { alice, authority, now, server, stranger } from './people.js';

describe("the request's origin [211, 236]", () => {
  const text = 'Order 4712: 31.00';
  const trusted = [authority.certificate];
  const signedContent = countersign({
    text,
    key: server.key,
    certificate: server.certificate,
    time: now + 500,
  });
  const check = (change: Partial<Parameters<typeof checkCountersignature>[0]> = {}) =>
    checkCountersignature({ text, signedContent, trusted, at: now + 1000, ...change });

  it("tells the server's name", () => {
    const verdict = check();
    assert.equal(verdict.valid, true);
    assert.equal(verdict.signer?.name, 'shop.example');
    assert.equal(verdict.signingTime, '2001-06-20T12:00:00.000Z');
  });

  it('a user cannot pass for a server, whatever the certificate calls him', () => {
    const forged = countersign({ text, key: alice.key, certificate: alice.certificate, time: now });
    const failed = check({ signedContent: forged }).checks.filter(({ ok }) => !ok);
    assert.deepEqual(failed, [{ name: 'chain', ok: false, text: 'the certificate is not one of a server' }]);
  });

  it('fails for another text, a stranger, a broken value', () => {
    assert.equal(check({ text: 'Order 4712: 310.00' }).valid, false);
    assert.equal(check({ trusted: [stranger.certificate] }).valid, false);
    assert.equal(check({ signedContent: 'no base64!' }).valid, false);
    assert.equal(check({ signedContent: signedContent.slice(0, -8) }).valid, false);
  });
});
