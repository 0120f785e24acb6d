import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { decodeSmpp, encodeSmpp, messageCentre, type Smpp } from '../../src/bearer/index.js';
import { virtualScheduler } from '../../src/bearer/scheduler.js';
import { type SmppBody, smppFrames } from '../../src/bearer/smpp-pdu.js';
import { VALIDITY } from '../../src/bearer/smsc.js';
import { openMessageStore } from '../../src/gateway/sms-store.js';
import { UsageError } from '../../src/wap/errors.js';
import { decodeLatin1, encodeUtf8 } from '../../src/wap/octets.js';
import { temporaryFolder } from '../support/folder.js';

const gateway = '+33600000001';
const phone = '+33600000002';

const bindAs = (systemId: string): SmppBody => ({
  command: 'bind_transceiver',
  systemId,
  password: '',
  systemType: '',
  interfaceVersion: 0x34,
  ton: 0,
  npi: 0,
  addressRange: '',
});

const submit = (text: string, more: object = {}): SmppBody => ({
  command: 'submit_sm',
  serviceType: '',
  sourceTon: 1,
  sourceNpi: 1,
  source: gateway.slice(1),
  destinationTon: 1,
  destinationNpi: 1,
  destination: phone.slice(1),
  esmClass: 0x03,
  protocolId: 0,
  priority: 0,
  scheduleDeliveryTime: '',
  validityPeriod: '',
  registeredDelivery: 0,
  dataCoding: 4,
  shortMessage: encodeUtf8(text),
  tlvs: [],
  ...more,
});

describe('Messages that outlive their message centre (SMPP 3.4 §2.10.1)', () => {
  const inFolder = temporaryFolder();
  let files = 0;
  let path = '';
  beforeEach(() => {
    path = inFolder(`${++files}.sqlite`);
  });

  /** A centre on the file, until it is closed. */
  function start(scheduler = virtualScheduler()) {
    const store = openMessageStore(path);
    const centre = messageCentre({ scheduler, store });
    /** Somebody who is bound, and confirms what comes. */
    const bound = (number: string) => {
      const stream = centre.connect();
      const frames = smppFrames();
      const came: Smpp[] = [];
      let sequence = 0;
      const send = (body: SmppBody) => stream.write(encodeSmpp({ ...body, status: 0, sequence: ++sequence }));
      stream.listen({
        data(chunk) {
          for (const frame of frames(chunk)) {
            const pdu = decodeSmpp(frame);
            came.push(pdu);
            if (pdu.command !== 'deliver_sm') continue;
            const response = { command: 'deliver_sm_resp', messageId: '', tlvs: [] } as const;
            stream.write(encodeSmpp({ ...response, status: 0, sequence: pdu.sequence }));
          }
        },
        closed: () => undefined,
      });
      send(bindAs(number));
      scheduler.advance(100);
      const texts = () =>
        came.flatMap((pdu) => (pdu.command === 'deliver_sm' ? [decodeLatin1(pdu.shortMessage)] : []));
      const ids = () => came.flatMap((pdu) => (pdu.command === 'submit_sm_resp' ? [pdu.messageId] : []));
      return { send, texts, ids };
    };
    return {
      scheduler,
      centre,
      bound,
      stop() {
        centre.close();
        store.close();
      },
    };
  }

  it('what was accepted is delivered by the next one, in order, and once', () => {
    const first = start();
    const sender = first.bound(gateway);
    for (const text of ['one', 'two', 'three']) sender.send(submit(text));
    first.scheduler.advance(100);
    const before = sender.ids();
    first.stop();

    const second = start(virtualScheduler(1000));
    assert.equal(second.centre.messages(), 3);
    const receiver = second.bound(phone);
    second.scheduler.advance(1000);
    assert.deepEqual(receiver.texts(), ['one', 'two', 'three']);
    assert.equal(second.centre.messages(), 0);
    const again = second.bound(gateway);
    again.send(submit('four'));
    second.scheduler.advance(1000);
    assert.deepEqual(receiver.texts().slice(3), ['four']);
    assert.equal(new Set([...before, ...again.ids()]).size, 4, 'no id twice');
    second.stop();

    const third = start();
    assert.equal(third.centre.messages(), 0);
    third.stop();
  });

  it('lives go on, and what may not be stored is not', () => {
    const first = start();
    const sender = first.bound(gateway);
    sender.send(submit('short', { validityPeriod: '000000000100000R' }));
    sender.send(submit('long'));
    sender.send(submit('datagram', { esmClass: 0x01 }));
    first.scheduler.advance(1000);
    first.stop();
    const second = start();
    assert.equal(second.centre.messages(), 2);
    second.scheduler.advance(120_000);
    assert.equal(second.centre.messages(), 1);
    second.scheduler.advance(VALIDITY);
    assert.equal(second.centre.messages(), 0);
    second.stop();
    const third = start();
    assert.equal(third.centre.messages(), 0);
    third.stop();
  });

  it('what it cannot read in the file is left alone; a file of another kind is refused', () => {
    const first = start();
    first.bound(gateway).send(submit('kept'));
    first.scheduler.advance(100);
    first.stop();
    const db = new Database(path);
    db.exec(
      "INSERT INTO message SELECT 99, 'x', source, destination, octets, accepted, not_before, expires, receipt, x'00' FROM message",
    );
    db.close();
    const second = start();
    assert.equal(second.centre.messages(), 1);
    second.stop();
    const other = new Database(path);
    other.pragma('user_version = 7');
    other.close();
    assert.throws(() => openMessageStore(path), UsageError);
  });
});
