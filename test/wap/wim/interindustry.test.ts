import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromHex, toHex } from '../../../src/wap/octets.js';
import { type CardInReader, inReader } from '../../../src/wap/wim/index.js';
import { newCard } from './cards.js';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) ?? new Uint8Array(0);

/** Each command and what the card answers; `..` stands for any octets. */
function converse(card: CardInReader, exchanges: readonly (readonly [command: string, response: string])[]) {
  for (const [command, response] of exchanges) {
    const heard = toHex(card.transmit(hex(command)));
    const pattern = new RegExp(`^${response.replaceAll(' ', '').replaceAll('..', '[0-9a-f]*')}$`);
    assert.match(heard, pattern, `${command}: ${heard}`);
  }
}

describe('The card in a reader: ISO 7816-4 and PKCS#15 §5 beside WAP-260', () => {
  const reader = () => inReader(newCard());

  it('EF(DIR) has the application, its label and its path', () => {
    converse(reader(), [
      ['00a4080002 2f00', '610d'],
      ['00c000000d', '6f0b 8002001b 820101 83022f00 9000'],
      ['00b000001b', '6119 4f0c a000000063504b43532d3135 5003 57494d 5104 3f005015 9000'],
      ['00b0001b05', '9000'],
      ['00b0001c05', '6b00'],
      ['00b00000', '6700'],
    ]);
  });

  it('files of the application: by a path from the master file, from here, or by identifier', () => {
    converse(reader(), [
      ['00a4080004 50155032', '610d'],
      ['00c000000d', '6f0b 8002.. 820101 83025032 9000'],
      ['00b0000002', '30.. 9000'],
      ['00a4000c02 3f00', '9000'],
      ['00b0000001', '6986'],
      ['00a4000c02 5032', '6a82'],
      ['00a4090c04 50155031', '9000'],
      ['00b0000001', 'a0 9000'],
      ['00a4000c02 5200', '9000'],
      ['00b0000001', '30 9000'],
      ['00a4040c0c a000000063504b43532d3135', '9000'],
      ['00a4000c02 5031', '9000'],
    ]);
  });

  it('what is not there, and forms of SELECT that it does not have', () => {
    converse(reader(), [
      ['00a4080002 4711', '6a82'],
      ['00a4080004 50154711', '6a82'],
      ['00a4080003 501547', '6b00'],
      ['00a4020002 5031', '6b00'],
      ['00a40000', '6f07 820138 83023f00 9000'],
      ['00a4040c03 a00000', '6700'],
      ['00e4000002 5031', '6d00'],
      ['04a4000c02 3f00', '6e00'],
    ]);
  });

  it('a path does not select the application anew: a PIN that was verified stays verified', () => {
    converse(reader(), [
      ['00a4080c04 50155300', '9000'],
      ['0020000b', '63c3'],
      ['0020000b08 31323334ffffffff', '9000'],
      ['00a4080c04 50155031', '9000'],
      ['00a4080c04 50155300', '9000'],
      ['0020000b', '9000'],
      // By its AID it is selected anew (§11.3.3).
      ['00a4040c0c a000000063504b43532d3135', '9000'],
      ['00a4000c02 5300', '9000'],
      ['0020000b', '63c3'],
    ]);
  });

  it('a signature without MSE RESTORE: the environment is the one of the key that the template names', () => {
    converse(reader(), [
      ['00a4080c04 50155300', '9000'],
      ['0020001608 32333435ffffffff', '9000'],
      ['00a4080c04 50155281', '9000'],
      ['002241b603 840105', '9000'],
      ['002a9e9a14 000102030405060708090a0b0c0d0e0f10111213', '6180'],
      ['00c0000080', '..9000'],
      // A non-repudiation key asks for its PIN each time, whichever class asks (§12.1.4).
      ['002a9e9a14 000102030405060708090a0b0c0d0e0f10111213', '6982'],
    ]);
  });

  it('a key that is not there, and a private key file that is read', () => {
    converse(reader(), [
      ['00a4080c04 50155281', '9000'],
      ['00b0000010', '6982'],
      ['002241b603 840199', '6600'],
    ]);
  });

  it('commands of WAP-260 pass as they are; the length of a file is announced over T=0', () => {
    converse(reader(), [
      ['80a4000002 5031', '6e00'],
      ['00a404000c a0000000635741502d57494d', '9000'],
      ['80a4000002 5031', '6106'],
      ['00c0000006', '6f04 8002.... 9000'],
      ['80b0000001', 'a0 9000'],
      ['8022f344', '9000'],
    ]);
  });

  it('channels keep their files apart; reset forgets all', () => {
    const card = reader();
    converse(card, [
      ['0070000001', '01 9000'],
      ['01a4080c04 50155031', '9000'],
      ['01b0000001', 'a0 9000'],
      ['00b0000001', '6986'],
      ['00708001', '9000'],
      ['01b0000001', '6986|6e00'],
    ]);
    assert.equal(toHex(card.reset()), '3b87801fc3803180739001131b');
    converse(card, [['80b0000001', '6e00']]);
  });

  it('any octets get a response', () => {
    const card = reader();
    const command = fc.tuple(
      fc.constantFrom(0x00, 0x01, 0x80, 0x81, 0x0c, 0xff),
      fc.constantFrom(0x20, 0x22, 0x24, 0x2a, 0x70, 0x84, 0xa4, 0xb0, 0xc0, 0xd6, 0x00),
      fc.uint8Array({ minLength: 0, maxLength: 12 }),
    );
    fc.assert(
      fc.property(command, ([cla, ins, rest]) => {
        const response = card.transmit(Uint8Array.of(cla, ins, ...rest));
        assert.ok(response.length >= 2);
      }),
      { numRuns: 500 },
    );
  });
});
