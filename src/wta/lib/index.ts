/** All WTAI libraries, called by name as WMLScript's machine asks its host to, or by URI: WAP-268-WTAI §6. */
import { invalid, type LibraryName, type Value } from '../../wap/wmlscript/index.js';
import { executableOf, type Permissions } from '../permissions.js';
import { wtaCallLog } from './call-log.js';
import type { Device, WtaiFunction, WtaiLibrary } from './function.js';
import { wtaGsm } from './gsm.js';
import { wtaMisc } from './misc.js';
import { wtaNetText } from './net-text.js';
import { wtaPhoneBook } from './phone-book.js';
import { wtaPublic } from './public.js';
import { parseWtaiUri, wtaiUris } from './uri.js';
import { wtaVoiceCall } from './voice-call.js';

export type { Device, WtaContext } from './function.js';
export { parseWtaiUri, type WtaiUri } from './uri.js';

/** By library name, as printed. */
export const wtaiLibraries = {
  WTAPublic: wtaPublic,
  WTAVoiceCall: wtaVoiceCall,
  WTANetText: wtaNetText,
  WTAPhoneBook: wtaPhoneBook,
  WTAMisc: wtaMisc,
  WTAGSM: wtaGsm,
  WTACallLog: wtaCallLog,
} as const satisfies Partial<Record<LibraryName, WtaiLibrary>>;

/** Who calls. */
export interface Caller {
  /** The URL of the deck or the compilation unit. */
  readonly url: string;
  /** Whether it is content of the WTA user agent: others may call WTAPublic only (§8). */
  readonly isTrusted: boolean;
}

/** §6.3: what a URI call gives back. */
export interface UriResult {
  /** The variable that is set, where the URI names one. */
  readonly variable: string | undefined;
  readonly value: string;
}

/** §8.3: the string for whatever would have been invalid. */
export const INVOCATION_ERROR = '-200';

export class Wtai {
  readonly #device: Device;
  readonly #permissions: Permissions;

  constructor(device: Device, permissions: Permissions) {
    this.#device = device;
    this.#permissions = permissions;
  }

  /** Whether the machine's host function is one of these libraries: `WTAVoiceCall.setup`. */
  knows(name: string): boolean {
    return functionNamed(name) !== undefined;
  }

  /** @param answer is called once: at once, or when the user has decided and what blocks is done */
  call(name: string, args: readonly Value[], caller: Caller, answer: (value: Value) => void): void {
    const fn = functionNamed(name);
    const converted = fn?.convert(args);
    const isOpen = caller.isTrusted || name.startsWith('WTAPublic.');
    if (fn === undefined || converted === undefined || !isOpen) {
      answer(invalid);
      return;
    }
    const request = {
      executable: executableOf(caller.url),
      name,
      types: fn.permissions,
      shown: fn.showsArguments ? converted.map(String) : [],
    };
    this.#permissions.obtain(request, this.#device.context?.id, (isGranted) => {
      const result = isGranted ? fn.call(this.#device, converted) : invalid;
      if (typeof result === 'object' && 'wait' in result) result.wait(answer);
      else answer(result);
    });
  }

  /** A URI whose scheme is wtai. All parameters are strings, and so are results (§6.2). */
  callUri(uri: string, caller: Caller, answer: (result: UriResult) => void): void {
    const parsed = parseWtaiUri(uri);
    const entry = parsed && wtaiUris.get(`${parsed.library}/${parsed.function}`);
    const variable = parsed?.result;
    if (parsed === undefined || entry?.parameters !== parsed.parameters.length) {
      answer({ variable, value: INVOCATION_ERROR });
      return;
    }
    this.call(entry.name, parsed.parameters, caller, (value) =>
      answer({ variable, value: value === invalid ? INVOCATION_ERROR : String(value) }),
    );
  }
}

function functionNamed(name: string): WtaiFunction | undefined {
  const [libraryName = '', functionName = ''] = name.split('.');
  const libraries: Readonly<Record<string, WtaiLibrary>> = wtaiLibraries;
  const library = Object.hasOwn(libraries, libraryName) ? libraries[libraryName] : undefined;
  return library !== undefined && Object.hasOwn(library, functionName) ? library[functionName] : undefined;
}
