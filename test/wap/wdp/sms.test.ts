import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { linkProfiles } from '../../../src/bearer/memory.js';
import type { Endpoint } from '../../../src/wap/address.js';
import { DecodeError } from '../../../src/wap/errors.js';
import { encodeLatin1, toHex } from '../../../src/wap/octets.js';
import { transactions } from '../../../src/wap/stack.js';
import { seconds } from '../../../src/wap/time.js';
import type { DatagramIndication } from '../../../src/wap/wdp/primitives.js';
import { MAX_REASSEMBLIES, NO_PORT, type SmsOptions, smsWdp } from '../../../src/wap/wdp/sms.js';
import { decodeTextMessage, encodeTextMessage } from '../../../src/wap/wdp/sms-text.js';
import { decodeShortMessage, encodeShortMessage } from '../../../src/wap/wdp/udh.js';
import type { TransactionIndication, TransactionRequest } from '../../../src/wap/wtp/index.js';
import { mutated } from '../../support/arbitrary.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';
import { bench, world } from '../../support/world.js';

const number = (address: string, port: number): Endpoint => ({ bearer: 'GSM SMS', address, port });
const gateway = number('+33600000001', 9200);
const phone = number('+33600000002', 49152);

function smsBench(options: Partial<SmsOptions> = {}, management = false) {
  return bench((peers) => smsWdp({ local: peers.local, long: false, ...options }), management, {
    local: gateway,
    remote: { ...phone, port: NO_PORT },
  });
}

describe('WDP over GSM SMS (WAP-259 §6.3)', () => {
  it('[WDP-NA-C-006] [WDP-NA-C-007] [WDP-NA-S-006] [WDP-NA-S-007] a datagram in one message: 16-bit ports, destination first', () => {
    const end = smsBench();
    end.request({ type: 'T-DUnitdata.req', source: gateway, destination: phone, userData: hex('0104') });
    assert.deepEqual(end.lines(), ['0.000 < 060504c00023f00104']);
  });

  it('133 octets fit one message, 134 are two segments of 128', () => {
    const end = smsBench({ firstReference: 1 });
    const send = (octets: number) =>
      end.request({
        type: 'T-DUnitdata.req',
        source: gateway,
        destination: phone,
        userData: new Uint8Array(octets),
      });
    send(133);
    assert.deepEqual(
      end.lines().map((line) => line.length - '0.000 < '.length),
      [280],
    );
    send(134);
    const [first = '', second = ''] = end.lines();
    assert.match(first, / 0b0504c00023f00003010201(00){128}$/);
    assert.match(second, / 0b0504c00023f00003010202(00){6}$/);
  });

  it('[WDP-GSM-C-004] [WDP-GSM-S-004] the short form counts references modulo 256', () => {
    const end = smsBench({ firstReference: 255 });
    for (let i = 0; i < 2; i++) {
      end.request({
        type: 'T-DUnitdata.req',
        source: gateway,
        destination: phone,
        userData: new Uint8Array(134),
      });
    }
    assert.deepEqual(
      end.lines().map((line) => line.slice(22, 32)),
      ['0003ff0201', '0003ff0202', '0003000201', '0003000202'],
    );
  });

  it('[WDP-GSM-C-003] [WDP-GSM-S-003] the long form has 127 octets a segment and counts modulo 0xFFFF', () => {
    const end = smsBench({ long: true, firstReference: 0xfffe });
    for (let i = 0; i < 2; i++) {
      end.request({
        type: 'T-DUnitdata.req',
        source: gateway,
        destination: phone,
        userData: new Uint8Array(134),
      });
    }
    assert.deepEqual(
      end.lines().map((line) => line.slice(8, 36)),
      [
        '0c0504c00023f00804fffe020100',
        '0c0504c00023f00804fffe020200',
        '0c0504c00023f008040000020100',
        '0c0504c00023f008040000020200',
      ],
    );
  });

  it('more than 255 segments cannot be: T-DError.ind', () => {
    const end = smsBench();
    end.request({
      type: 'T-DUnitdata.req',
      source: gateway,
      destination: phone,
      userData: new Uint8Array(32_641),
    });
    assert.deepEqual(end.lines(), [
      '0.000 ^ T-DError.ind error=32641 octets need more than 255 short messages',
    ]);
  });

  it('[WDP-GSM-C-011] [WDP-GSM-S-011] [WDP-GSM-C-010] [WDP-GSM-S-010] both forms are put together, in any order, duplicates dropped', () => {
    const end = smsBench();
    for (const segment of ['02', '01', '02', '03'])
      end.receive(`0b 0504 23f0 c000 00 03 07 03 ${segment} ${segment}`);
    for (const segment of ['02', '01']) end.receive(`0c 0504 23f0 c000 08 04 0007 02 ${segment} ${segment}`);
    assert.deepEqual(end.lines(), [
      '0.000 ^ T-DUnitdata.ind userData=010203',
      '0.000 ^ T-DUnitdata.ind userData=0102',
    ]);
    assert.equal(end.timers(), 0);
    const [indication] = end.indications;
    assert.deepEqual(indication && 'userData' in indication && [indication.source, indication.destination], [
      phone,
      gateway,
    ]);
  });

  it('8-bit ports are understood, unknown elements and wrong segment numbers passed over', () => {
    const end = bench((peers) => smsWdp({ local: peers.local, long: false }), false, {
      local: number('+33600000001', 0x64),
      remote: phone,
    });
    end.receive('04 04 02 64 65 61');
    end.receive('07 70 01 ff 04 02 64 65 62');
    end.receive('09 04 02 64 65 00 03 01 00 01 63');
    end.receive('09 04 02 64 65 00 03 01 02 03 64');
    assert.deepEqual(
      end.lines(),
      ['61', '62', '63', '64'].map((octet) => `0.000 ^ T-DUnitdata.ind userData=${octet}`),
    );
    assert.equal((end.indications[0] as DatagramIndication).source.port, 0x65);
  });

  it('a header that is cut short, or has no ports, is dropped', () => {
    const end = smsBench({}, true);
    for (const octets of ['', '20 0504 0b84 23f0', '06 0504 23f0', '03 00 05 01', '00 6162'])
      end.receive(octets);
    assert.deepEqual(end.lines(), [...Array(4).fill('0.000 ! DecodeError'), '0.000 ! NoPorts']);
  });

  it('datagrams that are never completed make room for newer ones', () => {
    const end = smsBench();
    for (let i = 0; i <= MAX_REASSEMBLIES; i++) {
      end.receive(`0c 0504 23f0 c000 08 04 ${i.toString(16).padStart(4, '0')} 02 02 00`);
    }
    assert.equal(end.timers(), MAX_REASSEMBLIES);
    end.advance(seconds(300));
    assert.equal(end.timers(), 0);
  });
});

