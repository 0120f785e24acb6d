/** Input masks: WAP-191 §11.6.3, attribute format. */

// Letters of languages without case (Lo) are both: there the codes for upper and lower case mean the same.
const letterUpper = String.raw`\p{Lu}\p{Lm}\p{Lo}`;
const letterLower = String.raw`\p{Ll}\p{Lm}\p{Lo}`;
const signs = String.raw`\p{Pc}\p{Pd}\p{Ps}\p{Pe}\p{Po}\p{Sm}\p{Sc}\p{Sk}\p{So}`;
// Printed without blanks and initial or final quotes; M and m take "any character valid in the current languages".
const classes: Readonly<Record<string, string>> = {
  A: `[${letterUpper}${signs}]`,
  a: `[${letterLower}${signs}]`,
  N: String.raw`\p{Nd}`,
  n: String.raw`[\p{Nd}${signs}]`,
  X: String.raw`[${letterUpper}\p{Nd}${signs}]`,
  x: String.raw`[${letterLower}\p{Nd}${signs}]`,
  M: String.raw`[^\p{Cc}]`,
  m: String.raw`[^\p{Cc}]`,
};

/** A mask as a regular expression; `undefined` where it is invalid, and then ignored. */
function compile(format: string): RegExp | undefined {
  let pattern = '';
  const codes = [...format];
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? '';
    if (code === '\\') {
      const escaped = codes[++i]?.codePointAt(0);
      if (escaped === undefined) return undefined;
      pattern += `\\u{${escaped.toString(16)}}`;
      continue;
    }
    const last = classes[codes[i + 1] ?? ''];
    if (code === '*' || /[1-9]/.test(code)) {
      // *f and nf end the mask.
      if (last === undefined || i + 2 !== codes.length) return undefined;
      pattern += code === '*' ? `${last}*` : `${last}{0,${code}}`;
      break;
    }
    const one = classes[code];
    if (one === undefined) return undefined;
    pattern += one;
  }
  return new RegExp(`^${pattern}$`, 'u');
}

/** Whether a mask takes nothing but digits, so that a keypad need not ask which letter is meant. */
export function isNumeric(format: string | undefined): boolean {
  return format !== undefined && compile(format) !== undefined && /^(?:N|\\.|[*1-9]N$)+$/.test(format);
}

/** Whether a value may be committed to an input element. */
export function conforms(value: string, format: string | undefined, emptyOk: boolean | undefined): boolean {
  const mask = format === undefined ? undefined : compile(format);
  if (value === '') return emptyOk ?? (mask === undefined || mask.test(''));
  return mask === undefined || mask.test(value);
}
