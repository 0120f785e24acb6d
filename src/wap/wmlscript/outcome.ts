/** What goes into an execution and what comes out of it. */
import type { Random } from '../random.js';
import type { FatalError } from './errors.js';
import type { Limits } from './limits.js';
import type { Value } from './values.js';

export interface CallOptions {
  /** Of the unit: what relative URLs are relative to. */
  readonly url: string;
  /** URL of the card or unit that calls: access control (§6.7.2) and URL.getReferer. Without it access is not checked. */
  readonly referer?: string;
  /** For Lang.random until Lang.seed is called with a value. */
  readonly random: Random;
  readonly limits?: Partial<Limits>;
  /** §13: a device without floating-point. */
  readonly integerOnly?: boolean;
  /** What Lang.characterSet tells, as MIBEnum; UTF-8 where it is missing. */
  readonly characterSet?: number;
  /** After so many steps `run` and `resume` return `paused`, so that a user can be heard; never where it is missing. */
  readonly slice?: number;
}

/** Why the machine came back. After the first four it has ended. */
export type Outcome =
  | { readonly returned: Value }
  /** Lang.exit: WAP-194 §7.11. */
  | { readonly exited: Value }
  /** Lang.abort, the fatal error Programmed Abort: WAP-194 §7.12. */
  | { readonly aborted: string }
  | { readonly fatal: FatalError }
  /** A library function, `Dialogs.prompt` say: `resume` with its value. */
  | { readonly host: string; readonly args: readonly Value[] }
  /** An external call: `resume` with what `loadUnit` gives for the content at the absolute URL, or with a fatal error. */
  | { readonly loadUnit: string; readonly functionName: string; readonly args: readonly Value[] }
  /** So many steps are done: `run` goes on. */
  | { readonly paused: number };
