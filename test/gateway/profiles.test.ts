import assert from 'node:assert/strict';
import { profileKept, toHttpProfile, toWspWarning } from '../../src/gateway/profiles.js';

const header = (name: string, value: string) => ({ name, value });

describe('User agent profiles towards origins (WAP-248 §9.2.3.3)', () => {
  /** `<prf:Model>A</prf:Model>` in WBXML, and in ISO-8859-1 with a letter beyond ASCII. */
  const model = 'octets:03016a0000015503410001';
  const letter = 'octets:030104000001550343e90001';

  it('[WAG-UA-P-S-004] [WAG-UA-P-S-005] [WAG-UA-P-S-009] [WAG-UA-P-S-010] differences become text; one X-Wap-Profile lists all in their order, differences with number and digest', () => {
    assert.deepEqual(
      toHttpProfile([
        header('Profile', 'http://a/x'),
        header('Accept', 'a/b'),
        header('Profile-Diff', model),
        header('profile', 'http://a/y"z'),
        header('Profile-Diff', letter),
      ]),
      [
        header('Accept', 'a/b'),
        // printf '<?xml version="1.0"?> <prf:Model>A</prf:Model>' | openssl md5 -binary | base64
        header(
          'X-Wap-Profile',
          '"http://a/x", "1-FDX2XC6t8KUSOd7LHcm13w==", "http://a/y%22z", "2-pxsGXAmGR4jg7uU8EUuMSQ=="',
        ),
        header('X-Wap-Profile-Diff', '1;<?xml version="1.0"?> <prf:Model>A</prf:Model>'),
        header('X-Wap-Profile-Diff', '2;<?xml version="1.0"?> <prf:Model>C&#233;</prf:Model>'),
      ],
    );
  });

  it('[WAG-UA-P-S-010] a difference that cannot be read is not referred to', () => {
    const profile = header('Profile', 'http://a/x');
    for (const value of ['octets:010504bb', 'octets:', 'no octets', `octets:${'00'.repeat(20)}`]) {
      assert.deepEqual(toHttpProfile([profile, header('Profile-Diff', value)]), [
        header('X-Wap-Profile', '"http://a/x"'),
      ]);
    }
    assert.deepEqual(toHttpProfile([header('Profile-Diff', 'octets:00')]), []);
  });

  it('more and longer differences than origins take are left out', () => {
    const many = toHttpProfile(Array.from({ length: 9 }, () => header('Profile-Diff', model)));
    assert.equal(many.filter(({ name }) => name === 'X-Wap-Profile-Diff').length, 6);
    // Model with 300 references to a string of 127 characters: 1,2 kB that would be 38.
    const bomb = `octets:03016a8000${'41'.repeat(127)}00000155${'8300'.repeat(300)}01`;
    assert.deepEqual(toHttpProfile([header('Profile-Diff', bomb)]), []);
  });

  it('[WAG-UA-P-S-011] [WAG-UA-P-S-012] what a terminal writes in the form of HTTP passes', () => {
    const own = [
      header('x-wap-profile', '"http://a/x","1-uKdjJHuhjHUuj"'),
      header('x-wap-profile-diff', '1;<x/>'),
    ];
    assert.deepEqual(toHttpProfile(own), own);
    assert.deepEqual(toHttpProfile([header('Profile', 'http://b/'), ...own]), own);
  });

  it('[WAG-UA-P-S-006] a warning becomes one of WSP, without its text', () => {
    assert.deepEqual(toWspWarning([header('X-Wap-Profile-Warning', '203 all of it'), header('Age', '1')]), [
      header('Profile-Warning', '203'),
      header('Age', '1'),
    ]);
  });

  it('[WAG-UA-P-S-013] a warning that WSP has no code for passes as it is', () => {
    const warning = [header('x-wap-profile-warning', '500')];
    assert.deepEqual(toWspWarning(warning), warning);
  });

  it('without a profile nothing is said about one', () => {
    assert.deepEqual(profileKept([header('Accept', 'a/b')]), []);
    assert.deepEqual(toHttpProfile([header('Accept', 'a/b')]), [header('Accept', 'a/b')]);
  });
});
