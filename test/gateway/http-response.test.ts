import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_HEAD, ResponseReader } from '../../src/gateway/http-response.js';
import { DecodeError } from '../../src/wap/errors.js';

/** The octets in those pieces, and the end of the connection behind them. */
function read(pieces: readonly string[], method = 'GET', maxBody = 100) {
  const reader = new ResponseReader(method, maxBody);
  for (const piece of pieces) {
    const taken = reader.take(Buffer.from(piece, 'latin1'));
    if (taken === 'too big') return taken;
    if (taken !== undefined) return summary(taken);
  }
  const last = reader.end();
  return last === undefined ? 'unfinished' : summary(last);
}

function summary({ status, headers, body, persistent }: ReturnType<ResponseReader['end']> & object) {
  const text = headers.map(({ name, value }) => `${name}: ${value}`).join(', ');
  return [status, text, Buffer.from(body).toString('latin1'), persistent] as const;
}

const length2 = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\nh\r\n1 \r\ni\r\n0\r\nA: b\r\n\r\n';

describe('A response of HTTP (RFC 2616 §4, §6)', () => {
  // biome-ignore format: a line is a case
  const cases: readonly (readonly [what: string, octets: string, expected: unknown, method?: string])[] = [
    ['a length', length2, [200, 'Content-Length: 2', 'hi', true]],
    ['chunks, with an extension and a trailer (§3.6.1)', chunked, [200, 'Transfer-Encoding: chunked', 'hi', true]],
    ['the end of the connection ends the body (§4.4)', 'HTTP/1.1 200 OK\r\nA: b\r\n\r\nhi', [200, 'A: b', 'hi', false]],
    ['no reason phrase, and no headers', 'HTTP/1.1 200\r\n\r\nhi', [200, '', 'hi', false]],
    ['HTTP/1.0 closes', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi', [200, 'Content-Length: 2', 'hi', false]],
    ['HTTP/1.0 that keeps the connection', 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n', [200, 'Connection: Keep-Alive, Content-Length: 0', '', true]],
    ['HTTP/1.1 that closes it', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', [200, 'Connection: close, Content-Length: 0', '', false]],
    ['304 has no body (§10.3.5)', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', [304, 'Content-Length: 9', '', true]],
    ['204 has none (§10.2.5)', 'HTTP/1.1 204 No Content\r\n\r\n', [204, '', '', true]],
    ['nor has what answers HEAD (§9.4)', 'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n', [200, 'Content-Length: 900', '', true], 'HEAD'],
    ['interim responses come first (§10.1)', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n${length2}`, [200, 'Content-Length: 2', 'hi', true]],
    ['blanks around values, octets beyond ASCII', 'HTTP/1.1 204 x\r\nA:\t b \r\nB:\xe9\r\n\r\n', [204, 'A: b, B: \xe9', '', true]],
    ['the same length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi', [200, 'Content-Length: 2, Content-Length: 2', 'hi', true]],
    ['a line break behind the end', `${length2}\r\n`, [200, 'Content-Length: 2', 'hi', false]],
    ['cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi', 'unfinished'],
    ['chunks cut short', chunked.slice(0, -2), 'unfinished'],
    ['headers cut short', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n', 'unfinished'],
    ['more than may come, as its length says', 'HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n', 'too big'],
    ['more than may come, in a chunk', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n${'x'.repeat(101)}`, 'too big'],
    ['more than may come, until the end', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(101)}`, 'too big'],
  ];

  for (const [what, octets, expected, method] of cases) {
    it(what, () => {
      assert.deepEqual(read([octets], method), expected);
      // However the network takes it apart; behind the end, though, nobody waits for more.
      if (!octets.endsWith('hi\r\n')) assert.deepEqual(read([...octets], method), expected);
    });
  }

  // biome-ignore format: a line is a case
  const broken: readonly (readonly [what: string, octets: string, rule: RegExp])[] = [
    ['another protocol', 'SSH-2.0-OpenSSH_9.2', /no status line/],
    ['another version', 'HTTP/2 200\r\n\r\n', /no status line/],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', /no status line/],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', /another protocol/],
    ['a header over two lines', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n', /a header is malformed/],
    ['more than it says', `${length2}x`, /longer than it says/],
    ['a blank before the colon', 'HTTP/1.1 200 OK\r\nA : b\r\n\r\n', /a header is malformed/],
    ['a bare line feed in a header', 'HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n', /a header is malformed/],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n', /no length/],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n', /no length/],
    ['a length beside chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n', /Content-Length and Transfer-Encoding/],
    ['a coding that nobody asked for', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', /Transfer-Encoding gzip/],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n', /no size/],
    ['a chunk longer than it says', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n', /longer than it says/],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(MAX_HEAD / 5)}`, /too long/],
    ['a chunk size without end', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1'.repeat(MAX_HEAD + 1)}`, /too long/],
  ];

  for (const [what, octets, rule] of broken) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => read([octets]),
        (error) => error instanceof DecodeError && rule.test(error.rule),
      );
    });
  }

  it('any octets, in any pieces, give a response, too little, too much or a DecodeError', () => {
    const start = fc.constantFrom(length2, chunked, 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 ', '');
    const part = fc.oneof(fc.string(), fc.constantFrom('\r\n', '\r\n\r\n', 'A: b\r\n', '5\r\n', '0\r\n'));
    fc.assert(
      fc.property(start, fc.nat(60), fc.array(part, { maxLength: 8 }), (valid, cut, rest) => {
        try {
          read([valid.slice(0, cut), ...rest]);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
    );
  });
});
