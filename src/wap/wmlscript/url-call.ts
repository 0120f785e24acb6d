/** Calls of a script by URL: WAP-193_101-WMLScript §8.3.3 to §8.3.5. */
import { isFunctionName } from './names.js';
import { invalid, toFloat, toInteger, type Value } from './values.js';

/** What the fragment of `script.wmlsc#area(2,'m')` asks for. */
export interface UrlCall {
  readonly functionName: string;
  readonly args: readonly Value[];
}

const fragmentSyntax = /^([A-Za-z_][A-Za-z0-9_]*)\(([\s\S]*)\)$/;
/** Argument, with the white space around it. */
const argumentSyntax =
  /[\t\v\f \n\r]*(?:(invalid|true|false)|([+-]?[0-9]+)(?![0-9.eE])|([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|"([^"]*)"|'([^']*)')[\t\v\f \n\r]*(,|$)/y;

/**
 * The function and the arguments that a fragment names. Escapes of the URL (RFC 2396) are replaced first. `undefined`
 * where the syntax is wrong, as a floating-point argument is on an integer-only device (§13).
 */
export function parseUrlCall(fragment: string, integerOnly = false): UrlCall | undefined {
  const match = fragmentSyntax.exec(unescaped(fragment));
  if (match === null) return undefined;
  const [, functionName = '', list = ''] = match;
  const args = parseArguments(list, integerOnly);
  return args && isFunctionName(functionName) ? { functionName, args } : undefined;
}

function parseArguments(list: string, integerOnly: boolean): Value[] | undefined {
  if (/^[\t\v\f \n\r]*$/.test(list)) return [];
  const args: Value[] = [];
  argumentSyntax.lastIndex = 0;
  for (;;) {
    const match = argumentSyntax.exec(list);
    if (match === null) return undefined;
    const [, word, integer, float, double, single, end] = match;
    if (float !== undefined && integerOnly) return undefined;
    args.push(literal(word, integer, float, double ?? single));
    if (end === '') return args;
  }
}

function literal(
  word: string | undefined,
  integer: string | undefined,
  float: string | undefined,
  text: string | undefined,
): Value {
  if (word !== undefined) return word === 'invalid' ? invalid : word === 'true';
  if (integer !== undefined) return toInteger(Number(integer));
  if (float !== undefined) return toFloat(Number(float));
  return text ?? '';
}

/** Escapes of characters beyond US-ASCII are those of UTF-8 where they can be, and of ISO-8859-1 otherwise. */
function unescaped(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  }
}
