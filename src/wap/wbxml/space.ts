/** White space of XML: space, tab, carriage return, line feed. */
import type { Part, Text } from './model.js';

/** Whether text is white space alone. */
export function isBlank(text: string | Text): boolean {
  if (typeof text === 'string') return isBlankString(text);
  return text.every((part) => typeof part === 'string' && isBlankString(part));
}

function isBlankString(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isSpace(text.charCodeAt(i))) return false;
  return true;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}

/** Each run of white space as one space; at the ends none, where asked for. */
export function compressed(text: string, trimStart: boolean, trimEnd: boolean): string {
  const string = /[\t\r\n]| {2}/.test(text) ? text.replace(/[ \t\r\n]+/g, ' ') : text;
  const from = trimStart && string.charCodeAt(0) === 0x20 ? 1 : 0;
  const to = trimEnd && string.charCodeAt(string.length - 1) === 0x20 ? string.length - 1 : string.length;
  return string.slice(from, to);
}

/** The same in text of parts. */
export function compressSpace(text: Text, trimStart: boolean, trimEnd: boolean): Text {
  if (text.length === 1 && typeof text[0] === 'string') {
    const string = compressed(text[0], trimStart, trimEnd);
    return string === text[0] ? text : [string];
  }
  const parts: Part[] = [];
  const last = text.length - 1;
  for (const [i, part] of text.entries()) {
    const string =
      typeof part === 'string' ? compressed(part, trimStart && i === 0, trimEnd && i === last) : part;
    if (string !== '') parts.push(string);
  }
  return parts;
}
