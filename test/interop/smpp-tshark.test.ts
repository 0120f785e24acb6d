import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { toMessage } from '../../src/bearer/smpp-datagram.js';
import { encodeSmpp, INTERFACE_VERSION, type SmppBody } from '../../src/bearer/smpp-pdu.js';
import { createPcapng } from '../../src/capture/pcapng.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { concat } from '../../src/wap/octets.js';
import { temporaryFolder } from '../support/folder.js';
import { hex } from '../support/hex.js';
import { describeWithPeers } from '../support/peers.js';

const phone = '+33600000002';
const kannel = '+33600000009';

describeWithPeers('SMPP as tshark reads it', ['tshark'], ({ tshark }) => {
  const file = temporaryFolder();

  it('every PDU without a malformed mark, with the parameters of WAP-159', () => {
    const route = { source: phone, destination: kannel, mode: 1 };
    const push = '0106 01 83 61';
    const bodies: readonly SmppBody[] = [
      {
        command: 'bind_transceiver',
        systemId: 'wap',
        password: 'secret',
        systemType: 'WAP',
        interfaceVersion: INTERFACE_VERSION,
        ton: 1,
        npi: 1,
        addressRange: '33600000002',
      },
      toMessage(hex(`0b 0504 0b84 23f0 00 03 07 02 01 ${push}`), 'data_sm', route),
      toMessage(hex(`06 0504 0b84 23f0 ${push}`), 'submit_sm', route),
      toMessage(hex('0a 09 08 b2 00 0001 0002 6162'), 'data_sm', route),
      { command: 'submit_sm_resp', messageId: '42', tlvs: [] },
      { command: 'enquire_link' },
      { command: 'unbind' },
    ];
    const parts: Uint8Array[] = [];
    const capture = createPcapng((octets) => parts.push(octets));
    const flow = capture.tcp(1000, udpEndpoint('127.0.0.1', 49152), udpEndpoint('127.0.0.1', 2775));
    for (const [i, body] of bodies.entries())
      flow.fromClient(1001 + i, encodeSmpp({ ...body, status: 0, sequence: i + 1 }));
    writeFileSync(file('smpp.pcapng'), concat(parts));
    const read = (filter: string, field: string) =>
      execFileSync(
        tshark,
        ['-r', file('smpp.pcapng'), '-d', 'tcp.port==2775,smpp', '-Y', filter, '-T', 'fields', '-e', field],
        { encoding: 'utf8' },
      )
        .trim()
        .split('\n');
    assert.deepEqual(read('smpp', 'smpp.command_id'), [
      '0x00000009',
      '0x00000103',
      '0x00000004',
      '0x00000103',
      '0x80000004',
      '0x00000015',
      '0x00000006',
    ]);
    assert.deepEqual(read('smpp.destination_port', 'smpp.destination_port'), ['0x0b84']);
    assert.deepEqual(read('smpp.sar_total_segments', 'smpp.sar_total_segments'), ['2']);
    assert.deepEqual(read('_ws.malformed || _ws.expert.severity == "Error"', 'frame.number'), ['']);
  });
});