describe('WCMP over GSM SMS (WAP-202 §5.4.1)', () => {
  // 09 the element; 0a the address of the destination: type 3, 6 octets 33 06 00 00 00 f1.
  const about = '23f1c000' + '0306' + '3306000000f1';

  it('[WCMP-NE-C-002] [WCMP-NE-S-002] [WCMP-GEN-C-010] [WCMP-GEN-S-010] a port where nobody listens: Destination Unreachable, once a datagram', () => {
    const end = smsBench();
    end.receive('06 0504 23f1 c000 61');
    for (const segment of ['01', '02']) end.receive(`0b 0504 23f1 c000 00 03 07 02 ${segment} 61`);
    const expected = `0.000 < 10090e3304${about}`;
    assert.deepEqual(end.lines(), [expected, expected]);
  });

  it('… unless another stack of the node listens there', () => {
    const end = smsBench({ listens: (port) => port === 9201 });
    end.receive('06 0504 23f1 c000 61');
    assert.deepEqual(end.lines(), []);
  });

  it('[WCMP-GEN-C-014] [WCMP-GEN-S-014] a datagram beyond the buffer: Message Too Big for its first segment', () => {
    const end = smsBench({ largestDatagram: 300 });
    const data = '00'.repeat(128);
    for (const segment of ['02', '01', '03', '04'])
      end.receive(`0b 0504 23f0 c000 00 03 07 04 ${segment} ${data}`);
    assert.deepEqual(end.lines(), ['0.000 < 1209103c0023f0c00003063306000000f1012c']);
    assert.equal(end.timers(), 0);
  });

  it('[WCMP-GEN-C-011] [WCMP-GEN-S-011] segments that do not come in time: Reassembly Failure, if the first one came', () => {
    const end = smsBench();
    end.receive('0b 0504 23f0 c000 00 03 07 02 01 61');
    end.receive('0b 0504 23f0 c000 00 03 08 02 02 61');
    end.advance(seconds(300));
    assert.deepEqual(end.lines(), ['300.000 < 10090e3d0123f0c00003063306000000f1']);
  });

  it('[WCMP-GEN-C-012] [WCMP-GEN-S-012] too many datagrams under re-assembly: Reassembly Failure for the oldest', () => {
    const end = smsBench();
    for (let i = 0; i <= MAX_REASSEMBLIES; i++) {
      end.receive(`0c 0504 23f0 c000 08 04 ${i.toString(16).padStart(4, '0')} 02 01 00`);
    }
    assert.deepEqual(end.lines(), ['0.000 < 10090e3d0223f0c00003063306000000f1']);
  });

  it('[WDP-C-002] [WDP-S-002] [WCMP-GEN-C-016] [WCMP-GEN-S-016] [WCMP-GEN-C-025] [WCMP-GEN-S-025] an echo request is answered with its data', () => {
    const end = smsBench();
    end.receive('0a 09 08 b2 00 0001 0002 6162');
    assert.deepEqual(end.lines(), ['0.000 < 0a0908b300000100026162']);
    const silent = smsBench({ control: false });
    silent.receive('0a 09 08 b2 00 0001 0002 6162');
    assert.deepEqual(silent.lines(), []);
  });

  it('[WCMP-GEN-C-015] [WCMP-GEN-S-015] [WCMP-GEN-C-026] [WCMP-GEN-S-026] our own echo request, and its answer', () => {
    const [effect] = smsWdp({ local: gateway, long: true }).echo(phone, 1, 2, hex('61'));
    assert.ok(effect && 'down' in effect);
    assert.equal(toHex(effect.down.octets), '0909' + '07b2000001000261');
    const end = smsBench({}, true);
    end.receive('09 09 07 b3 00 0001 0002 61');
    assert.deepEqual(end.lines(), ['0.000 ! EchoReply']);
  });

  const errors: readonly [title: string, octets: string, error: string][] = [
    [
      '[WCMP-GEN-C-017] [WCMP-GEN-S-017] no route',
      '10 09 0e 33 00',
      'Destination Unreachable: No route to destination',
    ],
    [
      '[WCMP-GEN-C-018] [WCMP-GEN-S-018] prohibited',
      '10 09 0e 33 01',
      'Destination Unreachable: Communication administratively prohibited',
    ],
    [
      '[WCMP-GEN-C-019] [WCMP-GEN-S-019] address unreachable',
      '10 09 0e 33 03',
      'Destination Unreachable: Address unreachable',
    ],
    [
      '[WCMP-GEN-C-020] [WCMP-GEN-S-020] port unreachable',
      '10 09 0e 33 04',
      'Destination Unreachable: Port unreachable',
    ],
    [
      '[WCMP-GEN-C-021] [WCMP-GEN-S-021] time exceeded',
      '10 09 0e 3d 01',
      'Reassembly Failure: Reassembly time exceeded',
    ],
    [
      '[WCMP-GEN-C-022] [WCMP-GEN-S-022] buffer overflow',
      '10 09 0e 3d 02',
      'Reassembly Failure: Buffer Overflow',
    ],
    ['a code that Figure 5-5 has not', '10 09 0e 3d 09', 'Reassembly Failure: code 9'],
  ];
  for (const [title, head, error] of errors) {
    it(`[WDP-PF-C-003] [WDP-PF-S-003] ${title}: T-DError.ind`, () => {
      const end = smsBench();
      end.receive(`${head} 2345 23f0 03 06 3306000000f2`);
      assert.deepEqual(end.lines(), [`0.000 ^ T-DError.ind error=${error}`]);
      const [indication] = end.indications;
      assert.deepEqual(indication?.destination, { ...phone, port: 0x2345 });
      assert.deepEqual(indication?.source, gateway);
    });
  }

  it('[WCMP-GEN-C-024] [WCMP-GEN-S-024] Message Too Big says how much: T-DError.ind', () => {
    const end = smsBench();
    end.receive('12 09 10 3c 00 c000 23f0 03 06 3306000000f2 0578');
    assert.deepEqual(end.lines(), ['0.000 ^ T-DError.ind error=Message Too Big: 1400 octets at most']);
  });

  it('[WCMP-GEN-C-023] [WCMP-GEN-S-023] a parameter problem is told to the management; errors about other ports are not ours', () => {
    const end = smsBench({}, true);
    end.receive('10 09 0e 36 00 03 06 3306000000f2 02 060504');
    end.receive('10 09 0e 33 04 2345 23f9 03 06 3306000000f2');
    end.receive('04 09 02 99 00');
    assert.deepEqual(end.lines(), ['0.000 ! ParameterProblem', '0.000 ! Unknown']);
  });
});

