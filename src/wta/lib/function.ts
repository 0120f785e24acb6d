/**
 * How a WTAI function is written down: what it asks the user for, its parameters, and what it does. That arguments are
 * converted, and that one that is invalid makes the result invalid without side effects, holds for all (WAP-268-WTAI §7).
 */
import {
  convertToBoolean,
  convertToInteger,
  convertToString,
  invalid,
  type Value,
} from '../../wap/wmlscript/index.js';
import { isPhoneNumber, isToneSequence } from '../format.js';
import type { Indicators } from '../indicators.js';
import type { PermissionType } from '../permissions.js';
import type { Telephone } from '../telephone.js';

/** What the functions work on. */
export interface Device {
  readonly telephone: Telephone;
  readonly indicators: Indicators;
  /** The current WTA context; `undefined` where a browser without one calls. */
  readonly context: WtaContext | undefined;
}

/** What a function may know of the context, and do to it. */
export interface WtaContext {
  /** Never that of another context. */
  readonly id: number;
  isProtected: boolean;
  /** WAP-266 §6.2.3. */
  end(): void;
}

interface Parameters {
  readonly 'phone-number': string;
  readonly tone_sequence: string;
  readonly handle: number;
  readonly integer: number;
  readonly boolean: boolean;
  readonly string: string;
}

export type ParameterType = keyof Parameters;

type Arguments<P extends readonly ParameterType[]> = { readonly [K in keyof P]: Parameters[P[K]] };

/** What a blocking function does: it calls back when it is done. */
export interface Blocking {
  readonly wait: (answer: (value: Value) => void) => void;
}

export interface WtaiFunction {
  readonly permissions: readonly PermissionType[];
  readonly parameters: readonly ParameterType[];
  /** Whether the user must see the arguments when asked. */
  readonly showsArguments: boolean;
  /** The arguments as the function takes them; `undefined` where one is not what is printed. */
  readonly convert: (values: readonly Value[]) => readonly Parameters[ParameterType][] | undefined;
  /** @param args what `convert` gave */
  readonly call: (device: Device, args: readonly Parameters[ParameterType][]) => Value | Blocking;
}

/** By function name. */
export type WtaiLibrary = Readonly<Record<string, WtaiFunction>>;

export const anyPermission: readonly PermissionType[] = ['BLANKET', 'CONTEXT', 'SINGLE'];

/** A function whose arguments arrive with the types of its parameters. */
export function define<const P extends readonly ParameterType[]>(
  permissions: readonly PermissionType[],
  parameters: P,
  body: (device: Device, ...args: Arguments<P>) => Value | Blocking,
): WtaiFunction {
  return {
    permissions,
    parameters,
    showsArguments: false,
    convert(values) {
      const args: Parameters[ParameterType][] = [];
      for (const [i, type] of parameters.entries()) {
        const argument = converted(values[i] ?? invalid, type);
        if (argument === undefined) return undefined;
        args.push(argument);
      }
      return args;
    },
    call: (device, args) => body(device, ...(args as unknown as Arguments<P>)), // `convert` went by the same list
  };
}

/** The same, with the arguments before the user's eyes (§8.2.1, §8.2.3). */
export function showing(fn: WtaiFunction): WtaiFunction {
  return { ...fn, showsArguments: true };
}

/** Empty where it is done, invalid where the function fails. */
export function done(success: boolean): Value {
  return success ? '' : invalid;
}

/** ISO 8601, as the fields of §5 want it. */
export function iso8601(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

function converted(value: Value, type: ParameterType): Parameters[ParameterType] | undefined {
  switch (type) {
    case 'boolean':
      return convertToBoolean(value);
    case 'integer':
    case 'handle': {
      const integer = convertToInteger(value);
      return typeof integer === 'number' ? integer : undefined;
    }
    case 'string':
      return convertToString(value);
    case 'phone-number':
    case 'tone_sequence': {
      const text = convertToString(value);
      const isRight = type === 'phone-number' ? isPhoneNumber : isToneSequence;
      return text !== undefined && isRight(text) ? text : undefined;
    }
  }
}
