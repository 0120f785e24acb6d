/** References to variables in WML text: WAP-191 §10.3. WBXML has extension tokens for them (§14.3.1). */
import type { Conversion, VariableReference } from './model.js';
import { noChildren } from './model.js';

/** §10.3.1, production varname; and the parameters of a WTA event, $0, $1, … (WAP-266 §9.3). */
const tokenName = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+)$/;

/** Whether an extension token may carry this name. */
export function isVariableName(name: string): boolean {
  return tokenName.test(name);
}

/** §10.3.1, production varname: whether a variable can have this name. */
export function isSettableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/**
 * After a dollar sign: another, a bare name, or a name in parentheses with an optional conversion. The deprecated
 * conversions (any case, one letter) are understood.
 */
const wmlReference =
  /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\(([A-Za-z_][A-Za-z0-9_]*)(?::(escape|noesc|unesc|e|n|u))?\))?/gi;
const wtaReference =
  /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*|[0-9]+)|\(([A-Za-z_][A-Za-z0-9_]*|[0-9]+)(?::(escape|noesc|unesc|e|n|u))?\))?/gi;

const conversionLetters = { e: 'escape', n: 'noesc', u: 'unesc' } as const satisfies Record<
  string,
  Conversion
>;

/** A place where the syntax of §10.3.1 was broken, or is deprecated: an index into the text. */
export interface VariableError {
  readonly at: number;
  readonly deprecated: boolean;
}

/** What holds where a text stands. */
export interface VariableContext {
  /** The conversion of a reference that names none: `escape` within %HREF, else `noesc`. */
  readonly conversion: 'escape' | 'noesc';
  /** Whether numbers name parameters of a WTA event. */
  readonly parameters: boolean;
}

/**
 * Text with its references found. What is no reference stays as it is.
 *
 * @param errors receives what is wrong
 */
export function parseVariables(
  text: string,
  context: VariableContext,
  errors?: VariableError[],
): readonly (string | VariableReference)[] {
  if (!text.includes('$')) return text === '' ? noChildren : [text];
  const parts: (string | VariableReference)[] = [];
  let string = '';
  let from = 0;
  const reference = context.parameters ? wtaReference : wmlReference;
  reference.lastIndex = 0;
  for (let match = reference.exec(text); match !== null; match = reference.exec(text)) {
    string += text.slice(from, match.index);
    from = match.index + match[0].length;
    const [whole, dollar, bare, bracketed, conversion] = match;
    const variable = bare ?? bracketed;
    if (variable === undefined) {
      if (dollar === undefined) errors?.push({ at: match.index, deprecated: false });
      string += dollar ?? whole;
      continue;
    }
    if (conversion !== undefined && !/^(?:escape|noesc|unesc)$/.test(conversion)) {
      errors?.push({ at: match.index, deprecated: true });
    }
    if (string !== '') parts.push(string);
    string = '';
    parts.push({ variable, conversion: conversionNamed(conversion) ?? context.conversion });
  }
  string += text.slice(from);
  if (string !== '') parts.push(string);
  return parts;
}

function conversionNamed(text: string | undefined): Conversion | undefined {
  const letter = text?.[0]?.toLowerCase();
  return letter === 'e' || letter === 'n' || letter === 'u' ? conversionLetters[letter] : undefined;
}

/** A reference as the author writes it; its conversion is left away where the context says the same. */
export function formatVariable(
  { variable, conversion }: VariableReference,
  context: 'escape' | 'noesc',
): string {
  return conversion === context ? `$(${variable})` : `$(${variable}:${conversion})`;
}

/** A string as the author writes it between references: §10.3.3. */
export function escapeDollars(text: string): string {
  return text.includes('$') ? text.replaceAll('$', '$$$$') : text;
}
