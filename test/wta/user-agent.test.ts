import assert from 'node:assert/strict';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { invalid } from '../../src/wap/wmlscript/index.js';
import { wtaEvent } from '../../src/wta/events.js';
import { isWtaSession, sessionStart } from '../../src/wta/session.js';
import { EVENTS_WAITING_MAX } from '../../src/wta/user-agent.js';
import { base, Service, session } from './service.js';

const text = (content: string): string => `<p>${content}</p>`;
const on = (event: string, task: string): string => `<onevent type="${event}">${task}</onevent>`;
const incoming = wtaEvent('wtaev-cc/ic', 1, '102');

/** A service whose first card is shown. */
function running(card: string, more: Readonly<Record<string, string>> = {}): Service {
  const service = new Service({ start: card, ...more });
  service.agent.open(`${base}start`);
  service.told.splice(0);
  return service;
}

describe('WTA sessions (WAP-266-WTA §5.2, §5.4, §5.5, §6.1)', () => {
  const isTrusted = (gateway: string): boolean => gateway === '10.0.0.1';

  it('[WTA-SEC-C-002] a WTA session is one over WTLS on a dedicated port', () => {
    for (const port of [2805, 2923]) {
      assert.equal(isWtaSession({ gateway: '10.0.0.1', port, wtlsClass: 2 }, isTrusted), true);
      assert.equal(isWtaSession({ gateway: '10.0.0.1', port, wtlsClass: 3 }, isTrusted), true);
      assert.equal(isWtaSession({ gateway: '10.0.0.1', port, wtlsClass: 1 }, isTrusted), false);
      assert.equal(isWtaSession({ gateway: '10.0.0.1', port, wtlsClass: undefined }, isTrusted), false);
    }
    for (const port of [9200, 9201, 9202, 9203, 2948, 2949]) {
      assert.equal(isWtaSession({ gateway: '10.0.0.1', port, wtlsClass: 2 }, isTrusted), false);
    }
  });

  it('[WTA-SEC-C-008] [WTA-SEC-C-001] only with a trusted gateway', () => {
    assert.equal(isWtaSession({ gateway: '10.0.0.2', port: 2923, wtlsClass: 2 }, isTrusted), false);
  });

  it('[WTA-SEC-C-004] content from outside a WTA session is discarded', () => {
    const service = new Service({ a: text('A') });
    const channel = {
      url: `${base}c`,
      contentType: 'text/vnd.wap.channel',
      body: encodeUtf8(
        `<channel maxspace="9" channelid="c"><title>c</title><resource href="${base}a"/></channel>`,
      ),
    };
    for (const wrong of [
      { ...session, port: 9203 },
      { ...session, wtlsClass: 1 },
      { ...session, gateway: '10.9.9.9' },
    ] as const) {
      assert.equal(service.agent.receive(channel, wrong), 'discarded');
    }
    assert.deepEqual(service.told, new Array(3).fill(`discarded ${base}c`));
    assert.deepEqual(service.requests, []);
    assert.equal(service.agent.receive(channel, session), 'channel');
    assert.deepEqual(service.requests, ['a']);
    assert.equal(service.agent.receive({ ...channel, contentType: 'text/vnd.wap.si' }, session), 'content');
  });

  it('[WTA-SM-C-003] what a session needs is provided: bearer, gateway, port', () => {
    const gateways = [
      { bearer: 'GPRS', gateway: '10.0.0.1' },
      { bearer: 'SMS', gateway: '+491710000000' },
    ];
    assert.deepEqual(
      sessionStart(gateways, 'connection', () => true),
      {
        bearer: 'GPRS',
        gateway: '10.0.0.1',
        port: 2923,
      },
    );
    assert.deepEqual(
      sessionStart(gateways, 'connectionless', (bearer) => bearer === 'SMS'),
      {
        bearer: 'SMS',
        gateway: '+491710000000',
        port: 2805,
      },
    );
    assert.equal(
      sessionStart(gateways, 'connection', () => false),
      undefined,
    );
  });
});

