/**
 * The directory of legitimate users [300]: user identification [310], mobile device identification [320] and user public
 * key [330], together an identification record [340].
 */

/** One row of the directory [340]. */
export interface IdentificationRecord {
  /** [310] */
  readonly userId: string;
  /** The telephone number that reaches the user's mobile device, as E.164 writes it: `+33612345672` [320]. */
  readonly mobileDeviceId: string;
  /** DER of SubjectPublicKeyInfo: the key whose private half is in the user's card [330]. */
  readonly publicKey: Uint8Array;
  /** DER of the X.509 certificate of that key, where the directory has it. */
  readonly certificate?: Uint8Array;
}

/** Where the server looks a user up [235]. */
export interface Directory {
  /** `undefined` where the user is unknown; an exception where the directory could not be asked. */
  lookup(userId: string): Promise<IdentificationRecord | undefined>;
  close(): Promise<void>;
}

/** E.164: a plus sign and at most 15 digits, the first of which is not zero. */
export function isTelephoneNumber(text: string): boolean {
  return /^\+[1-9][0-9]{1,14}$/.test(text);
}
