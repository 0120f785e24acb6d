/** Who may use the gateway: proxy authentication (RFC 2616 §14.34), with the Client ID as user name (WAP-196 §6.4). */
import { equalSecrets } from '../wap/crypto.js';
import { decodeLatin1, encodeUtf8, fromBase64 } from '../wap/octets.js';
import { type Header, headerValues } from '../wap/wsp/index.js';

/** A client that is known. */
export interface ClientAccount {
  /** Its Client ID as WAP-196 encodes it: `00123xdr3F_foo.com`, `433612345678`. */
  readonly id: string;
  readonly password: string;
}

/** The Client ID that the request's credentials are right for. */
export type Identify = (headers: readonly Header[]) => string | undefined;

/** Asks the accounts. An id may contain colons (an IPv6 address does), so the pair is compared as a whole. */
export function clientAccounts(accounts: readonly ClientAccount[]): Identify {
  const known = accounts.map(({ id, password }) => ({
    id,
    pair: decodeLatin1(encodeUtf8(`${id}:${password}`)),
  }));
  return (headers) => {
    for (const value of headerValues(headers, 'Proxy-Authorization')) {
      const octets = fromBase64(/^\s*Basic\s+(\S+)\s*$/i.exec(value)?.[1] ?? '');
      if (octets === undefined) continue;
      const given = decodeLatin1(octets);
      const account = known.find(({ pair }) => sameText(pair, given));
      if (account !== undefined) return account.id;
    }
    return undefined;
  };
}

/** Takes the same time wherever two texts of one length differ. */
export function sameText(a: string, b: string): boolean {
  return equalSecrets(encodeUtf8(a), encodeUtf8(b));
}
