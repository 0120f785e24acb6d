import assert from 'node:assert/strict';
import {
  decodeNavigation,
  defaultNavigationPolicy,
  domainAllowed,
  refusedBy,
} from '../../../src/wap/provisioning/index.js';
import { bankDocument } from '../../support/navigation.js';

const napdef =
  '<characteristic type="NAPDEF"><parm name="NAPID" value="N"/><parm name="NAME" value="N"/><parm name="NAP-ADDRESS" value="+44"/></characteristic>';

describe('Navigation documents (WAP-187 §7)', () => {
  it('one proxy, and the domain that it is for', () => {
    const { proxy, domain } = decodeNavigation(bankDocument());
    assert.equal(proxy.name, 'Bank');
    assert.equal(domain, '.bank.example');
  });

  const another = bankDocument().replace(/^.*?<wap-provisioningdoc[^>]*>|<\/wap-provisioningdoc>$/g, '');
  // biome-ignore format: a line is a row
  const malformed: readonly (readonly [string, string, RegExp])[] = [
    ['no proxy', `<wap-provisioningdoc>${napdef}</wap-provisioningdoc>`, /no PXLOGICAL/],
    ['two proxies', bankDocument({ more: another }), /more than one PXLOGICAL/],
    ['BOOTSTRAP', bankDocument({ more: '<characteristic type="BOOTSTRAP"/>' }), /BOOTSTRAP may not/],
    ['CLIENTIDENTITY', bankDocument({ more: '<characteristic type="CLIENTIDENTITY"><parm name="CLIENT-ID" value="1"/></characteristic>' }), /CLIENTIDENTITY may not/],
    ['TRUST', bankDocument({ parms: '<parm name="TRUST"/>' }), /TRUST may not/],
    ['two domains', bankDocument({ parms: '<parm name="DOMAIN" value="a.example"/>' }), /more than one DOMAIN/],
    ['a domain without authority', bankDocument({ domain: '/secure/' }), /DOMAIN has no authority/],
    ['a physical proxy for others', bankDocument().replace('<parm name="PXADDR"', '<parm name="DOMAIN" value=".shop.example"/><parm name="PXADDR"'), /DOMAIN outside/],
  ];
  for (const [what, xml, rule] of malformed) {
    it(`[E2E-C-007] [E2E-S-004] is malformed with ${what}`, () =>
      assert.throws(() => decodeNavigation(xml), rule));
  }

  it('[E2E-S-006] the recommended policy refuses an empty domain, MASTER and NAPDEF; another lets them through (§8.1.1)', () => {
    const liberal = { emptyDomain: true, master: true, accessPoints: true };
    for (const [document, reason] of [
      [bankDocument({ domain: '' }), /every domain/],
      [bankDocument({ parms: '<parm name="MASTER"/>' }), /master/],
      [bankDocument({ more: napdef }), /access points/],
    ] as const) {
      assert.match(refusedBy(defaultNavigationPolicy, decodeNavigation(document)) ?? '', reason);
      assert.equal(refusedBy(liberal, decodeNavigation(document)), undefined);
    }
    assert.equal(refusedBy(defaultNavigationPolicy, decodeNavigation(bankDocument())), undefined);
  });

  it('[E2E-S-007] who may speak for a domain: the requested authority stands in it as a whole (§8.1.2)', () => {
    const allowed = (domain: string, url: string) => domainAllowed(domain, new URL(url));
    for (const domain of ['a.x.y.com', '.x.y.com', 'x.y.com', '.X.y.com'])
      assert.ok(allowed(domain, 'http://x.y.com/'), domain);
    for (const domain of ['.y.com', 'y.com', '.com', '*', 'notx.y.com', ''])
      assert.ok(!allowed(domain, 'http://x.y.com/'), domain);
    assert.ok(allowed('x.y.com/a/', 'http://x.y.com/a/b'));
    assert.ok(!allowed('x.y.com/a', 'http://x.y.com/ab'));
  });

  it('[E2E-S-008] with TLS, the name in the certificate, too', () => {
    const url = new URL('https://x.y.com/');
    assert.ok(domainAllowed('.x.y.com', url, 'x.y.com'));
    assert.ok(!domainAllowed('.x.y.com', url, 'evil.com'));
    assert.ok(!domainAllowed('.x.y.com', url, '*.y.com'));
  });
});
