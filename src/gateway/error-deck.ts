/** What a person sees on the phone when the gateway has nothing better: a small deck that says why. */

/** What the statuses that a gateway gives itself mean, in words for a small screen. */
// biome-ignore format: a line is a row
const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Log in needed',
  403: 'Not allowed',
  404: 'Not found',
  406: 'Cannot be shown',
  407: 'Log in needed',
  408: 'Took too long',
  413: 'Too big',
  500: 'Server failed',
  501: 'Not possible',
  502: 'Bad answer',
  503: 'Busy',
  504: 'No answer',
};

/** Longer texts do not help on four lines. */
const MAX_TEXT = 200;

/** A WML 1.1 deck, which every browser of the time shows. */
export function errorDeck(status: number, text: string): string {
  const title = titles[status] ?? `Error ${status}`;
  const shown = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
  return `<?xml version="1.0"?>
<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.1//EN" "http://www.wapforum.org/DTD/wml_1.1.xml">
<wml><card id="e" title="${escaped(title)}"><do type="prev" label="Back"><prev/></do><p><b>${status}</b> ${escaped(shown)}</p></card></wml>`;
}

/** Markup and the dollar sign of WML's variables (WAP-191 §10.3) made plain text. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ' ')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/\$/g, '$$$$');
}
