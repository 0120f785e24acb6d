/** Characters of texts and USSD: GSM 03.38 §6.2.1 (the default alphabet with its extension) and §5 (coding schemes). */

/** In the order of their septets; the 27th, which announces the extension, is no character. */
const alphabet =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Two septets each. */
const extension = '\f^{}\\[~]|€';

const basic = new Set(alphabet);
const extended = new Set(extension);

/** Septets that a text takes in the default alphabet; `undefined` where a character is not in it. */
function septets(text: string): number | undefined {
  let count = 0;
  for (const character of text) {
    if (basic.has(character)) count += 1;
    else if (extended.has(character)) count += 2;
    else return undefined;
  }
  return count;
}

/** Octets of user data in one short message (GSM 03.40 §9.2.3.24): 160 septets or 70 characters of UCS2. */
const TEXT_OCTETS = 140;

/** What can be said of a text that is to be sent. */
export function textFault(text: string): 'unacceptable character' | 'too long' | undefined {
  if (/\p{Cs}|[^\P{Cc}\n\r\f]/u.test(text)) return 'unacceptable character';
  const length = septets(text);
  const octets = length === undefined ? text.length * 2 : Math.ceil((length * 7) / 8);
  return octets > TEXT_OCTETS ? 'too long' : undefined;
}

/** Octets of a USSD string (GSM 04.80 §4.5): 182 septets. */
const USSD_OCTETS = 160;

type Characters = 'default' | '8 bit' | 'UCS2';

/** GSM 03.38 §5, the cell broadcast coding schemes that USSD uses: first and last octet of each group. */
// biome-ignore format: a line is a printed group
const codingGroups = [
  [0x00, 0x0f, 'default'],
  [0x10, 0x10, 'default'],
  [0x11, 0x11, 'UCS2'],
  [0x40, 0x43, 'default'],
  [0x44, 0x47, '8 bit'],
  [0x48, 0x4b, 'UCS2'],
  [0x50, 0x53, 'default'],
  [0x54, 0x57, '8 bit'],
  [0x58, 0x5b, 'UCS2'],
  [0xf0, 0xf3, 'default'],
  [0xf4, 0xf7, '8 bit'],
] as const satisfies readonly (readonly [number, number, Characters])[];

/** How a coding scheme writes characters; `undefined` for one that is reserved, or compressed, which USSD is not. */
export function ussdCharacters(codingScheme: number): Characters | undefined {
  return codingGroups.find(([first, last]) => codingScheme >= first && codingScheme <= last)?.[2];
}

/** Whether a USSD string can be said in that coding scheme. */
export function isUssdString(message: string, characters: Characters): boolean {
  switch (characters) {
    case 'default': {
      const length = septets(message);
      return length !== undefined && Math.ceil((length * 7) / 8) <= USSD_OCTETS;
    }
    case '8 bit':
      return /^[\0-\xff]*$/.test(message) && message.length <= USSD_OCTETS;
    case 'UCS2':
      return !/\p{Cs}/u.test(message) && message.length * 2 <= USSD_OCTETS;
  }
}
