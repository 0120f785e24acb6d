/** A shop with everything around it under control: its clock, its timers, its randomness, the push proxy and the phone. */
import assert from 'node:assert/strict';
import {
  type Directory,
  openStore,
  type PushOrder,
  type ShopPages,
  type ShopParts,
  type Step,
  type Store,
  type StoryEvent,
  shop,
  storeDirectory,
  type Timers,
} from '../../src/commerce/index.js';
import { hashPassword } from '../../src/commerce/password.js';
import { type PrivateKey, signSha1 } from '../../src/wap/crypto.js';
import { encodeUtf8, toBase64 } from '../../src/wap/octets.js';
import {
  type AuthenticatedAttribute,
  type Authority,
  type Certificate,
  createAuthority,
  curveByNumber,
  encodePublicKeyInfo,
  encodeSignedContent,
  generateEcKey,
  generateRsaKey,
  issueCertificate,
  type SignerInfo,
  signedAttributes,
  validity,
} from '../../src/wap/pki/index.js';
import { seededRandom } from '../../src/wap/random.js';

/** 2001-11-22T21:00:00Z. */
export const NOW = 1_006_462_800_000;

/** Timers that run when the test says what time it is. */
export class TestTime implements Timers {
  #now = NOW;
  readonly #tasks = new Set<{ at: number; task: () => void }>();
  now(): number {
    return this.#now;
  }
  after(delay: number, task: () => void): () => void {
    const entry = { at: this.#now + delay, task };
    this.#tasks.add(entry);
    return () => void this.#tasks.delete(entry);
  }
  get waiting(): number {
    return this.#tasks.size;
  }
  advance(millis: number): void {
    this.#now += millis;
    for (const entry of [...this.#tasks]) {
      if (entry.at > this.#now) continue;
      this.#tasks.delete(entry);
      entry.task();
    }
  }
}

/** A card: key and certificate. */
export interface Card {
  readonly privateKey: PrivateKey;
  readonly certificate: Certificate;
}

function makeCard(authority: Authority, name: string, profile: 'signature' | 'server', seed: number): Card {
  const random = seededRandom(seed, name);
  const privateKey = generateRsaKey(random, 1024);
  const subject = `CN=${name}, O=wapstack`;
  const { publicKey } = privateKey;
  const certificate = issueCertificate(random, authority, {
    profile,
    subject,
    publicKey,
    ...validity(NOW, 2),
  });
  return { privateKey, certificate };
}

/** Keys take a moment to make, so all tests share them. */
export const authority = createAuthority({ random: seededRandom(1, 'authority'), now: NOW });
export const otherAuthority = createAuthority({
  random: seededRandom(2, 'other'),
  now: NOW,
  subject: 'CN=Other',
});
export const server = makeCard(authority, 'Shop', 'server', 3);
export const alice = makeCard(authority, 'Alice', 'signature', 4);
export const mallory = makeCard(authority, 'Mallory', 'signature', 5);
/** A card with a key on secp160r1. */
export const curved = ((): Card => {
  const random = seededRandom(9);
  const curve = curveByNumber(7);
  assert.ok(curve);
  const privateKey = generateEcKey(random, curve);
  const request = { profile: 'signature', subject: 'CN=Alice', publicKey: privateKey.publicKey } as const;
  return {
    privateKey,
    certificate: issueCertificate(random, authority, { ...request, ...validity(NOW, 2) }),
  };
})();
export const forged: Card = {
  privateKey: alice.privateKey,
  certificate: issueCertificate(seededRandom(6), otherAuthority, {
    profile: 'signature',
    subject: 'CN=Alice, O=wapstack',
    publicKey: alice.privateKey.publicKey,
    ...validity(NOW, 2),
  }),
};

/** What a card makes of a text: what a phone with it would send, or what only a forger would. */
export interface SignOptions {
  readonly card?: Card;
  readonly time?: number;
  /** In place of a signing time. */
  readonly nonce?: Uint8Array;
  readonly infos?: readonly SignerInfo[];
  readonly included?: boolean;
  readonly spoil?: boolean;
}

export function sign(text: string, options: SignOptions = {}): string {
  const { card = alice, time = NOW + 1000, nonce, included = true, spoil = false } = options;
  const { infos = [{ type: 'x509_certificate', certificate: card.certificate.octets }] } = options;
  const content = encodeUtf8(text);
  const attribute: AuthenticatedAttribute =
    nonce === undefined ? { type: 'gmt_utc_time', time } : { type: 'signer_nonce', nonce };
  const signature = signSha1(card.privateKey, signedAttributes(content, attribute)).slice();
  if (spoil) signature[7] = (signature[7] ?? 0) ^ 1;
  return toBase64(
    encodeSignedContent({
      version: 1,
      signature: {
        algorithm: card.privateKey.type === 'rsa' ? 'rsa_sha_pkcs1' : 'ecdsa_sha_p1363',
        signature,
      },
      signerInfos: infos,
      contentInfo: { type: 'text', encoding: 106, ...(included ? { content } : {}) },
      authenticatedAttributes: [attribute],
    }),
  );
}

const passwordHash = hashPassword('wonderland', seededRandom(8));

export interface World {
  readonly store: Store;
  readonly time: TestTime;
  readonly pages: ShopPages;
  readonly pushes: PushOrder[];
  readonly events: StoryEvent[];
  readonly errors: unknown[];
  /** Resolves when the shop next tells of that step. */
  told(step: Step): Promise<void>;
}

/** A shop with one user, Alice, whose password is `wonderland`. */
export async function makeWorld(parts: Partial<ShopParts> & { store?: Store } = {}): Promise<World> {
  const time = new TestTime();
  const store = parts.store ?? openStore(':memory:');
  const publicKey = encodePublicKeyInfo(alice.privateKey.publicKey);
  store.putUser({ userId: 'alice', name: 'Alice Liddell', passwordHash: await passwordHash });
  store.putRecord({ userId: 'alice', mobileDeviceId: '+33612345672', publicKey });
  const pushes: PushOrder[] = [];
  const events: StoryEvent[] = [];
  const errors: unknown[] = [];
  const listeners = new Map<Step, () => void>();
  const pages = shop({
    store,
    directory: storeDirectory(store),
    clock: time,
    timers: time,
    random: seededRandom(7, 'shop'),
    push: async (push) => {
      pushes.push(push);
      return { octets: 700 };
    },
    signer: server,
    trusted: [authority.certificate],
    publicUrl: 'http://shop.test',
    observe(event) {
      events.push(event);
      listeners.get(event.step)?.();
    },
    onError: (error) => void errors.push(error),
    ...parts,
  });
  const told = (step: Step) => new Promise<void>((resolve) => listeners.set(step, resolve));
  return { store, time, pages, pushes, events, errors, told };
}

/** A directory that answers as the test wants. */
export function directoryOf(lookup: Directory['lookup']): Directory {
  return { lookup, close: async () => undefined };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function fromHtml(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
}

/** A page as a person without a mouse reads it. */
export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly url: string;
}

/** A PC: keeps cookies, follows links, fills in forms; no scripts. */
export class Pc {
  readonly #app: ShopPages['app'];
  cookie = '';
  constructor(app: ShopPages['app']) {
    this.#app = app;
  }

  async request(path: string, init: RequestInit = {}): Promise<Page> {
    const headers = new Headers(init.headers);
    if (this.cookie !== '') headers.set('Cookie', this.cookie);
    const response = await this.#app.request(new Request(`http://shop.test${path}`, { ...init, headers }));
    for (const line of response.headers.getSetCookie()) this.cookie = line.split(';')[0] ?? '';
    const location = response.headers.get('Location');
    if (response.status === 303 && location !== null) return this.request(location);
    return { status: response.status, headers: response.headers, body: await response.text(), url: path };
  }

  get(path: string): Promise<Page> {
    return this.request(path);
  }

  /** Fills in the form of a page that goes to `action` and sends it. */
  submit(
    page: Page,
    action: string,
    fields: Record<string, string> = {},
    init: RequestInit = {},
  ): Promise<Page> {
    const form = [...page.body.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].find(
      ([, target]) => target === action,
    );
    assert.ok(form, `the page ${page.url} has no form for ${action}`);
    const values = new URLSearchParams();
    for (const [input] of (form[2] ?? '').matchAll(/<input[^>]*>/g)) {
      const name = /\sname="([^"]*)"/.exec(input)?.[1];
      if (name !== undefined) values.set(name, fromHtml(/\svalue="([^"]*)"/.exec(input)?.[1] ?? ''));
    }
    for (const [, select = '', options = ''] of (form[2] ?? '').matchAll(
      /<select[^>]*name="([^"]*)".*?>(.*?)<\/select>/gs,
    ))
      values.set(select, /<option selected>([^<]*)/.exec(options)?.[1] ?? '');
    for (const [name, value] of Object.entries(fields)) values.set(name, value);
    return this.post(action, values, init);
  }

  post(path: string, values: URLSearchParams, init: RequestInit = {}): Promise<Page> {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    return this.request(path, { ...init, method: 'POST', headers, body: values.toString() });
  }

  async logIn(userId = 'alice', password = 'wonderland'): Promise<Page> {
    return this.submit(await this.get('/login'), '/login', { userId, password });
  }
}