describe('WDP text headers (WAP-259 §6.3.3)', () => {
  const text = (words: string) => encodeLatin1(words) ?? new Uint8Array(0);

  it('[WDP-GSM-C-002] [WDP-GSM-S-002] Figure 6-3: ports and segment in hexadecimal digits', () => {
    const message = {
      ports: { destination: 0x23f0, originator: 0xc000 },
      fragment: { long: false, reference: 0x0a, total: 3, sequence: 1 },
      wcmp: undefined,
      userData: text('hello'),
    } as const;
    assert.deepEqual(encodeTextMessage(message), text('//SCKL23F0C0000A0301 hello'));
    assert.deepEqual(decodeTextMessage(text('//SCKL23F0C0000A0301 hello')), message);
  });

  const headers: readonly [header: string, destination: number, originator: number][] = [
    ['//SCK64 ', 0x64, 0x64],
    ['//SCK6465 ', 0x64, 0x65],
    ['//SCKL23f0 ', 0x23f0, 0x23f0],
    ['//SCKL23F0C000 ', 0x23f0, 0xc000],
    ['//SCKL23F0C000//XYZ1 ', 0x23f0, 0xc000],
  ];
  for (const [header, destination, originator] of headers) {
    it(`"${header}"`, () =>
      assert.deepEqual(decodeTextMessage(text(`${header}x`))?.ports, { destination, originator }));
  }

  it('what is none of Figure 6-2 is no header', () => {
    for (const words of [
      '//SCK',
      '//SCK ',
      '//SCK6 x',
      '//SCKL23F0C000',
      '//SCKL23F0C0000A x',
      '//SCKzz x',
    ]) {
      assert.equal(decodeTextMessage(text(words)), undefined);
    }
    const userData = text('x');
    const ports = { destination: 1, originator: 2 };
    const fragment = { long: true, reference: 256, total: 2, sequence: 1 };
    assert.equal(
      encodeTextMessage({ ports: undefined, fragment: undefined, wcmp: undefined, userData }),
      undefined,
    );
    assert.equal(encodeTextMessage({ ports, fragment, wcmp: undefined, userData }), undefined);
  });

  it('a datagram with a text header is delivered as any other', () => {
    const end = smsBench();
    end.receive(toHex(text('//SCKL23F0C000070202 b')));
    end.receive(toHex(text('//SCKL23F0C000070201 a')));
    assert.deepEqual(end.lines(), ['0.000 ^ T-DUnitdata.ind userData=6162']);
  });
});

