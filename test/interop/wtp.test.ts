import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPcapng } from '../../src/capture/pcapng.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { concat } from '../../src/wap/octets.js';
import { encodeWtp, type WtpPdu } from '../../src/wap/wtp/index.js';
import { hex } from '../support/hex.js';
import { describeWithPeers } from '../support/peers.js';

const phone = udpEndpoint('10.0.0.2', 49152);
const gateway = udpEndpoint('10.0.0.1', 9201);

const invoke = {
  pdu: 'Invoke',
  gtr: true,
  ttr: true,
  rid: false,
  version: 0,
  tidNew: false,
  up: true,
  tcl: 2,
} as const;
// WSP Get of "/", and a Reply 200 without headers but text/plain and "hi".
const get = hex('40 01 2f');
const reply = hex('04 20 01 83 6869');

/** One of each PDU, and what tshark's Info column or fields must say. */
const sent: readonly [pdus: readonly WtpPdu[], says: string][] = [
  [[{ ...invoke, tid: 1, tpis: [], userData: get }], 'Get'],
  [
    [{ ...invoke, rid: true, tid: 1, tpis: [{ tpi: 'Option', option: 1, value: 1400 }], userData: get }],
    'Get',
  ],
  [[{ pdu: 'Ack', tve: true, rid: false, tid: 0x8001, tpis: [] }], 'Ack'],
  [
    [{ pdu: 'Ack', tve: false, rid: false, tid: 1, tpis: [{ tpi: 'Packet Sequence Number', psn: 3 }] }],
    'Ack',
  ],
  [[{ pdu: 'Ack', tve: false, rid: false, tid: 1, tpis: [{ tpi: 'Info', information: hex('01') }] }], 'Ack'],
  [[{ pdu: 'Result', gtr: true, ttr: true, rid: false, tid: 0x8001, tpis: [], userData: reply }], 'Reply'],
  [[{ pdu: 'Abort', abortType: 0, tid: 0x8001, abortReason: 8, tpis: [] }], 'Abort'],
  [[{ pdu: 'Abort', abortType: 1, tid: 1, abortReason: 0xe9, tpis: [] }], 'Abort'],
  [[{ pdu: 'Negative Ack', rid: false, tid: 1, missing: hex('0102'), tpis: [] }], 'Negative Ack'],
  [
    [
      { pdu: 'Ack', tve: false, rid: false, tid: 1, tpis: [] },
      { ...invoke, tid: 2, tpis: [], userData: get },
    ],
    'Get',
  ],
  [[{ pdu: 'Result', gtr: false, ttr: false, rid: false, tid: 0x8007, tpis: [], userData: reply }], 'Result'],
  [
    [
      {
        pdu: 'Segmented Result',
        gtr: false,
        ttr: true,
        rid: false,
        tid: 0x8007,
        psn: 1,
        tpis: [],
        userData: hex('21'),
      },
    ],
    'Reply',
  ],
];

describeWithPeers('WTP as tshark reads it', ['tshark'], ({ tshark }) => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function write(name: string, datagrams: readonly Uint8Array[]): string {
    const parts: Uint8Array[] = [];
    const capture = createPcapng((octets) => parts.push(octets));
    for (const [i, octets] of datagrams.entries()) {
      const responding = ((octets[1] ?? 0) & 0x80) !== 0;
      const [source, destination] = responding ? [gateway, phone] : [phone, gateway];
      capture.udp(1000 + i, { type: 'Datagram', source, destination, octets });
    }
    const file = join(folder, name);
    writeFileSync(file, concat(parts));
    return file;
  }

  it('every PDU is WTP without a malformed mark or an error, and is what we call it', () => {
    const file = write(
      'wtp.pcapng',
      sent.map(([pdus]) => encodeWtp(pdus)),
    );
    const fields = ['_ws.col.Protocol', '_ws.col.Info'].flatMap((field) => ['-e', field]);
    const lines = execFileSync(tshark, ['-r', file, '-T', 'fields', ...fields], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    assert.equal(lines.length, sent.length);
    for (const [i, [, says]] of sent.entries()) {
      assert.match(lines[i] ?? '', /^WTP/);
      assert.ok(lines[i]?.includes(says), `${lines[i]} does not say ${says}`);
    }
    const bad = execFileSync(tshark, ['-r', file, '-Y', '_ws.malformed || _ws.expert.severity == "Error"'], {
      encoding: 'utf8',
    });
    assert.equal(bad, '');
  });

  it('fields of an Invoke, a Result and a Nack', () => {
    const file = write(
      'fields.pcapng',
      sent.map(([pdus]) => encodeWtp(pdus)),
    );
    const read = (field: string, filter: string) =>
      execFileSync(tshark, ['-r', file, '-Y', filter, '-T', 'fields', '-e', field], { encoding: 'utf8' })
        .trim()
        .split(/\s+/);
    assert.deepEqual(read('wtp.inv.transaction_class', 'frame.number == 1'), ['0x02']);
    assert.deepEqual(read('wtp.TID', 'frame.number == 6'), ['0x0001']);
    assert.deepEqual(read('wtp.sub_pdu_size', 'frame.number == 10'), ['3,7']);
    assert.deepEqual(read('wtp.abort.reason.provider', 'frame.number == 7'), ['0x08']);
  });
});
