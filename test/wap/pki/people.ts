/** An authority, a server and a user for tests: made once a process, the same every time. */
import { generateEcKey, generateRsaKey, type PrivateKey } from '../../../src/wap/crypto.js';
import { curveByNumber } from '../../../src/wap/pki/curves.js';
import { createAuthority, issueCertificate, validity } from '../../../src/wap/pki/issue.js';
import { seededRandom } from '../../../src/wap/random.js';

/** 20 June 2001, noon. */
export const now = Date.UTC(2001, 5, 20, 12, 0, 0);

const random = seededRandom(2001, 'people');

export const authority = createAuthority({ random, now, subject: 'CN=Test root, O=Test, C=FI' });
export const stranger = createAuthority({ random, now, subject: 'CN=Stranger' });

function person<Key extends PrivateKey>(
  profile: 'signature' | 'authentication' | 'server',
  subject: string,
  key: Key,
) {
  const request = { profile, subject, publicKey: key.publicKey, ...validity(now, 5) };
  return { key, certificate: issueCertificate(random, authority, request) };
}

export const alice = person('signature', 'CN=Alice, O=Test, C=FI', generateRsaKey(random));
export const aliceOnline = person('authentication', 'CN=Alice, O=Test, C=FI', generateRsaKey(random));
export const server = person('server', 'CN=shop.example, O=Shop', generateRsaKey(random));

/** A user with a key on the curve of this number. */
export function onCurve(number: number) {
  const curve = curveByNumber(number);
  if (curve === undefined) throw new RangeError(`no curve ${number}`);
  return person('signature', `CN=Curve ${number}`, generateEcKey(seededRandom(number, 'people'), curve));
}

/** An authority of 1970, where virtual clocks start, and a certificate of it for the user's other key. */
export const early = createAuthority({ random: seededRandom(31), now: 0, subject: 'CN=Early, C=FI' });
export const earlyOnline = issueCertificate(seededRandom(32), early, {
  profile: 'authentication',
  subject: 'CN=Alice, C=FI',
  publicKey: aliceOnline.key.publicKey,
  ...validity(0, 50),
});
