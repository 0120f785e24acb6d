/** String.format: WAP-194-WMLScriptLibraries §9.16. */
import { convertToFloat, convertToInteger, convertToString } from '../conversions.js';
import { lengthOf, slice } from '../text.js';
import { invalid, type Value } from '../values.js';
import { type Context, integerPart, outOfMemory, type Result } from './function.js';

/** A percent character and what may follow it. */
const specifier = /%(?:(%)|([0-9]*)(?:(\.)([0-9]*))?([dfs])|)/g;

/** A single-precision value has no digits after this many: 2^-149 is the smallest part of one. */
const FLOAT_DECIMALS = 149;

interface Specifier {
  readonly width: number;
  /** `undefined` where there is no period. */
  readonly precision: number | undefined;
}

export function format(context: Context, text: string, value: Value): Result {
  if (value === invalid) return invalid;
  let result = '';
  let from = 0;
  let used = false;
  for (const match of text.matchAll(specifier)) {
    const [whole, percent, width = '', period, precision = '', type] = match;
    if (percent === undefined && type === undefined) return invalid;
    result += text.slice(from, match.index) + (percent ?? '');
    from = match.index + whole.length;
    if (type === undefined || used) continue;
    used = true;
    const wanted = {
      width: Number(width),
      precision: period === undefined ? undefined : Number(precision),
    };
    // Both may ask for more than there is, whatever the value.
    if (!context.fits(text.length + wanted.width + (wanted.precision ?? 0))) return outOfMemory;
    const part = formatValue(context, type, wanted, value);
    if (part === undefined) return invalid;
    result += part;
  }
  return result + text.slice(from);
}

function formatValue(context: Context, type: string, wanted: Specifier, value: Value): string | undefined {
  if (type === 's') return formatString(wanted, convertToString(value));
  const digits = type === 'd' ? integerDigits(wanted, value) : floatDigits(context, wanted, value);
  return digits?.padStart(wanted.width);
}

function integerDigits({ precision = 1 }: Specifier, value: Value): string | undefined {
  // Float.int() is called for a floating-point value; all other conversions are the standard ones.
  const integer = typeof value === 'object' ? integerPart(value) : convertToInteger(value);
  if (typeof integer !== 'number') return undefined;
  const digits = integer === 0 && precision === 0 ? '' : String(Math.abs(integer)).padStart(precision, '0');
  return (integer < 0 ? '-' : '') + digits;
}

function floatDigits(context: Context, { precision = 6 }: Specifier, value: Value): string | undefined {
  const float = convertToFloat(value, context.integerOnly);
  return typeof float === 'object' ? fixed(float.float, precision) : undefined;
}

function formatString({ width, precision }: Specifier, text: string | undefined): string | undefined {
  if (text === undefined || precision === undefined) return text && pad(text, width);
  // "When the width is larger than precision, the width should be ignored."
  const cut = slice(text, 0, precision);
  return width > precision ? cut : pad(cut, width);
}

function pad(text: string, width: number): string {
  return ' '.repeat(Math.max(width - lengthOf(text), 0)) + text;
}

/** All digits are exact, unlike those of Number.toFixed beyond its hundredth or for large numbers. */
function fixed(value: number, precision: number): string {
  const decimals = Math.min(precision, FLOAT_DECIMALS);
  // A single-precision value times 2^149 is a whole number, and a double that holds it exactly.
  const scaled = BigInt(Math.abs(value) * 2 ** 149) * 10n ** BigInt(decimals);
  const rounded = (scaled + 2n ** 148n) >> 149n;
  const digits = String(rounded).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = value < 0 ? '-' : '';
  if (precision === 0) return sign + whole;
  return `${sign}${whole}.${digits.slice(digits.length - decimals).padEnd(precision, '0')}`;
}
