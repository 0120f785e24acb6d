import assert from 'node:assert/strict';
import { findRow } from '../../../src/wap/machine.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { clientMethod, clientPush, clientSession } from '../../../src/wap/wsp/tables.js';
import {
  abort,
  clientPeers,
  type Event,
  invokeCnf,
  invokeInd,
  layer,
  otherClientPeers,
  resultInd,
  says,
  unfired,
} from './drive.js';

const session = 'C1';
const connect: Event = {
  type: 'S-Connect.req',
  session,
  peers: clientPeers,
  requestedCapabilities: {
    protocolOptions: [
      'Push',
      'Confirmed Push',
      'Session Resume',
      'Acknowledgement Headers',
      'Large Data Transfer',
    ],
    methodMor: 2,
    clientSduSize: 40,
    clientMessageSize: 90,
  },
};
/** The server agrees to all of it. */
const connectReply = resultInd('I1', '02 05 00 00');
const get = (clientTransactionId: number): Event => ({
  type: 'S-MethodInvoke.req',
  session,
  clientTransactionId,
  method: 'GET',
  requestUri: '/',
});
const post: Event = {
  type: 'S-MethodInvoke.req',
  session,
  clientTransactionId: 1,
  method: 'POST',
  requestUri: '/',
  requestBody: encodeUtf8('a'),
  moreData: true,
};
const resume: Event = { type: 'S-Resume.req', session, peers: otherClientPeers };
const ackHeaders = [{ name: 'X-A', value: 'b' }];
const result = (more: boolean): Event => ({
  type: 'S-MethodResult.res',
  session,
  clientTransactionId: 1,
  ...(more ? { acknowledgementHeaders: ackHeaders } : {}),
});

const CONNECTING = [connect];
const CONNECTED = [connect, connectReply];
const SUSPENDED = [...CONNECTED, { type: 'S-Suspend.req', session } as const];
const RESUMING = [...SUSPENDED, resume];
const REQUESTING = [...CONNECTED, get(1)];
const WAITING = [...REQUESTING, invokeCnf('I2')];
const WAITING2 = [...WAITING, resultInd('I2', '04 20 01 83 61', { moreData: true })];
const COMPLETING = [...WAITING, resultInd('I2', '04 20 01 83 61')];
const RECEIVING = [...CONNECTED, invokeInd('R1', 1, '07 01 83 61')];

const GET = '40012f';
const DISCONNECT_PDU = '0505';
const abortReq: Event = { type: 'S-MethodAbort.req', session, transactionId: 1 };
const disconnectReq: Event = { type: 'S-Disconnect.req', session, reasonCode: 200 };
const data = (requestBody: string, more: boolean, headers = false): Event => ({
  type: 'S-MethodInvokeData.req',
  session,
  clientTransactionId: 1,
  requestBody: encodeUtf8(requestBody),
  moreData: more,
  ...(headers ? { requestHeaders: ackHeaders } : {}),
});
const resultData = (
  octets: string,
  more: Readonly<{ moreData?: true; frameBoundary?: true }> = {},
): Event => ({
  type: 'TR-ResultData.ind',
  handle: 'I2',
  userData: resultInd('I2', octets).userData,
  ...more,
});

type Transcript = readonly (readonly [
  title: string,
  before: readonly Event[],
  event: Event,
  after: readonly string[],
])[];

function play(transcript: Transcript): void {
  for (const [title, before, event, after] of transcript)
    it(title, () => {
      const client = layer();
      for (const each of before) says(client, each);
      assert.deepEqual(says(client, event), after);
    });
}

