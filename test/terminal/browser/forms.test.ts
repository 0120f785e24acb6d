import assert from 'node:assert/strict';
import { decodeUtf8, encodeUtf8 } from '../../../src/wap/octets.js';
import { decodeMultipart } from '../../../src/wap/wsp/index.js';
import { Browsing, base } from '../../support/browsing.js';

/** The request that a go element with two fields makes, and what the browser says. */
function submit(attributes: string, value = 'ä', charset?: string): Browsing {
  const fields = `<postfield name="n" value="1 2"/><postfield name="m" value="${value}"/>`;
  const go = `<go href="e.wml" ${attributes}>${fields}</go>`;
  const delivery = charset === undefined ? {} : { charset };
  return new Browsing({ 'd.wml': `<card><p><anchor>x${go}</anchor></p></card>` }, delivery)
    .open('d.wml')
    .press('select');
}

const bodyOf = (browsing: Browsing): string => decodeUtf8(browsing.requests[1]?.body ?? encodeUtf8('')) ?? '';
const typeOf = (browsing: Browsing): string | undefined =>
  browsing.requests[1]?.headers.find(({ name }) => name === 'Content-Type')?.value;

describe('Forms (WAP-191 §9.5.1, SIN WAP-191_105)', () => {
  it('[WML-C-29] the encoding is one that the server accepts, else that of the deck', () => {
    for (const [accept, deck, charset, value] of [
      ['', undefined, 'utf-8', '%C3%A4'],
      ['', 'iso-8859-1', 'iso-8859-1', '%E4'],
      ['unknown', 'iso-8859-1', 'iso-8859-1', '%E4'],
      ['iso-8859-1', undefined, 'iso-8859-1', '%E4'],
      ['us-ascii, iso-8859-1 utf-8', undefined, 'iso-8859-1', '%E4'],
      ['x-own,us-ascii', undefined, 'utf-8', '%C3%A4'],
    ] as const) {
      const posted = submit(`method="post" accept-charset="${accept}"`, 'ä', deck);
      assert.equal(typeOf(posted), `application/x-www-form-urlencoded; charset=${charset}`);
      assert.equal(bodyOf(posted), `n=1%202&m=${value}`, `${accept} ${deck}`);
    }
  });

  it('[WML-C-29] a query is in the encoding of the deck as well', () => {
    assert.equal(submit('', 'ä', 'iso-8859-1').requests[1]?.url, `${base}e.wml?n=1%202&m=%E4`);
  });

  it('[WML-C-77] [WML-C-78] [WAESpec-MUL-C-007] [WAESpec-MUL-C-008] multipart/form-data goes in its binary form', () => {
    const posted = submit('method="post" enctype="multipart/form-data"');
    assert.equal(typeOf(posted), 'application/vnd.wap.multipart.form-data');
    const parts = decodeMultipart(posted.requests[1]?.body ?? encodeUtf8(''));
    assert.deepEqual(
      parts.map(({ headers, body }) => [
        ...headers.map(({ name, value }) => `${name}: ${value}`),
        decodeUtf8(body),
      ]),
      [
        ['Content-Type: text/plain; charset=utf-8', 'Content-Disposition: form-data; name=n', '1 2'],
        ['Content-Type: text/plain; charset=utf-8', 'Content-Disposition: form-data; name=m', 'ä'],
      ],
    );
  });

  it('[WML-C-77] multipart/form-data with get is an error', () => {
    const refused = submit('enctype="multipart/form-data"');
    assert.equal(refused.requests.length, 1);
    assert.deepEqual(refused.notices, ['The form is wrong: its enctype is for the method post.']);
  });

  it('[WML-C-14] sendreferer sends the smallest relative address, an absolute one to other servers', () => {
    const referer = (href: string): string | undefined =>
      new Browsing({
        'd.wml': `<card><p><anchor>x<go href="${href}" sendreferer="true"/></anchor></p></card>`,
      })
        .open('d.wml')
        .press('select')
        .requests[1]?.headers.find(({ name }) => name === 'Referer')?.value;
    assert.equal(referer('e.wml'), 'd.wml');
    assert.equal(referer('b/c/e.wml'), '/a/d.wml');
    assert.equal(referer('http://o.example/'), `${base}d.wml`);
  });
});
