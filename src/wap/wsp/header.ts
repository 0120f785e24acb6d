/** Headers as the users of the session service see them: WAP-230-WSP §6.2.2. */

/** One header in the textual form of HTTP/1.1 (RFC 2616 §4.2). Names are compared without regard to case. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** The value of the first header of that name. */
export function headerValue(headers: readonly Header[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find((header) => header.name.toLowerCase() === wanted)?.value;
}

/** The values of all headers of that name, in order. */
export function headerValues(headers: readonly Header[], name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return headers.filter((header) => header.name.toLowerCase() === wanted).map((header) => header.value);
}

/** The headers without those of that name. */
export function withoutHeader(headers: readonly Header[], name: string): readonly Header[] {
  const unwanted = name.toLowerCase();
  return headers.filter((header) => header.name.toLowerCase() !== unwanted);
}
