/** Text that any phone of 2001 can show and any character set carries unchanged. */

/** Letters that decomposition does not take apart, and signs that ASCII spells out. */
const spelt: Readonly<Record<string, string>> = {
  Ä: 'Ae',
  Ö: 'Oe',
  Ü: 'Ue',
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  Æ: 'AE',
  æ: 'ae',
  Œ: 'OE',
  œ: 'oe',
  Ø: 'Oe',
  ø: 'oe',
  Å: 'Aa',
  å: 'aa',
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  Þ: 'Th',
  þ: 'th',
  ð: 'd',
  '€': 'EUR',
  '£': 'GBP',
  '×': 'x',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '...',
};

/** `text` in printable ASCII on one line: accents fall off, the rest becomes a question mark. */
export function toAscii(text: string): string {
  let ascii = '';
  for (const character of text.normalize('NFC')) {
    ascii += spelt[character] ?? character.normalize('NFKD').replace(/\p{M}/gu, '');
  }
  return ascii
    .replace(/\s+/g, ' ')
    .replace(/[^ -~]/gu, '?')
    .trim();
}

/** At most `length` characters of one line of ASCII; a full stop at the end says that something was left out. */
export function abridge(text: string, length: number): string {
  const ascii = toAscii(text);
  return ascii.length <= length ? ascii : `${ascii.slice(0, length - 1).trimEnd()}.`;
}
