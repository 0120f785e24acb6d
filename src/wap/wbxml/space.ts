/** White space of XML: space, tab, carriage return, line feed. */
import type { Part, Text } from './model.js';

/** Whether text is white space alone. */
export function isBlank(text: Text): boolean {
  return text.every((part) => typeof part === 'string' && !/[^ \t\r\n]/.test(part));
}

/** Each run of white space as one space; at the ends none, where asked for. */
export function compressSpace(text: Text, trimStart: boolean, trimEnd: boolean): Text {
  const parts: Part[] = [];
  const last = text.length - 1;
  for (const [i, part] of text.entries()) {
    if (typeof part !== 'string') {
      parts.push(part);
      continue;
    }
    let string = /[\t\r\n]| {2}/.test(part) ? part.replace(/[ \t\r\n]+/g, ' ') : part;
    if (trimStart && i === 0 && string.startsWith(' ')) string = string.slice(1);
    if (trimEnd && i === last && string.endsWith(' ')) string = string.slice(0, -1);
    if (string !== '') parts.push(string);
  }
  return parts;
}
