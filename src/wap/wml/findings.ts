/** What is wrong with a deck, and where. */

/** Something that is wrong with a deck, or unwise. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly message: string;
  /** Where the rule stands, in WAP-191 unless another document is named: `§9.7`. */
  readonly section?: string;
}

/** Findings that are kept of one text: enough for any author, too few for a hostile one to fill the memory. */
export const MAX_FINDINGS = 1000;

/** Takes a finding; `at` is an index into the source text. */
export type Report = (severity: Finding['severity'], at: number, message: string, section: string) => void;
