import assert from 'node:assert/strict';
import fc from 'fast-check';
import { over } from '../../../src/wap/layer.js';
import { toHex } from '../../../src/wap/octets.js';
import { seededRandom } from '../../../src/wap/random.js';
import { seconds } from '../../../src/wap/time.js';
import { wdp } from '../../../src/wap/wdp/wdp.js';
import {
  encodeWtp,
  type Handle,
  type LongTransactionIndication,
  type LongTransactionRequest,
  layouts,
  longWtp,
  type Tpi,
  type WtpPdu,
} from '../../../src/wap/wtp/index.js';
import { arbitraryPdu, mutated } from '../../support/arbitrary.js';
import { bench } from '../../support/world.js';

const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true });

const tpi: fc.Arbitrary<Tpi> = fc.oneof(
  plain({ tpi: fc.constant('Packet Sequence Number' as const), psn: fc.nat(6) }),
  plain({
    tpi: fc.constant('Option' as const),
    option: fc.nat(8),
    value: fc.option(fc.nat(9), { nil: undefined }),
  }),
  plain({ tpi: fc.constantFrom('SDU Boundary' as const, 'Frame Boundary' as const) }),
  plain({ tpi: fc.constant('Raw' as const), identity: fc.nat(15), data: fc.uint8Array({ maxLength: 4 }) }),
);

/** PDUs of any kind with few TIDs and numbers, so that they meet the transactions that exist. */
const pdu = fc
  .tuple(
    fc.oneof(
      ...Object.values(layouts).map((layout) => arbitraryPdu(layout) as fc.Arbitrary<{ pdu: string }>),
    ),
    fc.array(tpi, { maxLength: 2 }),
    fc.integer({ min: 1, max: 3 }),
    fc.boolean(),
    fc.nat(4),
  )
  .map(([header, tpis, tid, reply, psn]) => {
    const { con: _con, missing, ...fixed } = header as { con?: boolean; missing?: Uint8Array; pdu: string };
    const common = {
      ...fixed,
      tpis,
      tid: reply ? tid | 0x8000 : tid,
      ...('version' in fixed && { version: 0 }),
    };
    const few = missing && { missing: missing.map((each) => each % 6) };
    const data = { userData: Uint8Array.of(psn), ...('psn' in fixed && { psn }) };
    const alone = ['Ack', 'Abort', 'Negative Ack'].includes(fixed.pdu);
    return { ...common, ...few, ...(alone ? {} : data) } as unknown as WtpPdu;
  });

type Step =
  | { readonly octets: string }
  | { readonly wait: number }
  | {
      readonly ask: LongTransactionRequest['type'];
      readonly handle: Handle;
      readonly more: boolean;
      readonly tcl: 0 | 1 | 2;
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: pdu.map((each) => ({ octets: toHex(encodeWtp([each])) })) },
  {
    weight: 1,
    arbitrary: mutated(pdu.map((each) => encodeWtp([each]))).map((octets) => ({ octets: toHex(octets) })),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9000 }).map((wait) => ({ wait })) },
  {
    weight: 3,
    arbitrary: fc.record({
      ask: fc.constantFrom(
        ...([
          'TR-Invoke.req',
          'TR-Invoke.res',
          'TR-InvokeData.req',
          'TR-InvokeData.res',
          'TR-Result.req',
          'TR-Result.res',
          'TR-ResultData.req',
          'TR-ResultData.res',
          'TR-Abort.req',
        ] as const),
      ),
      handle: fc.constantFrom<Handle>('I1', 'I2', 'R1', 'R2', 'R3', 'R4'),
      more: fc.boolean(),
      tcl: fc.constantFrom(0 as const, 1 as const, 2 as const),
    }),
  },
);

describe('WTP, whatever happens', () => {
  it('any PDUs, requests and waiting: nothing is thrown but UsageError, every timer ends, each transaction at most once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, queueAcks) => {
        const layer = longWtp({
          random: seededRandom(1),
          firstTid: 1,
          queueAcks,
          segmentation: { packet: 2, group: 4, numGroups: 2 },
        });
        const end = bench<LongTransactionRequest, LongTransactionIndication>(({ local }) =>
          over(layer, wdp(local)),
        );
        const { peers } = end;
        const userData = Uint8Array.of(1, 2, 3, 4, 5);
        for (const each of steps) {
          if ('octets' in each) end.receive(each.octets);
          else if ('wait' in each) end.advance(each.wait);
          else {
            const { ask: type, handle, more: moreData, tcl: classType } = each;
            const request = {
              type,
              handle,
              peers,
              ackType: moreData,
              userData,
              classType,
              moreData,
              abortCode: 0xe0,
            };
            try {
              end.request(request as unknown as LongTransactionRequest);
            } catch (error) {
              assert.equal(error instanceof Error && error.name, 'UsageError');
            }
          }
        }
        // What its user never ends stays; so the user ends it now.
        for (const handle of ['I1', 'I2'] as const)
          end.request({ type: 'TR-Abort.req', handle, abortCode: 0xe0 });
        for (const { handle, type } of end.indications) {
          if (type === 'TR-Invoke.ind') end.request({ type: 'TR-Abort.req', handle, abortCode: 0xe0 });
        }
        end.advance(seconds(2000));
        assert.equal(end.timers(), 0);
        assert.equal(layer.transactions(), 0);
        const aborts = end.indications
          .filter(({ type }) => type === 'TR-Abort.ind')
          .map(({ handle }) => handle);
        const responders = aborts.filter((handle) => handle.startsWith('R'));
        assert.equal(new Set(responders).size, responders.length);
      }),
      { numRuns: 1500 },
    );
  });
});
