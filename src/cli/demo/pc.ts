/** The user at the PC: a browser without a window, that follows redirects, keeps cookies and fills in forms. */
import { errorText } from '../../wap/errors.js';
import type { DemoUser } from './users.js';

/** What the PC shows. */
export interface Page {
  readonly path: string;
  readonly status: number;
  readonly html: string;
}

export class Pc {
  readonly #origin: string;
  #cookie = '';
  #page: Page = { path: '/', status: 0, html: '' };

  /** @param origin of the shop, without a slash at the end */
  constructor(origin: string) {
    this.#origin = origin;
  }

  get page(): Page {
    return this.#page;
  }

  /** The page's words without its marks. */
  get text(): string {
    return this.#page.html
      .replace(/<(head|style)[\s\S]*?<\/\1>/g, ' ')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  }

  open(path: string): Promise<Page> {
    return this.#request(path, { method: 'GET' });
  }

  /** Sends a form of the page that is shown, with the token that makes it the shop's own. */
  submit(path: string, fields: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Page> {
    const token = /name="formToken" value="([^"]*)"/.exec(this.#page.html)?.[1] ?? '';
    const body = new URLSearchParams({ ...fields, formToken: token });
    return this.#request(path, { method: 'POST', body, ...(signal && { signal }) });
  }

  async #request(path: string, init: RequestInit): Promise<Page> {
    const headers = new Headers({ connection: 'close' });
    if (this.#cookie !== '') headers.set('cookie', this.#cookie);
    const response = await fetch(this.#origin + path, { ...init, headers, redirect: 'manual' }).catch(
      (error) => {
        throw new Error(`the shop does not answer: ${errorText(error)}`, { cause: error });
      },
    );
    for (const cookie of response.headers.getSetCookie()) this.#cookie = cookie.split(';', 1)[0] ?? '';
    const html = await response.text();
    const location = response.headers.get('location');
    if (response.status === 303 && location !== null) {
      return this.#request(new URL(location, this.#origin).pathname, { method: 'GET' });
    }
    this.#page = { path, status: response.status, html };
    if (response.status >= 400) throw new Error(`the shop answers ${response.status}: ${this.text}`);
    return this.#page;
  }
}

/** Logs in, browses, fills the cart and the form: [201] to [204]. @returns the order's transaction number */
export async function prepareOrder(pc: Pc, user: DemoUser): Promise<string> {
  await pc.open('/');
  await pc.submit('/login', { userId: user.id, password: user.password });
  for (const productId of ['wap-book', 'phone-cover']) {
    await pc.open(`/products/${productId}`);
    await pc.submit('/cart', { productId });
  }
  await pc.open('/order');
  const delivery = { street: '12 rue des Oliviers', postcode: '06610', city: 'La Gaude', country: 'France' };
  const { path } = await pc.submit('/order', { name: user.name, ...delivery });
  const transaction = /^\/orders\/([\d-]+)$/.exec(path)?.[1];
  if (transaction === undefined) throw new Error(`the shop made no order: ${pc.text}`);
  return transaction;
}
