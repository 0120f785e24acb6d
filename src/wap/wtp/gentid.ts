/** The Initiator's side of transaction identifiers: WAP-224-WTP §7.8.3. */
import { TID_SPACE, TID_WINDOW } from './tid.js';

/** Verifications of one Responder, one after the other, that make the next Invoke say TIDnew: "multiple". */
const VERIFICATIONS = 2;

interface Record {
  last: number;
  verifications: number;
}

export class TidGenerator {
  readonly #limit: number;
  readonly #responders = new Map<string, Record>();
  #next: number;

  /** @param limit Responders to remember */
  constructor(first: number, limit: number) {
    this.#next = first % TID_SPACE;
    this.#limit = limit;
  }

  /** GenTID for these peers. TIDnew where the Responder would take the TID for an old one. */
  next(key: string): { readonly tid: number; readonly tidNew: boolean } {
    const tid = this.#next;
    this.#next = (tid + 1) % TID_SPACE;
    const record = this.#responders.get(key);
    const steps = record ? (tid - record.last + TID_SPACE) % TID_SPACE : 0;
    const tidNew = record !== undefined && (steps > TID_WINDOW || record.verifications >= VERIFICATIONS);
    this.#remember(key, { last: tid, verifications: tidNew ? 0 : (record?.verifications ?? 0) });
    return { tid, tidNew };
  }

  /** The Responder asked whether a TID is valid. */
  verified(key: string): void {
    const record = this.#responders.get(key);
    if (record) record.verifications++;
  }

  /** The Responder took a TID without asking. */
  trusted(key: string): void {
    const record = this.#responders.get(key);
    if (record) record.verifications = 0;
  }

  #remember(key: string, record: Record): void {
    this.#responders.delete(key);
    this.#responders.set(key, record);
    if (this.#responders.size <= this.#limit) return;
    const [oldest] = this.#responders.keys();
    if (oldest !== undefined) this.#responders.delete(oldest);
  }
}