describe('Client session (WAP-230 §7.1.6.1)', () => {
  play([
    [
      '[WSP-CO-C-002] NULL: S-Connect.req sends the Connect',
      [],
      connect,
      [
        'TR-Invoke.req class 2 01100c15' +
          '028028' +
          '0282f8' +
          '028302' +
          '02885a' +
          '456e636f64696e672d56657273696f6e00312e3400 I1',
      ],
    ],
    [
      'CONNECTING: S-Disconnect.req',
      CONNECTING,
      disconnectReq,
      ['TR-Abort.req e1 I1', 'S-Disconnect.ind C1 USERREQ'],
    ],
    [
      'CONNECTING: Disconnect',
      CONNECTING,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 I1', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'CONNECTING: Suspend',
      CONNECTING,
      { type: 'Suspend', session },
      ['TR-Abort.req e1 I1', 'S-Disconnect.ind C1 SUSPEND'],
    ],
    ['CONNECTING: S-MethodInvoke.req', CONNECTING, get(1), [`TR-Invoke.req class 2 ${GET} I2`]],
    [
      'CONNECTING: S-MethodInvoke.req beyond the Method-MOR in effect',
      [...CONNECTING, get(1)],
      get(2),
      ['S-MethodAbort.ind C1 2 MOREXCEEDED'],
    ],
    [
      'CONNECTING: S-MethodAbort.req',
      [...CONNECTING, get(1)],
      abortReq,
      ['TR-Abort.req e8 I2', 'S-MethodAbort.ind C1 1 USERREQ'],
    ],
    [
      'CONNECTING: S-MethodInvokeData.req',
      [...CONNECTING, get(1)],
      data('b', false),
      ['TR-InvokeData.req 62 I2'],
    ],
    ['CONNECTING: ConfirmedPush', CONNECTING, invokeInd('R1', 1, '07 01 83'), ['TR-Abort.req e0 R1']],
    [
      'CONNECTING: TR-Result.ind larger than the MRU',
      [...CONNECTING, get(1)],
      resultInd('I1', `02 05 00 26 a6 ${'61'.repeat(36)} 00`),
      [
        'TR-Abort.req e6 I1',
        'TR-Abort.req e5 I2',
        'S-MethodAbort.ind C1 1 CONNECTERR',
        'S-Disconnect.ind C1 MRUEXCEEDED',
      ],
    ],
    [
      '[WSP-CO-C-003] CONNECTING: ConnectReply',
      CONNECTING,
      connectReply,
      ['TR-Result.res I1', 'S-Connect.cnf C1'],
    ],
    [
      '[WSP-CO-C-004] CONNECTING: Redirect',
      [...CONNECTING, get(1)],
      resultInd('I1', '03 80 04 0a000009'),
      [
        'TR-Result.res I1',
        'TR-Abort.req e5 I2',
        'S-MethodAbort.ind C1 1 CONNECTERR',
        'S-Disconnect.ind C1 301',
      ],
    ],
    [
      'CONNECTING: Reply',
      CONNECTING,
      resultInd('I1', '04 63 01 83'),
      ['TR-Result.res I1', 'S-Disconnect.ind C1 503'],
    ],
    [
      'CONNECTING: TR-Result.ind of a method',
      [...CONNECTING, get(1)],
      resultInd('I2', '04 20 01 83'),
      ['TR-Abort.req e0 I2', 'S-MethodAbort.ind C1 1 PROTOERR'],
    ],
    [
      'CONNECTING: another TR-Result.ind',
      CONNECTING,
      resultInd('I1', '06 01 83'),
      ['TR-Abort.req e0 I1', 'S-Disconnect.ind C1 PROTOERR'],
    ],
    [
      'CONNECTING: a ConnectReply that implies more than was asked (§6.3.3.1)',
      CONNECTING,
      resultInd('I1', '02 05 03 00 02 83 03'),
      ['TR-Abort.req e0 I1', 'S-Disconnect.ind C1 PROTOERR'],
    ],
    [
      'CONNECTING: octets that are no PDU',
      CONNECTING,
      resultInd('I1', '02 05 09 00'),
      ['manage: undecodable', 'TR-Abort.req e0 I1', 'S-Disconnect.ind C1 PROTOERR'],
    ],
    ['CONNECTING: TR-Invoke.cnf of the Connect', CONNECTING, invokeCnf('I1'), []],
    [
      'CONNECTING: TR-Invoke.cnf of a method',
      [...CONNECTING, get(1)],
      invokeCnf('I2'),
      ['TR-Abort.req e0 I2', 'S-MethodAbort.ind C1 1 PROTOERR'],
    ],
    [
      'CONNECTING: TR-Abort.ind of the Connect',
      CONNECTING,
      abort('I1', 0xe4),
      ['S-Disconnect.ind C1 CONGESTION'],
    ],
    [
      'CONNECTING: TR-Abort.ind of the Connect by WTP',
      CONNECTING,
      abort('I1', 0x08, 'PROVIDER'),
      ['S-Disconnect.ind C1 NETERR'],
    ],
    [
      'CONNECTING: TR-Abort.ind of a method',
      [...CONNECTING, get(1)],
      abort('I2', 0xe5),
      ['S-MethodAbort.ind C1 1 CONNECTERR'],
    ],
    [
      '[WSP-CO-C-007] CONNECTED: S-Disconnect.req',
      REQUESTING,
      disconnectReq,
      [
        'TR-Abort.req e1 I2',
        'S-MethodAbort.ind C1 1 DISCONNECT',
        `TR-Invoke.req class 0 ${DISCONNECT_PDU} I3`,
        'S-Disconnect.ind C1 USERREQ',
      ],
    ],
    ['CONNECTED: Disconnect', CONNECTED, { type: 'Disconnect', session }, ['S-Disconnect.ind C1 DISCONNECT']],
    [
      '[WSP-CO-C-008] CONNECTED: S-Suspend.req',
      REQUESTING,
      { type: 'S-Suspend.req', session },
      [
        'TR-Abort.req e2 I2',
        'S-MethodAbort.ind C1 1 SUSPEND',
        'TR-Invoke.req class 0 0805 I3',
        'S-Suspend.ind C1 USERREQ',
      ],
    ],
    [
      'CONNECTED: Suspend, resume enabled',
      CONNECTED,
      { type: 'Suspend', session },
      ['S-Suspend.ind C1 SUSPEND'],
    ],
    [
      'CONNECTED: Suspend, resume disabled',
      [connect, resultInd('I1', '02 05 03 00 02 82 00')],
      { type: 'Suspend', session },
      ['S-Disconnect.ind C1 SUSPEND'],
    ],
    [
      'CONNECTED: S-Suspend.req, resume disabled',
      [connect, resultInd('I1', '02 05 03 00 02 82 00')],
      { type: 'S-Suspend.req', session },
      ['S-Exception.ind C1'],
    ],
    [
      '[WSP-CO-C-009] CONNECTED: S-Resume.req from elsewhere',
      REQUESTING,
      resume,
      ['TR-Abort.req ea I2', 'S-MethodAbort.ind C1 1 USERREQ', 'TR-Invoke.req class 2 090500 I3'],
    ],
    ['CONNECTED: Disconnect PDU', CONNECTED, invokeInd('R1', 0, '05 05'), ['S-Disconnect.ind C1 DISCONNECT']],
    ['CONNECTED: Disconnect PDU of another session', CONNECTED, invokeInd('R1', 0, '05 06'), []],
    ['[WSP-CO-C-010] CONNECTED: Push', CONNECTED, invokeInd('R1', 0, '06 01 83 61'), ['S-Push.ind C1']],
    [
      'CONNECTED: Push that was not agreed on',
      [connect, resultInd('I1', '02 05 03 00 02 82 00')],
      invokeInd('R1', 0, '06 01 83 61'),
      ['manage: ignored'],
    ],
    [
      'CONNECTED: ConfirmedPush that was not agreed on',
      [connect, resultInd('I1', '02 05 03 00 02 82 00')],
      invokeInd('R1', 1, '07 01 83 61'),
      ['TR-Abort.req e0 R1'],
    ],
    [
      'CONNECTED: ConfirmedPush larger than the MRU',
      CONNECTED,
      invokeInd('R1', 1, `07 01 83 ${'61'.repeat(40)}`),
      ['TR-Abort.req e6 R1'],
    ],
    ['SUSPENDED: S-Disconnect.req', SUSPENDED, disconnectReq, ['S-Disconnect.ind C1 USERREQ']],
    ['SUSPENDED: Disconnect', SUSPENDED, { type: 'Disconnect', session }, ['S-Disconnect.ind C1 DISCONNECT']],
    ['SUSPENDED: S-Resume.req', SUSPENDED, resume, ['TR-Invoke.req class 2 090500 I3']],
    ['SUSPENDED: Disconnect PDU', SUSPENDED, invokeInd('R1', 0, '05 05'), ['S-Disconnect.ind C1 DISCONNECT']],
    ['SUSPENDED: ConfirmedPush', SUSPENDED, invokeInd('R1', 1, '07 01 83'), ['TR-Abort.req e2 R1']],
    ['SUSPENDED: S-MethodInvoke.req is not permitted', SUSPENDED, get(1), ['manage: not permitted']],
    [
      'RESUMING: S-Disconnect.req',
      RESUMING,
      disconnectReq,
      ['TR-Abort.req e1 I3', 'S-Disconnect.ind C1 USERREQ'],
    ],
    [
      'RESUMING: Disconnect',
      RESUMING,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 I3', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    ['RESUMING: S-MethodInvoke.req', RESUMING, get(1), [`TR-Invoke.req class 2 ${GET} I4`]],
    [
      'RESUMING: S-MethodInvokeData.req',
      [...RESUMING, get(1)],
      data('b', false),
      ['TR-InvokeData.req 62 I4'],
    ],
    [
      'RESUMING: S-MethodAbort.req',
      [...RESUMING, get(1)],
      abortReq,
      ['TR-Abort.req e8 I4', 'S-MethodAbort.ind C1 1 USERREQ'],
    ],
    [
      'RESUMING: S-Suspend.req',
      RESUMING,
      { type: 'S-Suspend.req', session },
      ['TR-Abort.req e2 I3', 'TR-Invoke.req class 0 0805 I4', 'S-Suspend.ind C1 USERREQ'],
    ],
    [
      'RESUMING: Suspend',
      RESUMING,
      { type: 'Suspend', session },
      ['TR-Abort.req e2 I3', 'S-Suspend.ind C1 SUSPEND'],
    ],
    [
      'RESUMING: Disconnect PDU',
      RESUMING,
      { ...invokeInd('R1', 0, '05 05'), peers: otherClientPeers },
      ['TR-Abort.req e1 I3', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'RESUMING: ConfirmedPush',
      RESUMING,
      { ...invokeInd('R1', 1, '07 01 83'), peers: otherClientPeers },
      ['TR-Abort.req e0 R1'],
    ],
    [
      'RESUMING: TR-Result.ind larger than the MRU',
      RESUMING,
      resultInd('I3', `04 20 01 83 ${'61'.repeat(40)}`),
      ['TR-Abort.req e6 I3', 'S-Suspend.ind C1 MRUEXCEEDED'],
    ],
    [
      'RESUMING: Reply, OK',
      RESUMING,
      resultInd('I3', '04 20 01 83'),
      ['TR-Result.res I3', 'S-Resume.cnf C1'],
    ],
    [
      'RESUMING: Reply, refused',
      RESUMING,
      resultInd('I3', '04 43 01 83'),
      ['TR-Result.res I3', 'S-Disconnect.ind C1 403'],
    ],
    [
      'RESUMING: TR-Result.ind of a method',
      [...RESUMING, get(1)],
      resultInd('I4', '04 20 01 83'),
      ['TR-Abort.req e0 I4', 'S-MethodAbort.ind C1 1 PROTOERR'],
    ],
    [
      'RESUMING: another TR-Result.ind',
      RESUMING,
      resultInd('I3', '02 05 00 00'),
      ['TR-Abort.req e0 I3', 'S-Suspend.ind C1 PROTOERR'],
    ],
    ['RESUMING: TR-Invoke.cnf of the Resume', RESUMING, invokeCnf('I3'), []],
    [
      'RESUMING: TR-Invoke.cnf of a method',
      [...RESUMING, get(1)],
      invokeCnf('I4'),
      ['TR-Abort.req e0 I4', 'S-MethodAbort.ind C1 1 PROTOERR'],
    ],
    [
      'RESUMING: TR-Abort.ind of the Resume, DISCONNECT',
      RESUMING,
      abort('I3', 0xe1),
      ['S-Disconnect.ind C1 DISCONNECT'],
    ],
    ['RESUMING: TR-Abort.ind of the Resume', RESUMING, abort('I3', 0xe4), ['S-Suspend.ind C1 CONGESTION']],
    [
      'RESUMING: TR-Abort.ind of a method',
      [...RESUMING, get(1)],
      abort('I4', 0xe4),
      ['S-MethodAbort.ind C1 1 CONGESTION'],
    ],
  ]);
});

describe('Client method (WAP-230 §7.1.6.2)', () => {
  const POSTING = [...CONNECTED, post];
  play([
    ['[WSP-CO-C-017] NULL: GET', CONNECTED, get(1), [`TR-Invoke.req class 2 ${GET} I2`]],
    [
      '[WSP-CO-C-020] NULL: POST',
      CONNECTED,
      post,
      ['TR-Invoke.req class 2 6001192f6170706c69636174696f6e2f6f637465742d73747265616d0061 more I2'],
    ],
    [
      'NULL: beyond the Method-MOR',
      [...CONNECTED, get(1), get(2)],
      get(3),
      ['S-MethodAbort.ind C1 3 MOREXCEEDED'],
    ],
    [
      'NULL: larger than the server takes',
      CONNECTED,
      { ...post, requestBody: new Uint8Array(1400) } as Event,
      ['S-MethodAbort.ind C1 1 MRUEXCEEDED'],
    ],
    ['[WSP-CO-C-022] REQUESTING: more data', POSTING, data('b', true), ['TR-InvokeData.req 62 more I2']],
    ['REQUESTING: last data', POSTING, data('b', false), ['TR-InvokeData.req 62 I2']],
    [
      '[WSP-CO-C-033] REQUESTING: last data with trailers is a Data Fragment',
      POSTING,
      data('b', false, true),
      ['TR-InvokeData.req 8006582d41006200' + '62 boundary I2'],
    ],
    [
      '[WSP-CO-C-037] REQUESTING: S-MethodAbort.req',
      REQUESTING,
      abortReq,
      ['TR-Abort.req e8 I2', 'S-MethodAbort.ind C1 1 USERREQ'],
    ],
    ['REQUESTING: TR-Invoke.cnf of all', REQUESTING, invokeCnf('I2'), ['S-MethodInvoke.cnf C1 1']],
    ['REQUESTING: TR-Invoke.cnf of a part', POSTING, invokeCnf('I2'), ['S-MethodInvoke.cnf C1 1']],
    [
      'REQUESTING: TR-InvokeData.cnf of a part',
      [...POSTING, invokeCnf('I2'), data('b', true)],
      { type: 'TR-InvokeData.cnf', handle: 'I2' },
      ['S-MethodInvokeData.cnf C1 1'],
    ],
    [
      'REQUESTING: TR-InvokeData.cnf of the last',
      [...POSTING, invokeCnf('I2'), data('b', false)],
      { type: 'TR-InvokeData.cnf', handle: 'I2' },
      ['S-MethodInvokeData.cnf C1 1'],
    ],
    [
      'REQUESTING: aborted, DISCONNECT',
      REQUESTING,
      abort('I2', 0xe1),
      ['S-MethodAbort.ind C1 1 DISCONNECT', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'REQUESTING: aborted, SUSPEND',
      REQUESTING,
      abort('I2', 0xe2),
      ['S-MethodAbort.ind C1 1 SUSPEND', 'S-Suspend.ind C1 SUSPEND'],
    ],
    ['REQUESTING: aborted, other', REQUESTING, abort('I2', 0xf0), ['S-MethodAbort.ind C1 1 0xF0']],
    [
      'WAITING: S-MethodAbort.req',
      WAITING,
      abortReq,
      ['TR-Abort.req e8 I2', 'S-MethodAbort.ind C1 1 USERREQ'],
    ],
    [
      'WAITING: Abort',
      WAITING,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 I2', 'S-MethodAbort.ind C1 1 DISCONNECT', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'WAITING: larger than the MRU',
      WAITING,
      resultInd('I2', `04 20 01 83 ${'61'.repeat(40)}`),
      ['TR-Abort.req e6 I2', 'S-MethodAbort.ind C1 1 MRUEXCEEDED'],
    ],
    [
      'WAITING: Reply with more data',
      WAITING,
      resultInd('I2', '04 20 01 83 61', { moreData: true }),
      ['TR-Result.res I2', 'S-MethodResult.ind more C1 1 200'],
    ],
    [
      '[WSP-CO-C-018] WAITING: Reply',
      WAITING,
      resultInd('I2', '04 44 01 83 61'),
      ['S-MethodResult.ind C1 1 404'],
    ],
    [
      'WAITING: another PDU',
      WAITING,
      resultInd('I2', '06 01 83 61'),
      ['TR-Abort.req e0 I2', 'S-MethodAbort.ind C1 1 PROTOERR'],
    ],
    [
      'WAITING: aborted, DISCONNECT',
      WAITING,
      abort('I2', 0xe1),
      ['S-MethodAbort.ind C1 1 DISCONNECT', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'WAITING: aborted, SUSPEND',
      WAITING,
      abort('I2', 0xe2),
      ['S-MethodAbort.ind C1 1 SUSPEND', 'S-Suspend.ind C1 SUSPEND'],
    ],
    ['WAITING: aborted, other', WAITING, abort('I2', 0xe8), ['S-MethodAbort.ind C1 1 PEERREQ']],
    [
      'WAITING2: S-MethodAbort.req',
      WAITING2,
      abortReq,
      ['TR-Abort.req e8 I2', 'S-MethodAbort.ind C1 1 USERREQ'],
    ],
    ['WAITING2: S-MethodResult.res', WAITING2, result(false), []],
    [
      'WAITING2: S-MethodResultData.res',
      WAITING2,
      { type: 'S-MethodResultData.res', session, clientTransactionId: 1 },
      [],
    ],
    [
      'WAITING2: Abort',
      WAITING2,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 I2', 'S-MethodAbort.ind C1 1 DISCONNECT', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'WAITING2: larger than the MRU',
      WAITING2,
      resultData('61'.repeat(41)),
      ['TR-Abort.req e6 I2', 'S-MethodAbort.ind C1 1 MRUEXCEEDED'],
    ],
    [
      'WAITING2: a message larger than agreed (§8.3.2.2)',
      [
        ...WAITING2,
        resultData('61'.repeat(40), { moreData: true }),
        resultData('61'.repeat(40), { moreData: true }),
      ],
      resultData('61'.repeat(40)),
      ['TR-Abort.req e6 I2', 'S-MethodAbort.ind C1 1 MRUEXCEEDED'],
    ],
    [
      'WAITING2: more data',
      WAITING2,
      resultData('61', { moreData: true }),
      ['TR-ResultData.res I2', 'S-MethodResultData.ind more C1 1'],
    ],
    [
      '[WSP-CO-C-019] WAITING2: a Data Fragment',
      WAITING2,
      resultData('80 05 582d41 00 00 61', { frameBoundary: true }),
      ['S-MethodResultData.ind C1 1'],
    ],
    ['WAITING2: last data', WAITING2, resultData('61'), ['S-MethodResultData.ind C1 1']],
    [
      'WAITING2: aborted, DISCONNECT',
      WAITING2,
      abort('I2', 0xe1),
      ['S-MethodAbort.ind C1 1 DISCONNECT', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'WAITING2: aborted, SUSPEND',
      WAITING2,
      abort('I2', 0xe2),
      ['S-MethodAbort.ind C1 1 SUSPEND', 'S-Suspend.ind C1 SUSPEND'],
    ],
    ['WAITING2: aborted, other', WAITING2, abort('I2', 0xe8), ['S-MethodAbort.ind C1 1 PEERREQ']],
    [
      '[WSP-CO-C-012] COMPLETING: S-MethodResult.res with Acknowledgement Headers',
      COMPLETING,
      result(true),
      ['TR-Result.res exit 582d41006200 I2'],
    ],
    [
      'COMPLETING: Acknowledgement Headers that were not agreed on are not sent',
      [
        connect,
        resultInd('I1', '02 05 03 00 02 82 00'),
        get(1),
        invokeCnf('I2'),
        resultInd('I2', '04 20 01 83'),
      ],
      result(true),
      ['TR-Result.res I2'],
    ],
    [
      'COMPLETING: S-MethodResultData.res',
      [...WAITING2, resultData('61')],
      { type: 'S-MethodResultData.res', session, clientTransactionId: 1, acknowledgementHeaders: ackHeaders },
      ['TR-ResultData.res exit 582d41006200 I2'],
    ],
    [
      'COMPLETING: S-MethodAbort.req',
      COMPLETING,
      abortReq,
      ['TR-Abort.req e8 I2', 'S-MethodAbort.ind C1 1 USERREQ'],
    ],
    [
      'COMPLETING: Abort',
      COMPLETING,
      { type: 'Disconnect', session },
      ['TR-Abort.req e1 I2', 'S-MethodAbort.ind C1 1 DISCONNECT', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'COMPLETING: aborted, DISCONNECT',
      COMPLETING,
      abort('I2', 0xe1),
      ['S-MethodAbort.ind C1 1 DISCONNECT', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'COMPLETING: aborted, SUSPEND',
      COMPLETING,
      abort('I2', 0xe2),
      ['S-MethodAbort.ind C1 1 SUSPEND', 'S-Suspend.ind C1 SUSPEND'],
    ],
    ['COMPLETING: aborted, other', COMPLETING, abort('I2', 0xe8), ['S-MethodAbort.ind C1 1 PEERREQ']],
  ]);
});

describe('Client push (WAP-230 §7.1.6.3)', () => {
  const push2 = invokeInd('R2', 1, '07 01 83 62');
  const pushRes: Event = {
    type: 'S-ConfirmedPush.res',
    session,
    clientPushId: 1,
    acknowledgementHeaders: ackHeaders,
  };
  play([
    [
      '[WSP-CO-C-011] NULL: a ConfirmedPush',
      CONNECTED,
      invokeInd('R1', 1, '07 01 83 61'),
      ['S-ConfirmedPush.ind C1 1'],
    ],
    ['NULL: beyond the Push-MOR', RECEIVING, push2, ['TR-Abort.req e7 R2']],
    ['RECEIVING: S-ConfirmedPush.res', RECEIVING, pushRes, ['TR-Invoke.res exit 582d41006200 R1']],
    ['after the response there is room again', [...RECEIVING, pushRes], push2, ['S-ConfirmedPush.ind C1 2']],
    [
      '[WSP-CO-C-038] RECEIVING: S-PushAbort.req',
      RECEIVING,
      { type: 'S-PushAbort.req', session, pushId: 1, reason: 'USERDCU' },
      ['TR-Abort.req ee R1', 'S-PushAbort.ind C1 1 USERREQ'],
    ],
    [
      'RECEIVING: Abort',
      RECEIVING,
      { type: 'Suspend', session },
      ['TR-Abort.req e2 R1', 'S-PushAbort.ind C1 1 SUSPEND', 'S-Suspend.ind C1 SUSPEND'],
    ],
    [
      'RECEIVING: aborted, DISCONNECT',
      RECEIVING,
      abort('R1', 0xe1),
      ['S-PushAbort.ind C1 1 DISCONNECT', 'S-Disconnect.ind C1 DISCONNECT'],
    ],
    [
      'RECEIVING: aborted, SUSPEND',
      RECEIVING,
      abort('R1', 0xe2),
      ['S-PushAbort.ind C1 1 SUSPEND', 'S-Suspend.ind C1 SUSPEND'],
    ],
    ['RECEIVING: aborted, other', RECEIVING, abort('R1', 0xe9), ['S-PushAbort.ind C1 1 NETERR']],
    [
      'RECEIVING: no such push',
      RECEIVING,
      { type: 'S-PushAbort.req', session, pushId: 9, reason: 'USERRFS' },
      ['manage: not permitted'],
    ],
  ]);

  it('no row of the three tables is dead', () => {
    // A WTP has nothing more to say of transactions that were aborted; these two are for one that does.
    const late = ['SUSPENDED: ["TR-Invoke.cnf",[]]', 'SUSPENDED: ["TR-Abort.ind",[]]'];
    assert.deepEqual([...unfired(clientSession), ...unfired(clientMethod), ...unfired(clientPush)], late);
    for (const event of ['TR-Invoke.cnf', 'TR-Abort.ind'] as const)
      assert.deepEqual(findRow(clientSession, 'SUSPENDED', event, () => false)?.[2], ['Ignore']);
  });
});
