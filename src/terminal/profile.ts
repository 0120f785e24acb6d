/** The handset's user agent profile: WAP-248 §6.1, §9.2.3. */

import { toHex } from '../wap/octets.js';
import { encodeProfile, formatProfile, type Profile, type ProfileValue } from '../wap/uaprof/index.js';
import { type Header, headerValues } from '../wap/wsp/index.js';
import { COLUMNS, ROWS } from './screen.js';

/** What the handset says of itself. */
export interface ProfileReference {
  /** Where its profile is to be had. */
  readonly url: string;
  /** What is otherwise now, as a profile document. */
  readonly difference?: string;
}

const one = (value: string): ProfileValue => ({ container: 'one', values: [value] });
const bag = (...values: string[]): ProfileValue => ({ container: 'Bag', values });

/** What this handset is and can, for whoever wants to publish it at `ProfileReference.url`. */
export const handsetProfile: Profile = {
  id: 'wapstack',
  components: [
    {
      type: 'HardwarePlatform',
      id: 'HardwarePlatform',
      attributes: new Map([
        ['Vendor', one('wapstack')],
        ['Model', one('handset')],
        ['ScreenSizeChar', one(`${COLUMNS}x${ROWS}`)],
        ['BitsPerPixel', one('1')],
        ['ColorCapable', one('No')],
        ['ImageCapable', one('No')],
        ['TextInputCapable', one('Yes')],
        ['VoiceInputCapable', one('No')],
        ['SoundOutputCapable', one('No')],
        ['Keyboard', one('PhoneKeypad')],
        ['NumberOfSoftKeys', one('2')],
        ['StandardFontProportional', one('No')],
        ['InputCharSet', bag('UTF-8', 'UTF-16', 'ISO-8859-1', 'US-ASCII')],
        ['OutputCharSet', bag('UTF-8', 'UTF-16', 'ISO-8859-1', 'US-ASCII')],
      ]),
    },
    {
      type: 'SoftwarePlatform',
      id: 'SoftwarePlatform',
      attributes: new Map([
        ['CcppAccept', bag('application/vnd.wap.wmlc', 'application/vnd.wap.wmlscriptc', 'text/plain')],
        ['CcppAccept-Charset', bag('UTF-8')],
        ['AcceptDownloadableSoftware', one('No')],
        ['JavaEnabled', one('No')],
      ]),
    },
    {
      type: 'WapCharacteristics',
      id: 'WapCharacteristics',
      attributes: new Map([
        ['WapDeviceClass', one('C')],
        ['WapVersion', one('2.0')],
        ['WmlDeckSize', one('65535')],
        ['WmlVersion', bag('1.1', '1.2', '1.3')],
        ['WmlScriptVersion', bag('1.1', '1.2')],
        ['WmlScriptLibraries', bag('Lang', 'Float', 'String', 'URL', 'WMLBrowser', 'Dialogs', 'Crypto')],
      ]),
    },
    {
      type: 'PushCharacteristics',
      id: 'PushCharacteristics',
      attributes: new Map([
        ['Push-Accept', bag('application/vnd.wap.sic', 'application/vnd.wap.slc', 'application/vnd.wap.coc')],
        ['Push-Accept-AppID', bag('x-wap-application:wml.ua')],
      ]),
    },
  ],
};

/** `handsetProfile` as the document that an origin fetches. */
export const handsetProfileDocument: string = formatProfile(handsetProfile);

/** What a session begins with, and a request without a session carries (§9.2.2.1). */
export function profileHeader({ url }: ProfileReference): Header {
  return { name: 'Profile', value: url };
}

/** The difference in its header, in WBXML (§9.2.2.2). */
export function differenceHeaders({ difference }: ProfileReference): readonly Header[] {
  if (difference === undefined) return [];
  return [{ name: 'Profile-Diff', value: `octets:${toHex(encodeProfile(difference))}` }];
}

/** §9.2.3.1, rule 16: only a gateway that has answered Connect with warning 100 hears more of profiles in that session. */
export function keepsProfiles(serverHeaders: readonly Header[]): boolean {
  return headerValues(serverHeaders, 'Profile-Warning').some((value) => /^100\b/.test(value));
}
