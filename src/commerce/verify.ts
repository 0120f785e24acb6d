/** Checks what comes back from the phone [223, 237]. */
import type { Millis } from '../wap/time.js';
import type { IdentificationRecord } from './directory.js';
import type { Check, SignatureRequest } from './model.js';

/** What is to be checked, and against what. */
export interface Submission {
  readonly request: SignatureRequest;
  /** As the directory has it now; `undefined` where it no longer has the user. */
  readonly record: IdentificationRecord | undefined;
  readonly signedContent: Uint8Array;
  readonly received: Millis;
}

/** What was found. The signature counts only where every check passed. */
export interface Verdict {
  readonly checks: readonly Check[];
  /** The signer's own time, where it gave one. */
  readonly signed?: Millis;
}

export type Checker = (submission: Submission) => Verdict;
