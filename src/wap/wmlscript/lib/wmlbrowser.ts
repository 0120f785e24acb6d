/**
 * WMLBrowser: WAP-194-WMLScriptLibraries §11. The browser context is the host's; it answers `invalid` where it has none.
 * What it owes to go() and prev(): the last of them counts, an empty URL cancels both, and so does every fatal error.
 */
import { isVariableName } from '../names.js';
import { relativeUrl } from '../url.js';
import { invalid } from '../values.js';
import { define, type Implementation } from './function.js';

/** What XML does not allow in character data: XML 1.0 §2.2, Char. */
const noCharacterData = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export const wmlBrowser: Readonly<Record<string, Implementation>> = {
  getVar: define(['String'], (_, name) =>
    isVariableName(name) ? { host: 'WMLBrowser.getVar', args: [name] } : invalid,
  ),
  setVar: define(['String', 'String'], (_, name, value) =>
    isVariableName(name) && !noCharacterData.test(value)
      ? { host: 'WMLBrowser.setVar', args: [name, value] }
      : invalid,
  ),
  go: define(['String'], (_, url) => ({ host: 'WMLBrowser.go', args: [url] })),
  prev: define([], () => ({ host: 'WMLBrowser.prev', args: [] })),
  newContext: define([], () => ({ host: 'WMLBrowser.newContext', args: [] })),
  getCurrentCard: define([], (context) => ({
    host: 'WMLBrowser.getCurrentCard',
    args: [],
    // The host gives the absolute URL of the card, the script gets the smallest relative one.
    translate: (answer) => (typeof answer === 'string' ? relativeUrl(context.url(), answer) : answer),
  })),
  refresh: define([], () => ({ host: 'WMLBrowser.refresh', args: [] })),
};
