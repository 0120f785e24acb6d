/**
 * The directory [300] in an LDAP server, as EP 1 161 055 A2 suggests: docs/directory has the schema and sample entries.
 * A user is an entry of the class `wapSubscriber` with `uid` [310], `mobile` [320] and `wapUserPublicKey` [330].
 */
import { Client, EqualityFilter } from 'ldapts';
import type { Millis } from '../wap/time.js';
import { type Directory, type IdentificationRecord, isTelephoneNumber } from './directory.js';

export interface LdapOptions {
  /** `ldap://host:port` */
  readonly url: string;
  /** Below which entry users are: `ou=users,dc=example`. */
  readonly baseDn: string;
  /** Who asks; anonymous where it is missing. */
  readonly bind?: { readonly dn: string; readonly password: string };
}

/** The buyer waits meanwhile. */
const LDAP_TIMEOUT: Millis = 5_000;

const attributes = ['uid', 'mobile', 'wapUserPublicKey', 'userCertificate;binary'];

/** The first value of an attribute. `ldapts` gives one value or an array, of text or of octets. */
function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function octets(value: unknown): Uint8Array | undefined {
  const one = first(value);
  return one instanceof Uint8Array ? new Uint8Array(one) : undefined;
}

/** Matching in LDAP ignores case; two users whose names differ only there must not share a phone. */
function isEntryOf(userId: string, entry: Record<string, unknown>): boolean {
  return Array.isArray(entry.uid) ? entry.uid.includes(userId) : entry.uid === userId;
}

/** A record is only what has all the parts of figure 3; blanks that people write into telephone numbers are dropped. */
function toRecord(userId: string, entry: Record<string, unknown>): IdentificationRecord | undefined {
  const mobile = first(entry.mobile);
  const mobileDeviceId = typeof mobile === 'string' ? mobile.replace(/[\s()./-]/g, '') : '';
  const publicKey = octets(entry.wapUserPublicKey);
  const certificate = octets(entry['userCertificate;binary']);
  if (!isTelephoneNumber(mobileDeviceId) || publicKey === undefined) return undefined;
  return {
    userId,
    mobileDeviceId,
    publicKey,
    ...(certificate === undefined || certificate.length === 0 ? {} : { certificate }),
  };
}

/** A connection is made for each look-up: they are rare, and none is ever found broken. */
export function ldapDirectory(options: LdapOptions): Directory {
  return {
    async lookup(userId) {
      const client = new Client({ url: options.url, timeout: LDAP_TIMEOUT, connectTimeout: LDAP_TIMEOUT });
      try {
        if (options.bind !== undefined) await client.bind(options.bind.dn, options.bind.password);
        const { searchEntries } = await client.search(options.baseDn, {
          scope: 'sub',
          filter: new EqualityFilter({ attribute: 'uid', value: userId }),
          attributes,
          explicitBufferAttributes: ['wapUserPublicKey', 'userCertificate;binary'],
          sizeLimit: 2,
        });
        const [entry, another] = searchEntries;
        // Two entries for one user: none of them can be trusted to be the right one.
        if (entry === undefined || another !== undefined || !isEntryOf(userId, entry)) return undefined;
        return toRecord(userId, entry);
      } finally {
        await client.unbind();
      }
    },
    close: async () => undefined,
  };
}
