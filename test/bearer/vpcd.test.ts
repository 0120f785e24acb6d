import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import {
  answerReader,
  frameMessage,
  insertCard,
  type ReaderCard,
  splitMessages,
} from '../../src/bearer/index.js';
import { concat, fromHex, toHex } from '../../src/wap/octets.js';

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);

function echo(): ReaderCard & { readonly resets: () => number } {
  let count = 0;
  return {
    atr: hex('3b00'),
    resets: () => count,
    reset() {
      count += 1;
    },
    // The later command is ready first: order has to be kept all the same.
    transmit: async (apdu) => {
      for (let turn = apdu.length; turn < 8; turn += 1) await Promise.resolve();
      return Uint8Array.of(...apdu, 0x90, 0x00);
    },
  };
}

describe("A card in vpcd's reader: messages", () => {
  it('have their length in two octets before them', () => {
    assert.equal(toHex(frameMessage(hex('a1b2c3'))), '0003a1b2c3');
    const { messages, rest } = splitMessages(hex('000104' + '0002aabb' + '0005cc'));
    assert.deepEqual(messages.map(toHex), ['04', 'aabb']);
    assert.equal(toHex(rest), '0005cc');
  });

  it('come out the same, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), fc.nat(), (list, seed) => {
        const stream = concat(list.map(frameMessage));
        const cut = stream.length === 0 ? 0 : seed % stream.length;
        const first = splitMessages(stream.subarray(0, cut));
        const second = splitMessages(Uint8Array.of(...first.rest, ...stream.subarray(cut)));
        assert.deepEqual([...first.messages, ...second.messages].map(toHex), list.map(toHex));
        assert.equal(second.rest.length, 0);
      }),
      { numRuns: 200 },
    );
  });

  it('of one octet control: power and reset are not answered, the request for the ATR resets nothing', async () => {
    const card = echo();
    for (const code of [0, 1, 2]) assert.equal(await answerReader(card, Uint8Array.of(code)), undefined);
    assert.equal(card.resets(), 3);
    assert.equal(toHex((await answerReader(card, Uint8Array.of(4))) ?? hex('')), '3b00');
    assert.equal(await answerReader(card, Uint8Array.of(9)), undefined);
    assert.equal(card.resets(), 3);
    assert.equal(toHex((await answerReader(card, hex('00a40000'))) ?? hex('')), '00a400009000');
  });
});

describe("A card in vpcd's reader: over TCP", () => {
  it('answers command after command in their order, until it is taken out', async () => {
    let reader: Socket | undefined;
    const server = createServer((socket) => {
      reader = socket;
      socket.write(Buffer.from(hex('000104' + '000400a40000' + '0005' + '00b0000001')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const inserted = await insertCard('127.0.0.1', address.port, echo());
    const expected = '00023b00' + '000600a400009000' + '000700b00000019000';
    const heard = await new Promise<string>((resolve) => {
      let octets = '';
      const look = (part: Buffer): void => {
        octets += part.toString('hex');
        if (octets.length >= expected.length) resolve(octets);
      };
      if (reader !== undefined) reader.on('data', look);
      else server.once('connection', (socket) => socket.on('data', look));
    });
    assert.equal(heard, expected);
    inserted.remove();
    await inserted.closed;
    await new Promise((resolve) => server.close(resolve));
  });

  it('nobody there: an error', async () => {
    await assert.rejects(insertCard('127.0.0.1', 1, echo()), /ECONNREFUSED/);
  });
});
