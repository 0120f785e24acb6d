import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Carriage,
  contentOf,
  fromMessage,
  handedOver,
  type Message,
  toMessage,
} from '../../src/bearer/smpp-datagram.js';
import { decodeSmpp, encodeSmpp } from '../../src/bearer/smpp-pdu.js';
import { toHex } from '../../src/wap/octets.js';
import { encodeShortMessage } from '../../src/wap/wdp/index.js';
import { hex } from '../support/hex.js';

const route = { source: '+33600000001', destination: '+33600000002', mode: 0x01 };
const tlvsOf = (message: Message) => message.tlvs.map(({ tag, value }) => [tag, toHex(value)]);
const over = (message: Message): Message => {
  const pdu = decodeSmpp(encodeSmpp({ ...message, status: 0, sequence: 1 }));
  assert.ok(pdu.command === 'data_sm' || pdu.command === 'submit_sm' || pdu.command === 'deliver_sm');
  return pdu;
};

describe('WDP in messages of SMPP (WAP-159 §5.4.6, §5.4.7)', () => {
  it('[WDPWCMPAdapt-S-009] a text header goes as text: data_coding says so, and no header is indicated', () => {
    const text = new TextEncoder().encode('//SCKL0B8423F0 hello');
    for (const carriage of ['data_sm', 'submit_sm'] as const) {
      const message = toMessage(text, carriage, route);
      assert.deepEqual([message.dataCoding, message.esmClass], [0x03, 0x01]);
      assert.deepEqual(contentOf(message), text);
      assert.deepEqual(fromMessage(over(message)), text);
      assert.equal(handedOver(message, false).esmClass & 0x40, 0);
    }
  });

  it('[WDPWCMPAdapt-S-016] [WDPWCMPAdapt-S-017] [WDPWCMPAdapt-S-018] the network, the bearer and the life of a message as parameters', () => {
    const message = toMessage(hex('06 0504 0b84 23f0 61'), 'data_sm', {
      ...route,
      gsm: true,
      validity: 3_600_000,
    });
    assert.deepEqual(tlvsOf(message).slice(0, 3), [
      [0x0006, '01'],
      [0x0007, '01'],
      [0x0017, '00000e10'],
    ]);
    // A gateway that tells which network a message came from changes nothing for WDP.
    const received = {
      ...message,
      tlvs: [{ tag: 0x000e, value: hex('01') }, { tag: 0x000f, value: hex('01') }, ...message.tlvs],
    };
    assert.deepEqual(fromMessage(received), hex('06 0504 0b84 23f0 61'));
  });

  it('[WDPWCMPAdapt-S-014] a receipt is asked for with registered_delivery', () => {
    for (const carriage of ['data_sm', 'submit_sm'] as const) {
      assert.equal(toMessage(hex('00'), carriage, { ...route, receipt: true }).registeredDelivery, 1);
      assert.equal(toMessage(hex('00'), carriage, route).registeredDelivery, 0);
    }
  });

  it('validity_period is relative', () => {
    const message = toMessage(hex('00'), 'submit_sm', { ...route, validity: 90_000 });
    assert.equal(message.command === 'submit_sm' && message.validityPeriod, '000000000130000R');
  });

  it('what is longer than short_message goes as message_payload', () => {
    const octets = encodeShortMessage({
      ports: { destination: 9200, originator: 49152 },
      fragment: undefined,
      wcmp: undefined,
      userData: new Uint8Array(1000),
    });
    for (const message of [
      toMessage(octets, 'submit_sm', route),
      handedOver(toMessage(octets, 'data_sm', route), false),
    ]) {
      assert.ok(message.command !== 'data_sm');
      assert.equal(message.shortMessage.length, 0);
      assert.deepEqual(fromMessage(over(message)), octets);
    }
  });

  it('what was asked of the centre does not go on to the receiver (§5.4.7.1)', () => {
    const wishes = { ...route, mode: 3, gsm: true, validity: 60_000, receipt: true, alert: true };
    const octets = hex('06 0504 0b84 23f0 61');
    const handed = handedOver(toMessage(octets, 'data_sm', wishes), true);
    assert.deepEqual(
      [handed.command, handed.esmClass, handed.registeredDelivery, tlvsOf(handed)],
      [
        'data_sm',
        0,
        0,
        [
          [0x020a, '23f0'],
          [0x020b, '0b84'],
          [0x0424, '61'],
        ],
      ],
    );
    const short = handedOver(toMessage(octets, 'submit_sm', wishes), true);
    assert.deepEqual(
      [
        short.command,
        short.esmClass,
        short.registeredDelivery,
        short.command === 'deliver_sm' && short.validityPeriod,
      ],
      ['deliver_sm', 0x40, 0, ''],
    );
    assert.deepEqual([fromMessage(over(handed)), fromMessage(over(short))], [octets, octets]);
  });

  it('numbers that a segment cannot have make a whole message of it', () => {
    const message = toMessage(hex('0c 0504 0b84 23f0 08 04 0107 02 01 61'), 'data_sm', route);
    const broken = {
      ...message,
      tlvs: message.tlvs.map((tlv) => (tlv.tag === 0x020f ? { ...tlv, value: hex('03') } : tlv)),
    };
    assert.deepEqual(fromMessage(broken), hex('06 0504 0b84 23f0 61'));
  });

  it('whatever WDP makes arrives, by whichever message, also where the centre changes one into another', () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    const fragment = fc
      .tuple(fc.nat(65_535), fc.integer({ min: 1, max: 255 }), fc.nat(254))
      .map(([reference, total, at]) => ({ long: true, reference, total, sequence: 1 + (at % total) }));
    const short = fc.record({
      ports: fc.record({ destination: port, originator: port }),
      fragment: fc.option(fragment, { nil: undefined }),
      wcmp: fc.constant(undefined),
      userData: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(
        short,
        fc.constantFrom<Carriage>('data_sm', 'submit_sm', 'deliver_sm'),
        (message, carriage) => {
          const octets = encodeShortMessage(message);
          const sent = toMessage(octets, carriage, route);
          // SMPP has no message without content.
          if (carriage !== 'data_sm' || message.userData.length > 0)
            assert.deepEqual(fromMessage(over(sent)), octets);
          assert.deepEqual(fromMessage(over(handedOver(sent, false))), octets);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('any parameters are taken without an exception', () => {
    const tlv = fc.record({
      tag: fc.constantFrom(0x19, 0x020a, 0x020b, 0x020c, 0x020e, 0x020f, 0x0424, 0x1e),
      value: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(fc.array(tlv, { maxLength: 6 }), fc.nat(255), (tlvs, esmClass) => {
        const message = { ...toMessage(hex('06 0504 0b84 23f0 61'), 'data_sm', route), tlvs, esmClass };
        fromMessage(message);
        over(handedOver(message, false));
      }),
    );
  });
});
