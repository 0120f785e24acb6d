/** A push proxy without sockets, with everything around it under control. */
import assert from 'node:assert/strict';
import { type VirtualScheduler, virtualScheduler } from '../../../src/bearer/index.js';
import { contentConversions } from '../../../src/gateway/conversions.js';
import type { Delivery, Handover } from '../../../src/gateway/ppg/delivery.js';
import { type PushProxy, type PushProxyOptions, pushProxy } from '../../../src/gateway/ppg/push-proxy.js';
import { sqliteStore } from '../../../src/gateway/ppg/sqlite-store.js';
import { subscribers } from '../../../src/gateway/ppg/subscribers.js';
import { decodeLatin1, encodeUtf8 } from '../../../src/wap/octets.js';
import {
  decodePap,
  decodePapEntities,
  encodePap,
  type PapBody,
  type PapMessage,
  type PushSubmission,
} from '../../../src/wap/push/index.js';
import { seededRandom } from '../../../src/wap/random.js';

export const start = Date.UTC(2001, 5, 30, 12, 0, 0);
export const someone = 'WAPPUSH=+33612345672/TYPE=PLMN@ppg.example.com';
export const other = 'WAPPUSH=other/TYPE=USER@ppg.example.com';
export const si =
  '<?xml version="1.0"?><!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN" "http://www.wapforum.org/DTD/si.dtd"><si><indication href="http://www.x.com/" si-id="1">hi</indication></si>';
// 1.3, SI 1.0, UTF-8; si, indication, href=http://www. "x" .com/, si-id "1", END, "hi", END, END.
export const sic = '03056a0045c60d037800851103310001036869000101';

/** A proxy without sockets: what it sends and reports is in lists, what comes of it the test decides. */
export function world(given: Partial<PushProxyOptions> = {}) {
  const scheduler: VirtualScheduler = virtualScheduler(start);
  const delivered: Handover[] = [];
  const notified: { url: string; message: PapMessage; xml: string }[] = [];
  const outcomes: Delivery[] = [];
  const answers: (string | undefined)[] = [];
  const store = sqliteStore(':memory:');
  const proxy = pushProxy({
    store,
    scheduler,
    conversions: contentConversions(),
    locate: subscribers({
      subscribers: { '+33-612345672': '127.0.0.2', other: '[::1]:4000' },
      pushPort: 2948,
    }),
    deliver(handover) {
      delivered.push(handover);
      return Promise.resolve(outcomes.shift() ?? { state: 'delivered', deliveryMethod: 'unconfirmed' });
    },
    notify(url, xml) {
      notified.push({ url, message: decodePap(xml).message, xml });
      return Promise.resolve(answers.length > 0 ? answers.shift() : '1000');
    },
    name: 'ppg',
    confirmed: false,
    networks: ['GSM'],
    bearers: ['IPv4', 'IPv6'],
    capabilities: async () => undefined,
    random: seededRandom(1, 'push-proxy'),
    failed: (error) => {
      throw error;
    },
    ...given,
  });

  async function ask(message: PapMessage, content?: string, contentType = 'text/vnd.wap.si', headers = '') {
    return (await askXml(encodePap(message), content, contentType, headers)).message;
  }

  async function askXml(xml: string, content?: string, contentType = 'text/vnd.wap.si', headers = '') {
    const body =
      content === undefined
        ? xml
        : `--b\r\nContent-Type: application/xml\r\n\r\n${xml}\r\n--b\r\nContent-Type: ${contentType}\r\n${headers}\r\n${content}\r\n--b--\r\n`;
    const type = content === undefined ? 'application/xml' : 'multipart/related; boundary=b';
    const answer = await proxy.handle(type, encodeUtf8(body), 'http://ppg/pap', {});
    const xmlAnswer = controlOf(answer);
    return { ...decodePap(xmlAnswer), xml: xmlAnswer };
  }

  /** Lets promises and what is due run. */
  async function pass(by = 0): Promise<void> {
    const end = scheduler.now() + by;
    for (;;) {
      await quiet();
      const next = scheduler.next();
      if (next === undefined || next > end) break;
      scheduler.step();
    }
    scheduler.advance(end - scheduler.now());
    await quiet();
  }

  /** Lets promises run, and the commits that they wait for. */
  async function quiet(): Promise<void> {
    for (let turn = 0; turn < 6; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  return { proxy, store, scheduler, delivered, notified, outcomes, answers, ask, askXml, pass };
}

/** The document of an answer that may have a second entity. */
export function controlOf({ contentType, body }: PapBody): string {
  return decodeLatin1(decodePapEntities(contentType, body, 'answer').control.body);
}

/** The PAP document of an answer. */
export async function said(
  proxy: PushProxy,
  type: string,
  body: Uint8Array,
  url = 'http://ppg/',
): Promise<string> {
  return decodeLatin1((await proxy.handle(type, body, url, {})).body);
}

export function push(more: Partial<PushSubmission> = {}): PushSubmission {
  return {
    type: 'push-message',
    pushId: '1@shop',
    replaceMethod: 'all',
    progressNotesRequested: false,
    addresses: [someone],
    ...more,
  };
}

export const quality = {
  priority: 'medium',
  deliveryMethod: 'notspecified',
  networkRequired: false,
  bearerRequired: false,
} as const;

export function resultCode(message: PapMessage): string {
  assert.ok(message.type === 'push-response', message.type);
  return message.result.code;
}
