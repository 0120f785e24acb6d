import assert from 'node:assert/strict';
import { profileKept, toHttpProfile, toWspWarning } from '../../src/gateway/profiles.js';

const header = (name: string, value: string) => ({ name, value });

describe('User agent profiles towards origins (WAP-248 §9.2.3.3)', () => {
  it('one X-Wap-Profile lists the profiles in their order; a difference in WBXML is left out', () => {
    assert.deepEqual(
      toHttpProfile([
        header('Profile', 'http://a/x'),
        header('Accept', 'a/b'),
        header('Profile-Diff', 'octets:010504bb'),
        header('profile', 'http://a/y"z'),
      ]),
      [header('Accept', 'a/b'), header('X-Wap-Profile', '"http://a/x", "http://a/y%22z"')],
    );
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
