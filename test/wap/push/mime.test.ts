import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { decodeLatin1, encodeUtf8 } from '../../../src/wap/octets.js';
import {
  decodeMediaType,
  decodeMultipart,
  encodeMediaType,
  encodeMultipart,
  withoutTransferEncoding,
} from '../../../src/wap/push/mime.js';
import { decodePapEntities, encodePapEntities, entityType } from '../../../src/wap/push/multipart.js';
import { seededRandom } from '../../../src/wap/random.js';

describe('Entities and multiparts (WAP-247 §7, RFC 2046 §5.1)', () => {
  it('a media type with quoted parameters', () => {
    const text = 'multipart/related; boundary="a b;c"; type="application/xml"';
    assert.deepEqual(decodeMediaType(text), {
      type: 'multipart/related',
      parameters: { boundary: 'a b;c', type: 'application/xml' },
    });
    assert.equal(encodeMediaType(decodeMediaType(text)), text);
    assert.deepEqual(decodeMediaType('TEXT/Plain;Charset=utf-8 ; x'), {
      type: 'text/plain',
      parameters: { charset: 'utf-8' },
    });
  });

  // The form of the example in §7.4, line ends as HTTP has them.
  const example = [
    'a preamble that nobody reads',
    '--asdlfkjiurwghasf',
    'Content-Type: application/xml',
    '',
    '<pap/>',
    '--asdlfkjiurwghasf',
    'Content-Type: text/vnd.wap.si;',
    '\tcharset=utf-8',
    'X-Wap-Application-Id: 2',
    '',
    '<si/>',
    '--asdlfkjiurwghasfx is not the boundary',
    '',
    '--asdlfkjiurwghasf',
    'Content-Type: application/xml',
    '',
    '<rdf/>',
    '--asdlfkjiurwghasf--',
    'an epilogue',
  ];
  const contentType = 'multipart/related; boundary=asdlfkjiurwghasf; type="application/xml"';

  for (const [name, lineEnd] of [
    ['CR LF', '\r\n'],
    ['LF', '\n'],
  ] as const) {
    it(`control, content and capabilities entity, lines ended by ${name} (§7.1–7.3)`, () => {
      const { control, content, capabilities } = decodePapEntities(
        contentType,
        encodeUtf8(example.join(lineEnd)),
      );
      assert.equal(decodeLatin1(control.body), '<pap/>');
      assert.equal(entityType(control), 'application/xml');
      assert.deepEqual(content?.headers, [
        { name: 'Content-Type', value: 'text/vnd.wap.si; charset=utf-8' },
        { name: 'X-Wap-Application-Id', value: '2' },
      ]);
      assert.equal(
        decodeLatin1(content?.body ?? new Uint8Array()),
        `<si/>${lineEnd}--asdlfkjiurwghasfx is not the boundary${lineEnd}`,
      );
      assert.equal(decodeLatin1(capabilities?.body ?? new Uint8Array()), '<rdf/>');
    });
  }

  it('control information only is plain application/xml (§7)', () => {
    const { control, content } = decodePapEntities('application/xml', encodeUtf8('<pap/>'));
    assert.equal(decodeLatin1(control.body), '<pap/>');
    assert.equal(content, undefined);
  });

  it('in an answer the second entity is the capabilities (§7.3)', () => {
    const body = encodeUtf8('--b\r\n\r\n<pap/>\r\n--b\r\n\r\n<rdf/>\r\n--b--\r\n');
    const { content, capabilities } = decodePapEntities('multipart/related; boundary=b', body, 'answer');
    assert.equal(content, undefined);
    assert.equal(decodeLatin1(capabilities?.body ?? new Uint8Array()), '<rdf/>');
  });

  it('what is none is refused', () => {
    for (const [type, body] of [
      ['text/plain', '<pap/>'],
      ['multipart/related', '--b\r\n\r\n--b--'],
      ['multipart/related; boundary=b', 'nothing'],
      ['multipart/related; boundary=b', '--b\r\nX: y\r\n\r\nno end'],
      ['multipart/related; boundary=b', '--b\r\nno header\r\n\r\n\r\n--b--'],
      ['multipart/related; boundary=b', '--b--'],
    ] as const) {
      assert.throws(() => decodePapEntities(type, encodeUtf8(body)), DecodeError, `${type} ${body}`);
    }
  });

  it('a message is written with a boundary of its own', () => {
    const { contentType: type, body } = encodePapEntities(
      '<pap/>',
      [{ headers: [{ name: 'Content-Type', value: 'text/plain' }], body: encodeUtf8('hi') }],
      seededRandom(1),
    );
    const boundary = /boundary=(wapstack-[0-9a-f]{32});/.exec(type)?.[1];
    assert.equal(
      decodeLatin1(body),
      `--${boundary}\r\nContent-Type: application/xml; charset=utf-8\r\n\r\n<pap/>\r\n--${boundary}\r\nContent-Type: text/plain\r\n\r\nhi\r\n--${boundary}--\r\n`,
    );
  });

  it('transfer encodings are undone (RFC 2045 §6)', () => {
    const of = (encoding: string, text: string) =>
      decodeLatin1(
        withoutTransferEncoding({
          headers: [{ name: 'Content-Transfer-Encoding', value: encoding }],
          body: encodeUtf8(text),
        }).body,
      );
    assert.equal(of('base64', 'aGVs\r\nbG8='), 'hello');
    assert.equal(of('quoted-printable', 'h=E9llo=\r\n w=3D'), 'h\u00e9llo w=');
    assert.equal(of('8bit', 'as it is'), 'as it is');
    assert.throws(() => of('base64', '!'), DecodeError);
    assert.throws(() => of('x-uue', ''), DecodeError);
  });

  it('entities of any octets read back as they were written', () => {
    const body = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 5 }), (bodies) => {
        const entities = bodies.map((octets) => ({ headers: [{ name: 'X-Y', value: 'z' }], body: octets }));
        const read = decodeMultipart(encodeMultipart(entities, 'Bound@ry'), 'Bound@ry');
        assert.deepEqual(
          read.map((entity) => [...entity.body]),
          bodies.map((octets) => [...octets]),
        );
      }),
    );
  });

  it('any octets give entities or a DecodeError', () => {
    const piece = fc.oneof(fc.constantFrom('--b', '--b--', '\r\n', '\n', 'A: b', ' folded', ''), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
        try {
          decodeMultipart(encodeUtf8(pieces.join('')), 'b');
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});