describe('Event handling process (WAP-266-WTA §9.6)', () => {
  it('[WTA-EV-C-002] [WTA-EV-C-001] [WTA-EV-C-005] a local binding is taken, with the parameters of the event', () => {
    const service = running(
      `<card>${on('wtaev-cc/ic', '<go href="#two"><setvar name="who" value="$1"/></go>')}${text('one')}</card>` +
        `<card id="two">${text('$0 from $who $(1) $5.')}</card>`,
    );
    const id = service.agent.context?.id;
    service.agent.event(incoming);
    assert.equal(service.text(), '1 from 102 102 .');
    assert.equal(service.agent.context?.id, id);
    assert.deepEqual(service.told, []);
  });

  it("[WTA-EV-C-003] a card's binding shadows its template's", () => {
    const service = running(
      `<template>${on('wtaev-cc/ic', '<go href="#t"/>')}${on('wtaev-nt/it', '<go href="#t"/>')}</template>` +
        `<card>${on('wtaev-cc/ic', '<go href="#c"/>')}${text('one')}</card>` +
        `<card id="c">${text('card')}</card><card id="t">${text('template')}</card>`,
    );
    service.agent.event(incoming);
    assert.equal(service.text(), 'card');
    service.agent.event(wtaEvent('wtaev-nt/it', 1, ''));
    assert.equal(service.text(), 'template');
  });

  it('[WTA-EV-C-004] [WTA-REP-C-009] [WTA-CM-C-004] a global binding starts its service in a new context', () => {
    const service = new Service({
      start: `<card>${text('other')}</card>`,
      in: `<card>${text('$1 calls')}</card>`,
    });
    service.channel('calls', ['in'], { attributes: 'eventid="wtaev-cc/ic"' });
    service.agent.open(`${base}start`);
    service.browser.setVariable('left', 'over');
    const id = service.agent.context?.id ?? 0;
    service.agent.event(incoming);
    assert.equal(service.text(), '102 calls');
    assert.equal(service.agent.context?.id, id + 1);
    assert.equal(service.browser.variable('left'), '');
  });

  it('[WTA-EV-C-015] the order is local, protection, global, default', () => {
    const service = new Service({
      start: `<card>${on('wtaev-nt/it', '<noop/>')}${text('service')}</card>`,
      in: `<card>${text('global')}</card>`,
    });
    service.channel('texts', ['in'], { attributes: 'eventid="wtaev-nt/it"' });
    service.channel('calls', ['in'], { attributes: 'eventid="wtaev-cc/ic"' });
    service.agent.open(`${base}start`);
    service.agent.event(wtaEvent('wtaev-nt/it', 1, ''));
    assert.equal(service.text(), 'service');
    service.call('WTAMisc.setProtection', true);
    service.agent.event(incoming);
    assert.equal(service.text(), 'service');
    assert.deepEqual(service.told, ['default wtaev-cc/ic']);
    service.call('WTAMisc.setProtection', false);
    service.agent.event(wtaEvent('wtaev-gsm/cw', 1));
    assert.deepEqual(service.told, ['default wtaev-cc/ic', 'default wtaev-gsm/cw']);
    assert.equal(service.text(), 'service');
    service.agent.event(incoming);
    assert.equal(service.text(), 'global');
  });

  it('[WTA-CM-C-011] protection is of its context only', () => {
    const service = running(`<card>${text('one')}</card>`);
    assert.equal(service.call('WTAMisc.getProtection'), false);
    service.call('WTAMisc.setProtection', true);
    assert.equal(service.call('WTAMisc.getProtection'), true);
    service.agent.open(`${base}start`);
    assert.equal(service.call('WTAMisc.getProtection'), false);
  });

  it('[WTA-EV-C-012] [WTA-EV-C-013] events wait for a stable state, and keep their order', () => {
    const service = new Service({
      start: `<card>${text('start')}</card>`,
      in: `<card>${on('wtaev-cc/cl', '<go href="#end"/>')}${text('in')}</card><card id="end">${text('$1')}</card>`,
    });
    service.channel('calls', ['in'], { attributes: 'eventid="wtaev-cc/ic"' });
    service.isSlow = true;
    service.agent.event(incoming);
    service.agent.event(wtaEvent('wtaev-cc/cc', 1));
    service.agent.event(wtaEvent('wtaev-cc/cl', 1, 3));
    assert.equal(service.agent.isStable, false);
    assert.deepEqual(service.told, []);
    service.answer();
    assert.deepEqual(service.told, ['default wtaev-cc/cc']);
    assert.equal(service.text(), '3');
    assert.equal(service.agent.isStable, true);
  });

  it('[WTA-EV-C-014] a service that never comes to rest loses its context', () => {
    const service = new Service({ start: `<card>${text('start')}</card>` });
    service.isSlow = true;
    service.agent.open(`${base}start`);
    for (let i = 0; i < EVENTS_WAITING_MAX; i++) service.agent.event(wtaEvent('wtaev-cc/cc', i));
    assert.deepEqual(service.told, []);
    service.agent.event(wtaEvent('wtaev-cc/cc', 99));
    assert.equal(service.agent.context, undefined);
    assert.equal(service.told.length, EVENTS_WAITING_MAX + 1);
  });

  it('[WTA-EV-C-011] there is one context at a time', () => {
    const service = running(`<card>${text('one')}</card>`);
    const first = service.agent.context;
    service.agent.open(`${base}start`);
    assert.notEqual(service.agent.context?.id, first?.id);
    service.agent.exit();
    assert.equal(service.agent.context, undefined);
  });

  it('an invocation that fails takes the context with it (steps 2e, 4f)', () => {
    const service = running(`<card>${on('wtaev-cc/ic', '<go href="gone"/>')}${text('one')}</card>`);
    service.agent.event(incoming);
    assert.equal(service.agent.context, undefined);
    service.channel('texts', ['gone'], { attributes: 'eventid="wtaev-nt/it"' });
    service.agent.event(wtaEvent('wtaev-nt/it', 1, ''));
    assert.equal(service.agent.context, undefined);
    assert.equal(service.told.at(-1), 'default wtaev-nt/it');
  });
});

