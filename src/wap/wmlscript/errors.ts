/** Fatal errors: WAP-193_101-WMLScript §10.2, §12.3. */

/** Name and code, as printed. */
export const fatalErrors = {
  'Verification Failed': 1,
  'Fatal Library Function Error': 2,
  'Invalid Function Arguments': 3,
  'External Function Not Found': 4,
  'Unable to Load Compilation Unit': 5,
  'Access Violation': 6,
  'Stack Underflow': 7,
  'Programmed Abort': 8,
  'Stack Overflow': 9,
  'Out of Memory': 10,
  'User Initiated': 11,
  'System Initiated': 12,
} as const;

export type FatalErrorName = keyof typeof fatalErrors;

/** A place in the code of a unit. */
export interface Place {
  /** Of the unit; an empty string where it has none. */
  readonly url: string;
  /** Index in the function pool. */
  readonly functionIndex: number;
  /** Of the instruction, in octets from the start of the function's code. */
  readonly offset: number;
}

/** The end of an execution that went wrong. */
export interface FatalError {
  readonly name: FatalErrorName;
  readonly code: number;
  /** What is wrong, as the end of a sentence. */
  readonly rule: string;
  /** Missing where the error has no place: a unit that could not be loaded, say. */
  readonly at?: Place;
}

export function fatalError(name: FatalErrorName, rule: string, at?: Place): FatalError {
  return at ? { name, code: fatalErrors[name], rule, at } : { name, code: fatalErrors[name], rule };
}

/** One line for a person: `Verification Failed in function 1 at octet 3: vindex 7 is not a variable`. */
export function fatalErrorText({ name, rule, at }: FatalError): string {
  const where = at
    ? ` in ${at.url === '' ? '' : `${at.url} `}function ${at.functionIndex} at octet ${at.offset}`
    : '';
  return `${name}${where}: ${rule}`;
}
