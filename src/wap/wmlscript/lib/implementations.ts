/** The libraries by number: those of WAP-194 and WAP-161 are here, those of WTAI are the host's. */
import { type LibraryName, librariesById } from '../libraries.js';
import { invalid } from '../values.js';
import { crypto } from './crypto.js';
import { dialogs } from './dialogs.js';
import { float } from './float.js';
import type { Implementation } from './function.js';
import { lang } from './lang.js';
import { string } from './string.js';
import { url } from './url.js';
import { wmlBrowser } from './wmlbrowser.js';

/** By library and function name, as printed. */
export const implementations: Partial<Record<LibraryName, Readonly<Record<string, Implementation>>>> = {
  Lang: lang,
  Float: float,
  String: string,
  URL: url,
  WMLBrowser: wmlBrowser,
  Dialogs: dialogs,
  Crypto: crypto,
};

/** What CALL_LIB calls; `undefined` where no function has these numbers. */
export function implementation(lindex: number, findex: number): Implementation | undefined {
  const library = librariesById.get(lindex);
  const entry = library?.functionsById.get(findex);
  if (library === undefined || entry === undefined) return undefined;
  return (
    implementations[library.name]?.[entry.name] ?? hosted(`${library.name}.${entry.name}`, entry.parameters)
  );
}

/** A function of another library: WAP-268 §7 wants the conventions of WAP-194 §6, so an invalid argument goes no further. */
function hosted(name: string, parameters: number): Implementation {
  return {
    parameters,
    call: (_, args) => (args.includes(invalid) ? invalid : { host: name, args }),
  };
}