describe('Event parameters (WAP-266-WTA §6.3, §9.3)', () => {
  const card = `<card>${on('wtaev-cc/ic', '<noop/>')}${on('wtaev-cc/cl', '<noop/>')}${text('one')}</card>`;

  it('[WTA-EPM-C-001] [WTA-EPM-C-002] are those of the last bound event; others leave them as they are', () => {
    const service = running(card);
    service.agent.event(incoming);
    assert.deepEqual(service.agent.context?.parameters, ['1', '102']);
    service.agent.event(wtaEvent('wtaev-gsm/ru', 'Hello', 15, 2, 0));
    assert.deepEqual(service.agent.context?.parameters, ['1', '102']);
    service.agent.event(wtaEvent('wtaev-cc/cl', 1, 0));
    assert.deepEqual(service.agent.context?.parameters, ['1', '0']);
    assert.deepEqual([service.browser.variable('0'), service.browser.variable('1')], ['1', '0']);
  });

  it('[WTA-EV-C-006] what the event does not have is the empty string', () => {
    const service = running(
      `<card>${on('wtaev-cc/cc', '<go href="#b"/>')}${on('wtaev-cc/ic', '<go href="#b"/>')}${text('one')}</card>` +
        `<card id="b">${on('wtaev-cc/cc', '<refresh/>')}${text('$0/$1/$2.')}</card>`,
    );
    service.agent.event(incoming);
    assert.equal(service.text(), '1/102/.');
    service.agent.event(wtaEvent('wtaev-cc/cc', 7));
    assert.equal(service.text(), '7//.');
  });
});