describe('Short messages, any', () => {
  const ports = fc.record(
    { destination: fc.nat(0xffff), originator: fc.nat(0xffff) },
    { noNullPrototype: true },
  );
  const fragment = fc.boolean().chain((long) =>
    fc.integer({ min: 1, max: 255 }).chain((total) =>
      fc.record(
        {
          long: fc.constant(long),
          reference: fc.nat(long ? 0xffff : 0xff),
          total: fc.constant(total),
          sequence: fc.integer({ min: 1, max: total }),
        },
        { noNullPrototype: true },
      ),
    ),
  );
  const message = fc.record(
    {
      ports: fc.option(ports, { nil: undefined }),
      fragment: fc.option(fragment, { nil: undefined }),
      wcmp: fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined }),
      userData: fc.uint8Array({ maxLength: 40 }),
    },
    { noNullPrototype: true },
  );

  it('what is encoded decodes to itself; any octets decode or fail as DecodeError, and the layer takes them', () => {
    fc.assert(
      fc.property(message, (any) => assert.deepEqual(decodeShortMessage(encodeShortMessage(any)), any)),
    );
    const octets = fc.oneof(fc.uint8Array({ maxLength: 40 }), mutated(message.map(encodeShortMessage)));
    const end = smsBench();
    fc.assert(
      fc.property(octets, (any) => {
        try {
          decodeShortMessage(any);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
        end.receive(toHex(any));
      }),
    );
  });

  it('any datagram arrives as it was sent, over either form', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (userData, long) => {
        const sender = smsWdp({ local: phone, long });
        const receiver = smsWdp({ local: gateway, long });
        const got: Uint8Array[] = [];
        const request = { type: 'T-DUnitdata.req', source: phone, destination: gateway, userData } as const;
        for (const sent of sender.fromAbove(request)) {
          assert.ok('down' in sent && sent.down.octets.length <= 140);
          for (const effect of receiver.fromBelow(sent.down)) {
            if ('up' in effect && effect.up.type === 'T-DUnitdata.ind') got.push(effect.up.userData);
          }
        }
        assert.deepEqual(got, [userData]);
      }),
    );
  });
});

