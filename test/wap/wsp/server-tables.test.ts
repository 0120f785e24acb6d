import assert from 'node:assert/strict';
import { findRow } from '../../../src/wap/machine.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { serverMethod, serverPush, serverSession } from '../../../src/wap/wsp/tables.js';
import { hex } from '../../support/hex.js';
import {
  abort,
  type Event,
  invokeCnf,
  invokeInd,
  layer,
  otherServerPeers,
  says,
  serverPeers,
  unfired,
} from './drive.js';

const session = 'S1';
/** All options, Method-MOR 2, Client-SDU-Size 40. */
const CONNECT_PDU = '01 10 0c 00 02 82 f8 02 83 02 02 80 28 02 88 32';
const connectInd = invokeInd('R1', 2, CONNECT_PDU);
const connectRes: Event = { type: 'S-Connect.res', session };
const resultCnf = (handle: 'R1' | 'R2' | 'R3', exitInfo?: string): Event => ({
  type: 'TR-Result.cnf',
  handle,
  ...(exitInfo ? { exitInfo: hex(exitInfo) } : {}),
});
const getInd = (handle: 'R2' | 'R3' | 'R4' | 'R5'): Event => invokeInd(handle, 2, '40 01 2f');
const postInd: Event = invokeInd('R2', 2, '60 01 01 2f 83 61', { moreData: true });
const resumeInd = (handle: 'R2' | 'R3'): Event => ({
  ...invokeInd(handle, 2, '09 05 00'),
  peers: otherServerPeers,
});
const suspendInd = invokeInd('R9', 0, '08 05');
const disconnectInd = (peers = serverPeers): Event => ({ ...invokeInd('R9', 0, '05 05'), peers });
const disconnectReq = (reasonCode = 503): Event => ({ type: 'S-Disconnect.req', session, reasonCode });

const CONNECTING = [connectInd];
const CONNECTING_2 = [connectInd, connectRes];
const CONNECTED = [...CONNECTING_2, resultCnf('R1')];
const TERMINATING = [connectInd, disconnectReq()];
const NO_RESUME = [
  connectInd,
  { type: 'S-Connect.res', session, negotiatedCapabilities: { protocolOptions: [] } } as const,
];
const SUSPENDED = [...CONNECTED, suspendInd];
const RESUMING = [...CONNECTED, resumeInd('R2')];
const RESUMING_2 = [...RESUMING, { type: 'S-Resume.res', session } as const];
/** A method that came while the session was resumed, from its new addresses. */
const elsewhere = (event: Event): Event => ({ ...event, peers: otherServerPeers }) as Event;

const invokeRes: Event = { type: 'S-MethodInvoke.res', session, serverTransactionId: 1 };
const dataRes: Event = { type: 'S-MethodInvokeData.res', session, serverTransactionId: 1 };
const result = (moreData = false, body = 'a'): Event => ({
  type: 'S-MethodResult.req',
  session,
  serverTransactionId: 1,
  status: 200,
  responseHeaders: [{ name: 'Content-Type', value: 'text/plain' }],
  responseBody: encodeUtf8(body),
  ...(moreData ? { moreData } : {}),
});
const resultData = (moreData: boolean, headers = false): Event => ({
  type: 'S-MethodResultData.req',
  session,
  serverTransactionId: 1,
  responseBody: encodeUtf8('b'),
  moreData,
  ...(headers ? { responseHeaders: [{ name: 'X-A', value: 'b' }] } : {}),
});
const invokeData = (
  octets: string,
  more: Readonly<{ moreData?: true; frameBoundary?: true }> = {},
): Event => ({
  type: 'TR-InvokeData.ind',
  handle: 'R2',
  userData: hex(octets),
  ...more,
});
const abortReq: Event = { type: 'S-MethodAbort.req', session, transactionId: 1 };
const REQUESTING = [...CONNECTED, getInd('R2')];
const POSTING = [...CONNECTED, postInd];
const PROCESSING = [...REQUESTING, invokeRes];
const PROCESSING2 = [...PROCESSING, result(true)];
const REPLYING = [...PROCESSING, result()];
const pushReq: Event = { type: 'S-Push.req', session, pushBody: encodeUtf8('p') };
const confirmedPush = (serverPushId = 7): Event => ({
  type: 'S-ConfirmedPush.req',
  session,
  serverPushId,
  pushBody: encodeUtf8('p'),
});
const PUSH = '06196170706c69636174696f6e2f6f637465742d73747265616d0070';
const REPLY = '04200183' + '61';

type Transcript = readonly (readonly [
  title: string,
  before: readonly Event[],
  event: Event,
  after: readonly string[],
])[];

function play(transcript: Transcript): void {
  for (const [title, before, event, after] of transcript)
    it(title, () => {
      const server = layer();
      for (const each of before) says(server, each);
      assert.deepEqual(says(server, event), after);
    });
}

