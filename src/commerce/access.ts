/** Who is at the PC: sessions, form tokens, and the number of wrong passwords [231, 202, 232]. */
import { timingSafeEqual } from 'node:crypto';
import { sha256 } from '../wap/crypto.js';
import { encodeUtf8, toHex } from '../wap/octets.js';
import type { Random } from '../wap/random.js';
import { type Clock, type Millis, seconds } from '../wap/time.js';
import type { Session } from './model.js';
import { isPassword } from './password.js';
import type { Store } from './store.js';

/** A session ends so long after its last page. */
export const SESSION_LIFE: Millis = seconds(3600);

/** Within this time a user name may be tried so often, and so may one address. */
export const TRY_WINDOW: Millis = seconds(900);
export const TRIES_A_USER = 5;
export const TRIES_AN_ADDRESS = 50;

const ID_OCTETS = 32;
const FORM_TOKEN_OCTETS = 16;

/** A session and the cookie's value that names it. */
export interface Visit {
  readonly id: string;
  readonly session: Session;
}

export interface Access {
  /** The session that a cookie names, its life prolonged. */
  visit(id: string | undefined): Visit | undefined;
  /** A new session, of nobody yet or of a user. */
  open(userId?: string): Visit;
  end(visit: Visit): void;
  /** Whether a form was made for this session. */
  isOwnForm(visit: Visit, token: string): boolean;
  /** Tries a password. @param address of the PC */
  logIn(
    visit: Visit,
    userId: string,
    password: string,
    address: string,
  ): Promise<Visit | 'wrong' | 'too many'>;
}

export function access(store: Store, clock: Clock, random: Random): Access {
  function open(userId?: string): Visit {
    const id = toHex(random.octets(ID_OCTETS));
    const session: Session = {
      ...(userId === undefined ? {} : { userId }),
      formToken: toHex(random.octets(FORM_TOKEN_OCTETS)),
      expires: clock.now() + SESSION_LIFE,
    };
    store.putSession(id, session, clock.now());
    return { id, session };
  }

  return {
    open,
    visit(id) {
      if (id === undefined) return undefined;
      const session = store.findSession(id, clock.now());
      if (session === undefined) return undefined;
      const prolonged = { ...session, expires: clock.now() + SESSION_LIFE };
      store.putSession(id, prolonged, clock.now());
      return { id, session: prolonged };
    },
    end: (visit) => store.endSession(visit.id),
    // Hashes, because only octets of one length can be compared in constant time.
    isOwnForm: (visit, token) =>
      timingSafeEqual(sha256(encodeUtf8(token)), sha256(encodeUtf8(visit.session.formToken))),
    async logIn(visit, userId, password, address) {
      const now = clock.now();
      // Counted before the password is looked at: many tries at once do not slip through.
      const tries = store.countTry(`user ${userId}`, now, now - TRY_WINDOW);
      const triesHere = store.countTry(`address ${address}`, now, now - TRY_WINDOW);
      if (tries > TRIES_A_USER || triesHere > TRIES_AN_ADDRESS) return 'too many';
      if (!(await isPassword(password, store.findUser(userId)?.passwordHash))) return 'wrong';
      store.forgetTries(`user ${userId}`);
      store.endSession(visit.id);
      return open(userId);
    },
  };
}
