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
      ['content-length', '2'],
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Expires', 'Sun, 16 May 1999 18:13:23 GMT'],
      ['X-Wap-Initiator-URI', 'http://shop.example/'],
      ['X-Wap-Content-URI', 'http://shop.example/c'],
      ['X-My-Own', '1'],
      ['Subject', 'no header of a push message'],
      ['Push-Flag', '7'],
      ['X-Wap-Application-Id', 'x-wap-application:wta.ua'],
    ],
    body,
  };

  it('[MSG-GEN-S-001] [MSG-GEN-S-002] [MSG-GEN-S-003] [MSG-GEN-S-004] [MSG-GEN-S-008] passes generic headers, WAP headers and extensions on, Content-Type first', () => {
    assert.deepEqual(otaHeaders(message, 3), [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Expires', 'Sun, 16 May 1999 18:13:23 GMT'],
      ['X-Wap-Initiator-URI', 'http://shop.example/'],
      ['X-Wap-Content-URI', 'http://shop.example/c'],
      ['X-My-Own', '1'],
      ['X-Wap-Application-Id', '3'],
    ]);
  });

  it('the default application, the WML user agent, needs no header (WAP-249 §5.1.2.1.2)', () => {
    assert.equal(applicationOf({ headers: [], body }), 2);
    assert.equal(applicationOf(message), 3);
    assert.deepEqual(otaHeaders({ headers: [['Content-Type', 'text/plain']], body }, 2), [
      ['Content-Type', 'text/plain'],
    ]);
  });

  it('Push-Flag has a bit for authenticated, trusted and last (WAP-235 §6.4.1.3)', () => {
    const flags = { authenticated: true, last: true };
    assert.deepEqual(otaHeaders({ headers: [['Content-Type', 'a/b']], body }, 2, flags), [
      ['Content-Type', 'a/b'],
      ['Push-Flag', '5'],
    ]);
    assert.deepEqual(decodePushFlags(6), { authenticated: false, trusted: true, last: true });
  });

  it('no-transform among other cache directives forbids to touch the body', () => {
    assert.equal(mustNotTransform({ headers: [['Cache-Control', 'max-age=5, No-Transform']], body }), true);
    assert.equal(mustNotTransform(message), false);
  });

  it('[PPG-GEN-S-004] a transformed message has the new type and nothing that described the old octets', () => {
    const headers = [
      ['Content-MD5', 'x'],
      ['Content-Type', 'text/vnd.wap.si'],
      ['Age', '1'],
    ] as const;
    assert.deepEqual(transformed({ headers, body }, 'application/vnd.wap.sic', hex('03')), {
      headers: [
        ['Content-Type', 'application/vnd.wap.sic'],
        ['Age', '1'],
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
