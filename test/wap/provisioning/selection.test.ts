import assert from 'node:assert/strict';
import {
  decodeConnectivity,
  matchDomain,
  securityMatch,
  selectProxies,
} from '../../../src/wap/provisioning/index.js';
import { bankDocument } from '../../support/navigation.js';

const proxy = (name: string, domain: string) => {
  const [found] = decodeConnectivity(bankDocument({ name, domain })).proxies;
  return found ?? assert.fail('no proxy');
};
const at = (url: string) => new URL(url);

describe('Proxy selection (WAP-185 §7)', () => {
  // §7.4, its own table. "wsp:" addresses have no host that is a fully qualified name.
  const criteria = ['sms.op.net', '.op.net/secure/', '.op.net/', '/secure/', ' '];
  // biome-ignore format: a line is a printed row
  const printed: readonly (readonly [string, readonly number[]])[] = [
    ['http://sms.op.net/', [0, 2, 4]],
    ['http://xyz.op.net:8000/', [2, 4]],
    ['http://xyz.op.net/', [2, 4]],
    ['http://www.op.net/secure/account/', [1, 2, 3, 4]],
    ['https://xyz.op.net/', [2, 4]],
  ];
  for (const [url, expected] of printed) {
    it(`the printed example ${url}`, () => {
      const matching = criteria.flatMap((domain, i) =>
        matchDomain(domain, at(url)) === undefined ? [] : [i],
      );
      assert.deepEqual(matching, expected);
    });
  }

  // biome-ignore format: a line is a row
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['.y.com', 'http://x.y.com/', true],
    ['y.com', 'http://x.y.com/', false],
    ['.Y.Com', 'http://X.y.COM/', true],
    ['.y.com', 'http://y.com/', false],
    ['www.oper.com', 'http://topwww.oper.com/', false],
    ['oper.com', 'http://oper.com:8080/', true],
    ['192.0.2.1', 'http://192.0.2.1/', true],
    ['.2.1', 'http://192.0.2.1/', false],
    ['[2001:db8::1]', 'http://[2001:db8::1]:80/', true],
    ['2001:db8::1', 'http://[2001:db8::1]/', true],
    ['http://www.bank.com/a', 'http://www.bank.com/a/b', true],
    ['a.com/x/y/z', 'http://a.com/x/y/zero', false],
    ['a.com/x/y/', 'http://a.com/x/y/z/', true],
    ['a.com/x/w/', 'http://a.com/x/y/z/', false],
    ['a.com/X', 'http://a.com/x', false],
  ];
  for (const [domain, url, matches] of cases) {
    it(`${domain} ${matches ? 'is' : 'is not'} responsible for ${url} (§7.1, §7.2)`, () => {
      assert.equal(matchDomain(domain, at(url)) !== undefined, matches);
    });
  }

  it('the best match: more segments of the authority, then more of the path, then what stands first (§7.3)', () => {
    const all = [
      proxy('any', ''),
      proxy('com', '.z.com'),
      proxy('yz', '.y.z.com'),
      proxy('path', '.y.z.com/a'),
      proxy('yz again', '.y.z.com'),
    ];
    const names = (url: string) => selectProxies(all, at(url)).map(({ name }) => name);
    assert.deepEqual(names('http://x.y.z.com/'), ['yz', 'yz again']);
    assert.deepEqual(names('http://x.y.z.com/a/b'), ['path']);
    assert.deepEqual(names('http://x.z.com/'), ['com']);
    assert.deepEqual(names('http://z.com/'), ['any']);
    assert.deepEqual(selectProxies(all.slice(1), at('http://z.com/')), []);
  });

  it('the whole name is better than what stands for many', () => {
    const all = [proxy('many', '.y.com'), proxy('one', 'x.y.com')];
    assert.deepEqual(
      selectProxies(all, at('http://x.y.com/')).map(({ name }) => name),
      ['one'],
    );
  });
});

describe('The additional security match (WAP-187 §9.6)', () => {
  it('[E2E-C-018] the printed examples: at most one label of difference', () => {
    const url = at('http://a.x.y.com/buy/something');
    for (const domain of ['a.x.y.com', '.x.y.com']) assert.equal(securityMatch(domain, url), true, domain);
    for (const domain of ['.y.com', '.com', '', '*']) assert.equal(securityMatch(domain, url), false, domain);
  });
});
