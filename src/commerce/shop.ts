/** The commercial-like site [430] as one function from requests to responses: `shop(parts).app.request('/')`. */
import { Hono } from 'hono';
import type { PrivateKey, RsaPublicKey } from '../wap/crypto.js';
import { type Certificate, countersign, sealedString, sealText } from '../wap/pki/index.js';
import type { Random } from '../wap/random.js';
import type { Clock, Millis } from '../wap/time.js';
import { access } from './access.js';
import type { Directory } from './directory.js';
import type { Observe } from './events.js';
import { notice } from './pages/layout.js';
import { pcPages } from './pc.js';
import { phonePages } from './phone.js';
import { type PpgOptions, type PushSubmitter, ppgSubmitter } from './push.js';
import { servicesPages } from './services.js';
import { SIGNATURE_LIFE } from './signature-request.js';
import { narrator, signing } from './signing.js';
import type { Store } from './store.js';
import { systemTimers, type Timers } from './timers.js';
import { checker } from './verify.js';

/** What a shop is made of. */
export interface ShopParts {
  readonly store: Store;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly random: Random;
  /** The push proxy gateway, or whatever stands in for it. */
  readonly push: PushSubmitter | PpgOptions;
  /** What the shop's telephone numbers begin with, where it has a line to call phones with: see `callSubmitter`. */
  readonly callPrefix?: string;
  /** The server's own key and certificate, for countersigning [236]. */
  readonly signer: { readonly privateKey: PrivateKey; readonly certificate: Certificate };
  /** The authorities whose certificates are believed. */
  readonly trusted: readonly Certificate[];
  /** Where the phone's gateway reaches the shop: `http://host:port`, perhaps with a path, without a slash at the end. */
  readonly publicUrl: string;
  readonly name?: string;
  /**
   * Where it is given, requests are sealed to a key of the user's card for decipherment, so that no gateway can read them
   * [211, 236]; users without such a key get no requests.
   */
  readonly sealTo?: (userId: string) => RsaPublicKey | undefined;
  /** How long a user has to sign. */
  readonly life?: Millis;
  /** How far the clock of a phone may be from ours. */
  readonly clockSkew?: Millis;
  readonly timers?: Timers;
  readonly observe?: Observe;
  /** Set where PCs reach the shop over TLS only. */
  readonly secureCookies?: boolean;
  /** Which pages may show the shop in a frame, as CSP's frame-ancestors names them; none where it is missing. */
  readonly framedBy?: readonly string[];
  /** Hears of what no rule foresaw, before the visitor gets a page that says so. */
  readonly onError?: (error: unknown) => void;
}

/** The pages, and the two things that a server around them does at its start and its end. */
export interface ShopPages {
  readonly app: Hono;
  /** Takes up the requests that an earlier process left waiting. */
  resume(): void;
  /** Withdraws what PCs wait for, and stops all timers. */
  close(): void;
}

export function shop(parts: ShopParts): ShopPages {
  const {
    store,
    clock,
    random,
    push,
    signer,
    sealTo,
    observe = () => undefined,
    name = 'Wapstack Shop',
  } = parts;
  const tell = narrator(observe, clock);
  const cycle = signing({
    store,
    directory: parts.directory,
    clock,
    timers: parts.timers ?? systemTimers,
    random,
    push: typeof push === 'function' ? push : ppgSubmitter(push, random),
    countersign: (text, time) =>
      countersign({ text, key: signer.privateKey, certificate: signer.certificate, time }),
    ...(sealTo && {
      seal: (text, userId) => {
        const key = sealTo(userId);
        return key && sealedString(sealText(random, key, text));
      },
    }),
    check: checker(parts.trusted, parts.clockSkew),
    name,
    publicUrl: parts.publicUrl.replace(/\/+$/, ''),
    life: parts.life ?? SIGNATURE_LIFE,
    observe,
  });

  const app = new Hono();
  app.route('/sign', phonePages({ signing: cycle, name, tell }));
  const { callPrefix: prefix } = parts;
  if (prefix !== undefined) {
    const publicUrl = parts.publicUrl.replace(/\/+$/, '');
    app.route('/wta', servicesPages({ signing: cycle, name, prefix, publicUrl }));
  }
  app.route(
    '/',
    pcPages({
      store,
      access: access(store, clock, random),
      signing: cycle,
      clock,
      random,
      name,
      secureCookies: parts.secureCookies ?? false,
      framedBy: parts.framedBy ?? [],
      tell,
    }),
  );
  app.onError((error, c) => {
    parts.onError?.(error);
    const text = 'The shop made a mistake. It has been noted.';
    return c.html(notice({ shop: name }, 'Something went wrong', text, '/', 'To the shop'), 500);
  });
  return { app, resume: cycle.resume, close: cycle.close };
}
