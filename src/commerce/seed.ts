/** Fills an empty shop with users: for the demo, the tests, and `wapstack shop` with users in its configuration. */
import { UsageError } from '../wap/errors.js';
import type { Random } from '../wap/random.js';
import { isTelephoneNumber } from './directory.js';
import { hashPassword } from './password.js';
import type { Store } from './store.js';

/** A user as a person writes one down. */
export interface SeedUser {
  readonly userId: string;
  readonly name: string;
  readonly password: string;
  /** Left out where the directory is elsewhere. */
  readonly record?: {
    /** Telephone number [320]. */
    readonly mobileDeviceId: string;
    /** DER of SubjectPublicKeyInfo [330]. */
    readonly publicKey: Uint8Array;
    /** DER of the X.509 certificate. */
    readonly certificate?: Uint8Array;
  };
}

/** Writes users, replacing those of the same name. @param random salts the passwords */
export async function seedShop(store: Store, users: readonly SeedUser[], random: Random): Promise<void> {
  for (const { userId, name, password, record } of users) {
    if (record !== undefined && !isTelephoneNumber(record.mobileDeviceId))
      throw new UsageError(
        `${record.mobileDeviceId} of ${userId} is no telephone number: write +33612345672`,
      );
    store.putUser({ userId, name, passwordHash: await hashPassword(password, random) });
    if (record !== undefined) store.putRecord({ userId, ...record });
  }
}
