/** The phonebook of the device: WAP-268-WTAI §5.3, §11. */
import { isPhoneNumber } from './format.js';

/** The fields that every entry has: §5.3.2. */
export type PhoneBookField = 'number' | 'name';

export interface PhoneBookEntry {
  readonly number: string;
  readonly name: string;
}

export interface PhoneBookLimits {
  /** Places for entries. */
  readonly entries: number;
  /** Characters of a number. */
  readonly number: number;
  /** Characters of a name. */
  readonly name: number;
}

/** A large SIM card of its time: 250 abbreviated dialling numbers of 20 digits and a sign, with names of 20 characters. */
export const phoneBookLimits: PhoneBookLimits = { entries: 250, number: 21, name: 20 };

/** §11.2.1, §11.2.3, §11.2.5: error codes. */
export const phoneBookErrors = {
  name: -100,
  'not a number': -101,
  number: -102,
  'not written': -103,
  full: -104,
  'not removed': -105,
  'no such field': -106,
} as const;

/** An index, or an error code; `undefined` where the function fails. */
export type Written = number | undefined;

const empty: PhoneBookEntry = { number: '', name: '' };

/** An array of entries whose first index is 1: §5.3.1. */
export class PhoneBook {
  readonly limits: PhoneBookLimits;
  readonly #entries: PhoneBookEntry[];
  readonly #changed: () => void;
  #search: { readonly field: PhoneBookField; readonly value: string; from: number } | undefined;

  /** @param changed is called after each change: to store what is there */
  constructor(
    limits: PhoneBookLimits = phoneBookLimits,
    entries: readonly PhoneBookEntry[] = [],
    changed: () => void = () => {},
  ) {
    this.limits = limits;
    this.#entries = Array.from({ length: limits.entries }, (_, i) => entries[i] ?? empty);
    this.#changed = changed;
  }

  /** All places, empty ones too. */
  entries(): readonly PhoneBookEntry[] {
    return [...this.#entries];
  }

  /** §11.2.1. @param index 0 for any empty place */
  write(index: number, number: string, name: string): Written {
    if (!isPhoneNumber(number)) return undefined;
    if (index !== 0 && !this.#isPlace(index)) return undefined;
    const wrong = this.#wrongName(name) ?? this.#wrongNumber(number);
    if (wrong !== undefined) return wrong;
    const at = index === 0 ? this.#entries.findIndex(isEmpty) + 1 : index;
    if (at === 0) return phoneBookErrors.full;
    this.#put(at, { number, name });
    return at;
  }

  /** §11.2.2. Two empty strings continue the search. */
  search(field: string, value: string): number | undefined {
    if (field !== '') {
      this.#search = isField(field) ? { field, value: value.toLowerCase(), from: 0 } : undefined;
    } else if (value !== '') return undefined;
    const search = this.#search;
    if (search === undefined) return undefined;
    const found = this.#entries.findIndex((entry, i) => i >= search.from && matches(entry, search));
    search.from = found < 0 ? this.#entries.length : found + 1;
    return found < 0 ? undefined : found + 1;
  }

  /** §11.2.3. `false` where there is no entry. */
  remove(index: number): boolean {
    if (this.#entry(index) === undefined) return false;
    this.#put(index, empty);
    return true;
  }

  /** §11.2.4: the empty string for a field that there is not; `undefined` where there is no entry. */
  fieldValue(index: number, field: string): string | undefined {
    const entry = this.#entry(index);
    return entry && (isField(field) ? entry[field] : '');
  }

  /** §11.2.5: 0 where it is done, an error code, or `undefined` where there is no entry. */
  change(index: number, field: string, value: string): Written {
    const entry = this.#entry(index);
    if (entry === undefined) return undefined;
    if (!isField(field)) return phoneBookErrors['no such field'];
    if (field === 'number' && !isPhoneNumber(value)) return phoneBookErrors['not a number'];
    const wrong = field === 'name' ? this.#wrongName(value) : this.#wrongNumber(value);
    if (wrong !== undefined) return wrong;
    this.#put(index, { ...entry, [field]: value });
    return 0;
  }

  /** Who has this number; `undefined` where nobody is known to. */
  nameOf(number: string): string | undefined {
    const entry = this.#entries.find((one) => one.number === number && number !== '');
    return entry?.name || undefined;
  }

  #put(index: number, entry: PhoneBookEntry): void {
    this.#entries[index - 1] = entry;
    this.#changed();
  }

  #isPlace(index: number): boolean {
    return index >= 1 && index <= this.#entries.length;
  }

  #entry(index: number): PhoneBookEntry | undefined {
    const entry = this.#entries[index - 1];
    return entry !== undefined && isEmpty(entry) ? undefined : entry;
  }

  #wrongName(name: string): number | undefined {
    const isWritable = /^[^\p{Cc}\p{Cs}]*$/u.test(name);
    return isWritable && [...name].length <= this.limits.name ? undefined : phoneBookErrors.name;
  }

  #wrongNumber(number: string): number | undefined {
    return number.length > this.limits.number ? phoneBookErrors.number : undefined;
  }
}

function isField(field: string): field is PhoneBookField {
  return field === 'number' || field === 'name';
}

/** §5.3.2: all field values are the empty string. */
function isEmpty({ number, name }: PhoneBookEntry): boolean {
  return number === '' && name === '';
}

/** The empty string is a wildcard for whatever is not empty. */
function matches(
  entry: PhoneBookEntry,
  { field, value }: { readonly field: PhoneBookField; readonly value: string },
): boolean {
  const held = entry[field].toLowerCase();
  return value === '' ? held !== '' : held.includes(value);
}