describe('Access control (WAP-266-WTA §9.5)', () => {
  const shut = `<head><access domain="operator.com" path="/own"/></head><card>${text('in')}</card>`;

  it('from a global binding it is the URL of the channel that counts', () => {
    for (const [url, context] of [
      [`${base}own/channel`, true],
      [`${base}other/channel`, false],
      ['http://elsewhere.com/own/channel', false],
      [undefined, false],
    ] as const) {
      const service = new Service({ in: shut });
      service.channel('calls', ['in'], { attributes: 'eventid="wtaev-cc/ic"', url });
      service.agent.event(incoming);
      assert.equal(service.agent.context !== undefined, context, String(url));
    }
  });

  it('[WTA-EV-C-009] from a local binding it is the URL of the card', () => {
    const bound = `<card>${on('wtaev-cc/ic', '<go href="/in"/>')}${text('one')}</card>`;
    for (const [url, context] of [
      ['own/start', true],
      ['other/start', false],
    ] as const) {
      const service = new Service({ [url]: bound, in: shut });
      service.agent.open(base + url);
      service.agent.event(incoming);
      assert.equal(service.text() === 'in', context, url);
    }
  });
});

describe('Contexts (WAP-266-WTA §6.2, §6.5)', () => {
  it('[WTA-CSM-C-001] DROP ends a call with its context, KEEP does not, and others are nothing to it', () => {
    const service = running(`<card>${text('one')}</card>`);
    const { telephone } = service.handset;
    const bert = service.town.handset('102');
    const carl = service.town.handset('103');
    const dora = service.town.handset('104');
    telephone.setup('104', false, undefined);
    dora.telephone.accept(1, true, undefined);
    const keep = service.call('WTAVoiceCall.setup', '102', true);
    bert.telephone.accept(1, true, undefined);
    telephone.multiparty(undefined);
    carl.telephone.setup('101', true, undefined);
    const drop = service.handset.pending();
    assert.equal(service.call('WTAVoiceCall.accept', drop, false), '');
    service.call('WTAMisc.endContext');
    assert.deepEqual([telephone.call(Number(keep))?.gsm, telephone.call(drop)?.gsm], ['call active', 'end']);
    assert.equal(telephone.calls()[0]?.gsm, 'call active');
    service.agent.open(`${base}start`);
    service.agent.exit();
    assert.equal(telephone.call(Number(keep))?.gsm, 'call active');
  });

  it('[WTA-CM-C-009] [WTA-CM-C-003] endContext takes variables, history, content and parameters; the repository stays', () => {
    const service = running(`<card>${on('wtaev-cc/ic', '<noop/>')}${text('one')}</card>`);
    service.channel('c', ['start'], {});
    service.agent.event(incoming);
    service.browser.setVariable('a', 'b');
    assert.equal(service.call('WTAMisc.endContext'), '');
    assert.equal(service.agent.context, undefined);
    assert.deepEqual(
      ['a', '0', '1'].map((name) => service.browser.variable(name)),
      ['', '', ''],
    );
    assert.notEqual(service.repository.channel('c'), undefined);
    // It is not there for the service that ended; another one begins anew.
    service.agent.event(incoming);
    assert.equal(service.told.at(-1), 'default wtaev-cc/ic');
  });

  it('[WTA-CM-C-008] newcontext keeps the parameters and the repository, and ends calls by their mode', () => {
    const service = running(`<card>${on('wtaev-cc/ic', '<go href="new"/>')}${text('one')}</card>`, {
      new: `<card newcontext="true">${text('$1 $left.')}</card>`,
    });
    service.channel('c', ['start'], {});
    service.town.handset('103');
    service.call('WTAVoiceCall.setup', '103', false);
    service.browser.setVariable('left', 'over');
    const id = service.agent.context?.id;
    service.agent.event(incoming);
    assert.equal(service.text(), '102 .');
    assert.notEqual(service.agent.context?.id, id);
    assert.equal(service.handset.telephone.calls()[0]?.gsm, 'end');
    assert.notEqual(service.repository.channel('c'), undefined);
  });

  it('[WTA-CM-C-005] [WTA-CM-C-006] [WTA-CM-C-007] after a content error events go to the device, until the user knows', () => {
    const service = running(`<card>${on('wtaev-cc/ic', '<noop/>')}${text('one')}</card>`, {
      in: `<card>${text('global')}</card>`,
    });
    service.agent.contentError('There is no card.');
    assert.equal(service.agent.context, undefined);
    service.agent.event(incoming);
    assert.deepEqual(service.told, ['error There is no card.', 'default wtaev-cc/ic']);
    service.channel('texts', ['in'], { attributes: 'eventid="wtaev-nt/it"' });
    service.agent.event(wtaEvent('wtaev-nt/it', 1, ''));
    assert.equal(service.text(), 'global');
    service.agent.contentError('Again.');
    service.agent.event(wtaEvent('wtaev-cc/cc', 1));
    assert.equal(service.told.at(-1), 'default wtaev-cc/cc');
    assert.equal(service.agent.context, undefined);
  });

  it('a channel that is wrong is a content error', () => {
    const service = new Service({});
    service.agent.receive(
      { url: base, contentType: 'text/vnd.wap.channel', body: encodeUtf8('<channel/>') },
      session,
    );
    assert.match(service.told[0] ?? '', /^error The channel is wrong: Channel at octet/);
  });

  it('context permission ends with the context', () => {
    const service = running(`<card>${text('one')}</card>`);
    service.says = 'CONTEXT';
    for (let i = 0; i < 3; i++) service.call('WTAMisc.setIndicator', 0, i);
    assert.equal(service.asked, 1);
    service.agent.open(`${base}start`);
    service.call('WTAMisc.setIndicator', 0, 1);
    assert.equal(service.asked, 2);
    service.agent.exit();
    assert.equal(service.call('WTAMisc.getProtection'), invalid);
  });
});