describe('Transactions over short messages', () => {
  it('[WDP-C-001] [WDP-S-001] [WDP-GSM-C-000] [WDP-GSM-S-000] [WDP-GSM-C-001] [WDP-GSM-S-001] [WDP-NA-C-001] [WDP-NA-S-001] a class 2 transaction of 400 octets each way over the simulated message centre', () => {
    const earth = world(3, { ...linkProfiles.sms, loss: 0.1, duplication: 0.1, reordering: 0.1 });
    const server = earth.endAt<TransactionRequest, TransactionIndication>(
      { ...gateway, port: NO_PORT },
      (_local, random) => transactions({ local: gateway, random }),
      (indication, request) => {
        if (indication.type === 'TR-Invoke.ind')
          request({ type: 'TR-Result.req', handle: indication.handle, userData: indication.userData });
      },
    );
    const client = earth.endAt<TransactionRequest, TransactionIndication>(
      { ...phone, port: NO_PORT },
      (_local, random) => transactions({ local: phone, random, sms: { long: false } }),
      (indication, request) => {
        if (indication.type === 'TR-Result.ind')
          request({ type: 'TR-Result.res', handle: indication.handle });
      },
    );
    const userData = Uint8Array.from({ length: 400 }, (_, i) => i);
    const peers = { local: phone, remote: gateway };
    client.request({ type: 'TR-Invoke.req', peers, ackType: true, userData, classType: 2, handle: 'I1' });
    earth.settle();
    assert.deepEqual(
      client.indications.map(({ type }) => type),
      ['TR-Invoke.cnf', 'TR-Result.ind'],
    );
    assert.deepEqual(
      server.indications.map(({ type }) => type),
      ['TR-Invoke.ind', 'TR-Result.cnf'],
    );
    assert.ok(earth.transcript.length >= 9);
  });
});

interface Fixture {
  readonly id: string;
  readonly pdus?: readonly string[];
  readonly segments?: readonly { readonly udh_hex: string; readonly ud_hex: string }[];
  readonly reassembled_wsp_push_hex?: string;
}

describeWithFixtures('Short messages of others', 'sms', (folder) => {
  const read = (name: string) => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as Fixture;
  const push = number('+358408201681', 2948);

  /** The user data of an SMS-DELIVER behind the address of its service centre (GSM 03.40 §9.2.2.1). */
  function userDataOf(tpdu: string): string {
    const octets = hex(tpdu);
    const deliver = octets.subarray(1 + (octets[0] ?? 0));
    const addressOctets = Math.ceil((deliver[1] ?? 0) / 2);
    return toHex(deliver.subarray(3 + addressOctets + 2 + 7 + 1));
  }

  function deliver(messages: readonly string[]) {
    const end = bench((peers) => smsWdp({ local: peers.local, long: true }), true, {
      local: push,
      remote: number('+44770198234', NO_PORT),
    });
    for (const octets of messages) end.receive(octets);
    return end.lines().map((line) => line.replace('0.000 ', ''));
  }

  for (const name of ['kannel-sms-si-short', 'kannel-sms-si-long']) {
    it(`${name}: Kannel's segments are one push, and ours are the same octets`, () => {
      const { segments = [], reassembled_wsp_push_hex: whole = '' } = read(name);
      const octets = segments.map(({ udh_hex, ud_hex }) => udh_hex + ud_hex);
      assert.deepEqual(deliver(octets), [`^ T-DUnitdata.ind userData=${whole}`]);
      const source = number('+33600000001', 9200);
      const sent = smsWdp({ local: source, long: false, firstReference: 1 }).fromAbove({
        type: 'T-DUnitdata.req',
        source,
        destination: push,
        userData: hex(whole),
      });
      assert.deepEqual(
        sent.map((effect) => 'down' in effect && toHex(effect.down.octets)),
        octets,
      );
    });
  }

  const outcomes: readonly [name: string, indications: number, others: readonly string[]][] = [
    ['craft-concat16', 1, []],
    ['craft-duplicate-part', 1, []],
    ['craft-two-refs-interleaved', 2, []],
    // Without its element the segment is a datagram of its own.
    ['craft-max-zero', 1, []],
    ['craft-seq-gt-max', 1, []],
    ['craft-udhl-overrun', 0, ['! DecodeError']],
  ];
  for (const [name, indications, others] of outcomes) {
    it(`${name}: ${indications} datagrams`, () => {
      const lines = deliver((read(name).pdus ?? []).map(userDataOf));
      assert.equal(lines.filter((line) => line.startsWith('^ T-DUnitdata.ind')).length, indications);
      assert.deepEqual(
        lines.filter((line) => !line.startsWith('^')),
        others,
      );
    });
  }
});
