/** WTAI functions as URIs: WAP-268-WTAI §6.3. */
import { unescapeUrl } from '../../wap/wml/index.js';

export interface WtaiUri {
  readonly library: string;
  readonly function: string;
  /** Unescaped. */
  readonly parameters: readonly string[];
  /** The variable for the result. */
  readonly result: string | undefined;
}

/** Library and function of the URI, the function in WMLScript, how many parameters: §8.3, §13.3. */
// biome-ignore format: a line is a printed function
const rows = [
  ['wp/mc', 'WTAPublic.makeCall', 1],
  ['wp/sd', 'WTAPublic.sendDTMF', 1],
  ['wp/ap', 'WTAPublic.addPBEntry', 2],
  ['ms/ec', 'WTAMisc.endContext', 0],
] as const;

export const wtaiUris: ReadonlyMap<string, { readonly name: string; readonly parameters: number }> = new Map(
  rows.map(([uri, name, parameters]) => [uri, { name, parameters }]),
);

/** `undefined` where the text is no URI of that scheme. A result section without a name is none. */
export function parseWtaiUri(uri: string): WtaiUri | undefined {
  // The result is a variable: there is no exclamation mark in it, though there may be some before.
  const match = /^wtai:\/\/([^/;!]+)\/([^;!]+)((?:;[^;]*?)*)(?:!([^!;]*))?$/i.exec(uri);
  if (match === null) return undefined;
  const [, library = '', name = '', parameters = '', result = ''] = match;
  return {
    library,
    function: name,
    parameters: parameters === '' ? [] : parameters.slice(1).split(';').map(unescapeUrl),
    result: result === '' ? undefined : result,
  };
}
