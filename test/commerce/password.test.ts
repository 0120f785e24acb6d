import assert from 'node:assert/strict';
import { hashPassword, isPassword } from '../../src/commerce/password.js';
import { seededRandom } from '../../src/wap/random.js';

describe('Passwords', () => {
  it('are kept as salted scrypt hashes, the same for the same seed', async () => {
    const stored = await hashPassword('wonderland', seededRandom(1));
    assert.match(stored, /^scrypt\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
    assert.equal(await hashPassword('wonderland', seededRandom(1)), stored);
    assert.notEqual(await hashPassword('wonderland', seededRandom(2)), stored);
  });

  it('are recognised, composed or decomposed, and nothing else is', async () => {
    const stored = await hashPassword('größe', seededRandom(1));
    assert.equal(await isPassword('größe', stored), true);
    assert.equal(await isPassword('gro\u0308ße', stored), true);
    assert.equal(await isPassword('Größe', stored), false);
  });

  it('of nobody are never right', async () => {
    for (const stored of [undefined, '', 'scrypt$AAAA$AAAA', 'plain$wonderland'])
      assert.equal(await isPassword('wonderland', stored), false);
  });

  it('are hashed as RFC 7914 says, with N=16384, r=8, p=1', async () => {
    // Expected: Python's hashlib.scrypt(b'wonderland', salt=bytes(16), n=16384, r=8, p=1, dklen=32).
    const salt = { octets: (count: number) => new Uint8Array(count) };
    assert.equal(
      await hashPassword('wonderland', salt),
      'scrypt$AAAAAAAAAAAAAAAAAAAAAA==$zRzop6y7sVYj+Ysy23iMoJXSP6HEkiZSmhf2DLMFnjk=',
    );
  });
});
