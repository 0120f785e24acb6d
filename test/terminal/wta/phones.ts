/** A handset with a telephone in a town, and an operator's services that it reaches over a WTA session. */
import type { PageRequest } from '../../../src/terminal/browser/context.js';
import type { TerminalOptions } from '../../../src/terminal/terminal.js';
import type { TelephonyOptions } from '../../../src/terminal/wta/telephony.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { ports } from '../../../src/wap/ports.js';
import { encodeWml, parseWml } from '../../../src/wap/wml/index.js';
import type { SessionFacts } from '../../../src/wta/index.js';
import { Town } from '../../wta/town.js';
import { Handset, type Page, type Resource } from '../handset.js';

export const base = 'http://wta.operator.example/';

export const gateway = '10.0.0.1';

/** A WTA session as it has to be. */
export const secure: SessionFacts = { gateway, port: ports.wtaSecureSession, wtlsClass: 2 };

export interface Switched {
  readonly town?: Town;
  readonly number?: string;
  readonly facts?: SessionFacts;
  /** Of other services, by URL. */
  readonly pages?: Readonly<Record<string, Resource>>;
  readonly terminal?: Partial<TerminalOptions>;
  readonly telephony?: Partial<TelephonyOptions>;
}

export class WtaHandset extends Handset {
  readonly town: Town;
  /** What was asked for over the WTA session, relative to `base`. */
  readonly asked: PageRequest[] = [];
  facts: SessionFacts;
  opened = 0;

  /** @param services by URL relative to `base` */
  constructor(services: Readonly<Record<string, Resource>> = {}, options: Switched = {}) {
    const { town = new Town(), number = '+33612345672', facts = secure } = options;
    const self: { handset?: WtaHandset } = {};
    super(options.pages, {
      msisdn: number,
      ...options.terminal,
      telephony: {
        number,
        exchange: town.exchange,
        isTrusted: (address) => address === gateway,
        ports,
        session: {
          facts: () => self.handset?.facts ?? facts,
          async open() {
            if (self.handset) self.handset.opened++;
            return self.handset?.facts ?? facts;
          },
          fetcher: {
            async fetch(request) {
              self.handset?.asked.push(request);
              const resource = services[request.url.slice(base.length)];
              const page = await (typeof resource === 'function' ? resource(request) : resource);
              if (page === undefined) throw new Error('no answer');
              const { status = 200, type = 'application/x-wap-wta-wmlc', headers = {}, body } = page;
              return {
                status,
                contentType: type,
                headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
                body: typeof body === 'string' ? encodeUtf8(body) : body,
              };
            },
            close: async () => {},
          },
        },
        ...options.telephony,
      },
    });
    this.town = town;
    this.facts = facts;
    self.handset = this;
  }

  get telephony() {
    const { telephony } = this.terminal;
    if (telephony === undefined) throw new Error('there is no telephone');
    return telephony;
  }

  /** The screen as somebody would read it out. */
  words(): string {
    return this.text()
      .replace(/[|\s]+/g, ' ')
      .trim();
  }

  /** The user asks for a service. */
  async serve(path: string): Promise<this> {
    this.telephony.open(base + path);
    return this.settle();
  }

  /** Installs a channel that is pushed over the session. @param url where it comes from; empty where it does not say */
  async channel(
    channelid: string,
    resources: readonly string[],
    { attributes = '', url = base + channelid }: { readonly attributes?: string; readonly url?: string } = {},
  ): Promise<this> {
    const items = resources.map((href) => `<resource href="${href}"/>`).join('');
    const body = `<channel maxspace="9999" base="${base}" channelid="${channelid}" ${attributes}><title>${channelid}</title>${items}</channel>`;
    this.pushed('text/vnd.wap.channel', body, url === '' ? {} : { 'Content-Location': url });
    return this.settle();
  }

  /** For the WTA user agent, over the session that there is. */
  pushed(
    type: string,
    body: Uint8Array | string,
    headers: Readonly<Record<string, string>> = {},
    facts: SessionFacts | undefined = this.facts,
  ): this {
    const list = Object.entries({
      'Content-Type': type,
      'X-Wap-Application-Id': 'x-wap-application:wta.ua',
      ...headers,
    }).map(([name, value]) => ({ name, value }));
    this.terminal.receivePush(list, typeof body === 'string' ? encodeUtf8(body) : body, facts);
    return this;
  }

  /** Somebody calls; the other one hears what becomes of it. @returns how to hang up */
  ring(
    from: { dial(number: string, news: (news: string) => void): () => void },
    news: string[] = [],
  ): () => void {
    return from.dial('+33612345672', (each) => news.push(each));
  }
}

/** A WTA-WML deck on the air. @param source what stands between `<wta-wml>` and `</wta-wml>` */
export function service(source: string): Page {
  const { document, findings } = parseWml(`<wta-wml>${source}</wta-wml>`);
  if (document === undefined) throw new Error(findings.map(({ message }) => message).join('\n'));
  return { body: encodeWml(document) };
}

export const on = (event: string, task: string): string => `<onevent type="${event}">${task}</onevent>`;
