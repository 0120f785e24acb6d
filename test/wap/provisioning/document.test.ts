import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import { decodeConnectivity } from '../../../src/wap/provisioning/index.js';
import { wbxmlToXml, xmlToWbxml } from '../../../src/wap/wbxml/index.js';
import { hex } from '../../support/hex.js';
import { bankDocument } from '../../support/navigation.js';

const px = (inner: string) =>
  `<wap-provisioningdoc><characteristic type="PXLOGICAL">${inner}</characteristic></wap-provisioningdoc>`;
const base = '<parm name="PROXY-ID" value="p.example"/><parm name="NAME" value="P"/>';
const physical =
  '<characteristic type="PXPHYSICAL"><parm name="PHYSICAL-PROXY-ID" value="1"/><parm name="PXADDR" value="192.0.2.1"/><parm name="TO-NAPID" value="INTERNET"/></characteristic>';

describe('Connectivity documents (WAP-183 §5)', () => {
  it('[E2E-C-001] [E2E-S-001] the DTD and the data model: what a proxy is, with its physical instances and ports', () => {
    const { proxies } = decodeConnectivity(
      bankDocument({ parms: '<parm name="STARTPAGE" value="secure.bank.example/start"/>' }),
    );
    assert.deepEqual(proxies, [
      {
        id: 'proxy.bank.example',
        providerId: 'proxy.bank.example',
        name: 'Bank',
        domains: ['.bank.example'],
        trusted: false,
        master: false,
        startpage: 'http://secure.bank.example/start',
        physical: [
          {
            id: 'one',
            domains: ['.bank.example'],
            address: '192.0.2.3',
            addressType: 'IPV4',
            ports: [{ port: 9203, services: [] }],
            accessPoints: ['INTERNET'],
          },
        ],
      },
    ]);
  });

  it('[E2E-S-002] [E2E-S-003] [E2E-C-003] the tokenised form, octet by octet (§8)', () => {
    const xml = px(`${base}${physical}`).replace(
      '<wap-provisioningdoc>',
      '<!DOCTYPE wap-provisioningdoc PUBLIC "-//WAPFORUM//DTD PROV 1.0//EN" "http://www.wapforum.org/DTD/prov.dtd"><wap-provisioningdoc version="1.0">',
    );
    const expected = [
      '03 0b 6a 00', // WBXML 1.3, PROV 1.0, UTF-8, no string table
      'c5 46 01', // wap-provisioningdoc version="1.0"
      'c6 51 01', // characteristic type="PXLOGICAL"
      '87 15 06 03 70 2e 65 78 61 6d 70 6c 65 00 01', // parm PROXY-ID value p.example
      '87 07 06 03 50 00 01', // NAME P
      'c6 52 01', // PXPHYSICAL
      '87 2f 06 03 31 00 01', // PHYSICAL-PROXY-ID 1
      '87 20 06 03 31 39 32 2e 30 2e 32 2e 31 00 01', // PXADDR
      '87 22 06 03 49 4e 54 45 52 4e 45 54 00 01', // TO-NAPID INTERNET
      '01 01 01',
    ].join(' ');
    assert.equal(toHex(xmlToWbxml(xml)), toHex(hex(expected)));
    assert.deepEqual(decodeConnectivity(wbxmlToXml(hex(expected))), decodeConnectivity(xml));
  });

  it('a proxy without DOMAIN is responsible for everything, and its physical ones take after it (§5.6.1, §5.6.2)', () => {
    const { proxies } = decodeConnectivity(px(`${base}<parm name="MASTER"/><parm name="TRUST"/>${physical}`));
    assert.deepEqual(proxies[0]?.domains, ['']);
    assert.deepEqual(proxies[0]?.physical[0]?.domains, ['']);
    assert.equal(proxies[0]?.master, true);
    assert.equal(proxies[0]?.trusted, true);
  });

  // biome-ignore format: a line is a row
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['not XML', '<wap-provisioningdoc>', /unclosed/],
    ['an element of another language', '<wap-provisioningdoc><p/></wap-provisioningdoc>', /p is not declared/],
    ['no characteristic', '<wap-provisioningdoc></wap-provisioningdoc>', /content of wap-provisioningdoc/],
    ['parameters after characteristics', px(`${base}${physical}<parm name="MASTER"/>`), /content of characteristic/],
    ['an unknown characteristic', '<wap-provisioningdoc><characteristic type="X"/></wap-provisioningdoc>', /no characteristic X/],
    ['a characteristic out of place', px(`${base}${physical}<characteristic type="NAPDEF"/>`), /NAPDEF may not stand in PXLOGICAL/],
    ['an unknown parameter', px(`${base}<parm name="COLOUR"/>${physical}`), /PXLOGICAL has no parameter COLOUR/],
    ['a parameter of an object', px(`${base}<parm name="constructor"/>${physical}`), /no parameter constructor/],
    ['a missing parameter', px(`<parm name="NAME" value="P"/>${physical}`), /PXLOGICAL lacks PROXY-ID/],
    ['a parameter twice', px(`${base}<parm name="NAME" value="Q"/>${physical}`), /NAME 2 times, and may have it once/],
    ['five domains', px(`${base}${'<parm name="DOMAIN" value="a"/>'.repeat(5)}${physical}`), /DOMAIN 5 times, and may have it four times/],
    ['no physical proxy', px(base), /lacks PXPHYSICAL/],
    ['a port too high', px(`${base}<characteristic type="PORT"><parm name="PORTNBR" value="65536"/></characteristic>${physical}`), /no port: 65536/],
    ['a port that is none', px(`${base}<characteristic type="PORT"><parm name="PORTNBR" value="1e3"/></characteristic>${physical}`), /no port: 1e3/],
    ['a port twice', px(`${base}${'<characteristic type="PORT"><parm name="PORTNBR" value="9203"/></characteristic>'.repeat(2)}${physical}`), /binds a port twice/],
    ['a start page without address', px(`${base}<parm name="STARTPAGE" value="http://"/>${physical}`), /STARTPAGE/],
    ['another major version', px(`${base}${physical}`).replace('<wap-provisioningdoc>', '<wap-provisioningdoc version="2.0">'), /version 2.0/],
  ];
  for (const [what, xml, rule] of wrong) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => decodeConnectivity(xml),
        (error) => error instanceof DecodeError && rule.test(error.rule),
      );
    });
  }

  it('port bindings of logical and physical proxy are put together, and may not contradict each other (§6.2)', () => {
    const port = (number: number, service = '') =>
      `<characteristic type="PORT"><parm name="PORTNBR" value="${number}"/>${service && `<parm name="SERVICE" value="${service}"/>`}</characteristic>`;
    const both = (own: string) =>
      px(`${base}${port(9203)}${physical.replace('</characteristic>', `${own}</characteristic>`)}`);
    assert.deepEqual(decodeConnectivity(both(port(9300, 'CL-SEC-WSP'))).proxies[0]?.physical[0]?.ports, [
      { port: 9203, services: [] },
      { port: 9300, services: ['CL-SEC-WSP'] },
    ]);
    assert.throws(
      () => decodeConnectivity(both(port(9203))),
      /port 9203 is bound by PXLOGICAL and by PXPHYSICAL/,
    );
  });

  it('gives a value or a DecodeError whatever comes', () => {
    const pieces = fc.constantFrom(
      'PXLOGICAL',
      'PORT',
      'parm',
      'characteristic',
      '"',
      '<',
      '/>',
      'DOMAIN',
      'bank',
      '9203',
      '',
    );
    fc.assert(
      fc.property(fc.nat(bankDocument().length), fc.nat(20), pieces, (at, length, piece) => {
        const text = bankDocument();
        try {
          decodeConnectivity(text.slice(0, at) + piece + text.slice(at + length));
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
