/** Which records were received: WAP-261 §9.2.3.1. */

/** The window that §9.2.3.1 takes as its example; one word of 32 bits holds it. */
export const WINDOW_SIZE = 32;

/** A sliding window over sequence numbers. */
export class DuplicateWindow {
  /** The largest number received; none yet. */
  #largest = -1;
  /** Bit i: the number `largest - i` was received. */
  #seen = 0;

  /** Whether a record of that number would be new. Numbers that fell out of the window are not: they cannot be told. */
  isNew(sequence: number): boolean {
    const behind = this.#largest - sequence;
    if (behind < 0) return true;
    return behind < WINDOW_SIZE && ((this.#seen >>> behind) & 1) === 0;
  }

  /** Only for records that were found genuine: Appendix B.4. */
  accept(sequence: number): void {
    const ahead = sequence - this.#largest;
    if (ahead > 0) {
      this.#seen = ahead >= WINDOW_SIZE ? 1 : (this.#seen << ahead) | 1;
      this.#largest = sequence;
      return;
    }
    this.#seen |= 1 << -ahead;
  }
}