describe('The repository before the network (WAP-266-WTA §8.5)', () => {
  it('[WTA-REP-C-014] what is in the repository is not requested', () => {
    const service = new Service({
      in: `<card>${on('wtaev-cc/ic', '<go href="more"/>')}${text('in')}</card>`,
      more: `<card>${text('more')}</card>`,
    });
    service.channel('c', ['in'], { attributes: 'useraccessible="true"' });
    service.requests.splice(0);
    assert.equal(service.agent.openChannel('c'), true);
    assert.equal(service.text(), 'in');
    assert.deepEqual(service.requests, []);
    service.agent.event(incoming);
    assert.equal(service.text(), 'more');
    assert.deepEqual(service.requests, ['more']);
  });

  it('only channels that say so are in the menu', () => {
    const service = new Service({ in: `<card>${text('in')}</card>` });
    service.channel('c', ['in'], {});
    assert.equal(service.agent.openChannel('c'), false);
    assert.deepEqual(service.repository.userAccessible(), []);
  });
});

describe('A service as a whole (WAP-266-WTA §4.2)', () => {
  it('a call comes, a channel in the repository takes it, the user is shown who calls', () => {
    const service = new Service({
      calls: `<card>${on('wtaev-cc/co', '<go href="#talk"/>')}${on('wtaev-cc/cl', '<go href="wtai://ms/ec"/>')}${text('Call $0 from $1')}</card><card id="talk">${on('wtaev-cc/cl', '<go href="wtai://ms/ec"/>')}${text('Talking to $1')}</card>`,
    });
    service.channel('calls', ['calls'], { attributes: 'eventid="wtaev-cc/ic"' });
    service.told.splice(0);
    const bert = service.town.handset('102');
    bert.telephone.setup('101', true, undefined);
    assert.equal(service.text(), 'Call 1 from 102');
    service.call('WTAVoiceCall.accept', Number(service.browser.variable('0')), false);
    assert.equal(service.text(), 'Talking to 102');
    bert.telephone.release(1);
    assert.equal(service.agent.context, undefined);
    assert.deepEqual(service.told, []);
  });
});