describe('Server session (WAP-230 §7.1.6.4)', () => {
  play([
    ['[WSP-CO-S-002] NULL: Connect', [], connectInd, ['TR-Invoke.res R1', 'S-Connect.ind S1']],
    [
      '[WSP-CO-S-003] CONNECTING: S-Connect.res',
      CONNECTING,
      connectRes,
      [
        'TR-Result.req 02050c15' +
          '028028' +
          '0282f8' +
          '028302' +
          '028832' +
          '456e636f64696e672d56657273696f6e00312e3200 R1',
      ],
    ],
    [
      'CONNECTING: S-Connect.res releases the methods that are held',
      [...CONNECTING, getInd('R2')],
      connectRes,
      [
        'TR-Result.req 02050c15' +
          '028028' +
          '0282f8' +
          '028302' +
          '028832' +
          '456e636f64696e672d56657273696f6e00312e3200 R1',
        'S-MethodInvoke.ind S1 1',
      ],
    ],
    [
      '[WSP-CO-S-004] CONNECTING: S-Disconnect.req, moved permanently',
      [...CONNECTING, getInd('R2')],
      { ...disconnectReq(301), redirectAddresses: [{ address: hex('0a000009') }] } as Event,
      ['TR-Result.req 0380040a000009 R1', 'TR-Abort.req e1 R2', 'S-Disconnect.ind S1 USERREQ'],
    ],
    [
      'CONNECTING: S-Disconnect.req, moved temporarily, keeping security',
      CONNECTING,
      {
        ...disconnectReq(302),
        redirectSecurity: true,
        redirectAddresses: [{ portNumber: 49152, address: hex('0a000009') }],
      } as Event,
      ['TR-Result.req 034044c0000a000009 R1', 'S-Disconnect.ind S1 USERREQ'],
    ],
    [
      'CONNECTING: S-Disconnect.req, other',
      CONNECTING,
      disconnectReq(),
      ['TR-Result.req 04630183 R1', 'S-Disconnect.ind S1 USERREQ'],
    ],
    [
      'CONNECTING: Disconnect',
      CONNECTING,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 R1', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'CONNECTING: Suspend',
      CONNECTING,
      { type: 'Suspend', session },
      ['TR-Abort.req e1 R1', 'S-Disconnect.ind S1 SUSPEND'],
    ],
    ['CONNECTING: a method is held', CONNECTING, getInd('R2'), []],
    [
      'CONNECTING: Resume of a session that is not there',
      CONNECTING,
      resumeInd('R2'),
      ['TR-Abort.req e1 R2'],
    ],
    ['CONNECTING: more data of a held method', [...CONNECTING, postInd], invokeData('62'), []],
    [
      'CONNECTING: TR-Abort.ind of the Connect',
      [...CONNECTING, getInd('R2')],
      abort('R1', 0x08, 'PROVIDER'),
      ['TR-Abort.req e1 R2', 'S-Disconnect.ind S1 NETERR'],
    ],
    ['CONNECTING: TR-Abort.ind of a method', [...CONNECTING, getInd('R2')], abort('R2', 0xe8), []],
    ['TERMINATING: Disconnect', TERMINATING, { type: 'Disconnect', session }, ['TR-Abort.req e1 R1']],
    ['TERMINATING: Suspend', TERMINATING, { type: 'Suspend', session }, ['TR-Abort.req e1 R1']],
    ['TERMINATING: TR-Result.cnf', TERMINATING, resultCnf('R1'), []],
    ['TERMINATING: TR-Abort.ind', TERMINATING, abort('R1', 0xe8), []],
    [
      'CONNECTING_2: S-Disconnect.req',
      CONNECTING_2,
      disconnectReq(),
      ['TR-Abort.req e1 R1', 'TR-Invoke.req class 0 0505 I1', 'S-Disconnect.ind S1 USERREQ'],
    ],
    [
      'CONNECTING_2: Disconnect',
      CONNECTING_2,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 R1', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    ['CONNECTING_2: S-MethodInvoke.res', [...CONNECTING_2, getInd('R2')], invokeRes, ['TR-Invoke.res R2']],
    [
      'CONNECTING_2: S-MethodInvokeData.res',
      [...CONNECTING_2, postInd, invokeData('62')],
      dataRes,
      ['TR-InvokeData.res R2'],
    ],
    [
      'CONNECTING_2: S-MethodResult.req',
      [...CONNECTING_2, getInd('R2'), invokeRes],
      result(),
      [`TR-Result.req ${REPLY} R2`],
    ],
    [
      'CONNECTING_2: S-MethodResultData.req',
      [...CONNECTING_2, getInd('R2'), invokeRes, result(true)],
      resultData(false),
      ['TR-ResultData.req 62 R2'],
    ],
    [
      'CONNECTING_2: S-MethodAbort.req',
      [...CONNECTING_2, getInd('R2')],
      abortReq,
      ['TR-Abort.req e8 R2', 'S-MethodAbort.ind S1 1 USERREQ'],
    ],
    ['CONNECTING_2: S-Push.req', CONNECTING_2, pushReq, [`TR-Invoke.req class 0 ${PUSH} I1`]],
    [
      'CONNECTING_2: S-ConfirmedPush.req',
      CONNECTING_2,
      confirmedPush(),
      [`TR-Invoke.req class 1 07${PUSH.slice(2)} I1`],
    ],
    [
      'CONNECTING_2: Suspend, resume disabled',
      NO_RESUME,
      { type: 'Suspend', session },
      ['TR-Abort.req e1 R1', 'S-Disconnect.ind S1 SUSPEND'],
    ],
    [
      'CONNECTING_2: Suspend, resume enabled',
      CONNECTING_2,
      { type: 'Suspend', session },
      ['TR-Abort.req e2 R1', 'S-Suspend.ind S1 SUSPEND'],
    ],
    ['CONNECTING_2: a method', CONNECTING_2, getInd('R2'), ['S-MethodInvoke.ind S1 1']],
    ['CONNECTING_2: Resume, disabled', NO_RESUME, resumeInd('R2'), ['TR-Abort.req e1 R2']],
    [
      'CONNECTING_2: Resume, enabled',
      CONNECTING_2,
      resumeInd('R2'),
      ['TR-Invoke.res R2', 'TR-Abort.req e3 R1', 'S-Suspend.ind S1 RESUME', 'S-Resume.ind S1'],
    ],
    [
      'CONNECTING_2: Disconnect PDU',
      CONNECTING_2,
      disconnectInd(),
      ['TR-Abort.req e1 R1', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'CONNECTING_2: Suspend PDU',
      CONNECTING_2,
      suspendInd,
      ['TR-Abort.req e2 R1', 'S-Suspend.ind S1 SUSPEND'],
    ],
    [
      'CONNECTING_2: TR-InvokeData.ind',
      [...CONNECTING_2, postInd],
      invokeData('62'),
      ['S-MethodInvokeData.ind S1 1'],
    ],
    [
      'CONNECTING_2: TR-Invoke.cnf of a push',
      [...CONNECTING_2, confirmedPush()],
      invokeCnf('I1'),
      ['S-ConfirmedPush.cnf S1 7'],
    ],
    ['CONNECTING_2: TR-Result.cnf of the Connect', CONNECTING_2, resultCnf('R1'), []],
    [
      'CONNECTING_2: TR-Result.cnf of a method',
      [...CONNECTING_2, getInd('R2'), invokeRes, result()],
      resultCnf('R2'),
      ['S-MethodResult.cnf S1 1'],
    ],
    [
      'CONNECTING_2: TR-ResultData.cnf',
      [...CONNECTING_2, getInd('R2'), invokeRes, result(true), resultCnf('R2'), resultData(true)],
      { type: 'TR-ResultData.cnf', handle: 'R2' },
      ['S-MethodResultData.cnf S1 1'],
    ],
    [
      'CONNECTING_2: TR-Abort.ind of the Connect',
      CONNECTING_2,
      abort('R1', 0xe5),
      ['S-Disconnect.ind S1 CONNECTERR'],
    ],
    [
      'CONNECTING_2: TR-Abort.ind of a push',
      [...CONNECTING_2, confirmedPush()],
      abort('I1', 0xed),
      ['S-PushAbort.ind S1 7 USERDCR'],
    ],
    [
      'CONNECTING_2: TR-Abort.ind of a method',
      [...CONNECTING_2, getInd('R2')],
      abort('R2', 0xe8),
      ['S-MethodAbort.ind S1 1 PEERREQ'],
    ],
    [
      '[WSP-CO-S-007] CONNECTED: S-Disconnect.req',
      REQUESTING,
      disconnectReq(),
      [
        'TR-Abort.req e1 R2',
        'S-MethodAbort.ind S1 1 DISCONNECT',
        'TR-Invoke.req class 0 0505 I1',
        'S-Disconnect.ind S1 USERREQ',
      ],
    ],
    ['CONNECTED: Disconnect', CONNECTED, { type: 'Disconnect', session }, ['S-Disconnect.ind S1 DISCONNECT']],
    [
      'CONNECTED: Suspend, resume disabled',
      [...NO_RESUME, resultCnf('R1')],
      { type: 'Suspend', session },
      ['S-Disconnect.ind S1 SUSPEND'],
    ],
    [
      'CONNECTED: Suspend, resume enabled',
      CONNECTED,
      { type: 'Suspend', session },
      ['S-Suspend.ind S1 SUSPEND'],
    ],
    ['CONNECTED: Resume, disabled', [...NO_RESUME, resultCnf('R1')], resumeInd('R2'), ['TR-Abort.req e1 R2']],
    [
      '[WSP-CO-S-009] CONNECTED: Resume, enabled',
      [...REQUESTING, confirmedPush()],
      resumeInd('R3'),
      [
        'TR-Invoke.res R3',
        'TR-Abort.req e3 R2',
        'S-MethodAbort.ind S1 1 RESUME',
        'TR-Abort.req e3 I1',
        'S-PushAbort.ind S1 7 RESUME',
        'S-Suspend.ind S1 RESUME',
        'S-Resume.ind S1',
      ],
    ],
    ['CONNECTED: Disconnect PDU', CONNECTED, disconnectInd(), ['S-Disconnect.ind S1 DISCONNECT']],
    ['CONNECTED: Disconnect PDU with another session id', CONNECTED, invokeInd('R9', 0, '05 06', {}), []],
    [
      '[WSP-CO-S-008] CONNECTED: Suspend PDU',
      REQUESTING,
      suspendInd,
      ['TR-Abort.req e2 R2', 'S-MethodAbort.ind S1 1 SUSPEND', 'S-Suspend.ind S1 SUSPEND'],
    ],
    [
      'CONNECTED: Suspend PDU, resume disabled',
      [...NO_RESUME, resultCnf('R1')],
      suspendInd,
      ['manage: ignored'],
    ],
    ['[WSP-CO-S-010] CONNECTED: S-Push.req', CONNECTED, pushReq, [`TR-Invoke.req class 0 ${PUSH} I1`]],
    [
      'CONNECTED: S-Push.req that was not agreed on',
      [...NO_RESUME, resultCnf('R1')],
      pushReq,
      ['S-Exception.ind S1'],
    ],
    [
      'CONNECTED: S-Push.req larger than the client takes',
      CONNECTED,
      { type: 'S-Push.req', session, pushBody: new Uint8Array(40) },
      ['S-Exception.ind S1'],
    ],
    ['SUSPENDED: S-Disconnect.req', SUSPENDED, disconnectReq(), ['S-Disconnect.ind S1 USERREQ']],
    ['SUSPENDED: Disconnect', SUSPENDED, { type: 'Disconnect', session }, ['S-Disconnect.ind S1 DISCONNECT']],
    ['SUSPENDED: a method', SUSPENDED, getInd('R2'), ['TR-Abort.req e2 R2']],
    ['SUSPENDED: Resume', SUSPENDED, resumeInd('R2'), ['TR-Invoke.res R2', 'S-Resume.ind S1']],
    [
      'SUSPENDED: Resume with a session id that is none',
      SUSPENDED,
      invokeInd('R2', 2, '09 06 00'),
      ['TR-Abort.req e1 R2'],
    ],
    ['SUSPENDED: Disconnect PDU', SUSPENDED, disconnectInd(), ['S-Disconnect.ind S1 DISCONNECT']],
    [
      'RESUMING: S-Disconnect.req',
      RESUMING,
      disconnectReq(),
      ['TR-Abort.req e1 R2', 'TR-Invoke.req class 0 0505 I1', 'S-Disconnect.ind S1 USERREQ'],
    ],
    [
      'RESUMING: Disconnect',
      RESUMING,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 R2', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'RESUMING: S-Resume.res',
      [...RESUMING, elsewhere(getInd('R3'))],
      { type: 'S-Resume.res', session },
      ['TR-Result.req 04200183 R2', 'S-MethodInvoke.ind S1 1'],
    ],
    [
      'RESUMING: Suspend',
      RESUMING,
      { type: 'Suspend', session },
      ['TR-Abort.req e2 R2', 'S-Suspend.ind S1 SUSPEND'],
    ],
    ['RESUMING: a method is held', RESUMING, elsewhere(getInd('R3')), []],
    [
      'RESUMING: Resume again',
      RESUMING,
      resumeInd('R3'),
      ['TR-Invoke.res R3', 'TR-Abort.req e3 R2', 'S-Suspend.ind S1 RESUME', 'S-Resume.ind S1'],
    ],
    ['RESUMING: Suspend PDU', RESUMING, suspendInd, ['TR-Abort.req e2 R2', 'S-Suspend.ind S1 SUSPEND']],
    [
      'RESUMING: Disconnect PDU',
      RESUMING,
      disconnectInd(otherServerPeers),
      ['TR-Abort.req e1 R2', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'RESUMING: more data of a held method',
      [...RESUMING, elsewhere({ ...postInd, handle: 'R3' } as Event)],
      { ...invokeData('62'), handle: 'R3' } as Event,
      [],
    ],
    [
      'RESUMING: TR-Abort.ind of the Resume, DISCONNECT',
      RESUMING,
      abort('R2', 0xe1),
      ['S-Disconnect.ind S1 DISCONNECT'],
    ],
    ['RESUMING: TR-Abort.ind of the Resume', RESUMING, abort('R2', 0xe4), ['S-Suspend.ind S1 CONGESTION']],
    [
      'RESUMING: TR-Abort.ind of a held method',
      [...RESUMING, elsewhere(getInd('R3'))],
      abort('R3', 0xe8),
      [],
    ],
    [
      'RESUMING_2: S-Disconnect.req goes to the new addresses',
      RESUMING_2,
      disconnectReq(),
      ['TR-Abort.req e1 R2', 'TR-Invoke.req class 0 0505 I1', 'S-Disconnect.ind S1 USERREQ'],
    ],
    [
      'RESUMING_2: Disconnect',
      RESUMING_2,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 R2', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'RESUMING_2: S-MethodInvoke.res',
      [...RESUMING_2, elsewhere(getInd('R3'))],
      invokeRes,
      ['TR-Invoke.res R3'],
    ],
    [
      'RESUMING_2: S-MethodInvokeData.res',
      [
        ...RESUMING_2,
        elsewhere({ ...postInd, handle: 'R3' } as Event),
        { ...invokeData('62'), handle: 'R3' } as Event,
      ],
      dataRes,
      ['TR-InvokeData.res R3'],
    ],
    [
      'RESUMING_2: S-MethodResult.req',
      [...RESUMING_2, elsewhere(getInd('R3')), invokeRes],
      result(),
      [`TR-Result.req ${REPLY} R3`],
    ],
    [
      'RESUMING_2: S-MethodResultData.req',
      [...RESUMING_2, elsewhere(getInd('R3')), invokeRes, result(true)],
      resultData(false),
      ['TR-ResultData.req 62 R3'],
    ],
    [
      'RESUMING_2: S-MethodAbort.req',
      [...RESUMING_2, elsewhere(getInd('R3'))],
      abortReq,
      ['TR-Abort.req e8 R3', 'S-MethodAbort.ind S1 1 USERREQ'],
    ],
    ['RESUMING_2: S-Push.req', RESUMING_2, pushReq, [`TR-Invoke.req class 0 ${PUSH} I1`]],
    [
      'RESUMING_2: S-ConfirmedPush.req',
      RESUMING_2,
      confirmedPush(),
      [`TR-Invoke.req class 1 07${PUSH.slice(2)} I1`],
    ],
    [
      'RESUMING_2: Suspend',
      RESUMING_2,
      { type: 'Suspend', session },
      ['TR-Abort.req e2 R2', 'S-Suspend.ind S1 SUSPEND'],
    ],
    ['RESUMING_2: a method', RESUMING_2, elsewhere(getInd('R3')), ['S-MethodInvoke.ind S1 1']],
    [
      'RESUMING_2: a method from the old addresses has no session',
      RESUMING_2,
      getInd('R3'),
      ['TR-Abort.req e1 R3'],
    ],
    [
      'RESUMING_2: Resume again',
      RESUMING_2,
      resumeInd('R3'),
      ['TR-Invoke.res R3', 'TR-Abort.req e3 R2', 'S-Suspend.ind S1 RESUME', 'S-Resume.ind S1'],
    ],
    [
      'RESUMING_2: Suspend PDU',
      RESUMING_2,
      elsewhere(suspendInd),
      ['TR-Abort.req e2 R2', 'S-Suspend.ind S1 SUSPEND'],
    ],
    [
      'RESUMING_2: Disconnect PDU',
      RESUMING_2,
      disconnectInd(otherServerPeers),
      ['TR-Abort.req e1 R2', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'RESUMING_2: TR-InvokeData.ind',
      [...RESUMING_2, elsewhere({ ...postInd, handle: 'R3' } as Event)],
      { ...invokeData('62'), handle: 'R3' } as Event,
      ['S-MethodInvokeData.ind S1 1'],
    ],
    [
      'RESUMING_2: TR-Invoke.cnf of a push',
      [...RESUMING_2, confirmedPush()],
      invokeCnf('I1'),
      ['S-ConfirmedPush.cnf S1 7'],
    ],
    ['RESUMING_2: TR-Result.cnf of the Resume', RESUMING_2, resultCnf('R2'), []],
    [
      'RESUMING_2: TR-Result.cnf of a method',
      [...RESUMING_2, elsewhere(getInd('R3')), invokeRes, result()],
      resultCnf('R3'),
      ['S-MethodResult.cnf S1 1'],
    ],
    [
      'RESUMING_2: TR-ResultData.cnf',
      [...RESUMING_2, elsewhere(getInd('R3')), invokeRes, result(true), resultCnf('R3'), resultData(true)],
      { type: 'TR-ResultData.cnf', handle: 'R3' },
      ['S-MethodResultData.cnf S1 1'],
    ],
    [
      'RESUMING_2: TR-Abort.ind of the Resume, DISCONNECT',
      RESUMING_2,
      abort('R2', 0xe1),
      ['S-Disconnect.ind S1 DISCONNECT'],
    ],
    ['RESUMING_2: TR-Abort.ind of the Resume', RESUMING_2, abort('R2', 0xe9), ['S-Suspend.ind S1 NETERR']],
    [
      'RESUMING_2: TR-Abort.ind of a push',
      [...RESUMING_2, confirmedPush()],
      abort('I1', 0xec),
      ['S-PushAbort.ind S1 7 USERPND'],
    ],
    [
      'RESUMING_2: TR-Abort.ind of a method',
      [...RESUMING_2, elsewhere(getInd('R3'))],
      abort('R3', 0xe8),
      ['S-MethodAbort.ind S1 1 PEERREQ'],
    ],
  ]);
});

describe('Server method (WAP-230 §7.1.6.5)', () => {
  play([
    [
      'NULL: beyond the Method-MOR',
      [...CONNECTED, getInd('R2'), getInd('R3')],
      getInd('R4'),
      ['TR-Abort.req e7 R4'],
    ],
    ['NULL: with more data', CONNECTED, postInd, ['TR-Invoke.res R2', 'S-MethodInvoke.ind more S1 1']],
    ['[WSP-CO-S-017] NULL: GET', CONNECTED, getInd('R2'), ['S-MethodInvoke.ind S1 1']],
    [
      'NULL: larger than the MRU',
      CONNECTED,
      invokeInd('R2', 2, `40 8a76 ${'61'.repeat(1398)}`),
      ['TR-Abort.req e6 R2'],
    ],
    [
      'NULL: a method that nobody agreed on is answered 501',
      CONNECTED,
      invokeInd('R2', 2, '50 01 2f'),
      ['TR-Invoke.res R2', 'TR-Result.req 04611683' + '456e636f64696e672d56657273696f6e00312e3200 R2'],
    ],
    [
      'HOLDING: more data',
      [...CONNECTING, postInd],
      invokeData('62', { moreData: true }),
      ['TR-InvokeData.res R2'],
    ],
    ['HOLDING: last data', [...CONNECTING, postInd], invokeData('62'), []],
    [
      '[WSP-CO-S-022] HOLDING: Release tells all that was stored',
      [...CONNECTING, postInd, invokeData('62', { moreData: true }), invokeData('63')],
      connectRes,
      [
        'TR-Result.req 02050c15' +
          '028028' +
          '0282f8' +
          '028302' +
          '028832' +
          '456e636f64696e672d56657273696f6e00312e3200 R1',
        'S-MethodInvoke.ind more S1 1',
        'S-MethodInvokeData.ind more S1 1',
        'S-MethodInvokeData.ind S1 1',
      ],
    ],
    [
      'HOLDING: aborted, DISCONNECT',
      [...CONNECTING, getInd('R2')],
      abort('R2', 0xe1),
      ['TR-Abort.req e1 R1', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'HOLDING: aborted, SUSPEND',
      [...CONNECTING, getInd('R2')],
      abort('R2', 0xe2),
      ['TR-Abort.req e1 R1', 'S-Disconnect.ind S1 SUSPEND'],
    ],
    ['REQUESTING: S-MethodInvoke.res, complete', REQUESTING, invokeRes, ['TR-Invoke.res R2']],
    ['REQUESTING: S-MethodInvoke.res, not complete', POSTING, invokeRes, []],
    [
      'REQUESTING: S-MethodInvokeData.res, complete',
      [...POSTING, invokeData('62')],
      dataRes,
      ['TR-InvokeData.res R2'],
    ],
    [
      'REQUESTING: S-MethodInvokeData.res, not complete',
      [...POSTING, invokeData('62', { moreData: true })],
      dataRes,
      [],
    ],
    [
      'REQUESTING: S-MethodAbort.req',
      REQUESTING,
      abortReq,
      ['TR-Abort.req e8 R2', 'S-MethodAbort.ind S1 1 USERREQ'],
    ],
    [
      'REQUESTING: more data',
      POSTING,
      invokeData('62', { moreData: true }),
      ['S-MethodInvokeData.ind more S1 1', 'TR-InvokeData.res R2'],
    ],
    [
      '[WSP-CO-S-033] REQUESTING: a Data Fragment',
      POSTING,
      invokeData('80 06 582d41006200 62', { frameBoundary: true }),
      ['S-MethodInvokeData.ind S1 1'],
    ],
    [
      'REQUESTING: more than the message size (§8.3.2.2)',
      POSTING,
      invokeData('61'.repeat(1400), { moreData: true }),
      ['TR-Abort.req e6 R2', 'S-MethodAbort.ind S1 1 MRUEXCEEDED'],
    ],
    [
      'REQUESTING: aborted, DISCONNECT',
      REQUESTING,
      abort('R2', 0xe1),
      ['S-MethodAbort.ind S1 1 DISCONNECT', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'REQUESTING: aborted, SUSPEND',
      REQUESTING,
      abort('R2', 0xe2),
      ['S-MethodAbort.ind S1 1 SUSPEND', 'S-Suspend.ind S1 SUSPEND'],
    ],
    [
      'PROCESSING: S-MethodResult.req, more data',
      PROCESSING,
      result(true),
      [`TR-Result.req ${REPLY} more R2`],
    ],
    ['[WSP-CO-S-018] PROCESSING: S-MethodResult.req', PROCESSING, result(), [`TR-Result.req ${REPLY} R2`]],
    [
      'PROCESSING: a result larger than the client takes',
      PROCESSING,
      result(false, 'a'.repeat(40)),
      ['TR-Abort.req e6 R2', 'S-MethodAbort.ind S1 1 MRUEXCEEDED'],
    ],
    [
      'PROCESSING: S-MethodAbort.req',
      PROCESSING,
      abortReq,
      ['TR-Abort.req e8 R2', 'S-MethodAbort.ind S1 1 USERREQ'],
    ],
    [
      'PROCESSING: Abort',
      PROCESSING,
      { type: 'Suspend', session },
      ['TR-Abort.req e2 R2', 'S-MethodAbort.ind S1 1 SUSPEND', 'S-Suspend.ind S1 SUSPEND'],
    ],
    [
      'PROCESSING: aborted, DISCONNECT',
      PROCESSING,
      abort('R2', 0xe1),
      ['S-MethodAbort.ind S1 1 DISCONNECT', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'PROCESSING: aborted, SUSPEND',
      PROCESSING,
      abort('R2', 0xe2),
      ['S-MethodAbort.ind S1 1 SUSPEND', 'S-Suspend.ind S1 SUSPEND'],
    ],
    [
      'PROCESSING: aborted, other',
      PROCESSING,
      abort('R2', 0x08, 'PROVIDER'),
      ['S-MethodAbort.ind S1 1 NETERR'],
    ],
    [
      'PROCESSING: TR-Invoke.ind again is of another transaction',
      PROCESSING,
      getInd('R3'),
      ['S-MethodInvoke.ind S1 2'],
    ],
    ['PROCESSING2: more data', PROCESSING2, resultData(true), ['TR-ResultData.req 62 more R2']],
    [
      '[WSP-CO-S-019] PROCESSING2: last data with headers is a Data Fragment',
      PROCESSING2,
      resultData(false, true),
      ['TR-ResultData.req 8006582d41006200' + '62 boundary R2'],
    ],
    ['PROCESSING2: last data', PROCESSING2, resultData(false), ['TR-ResultData.req 62 R2']],
    [
      'PROCESSING2: a message larger than agreed (§8.3.2.2)',
      [...PROCESSING2, { ...resultData(true), responseBody: new Uint8Array(40) } as Event],
      { ...resultData(true), responseBody: new Uint8Array(40) } as Event,
      ['TR-Abort.req e6 R2', 'S-MethodAbort.ind S1 1 MRUEXCEEDED'],
    ],
    [
      'PROCESSING2: S-MethodAbort.req',
      PROCESSING2,
      abortReq,
      ['TR-Abort.req e8 R2', 'S-MethodAbort.ind S1 1 USERREQ'],
    ],
    [
      'PROCESSING2: Abort',
      PROCESSING2,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 R2', 'S-MethodAbort.ind S1 1 DISCONNECT', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    ['PROCESSING2: TR-Result.cnf', PROCESSING2, resultCnf('R2'), ['S-MethodResult.cnf S1 1']],
    [
      'PROCESSING2: TR-ResultData.cnf',
      [...PROCESSING2, resultCnf('R2'), resultData(true)],
      { type: 'TR-ResultData.cnf', handle: 'R2' },
      ['S-MethodResultData.cnf S1 1'],
    ],
    [
      'PROCESSING2: aborted, DISCONNECT',
      PROCESSING2,
      abort('R2', 0xe1),
      ['S-MethodAbort.ind S1 1 DISCONNECT', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'PROCESSING2: aborted, SUSPEND',
      PROCESSING2,
      abort('R2', 0xe2),
      ['S-MethodAbort.ind S1 1 SUSPEND', 'S-Suspend.ind S1 SUSPEND'],
    ],
    ['PROCESSING2: aborted, other', PROCESSING2, abort('R2', 0xe8), ['S-MethodAbort.ind S1 1 PEERREQ']],
    [
      'REPLYING: S-MethodAbort.req',
      REPLYING,
      abortReq,
      ['TR-Abort.req e8 R2', 'S-MethodAbort.ind S1 1 USERREQ'],
    ],
    [
      'REPLYING: Abort',
      REPLYING,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 R2', 'S-MethodAbort.ind S1 1 DISCONNECT', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      '[WSP-CO-S-012] REPLYING: TR-Result.cnf with Acknowledgement Headers',
      REPLYING,
      resultCnf('R2', '582d41006200'),
      ['S-MethodResult.cnf S1 1'],
    ],
    ['REPLYING: TR-Result.cnf, data outstanding', [...PROCESSING2, resultData(false)], resultCnf('R2'), []],
    [
      'REPLYING: TR-ResultData.cnf, data outstanding',
      [...PROCESSING2, resultCnf('R2'), resultData(true), resultData(false)],
      { type: 'TR-ResultData.cnf', handle: 'R2' },
      [],
    ],
    [
      'REPLYING: TR-ResultData.cnf of the last',
      [...PROCESSING2, resultCnf('R2'), resultData(false)],
      { type: 'TR-ResultData.cnf', handle: 'R2' },
      ['S-MethodResultData.cnf S1 1'],
    ],
    [
      'REPLYING: aborted, DISCONNECT',
      REPLYING,
      abort('R2', 0xe1),
      ['S-MethodAbort.ind S1 1 DISCONNECT', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'REPLYING: aborted, SUSPEND',
      REPLYING,
      abort('R2', 0xe2),
      ['S-MethodAbort.ind S1 1 SUSPEND', 'S-Suspend.ind S1 SUSPEND'],
    ],
    ['REPLYING: aborted, other', REPLYING, abort('R2', 0xe8), ['S-MethodAbort.ind S1 1 PEERREQ']],
    ['no transaction: a result that comes too late', CONNECTED, result(), ['manage: not permitted']],
  ]);
});

describe('Server push (WAP-230 §7.1.6.6)', () => {
  const PUSHING = [...CONNECTED, confirmedPush()];
  play([
    [
      '[WSP-CO-S-011] NULL: S-ConfirmedPush.req',
      CONNECTED,
      confirmedPush(),
      [`TR-Invoke.req class 1 07${PUSH.slice(2)} I1`],
    ],
    ['NULL: beyond the Push-MOR', PUSHING, confirmedPush(8), ['S-PushAbort.ind S1 8 MOREXCEEDED']],
    [
      'NULL: that was not agreed on',
      [...NO_RESUME, resultCnf('R1')],
      confirmedPush(),
      ['S-PushAbort.ind S1 7 PROTOERR'],
    ],
    [
      'NULL: larger than the client takes',
      CONNECTED,
      { type: 'S-ConfirmedPush.req', session, serverPushId: 7, pushBody: new Uint8Array(40) },
      ['S-PushAbort.ind S1 7 MRUEXCEEDED'],
    ],
    [
      'PUSHING: Abort',
      PUSHING,
      { type: 'Suspend', session },
      ['TR-Abort.req e2 I1', 'S-PushAbort.ind S1 7 SUSPEND', 'S-Suspend.ind S1 SUSPEND'],
    ],
    ['PUSHING: TR-Invoke.cnf', PUSHING, invokeCnf('I1', '582d41006200'), ['S-ConfirmedPush.cnf S1 7']],
    [
      'PUSHING: aborted, DISCONNECT',
      PUSHING,
      abort('I1', 0xe1),
      ['S-PushAbort.ind S1 7 DISCONNECT', 'S-Disconnect.ind S1 DISCONNECT'],
    ],
    [
      'PUSHING: aborted, SUSPEND',
      PUSHING,
      abort('I1', 0xe2),
      ['S-PushAbort.ind S1 7 SUSPEND', 'S-Suspend.ind S1 SUSPEND'],
    ],
    ['PUSHING: aborted, other', PUSHING, abort('I1', 0xeb), ['S-PushAbort.ind S1 7 USERRFS']],
  ]);

  it('no row of the three tables is dead', () => {
    // A Resume goes to the session with its Session_ID (§7.1.5), and one that is CONNECTING has none yet.
    const never = ['CONNECTING: ["TR-Invoke.ind",["Class 2, Resume"]]'];
    assert.deepEqual([...unfired(serverSession), ...unfired(serverMethod), ...unfired(serverPush)], never);
    const row = findRow(
      serverSession,
      'CONNECTING',
      'TR-Invoke.ind',
      (condition) => condition === 'Class 2, Resume',
    );
    assert.deepEqual(row?.[2], ['TR-Abort.req(DISCONNECT) the TR-Invoke']);
  });
});
