import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { toHex } from '../../../src/wap/octets.js';
import { seconds } from '../../../src/wap/time.js';
import { abortTypes, decodeWtp, encodeWtp } from '../../../src/wap/wtp/pdu.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';
import { wtpBench } from '../../support/transactions.js';

interface Dialogue {
  readonly dialogue: readonly { readonly dir: string; readonly udp_payload_hex: string }[];
  readonly gateway_port: number;
}

interface Malformed {
  readonly cases: readonly { readonly name: string; readonly hex: string }[];
}

/** Dialogues of Kannel that ours does not repeat, and why. */
const otherwise: Readonly<Record<string, string>> = {
  'kannel-co_class3_invoke': 'Kannel ignores class 3; Table 37 wants PROTOERR',
  'kannel-co_sar_nack': 'Kannel sends no Total Message Size',
};

describeWithFixtures('WTP dialogues with Kannel', 'pcap', (folder) => {
  const read = (name: string): Dialogue => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Dialogue;
  const files = readdirSync(folder).filter((name) => /^kannel-co_.*\.expected\.json$/.test(name));

  for (const file of files) {
    const name = file.replace('.expected.json', '');
    it(`${name}: every datagram decodes, and encodes to the same octets`, () => {
      for (const { udp_payload_hex: octets } of read(file).dialogue) {
        assert.equal(toHex(encodeWtp(decodeWtp(hex(octets)))), octets);
      }
    });
    if (name in otherwise) continue;

    it(`${name}: the same answers from our Responder, given the same user`, () => {
      const { dialogue } = read(file);
      const end = wtpBench({ segmentation: { packet: 60_000, group: 60_000, numGroups: undefined } });
      const expected: string[] = [];
      const sent = () =>
        end.lines().flatMap((line) => (line.includes(' < ') ? [line.split(' < ')[1] ?? ''] : []));
      const got: string[] = [];
      for (const [i, { dir, udp_payload_hex: octets }] of dialogue.entries()) {
        if (dir === 'client->gateway') {
          const before = end.indications.length;
          end.receive(octets);
          const [indication] = end.indications.slice(before);
          // The user of the gateway answers as Kannel's did.
          const [answer] = decodeWtp(
            hex(dialogue.slice(i + 1).find((each) => each.dir !== dir)?.udp_payload_hex ?? '180000'),
          );
          if (indication?.type === 'TR-Invoke.ind' && indication.classType === 2) {
            const { handle } = indication;
            if (answer?.pdu === 'Result')
              end.request({ type: 'TR-Result.req', handle, userData: answer.userData });
            if (answer?.pdu === 'Abort' && answer.abortType === abortTypes.USER) {
              end.request({ type: 'TR-Abort.req', handle, abortCode: answer.abortReason });
            }
          }
        } else {
          expected.push(octets);
          const [pdu] = decodeWtp(hex(octets));
          if (pdu?.pdu === 'Result' && pdu.rid) end.advance(seconds(7));
        }
        got.push(...sent());
      }
      assert.deepEqual(got, expected);
    });
  }
});

describeWithFixtures('WTP datagrams that are malformed', 'fuzz', (folder) => {
  const { cases } = JSON.parse(readFileSync(`${folder}/wtp-malformed.json`, 'utf8')) as Malformed;
  for (const { name, hex: octets } of cases) {
    it(`${name}: no more than an Abort in answer, and nothing that stays`, () => {
      const end = wtpBench({ segmentation: { packet: 1400, group: 4200, numGroups: 2 } });
      end.receive(octets);
      for (const line of end.lines()) assert.match(line, /< 20|\^ TR-Invoke.ind/);
      end.advance(seconds(300));
      assert.equal(end.timers(), 0);
    });
  }
});
