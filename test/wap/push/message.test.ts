import assert from 'node:assert/strict';
import { decodeApplicationId, encodeApplicationId } from '../../../src/wap/push/application-id.js';
import {
  applicationOf,
  decodePushFlags,
  mustNotTransform,
  otaHeaders,
  transformed,
} from '../../../src/wap/push/message.js';
import type { Entity } from '../../../src/wap/push/mime.js';
import { isSuccess, mayRetry, mobileClientAborted } from '../../../src/wap/push/status.js';
import { hex } from '../../support/hex.js';

const body = hex('01 02');

describe('Application ids (WAP-251 §5.2.2.1, WAP-249 §5.1.2.1.2)', () => {
  const vectors: readonly [string, string, number | string | undefined][] = [
    ['a registered URI becomes its number', 'x-wap-application:wta.ua', 3],
    ['whatever code stands beside it', 'x-wap-application:mms.ua; app-encoding=9', 4],
    ['an unregistered URI gives way to its code', 'http://shop.example/app;app-encoding=80FF', 0x80ff],
    ['an unregistered URI without a code stays', 'http://shop.example/app', 'http://shop.example/app'],
    ['a code is hexadecimal', '1A', 26],
    ['a registered name without its scheme, as Kannel sends it', 'mms.ua', 4],
    ['anything else is no id', 'hello world', undefined],
  ];
  for (const [title, value, id] of vectors) {
    it(`[PPG-GEN-S-005] ${title}`, () => {
      assert.equal(decodeApplicationId(value), id);
    });
  }

  it('numbers are written as hexadecimal digits', () => {
    assert.equal(encodeApplicationId(0x80ff), '80FF');
    assert.equal(encodeApplicationId('http://a/'), 'http://a/');
  });
});

describe('Push messages at the proxy (WAP-251 §5–6, WAP-249 §5.1.2.1)', () => {
  const message: Entity = {
    headers: [
      { name: 'content-length', value: '2' },
      { name: 'Content-Type', value: 'text/plain; charset=utf-8' },
      { name: 'Expires', value: 'Sun, 16 May 1999 18:13:23 GMT' },
      { name: 'X-Wap-Initiator-URI', value: 'http://shop.example/' },
      { name: 'X-Wap-Content-URI', value: 'http://shop.example/c' },
      { name: 'X-My-Own', value: '1' },
      { name: 'Subject', value: 'no header of a push message' },
      { name: 'Push-Flag', value: '7' },
      { name: 'X-Wap-Application-Id', value: 'x-wap-application:wta.ua' },
    ],
    body,
  };

  it('[MSG-GEN-S-001] [MSG-GEN-S-002] [MSG-GEN-S-003] [MSG-GEN-S-004] [MSG-GEN-S-008] passes generic headers, WAP headers and extensions on, Content-Type first', () => {
    assert.deepEqual(otaHeaders(message, 3), [
      { name: 'Content-Type', value: 'text/plain; charset=utf-8' },
      { name: 'Expires', value: 'Sun, 16 May 1999 18:13:23 GMT' },
      { name: 'X-Wap-Initiator-URI', value: 'http://shop.example/' },
      { name: 'X-Wap-Content-URI', value: 'http://shop.example/c' },
      { name: 'X-My-Own', value: '1' },
      { name: 'X-Wap-Application-Id', value: '3' },
    ]);
  });

  it('the default application, the WML user agent, needs no header (WAP-249 §5.1.2.1.2)', () => {
    assert.equal(applicationOf({ headers: [], body }), 2);
    assert.equal(applicationOf(message), 3);
    assert.deepEqual(otaHeaders({ headers: [{ name: 'Content-Type', value: 'text/plain' }], body }, 2), [
      { name: 'Content-Type', value: 'text/plain' },
    ]);
  });

  it('Push-Flag has a bit for authenticated, trusted and last (WAP-235 §6.4.1.3)', () => {
    const flags = { authenticated: true, last: true };
    assert.deepEqual(otaHeaders({ headers: [{ name: 'Content-Type', value: 'a/b' }], body }, 2, flags), [
      { name: 'Content-Type', value: 'a/b' },
      { name: 'Push-Flag', value: '5' },
    ]);
    assert.deepEqual(decodePushFlags(6), { authenticated: false, trusted: true, last: true });
  });

  it('no-transform among other cache directives forbids to touch the body', () => {
    assert.equal(
      mustNotTransform({ headers: [{ name: 'Cache-Control', value: 'max-age=5, No-Transform' }], body }),
      true,
    );
    assert.equal(mustNotTransform(message), false);
  });

  it('[PPG-GEN-S-004] a transformed message has the new type and nothing that described the old octets', () => {
    const headers = [
      { name: 'Content-MD5', value: 'x' },
      { name: 'Content-Type', value: 'text/vnd.wap.si' },
      { name: 'Age', value: '1' },
    ];
    assert.deepEqual(transformed({ headers, body }, 'application/vnd.wap.sic', hex('03')), {
      headers: [
        { name: 'Content-Type', value: 'application/vnd.wap.sic' },
        { name: 'Age', value: '1' },
      ],
      body: hex('03'),
    });
  });
});

describe('PAP status codes (WAP-247 §8.13–8.14)', () => {
  it('the class decides about unknown codes', () => {
    assert.equal(isSuccess('1999'), true);
    assert.equal(isSuccess('2000'), false);
    assert.equal(mayRetry('4711'), true);
  });

  it('a WSP abort reason becomes 5 and three decimal digits', () => {
    assert.equal(mobileClientAborted(0xea), '5234');
    assert.equal(mobileClientAborted(0x08), '5008');
  });
});
