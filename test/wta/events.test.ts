import assert from 'node:assert/strict';
import { toHex } from '../../src/wap/octets.js';
import { decodeWml, encodeWml, formatWml, parseWml } from '../../src/wap/wml/index.js';
import {
  callWaitingStatus,
  clearedResults,
  outOfService,
  sendResults,
  ussdTypes,
  wtaEvents,
} from '../../src/wta/events.js';
import { wtaiLibraries } from '../../src/wta/lib/index.js';

const functionsOf = (library: keyof typeof wtaiLibraries): string =>
  Object.keys(wtaiLibraries[library]).join(' ');
const eventsOf = (prefix: string): string =>
  Object.entries(wtaEvents)
    .filter(([id]) => id.startsWith(prefix))
    .map(([id, { name, parameters }]) => `${id} ${name}(${parameters.join(', ')})`)
    .join('; ');

describe('WTA events (WAP-268-WTAI §9.1, §10.1, §13.1; WAP-255-WTAIGSM §7.1)', () => {
  it('[WTAI-CV-C-001] voice calls: six events, six functions', () => {
    assert.equal(
      eventsOf('wtaev-cc/'),
      'wtaev-cc/ic IncomingCall(callHandle, callerId); wtaev-cc/cl CallCleared(callHandle, result); wtaev-cc/co CallConnected(callHandle, callerId); wtaev-cc/oc OutgoingCall(callHandle, number); wtaev-cc/cc CallAlerting(callHandle); wtaev-cc/dtmf DTMFSent(callHandle, dtmf)',
    );
    assert.equal(functionsOf('WTAVoiceCall'), 'setup accept release sendDTMF callStatus list');
  });

  it('[WTAI-CT-C-001] texts: two events, five functions', () => {
    assert.equal(
      eventsOf('wtaev-nt/'),
      'wtaev-nt/st MessageSendStatus(msgHandle, result); wtaev-nt/it IncomingMessage(msgHandle, sender)',
    );
    assert.equal(functionsOf('WTANetText'), 'send list remove getFieldValue markAsRead');
  });

  it('[WTAI-CP-C-001] [WTAI-CL-C-001] phonebook and call logs: functions only', () => {
    assert.equal(eventsOf('wtaev-pb/') + eventsOf('wtaev-lg/'), '');
    assert.equal(functionsOf('WTAPhoneBook'), 'write search remove getFieldValue change');
    assert.equal(functionsOf('WTACallLog'), 'dialled missed received getFieldValue');
  });

  it('[WTAI-CM-C-001] miscellaneous: one event, four functions', () => {
    assert.equal(eventsOf('wtaev-ms/'), 'wtaev-ms/ns NetworkStatus(inService, networkName, explanation)');
    assert.equal(functionsOf('WTAMisc'), 'setIndicator endContext getProtection setProtection');
  });

  it('[WTA-IF-C-002] [WTA-IF-C-003] network common libraries, and that of GSM', () => {
    assert.equal(
      eventsOf('wtaev-gsm/'),
      'wtaev-gsm/ch CallHeld(callHandle); wtaev-gsm/ca CallActive(callHandle); wtaev-gsm/ru USSDReceived(message, codingScheme, type, transactionId); wtaev-gsm/cw CallWaitingStatus(type)',
    );
    assert.deepEqual(Object.keys(wtaiLibraries), [
      'WTAPublic',
      'WTAVoiceCall',
      'WTANetText',
      'WTAPhoneBook',
      'WTAMisc',
      'WTAGSM',
      'WTACallLog',
    ]);
  });

  it('values are those that are printed', () => {
    assert.deepEqual(Object.values(clearedResults), ['0', '1', '2', '3', '4', '5', '6', '100', '101']);
    assert.deepEqual(Object.values(sendResults), ['0', '1', '2', '3']);
    assert.deepEqual(Object.values(outOfService), ['0', '1', '2']);
    assert.deepEqual(Object.values(ussdTypes), ['0', '1', '2', '3']);
    assert.deepEqual(Object.values(callWaitingStatus), ['1', '2', '3']);
  });
});

describe('WTA-WML (WAP-266-WTA §7.2)', () => {
  it('[WTA-FMT-S-001] is encoded with the tokens of §7.2.4', () => {
    const source =
      '<wta-wml><card><onevent type="wtaev-cc/ic"><go href="wtai://ms/ec"/></onevent></card></wta-wml>';
    const { document, findings } = parseWml(
      `<?xml version="1.0"?><!DOCTYPE wta-wml PUBLIC "-//WAPFORUM//DTD WTA-WML 1.2//EN" "">${source}`,
    );
    assert.deepEqual(findings, []);
    const octets = document === undefined ? new Uint8Array() : encodeWml(document);
    // wta-wml of tag page 1; card and onevent of page 0; type and href of attribute page 1
    assert.equal(
      toHex(octets),
      '030c6a00' + '00017f' + '000067' + 'f3' + '0001' + '1201' + 'ab0901' + '010101',
    );
    assert.ok(formatWml(decodeWml(octets)).replace(/>\s+</g, '><').includes(source));
  });
});
