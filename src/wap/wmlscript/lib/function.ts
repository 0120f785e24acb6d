/**
 * How a library function is written down: its parameter types, and what it does with arguments that have them. What
 * WAP-194 §6.2 and §6.3 say of all functions is done here, once: arguments are converted as operands are, and one that is
 * invalid or cannot be converted makes the result invalid, without side effects.
 */
import { convertToFloat, convertToInteger, convertToNumber, convertToString } from '../conversions.js';
import type { FatalErrorName } from '../errors.js';
import { type Float, type Invalid, invalid, toInteger, type Value } from '../values.js';

/** What a function may know of the execution that calls it. */
export interface Context {
  readonly integerOnly: boolean;
  /** MIBEnum of the native character set (WAP-193_101 §8.2). */
  readonly characterSet: number;
  /** URL of the current compilation unit. */
  url(): string;
  /** URL of what called the current compilation unit; empty where nothing did. */
  referer(): string;
  readonly pseudoRandom: PseudoRandom;
  /** Whether the heap may hold a string of so many characters. */
  fits(characters: number): boolean;
}

/** The sequence of Lang.random and Lang.seed. */
export interface PseudoRandom {
  /** At least 0, less than 1. */
  next(): number;
  seed(value: number): void;
  /** With a value that nobody knows. */
  seedRandomly(): void;
}

/** What a function does instead of giving a value. */
export type Ending =
  | { readonly exited: Value }
  | { readonly aborted: string }
  | { readonly failed: FatalErrorName; readonly rule: string }
  /** Only the host knows the value. */
  | {
      readonly host: string;
      readonly args: readonly Value[];
      /** What the script gets of the host's answer; the answer itself where it is missing. */
      readonly translate?: (answer: Value) => Value;
    };

export type Result = Value | Ending;

/** A parameter as an argument of that type arrives. */
interface Parameters {
  /** Any value, invalid among them. */
  readonly Any: Value;
  /** Any value, and as it was; but one that is no number makes the result invalid. */
  readonly 'Number, as it is': Value;
  readonly Number: number | Float;
  readonly Integer: number;
  /** A number; Float.int() is first used where it is floating-point. */
  readonly 'Number, Float.int()': number;
  readonly 'Floating-point': number;
  readonly String: string;
}

export type ParameterType = keyof Parameters;

type Arguments<P extends readonly ParameterType[]> = { readonly [K in keyof P]: Parameters[P[K]] };

/** A function that takes arguments as they come from the stack. */
export interface Implementation {
  readonly parameters: number;
  readonly call: (context: Context, args: readonly Value[]) => Result;
}

export function define<const P extends readonly ParameterType[]>(
  parameters: P,
  body: (context: Context, ...args: Arguments<P>) => Result,
): Implementation {
  return {
    parameters: parameters.length,
    call(context, values) {
      const args: Value[] = [];
      for (const [i, type] of parameters.entries()) {
        const argument = convert(values[i] ?? invalid, type, context.integerOnly);
        if (argument === invalid && type !== 'Any') return invalid;
        args.push(argument);
      }
      return body(context, ...(args as unknown as Arguments<P>));
    },
  };
}

/** WAP-194 §8: where floating-point is not supported, all functions of Float return invalid. */
export function defineFloat<const P extends readonly ParameterType[]>(
  parameters: P,
  body: (context: Context, ...args: Arguments<P>) => Result,
): Implementation {
  return define(parameters, (context, ...args) => (context.integerOnly ? invalid : body(context, ...args)));
}

/** Float.int: WAP-194 §8.1. */
export function integerPart(number: number | Float): number | Invalid {
  return typeof number === 'number' ? number : toInteger(Math.trunc(number.float));
}

export const outOfMemory: Ending = { failed: 'Out of Memory', rule: 'a string is larger than the heap' };

function convert(value: Value, type: ParameterType, integerOnly: boolean): Value {
  switch (type) {
    case 'Any':
      return value;
    case 'Number, as it is':
      return convertToNumber(value, integerOnly) === invalid ? invalid : value;
    case 'Number':
      return convertToNumber(value, integerOnly);
    case 'Integer':
      return convertToInteger(value) ?? invalid;
    case 'Number, Float.int()': {
      const number = convertToNumber(value, integerOnly);
      return number === invalid ? invalid : integerPart(number);
    }
    case 'Floating-point': {
      const float = convertToFloat(value, integerOnly) ?? invalid;
      return float === invalid ? invalid : float.float;
    }
    case 'String':
      return convertToString(value) ?? invalid;
  }
}
