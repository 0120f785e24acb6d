/**
 * Tokens that the document type does not define, as names that XML allows: kept, shown and written back, never guessed.
 */

/** `wbxml-tag-00-3A`: an unknown tag on code page 0. */
export function unknownTag(page: number, token: number): string {
  return `wbxml-tag-${hexOctet(page)}-${hexOctet(token)}`;
}

/** `wbxml-attribute-00-70`: an unknown attribute start on code page 0. */
export function unknownAttribute(page: number, token: number): string {
  return `wbxml-attribute-${hexOctet(page)}-${hexOctet(token)}`;
}

const tagName = /^wbxml-tag-([0-9A-F]{2})-([0-3][0-9A-F])$/;
const attributeName = /^wbxml-attribute-([0-9A-F]{2})-([0-7][0-9A-F])$/;

/** The token that `unknownTag` named. */
export function parseUnknownTag(name: string): { page: number; token: number } | undefined {
  return parse(tagName.exec(name));
}

/** The token that `unknownAttribute` named. */
export function parseUnknownAttribute(name: string): { page: number; token: number } | undefined {
  return parse(attributeName.exec(name));
}

function parse(match: RegExpExecArray | null): { page: number; token: number } | undefined {
  if (match === null) return undefined;
  const page = Number.parseInt(match[1] ?? '', 16);
  const token = Number.parseInt(match[2] ?? '', 16);
  // The least six bits of the global tokens are 0 to 4.
  return (token & 0x3f) < 5 ? undefined : { page, token };
}

export function hexOctet(octet: number): string {
  return octet.toString(16).toUpperCase().padStart(2, '0');
}