export const address = {
  name: 'Alice Liddell',
  street: '1, rue de la Paix',
  postcode: '06610',
  city: 'La Gaude',
};

/** A PC that is logged in already: checking a password is slow on purpose, and has tests of its own. */
export function entered(world: World, userId = 'alice'): Pc {
  const pc = new Pc(world.pages.app);
  const session = { userId, formToken: `form-of-${userId}`, expires: world.time.now() + 3_600_000 };
  world.store.putSession(`session-of-${userId}`, session, world.time.now());
  pc.cookie = `wapstack-shop=session-of-${userId}`;
  return pc;
}

/** Fills the cart and the form, and stands before the approval. */
export async function prepared(
  world: World,
  pc = entered(world),
): Promise<{ pc: Pc; page: Page; transaction: string }> {
  await pc.submit(await pc.get('/'), '/cart');
  const page = await pc.submit(await pc.get('/order'), '/order', address);
  return { pc, page, transaction: page.url.replace('/orders/', '') };
}

/** Approves; the page comes when the order has ended. */
export async function approved(world: World, abort?: AbortSignal, visitor = entered(world)) {
  const before = await prepared(world, visitor);
  const init = abort === undefined ? {} : { signal: abort };
  const { pc, page, transaction } = before;
  const count = world.pushes.length;
  const held = world.told('held');
  const status = pc.submit(page, `/orders/${transaction}/approve`, {}, init);
  await held;
  const path = new URL(world.pushes[count]?.href ?? '').pathname;
  return {
    ...before,
    status,
    path,
    phone: phone(world, path),
    text: world.store.requestOf(transaction)?.text ?? '',
  };
}

/** A phone, as far as the shop sees one: its gateway fetches and posts. */
export function phone({ pages }: Pick<World, 'pages'>, path: string) {
  const read = async (response: Response) => ({
    status: response.status,
    type: response.headers.get('Content-Type'),
    body: await response.text(),
  });
  return {
    deck: async () => read(await pages.app.request(path)),
    script: async () => read(await pages.app.request(`${path}/sign.wmls`)),
    post: async (fields: Record<string, string>) => {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const body = new URLSearchParams(fields).toString();
      return read(await pages.app.request(path, { method: 'POST', headers, body }));
    },
  };
}
