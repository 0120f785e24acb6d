/**
 * %Datetime as OPAQUE: WAP-167 §8.2.2. A digit is four bits, most significant first, in the order YYYYMMDDhhmmss;
 * octets 00 at the end are left away.
 */

/** YYYY MM DD hh mm ss, a digit pair an octet. */
const DATE_TIME_OCTETS = 7;

const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$/;

/** `1999-04-30T06:40:00Z` as octets; `undefined` where the text is no %Datetime. */
export function encodeDateTime(text: string): Uint8Array | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const digits = match.slice(1).join('');
  const octets: number[] = [];
  for (let i = 0; i < digits.length; i += 2) octets.push(Number.parseInt(digits.slice(i, i + 2), 16));
  while (octets.at(-1) === 0) octets.pop();
  return Uint8Array.from(octets);
}

/** Octets as `1999-04-30T06:40:00Z`; `undefined` where they are no %Datetime. */
export function formatDateTime(octets: Uint8Array): string | undefined {
  if (octets.length === 0 || octets.length > DATE_TIME_OCTETS) return undefined;
  let digits = '';
  for (const octet of octets) digits += octet.toString(16).padStart(2, '0');
  if (!/^\d+$/.test(digits)) return undefined;
  const [yyyy, mm, dd, hh, mi, ss] = [0, 4, 6, 8, 10, 12].map((from, i) =>
    digits.padEnd(2 * DATE_TIME_OCTETS, '0').slice(from, from + (i === 0 ? 4 : 2)),
  );
  return `${yyyy}-${mm}-${dd}T${hh}:${mi}:${ss}Z`;
}
