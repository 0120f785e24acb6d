import assert from 'node:assert/strict';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { clientPeers, Pair } from './drive.js';

describe('Connection-mode sessions (WAP-230 §7.1)', () => {
  function connected(): Pair {
    const pair = new Pair();
    pair.fromClient({ type: 'S-Connect.req', session: 'C1', peers: clientPeers });
    const indication = pair.next('server');
    assert.equal(indication?.type, 'S-Connect.ind');
    pair.fromServer({ type: 'S-Connect.res', session: 'S1' });
    assert.equal(pair.next('client')?.type, 'S-Connect.cnf');
    return pair;
  }

  it('a session is created, serves a POST and ends', () => {
    const pair = connected();
    pair.fromClient({
      type: 'S-MethodInvoke.req',
      session: 'C1',
      clientTransactionId: 1,
      method: 'POST',
      requestUri: 'http://shop/x',
      requestHeaders: [
        { name: 'Accept', value: 'text/vnd.wap.wml' },
        { name: 'Content-Type', value: 'application/x-www-form-urlencoded' },
      ],
      requestBody: encodeUtf8('a=b'),
    });
    assert.equal(pair.next('server')?.type, 'S-MethodInvoke.ind');
    pair.fromServer({ type: 'S-MethodInvoke.res', session: 'S1', serverTransactionId: 1 });
    pair.fromServer({
      type: 'S-MethodResult.req',
      session: 'S1',
      serverTransactionId: 1,
      status: 200,
      responseHeaders: [{ name: 'Content-Type', value: 'application/vnd.wap.wmlc' }],
      responseBody: encodeUtf8('x'),
    });
    assert.deepEqual(
      pair.clientSaw.splice(0).map(({ type }) => type),
      ['S-MethodInvoke.cnf', 'S-MethodResult.ind'],
    );
    pair.fromClient({ type: 'S-MethodResult.res', session: 'C1', clientTransactionId: 1 });
    assert.equal(pair.next('server')?.type, 'S-MethodResult.cnf');
    pair.fromClient({ type: 'S-Disconnect.req', session: 'C1', reasonCode: 200 });
    assert.equal(pair.next('client')?.type, 'S-Disconnect.ind');
    assert.equal(pair.next('server')?.type, 'S-Disconnect.ind');
  });
});
