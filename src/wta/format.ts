/** Telephone numbers and tones: WAP-188-WAPGenFormats §6.1, which WTAI calls [FORMAT]. */

/** `phone_number`. Which digits are a country code is left undefined there: any digits are. */
export function isPhoneNumber(text: string): boolean {
  return /^\+?[0-9]+$/.test(text);
}

/** `tone_sequence`: DTMF digits and pauses of a second. The empty one is a sequence, too. */
export function isToneSequence(text: string): boolean {
  return /^[0-9*#A-D,]*$/.test(text);
}
