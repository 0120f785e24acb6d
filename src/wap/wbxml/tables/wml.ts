/**
 * WML 1.0 to 1.3: WAP-191_104 §14.3 Tables 5 to 7; 1.1: SPEC-WML-19990616 §14.3; 1.0: WML 30-Apr-1998.
 *
 * The last column is the first version that has the row; `1.0` alone means that later versions took it away. Tokens
 * belong to the media type, not to a version of it (WAP-192 §6.4): 1.1, 1.2 and 1.3 are written and read with all rows
 * from 1.1 on, and only 1.0, whose numbers collide with them, has a table of its own.
 */
import type { AttributeRow, TagRow, TokenTable, ValueRow } from '../document-type.js';

type Version = '1.0' | '1.0+' | '1.1+' | '1.2+' | '1.3+';

/** Table 5. */
// biome-ignore format: a line is a printed row
const tags = [
  [0x1b, 'pre', '1.2+'],
  [0x1c, 'a', '1.1+'],
  [0x1d, 'td', '1.1+'],
  [0x1e, 'tr', '1.1+'],
  [0x1f, 'table', '1.1+'],
  [0x20, 'p', '1.1+'],
  [0x21, 'postfield', '1.1+'],
  [0x22, 'a', '1.0'],
  [0x22, 'anchor', '1.1+'],
  [0x23, 'access', '1.0+'],
  [0x24, 'b', '1.0+'],
  [0x25, 'big', '1.0+'],
  [0x26, 'br', '1.0+'],
  [0x27, 'card', '1.0+'],
  [0x28, 'do', '1.0+'],
  [0x29, 'em', '1.0+'],
  [0x2a, 'fieldset', '1.0+'],
  [0x2b, 'go', '1.0+'],
  [0x2c, 'head', '1.0+'],
  [0x2d, 'i', '1.0+'],
  [0x2e, 'img', '1.0+'],
  [0x2f, 'input', '1.0+'],
  [0x30, 'meta', '1.0+'],
  [0x31, 'noop', '1.0+'],
  [0x32, 'prev', '1.0+'],
  [0x33, 'onevent', '1.0+'],
  [0x34, 'optgroup', '1.0+'],
  [0x35, 'option', '1.0+'],
  [0x36, 'refresh', '1.0+'],
  [0x37, 'select', '1.0+'],
  [0x38, 'small', '1.0+'],
  [0x39, 'strong', '1.0+'],
  [0x3a, 'tab', '1.0'],
  [0x3b, 'template', '1.0+'],
  [0x3c, 'timer', '1.0+'],
  [0x3d, 'u', '1.0+'],
  [0x3e, 'var', '1.0'],
  [0x3e, 'setvar', '1.1+'],
  [0x3f, 'wml', '1.0+'],
] as const satisfies readonly (readonly [number, string, Version])[];

/** Table 6. */
// biome-ignore format: a line is a printed row
const attributes = [
  [0x05, 'accept-charset', '', '1.0+'],
  [0x06, 'align', 'bottom', '1.0+'],
  [0x07, 'align', 'center', '1.0+'],
  [0x08, 'align', 'left', '1.0+'],
  [0x09, 'align', 'middle', '1.0+'],
  [0x0a, 'align', 'right', '1.0+'],
  [0x0b, 'align', 'top', '1.0+'],
  [0x0c, 'alt', '', '1.0+'],
  [0x0d, 'content', '', '1.0+'],
  [0x0e, 'default', '', '1.0'],
  [0x0f, 'domain', '', '1.0+'],
  [0x10, 'emptyok', 'false', '1.0+'],
  [0x11, 'emptyok', 'true', '1.0+'],
  [0x12, 'format', '', '1.0+'],
  [0x13, 'height', '', '1.0+'],
  [0x14, 'hspace', '', '1.0+'],
  [0x15, 'idefault', '', '1.0'],
  [0x15, 'ivalue', '', '1.1+'],
  [0x16, 'ikey', '', '1.0'],
  [0x16, 'iname', '', '1.1+'],
  [0x17, 'key', '', '1.0'],
  [0x18, 'label', '', '1.0+'],
  [0x19, 'localsrc', '', '1.0+'],
  [0x1a, 'maxlength', '', '1.0+'],
  [0x1b, 'method', 'get', '1.0+'],
  [0x1c, 'method', 'post', '1.0+'],
  [0x1d, 'mode', 'nowrap', '1.0+'],
  [0x1e, 'mode', 'wrap', '1.0+'],
  [0x1f, 'multiple', 'false', '1.0+'],
  [0x20, 'multiple', 'true', '1.0+'],
  [0x21, 'name', '', '1.0+'],
  [0x22, 'newcontext', 'false', '1.0+'],
  [0x23, 'newcontext', 'true', '1.0+'],
  [0x24, 'onclick', '', '1.0'],
  [0x24, 'onpick', '', '1.1+'],
  [0x25, 'onenterbackward', '', '1.0+'],
  [0x26, 'onenterforward', '', '1.0+'],
  [0x27, 'ontimer', '', '1.0+'],
  [0x28, 'optional', 'false', '1.0+'],
  [0x29, 'optional', 'true', '1.0+'],
  [0x2a, 'path', '', '1.0+'],
  [0x2b, 'postdata', '', '1.0'],
  [0x2c, 'public', 'false', '1.0'],
  [0x2d, 'public', 'true', '1.0'],
  [0x2e, 'scheme', '', '1.0+'],
  [0x2f, 'sendreferer', 'false', '1.0+'],
  [0x30, 'sendreferer', 'true', '1.0+'],
  [0x31, 'size', '', '1.0+'],
  [0x32, 'src', '', '1.0+'],
  [0x33, 'style', 'list', '1.0'],
  [0x33, 'ordered', 'true', '1.1+'],
  [0x34, 'style', 'set', '1.0'],
  [0x34, 'ordered', 'false', '1.1+'],
  [0x35, 'tabindex', '', '1.0+'],
  [0x36, 'title', '', '1.0+'],
  [0x37, 'type', '', '1.0+'],
  [0x38, 'type', 'accept', '1.0+'],
  [0x39, 'type', 'delete', '1.0+'],
  [0x3a, 'type', 'help', '1.0+'],
  [0x3b, 'type', 'password', '1.0+'],
  [0x3c, 'type', 'onpick', '1.0+'],
  [0x3d, 'type', 'onenterbackward', '1.0+'],
  [0x3e, 'type', 'onenterforward', '1.0+'],
  [0x3f, 'type', 'ontimer', '1.0+'],
  [0x45, 'type', 'options', '1.0+'],
  [0x46, 'type', 'prev', '1.0+'],
  [0x47, 'type', 'reset', '1.0+'],
  [0x48, 'type', 'text', '1.0+'],
  [0x49, 'type', 'vnd.', '1.0+'],
  [0x4a, 'url', '', '1.0'],
  [0x4a, 'href', '', '1.1+'],
  [0x4b, 'url', 'http://', '1.0'],
  [0x4b, 'href', 'http://', '1.1+'],
  [0x4c, 'url', 'https://', '1.0'],
  [0x4c, 'href', 'https://', '1.1+'],
  [0x4d, 'user-agent', '', '1.0'],
  [0x4d, 'value', '', '1.1+'],
  [0x4e, 'value', '', '1.0'],
  [0x4e, 'vspace', '', '1.1+'],
  [0x4f, 'vspace', '', '1.0'],
  [0x4f, 'width', '', '1.1+'],
  [0x50, 'width', '', '1.0'],
  [0x50, 'xml:lang', '', '1.1+'],
  [0x51, 'xml:lang', '', '1.0'],
  [0x52, 'align', '', '1.1+'],
  [0x53, 'columns', '', '1.1+'],
  [0x54, 'class', '', '1.1+'],
  [0x55, 'id', '', '1.1+'],
  [0x56, 'forua', 'false', '1.1+'],
  [0x57, 'forua', 'true', '1.1+'],
  [0x58, 'src', 'http://', '1.1+'],
  [0x59, 'src', 'https://', '1.1+'],
  [0x5a, 'http-equiv', '', '1.1+'],
  [0x5b, 'http-equiv', 'Content-Type', '1.1+'],
  [0x5c, 'content', 'application/vnd.wap.wmlc;charset=', '1.1+'],
  [0x5d, 'http-equiv', 'Expires', '1.1+'],
  [0x5e, 'accesskey', '', '1.2+'],
  [0x5f, 'enctype', '', '1.2+'],
  [0x60, 'enctype', 'application/x-www-form-urlencoded', '1.2+'],
  [0x61, 'enctype', 'multipart/form-data', '1.2+'],
  [0x62, 'xml:space', 'preserve', '1.2+'],
  [0x63, 'xml:space', 'default', '1.2+'],
  [0x64, 'cache-control', 'no-cache', '1.3+'],
] as const satisfies readonly (readonly [number, string, string, Version])[];

/** Table 7. */
// biome-ignore format: a line is a printed row
const values = [
  [0x85, '.com/', '1.0+'],
  [0x86, '.edu/', '1.0+'],
  [0x87, '.net/', '1.0+'],
  [0x88, '.org/', '1.0+'],
  [0x89, 'accept', '1.0+'],
  [0x8a, 'bottom', '1.0+'],
  [0x8b, 'clear', '1.0+'],
  [0x8c, 'delete', '1.0+'],
  [0x8d, 'help', '1.0+'],
  [0x8e, 'http://', '1.0+'],
  [0x8f, 'http://www.', '1.0+'],
  [0x90, 'https://', '1.0+'],
  [0x91, 'https://www.', '1.0+'],
  [0x92, 'list', '1.0'],
  [0x93, 'middle', '1.0+'],
  [0x94, 'nowrap', '1.0+'],
  [0x95, 'onclick', '1.0'],
  [0x95, 'onpick', '1.1+'],
  [0x96, 'onenterbackward', '1.0+'],
  [0x97, 'onenterforward', '1.0+'],
  [0x98, 'ontimer', '1.0+'],
  [0x99, 'options', '1.0+'],
  [0x9a, 'password', '1.0+'],
  [0x9b, 'reset', '1.0+'],
  [0x9c, 'set', '1.0'],
  [0x9d, 'text', '1.0+'],
  [0x9e, 'top', '1.0+'],
  [0x9f, 'unknown', '1.0+'],
  [0xa0, 'wrap', '1.0+'],
  // Printed `Www.`, with the capital of a word processor: no address begins like that.
  [0xa1, 'www.', '1.0+'],
] as const satisfies readonly (readonly [number, string, Version])[];

const rowsOf10 = (version: Version): boolean => version === '1.0' || version === '1.0+';
const rowsFrom11 = (version: Version): boolean => version !== '1.0';

function tagsOf(has: (version: Version) => boolean): readonly TagRow[] {
  return tags.filter(([, , version]) => has(version)).map(([token, name]) => [token, name]);
}

function attributesOf(has: (version: Version) => boolean): readonly AttributeRow[] {
  return attributes
    .filter(([, , , version]) => has(version))
    .map(([token, name, prefix]) => [token, name, prefix]);
}

function valuesOf(has: (version: Version) => boolean): readonly ValueRow[] {
  return values.filter(([, , version]) => has(version)).map(([token, text]) => [token, text]);
}

/** WAP-191 §13.2: the DTD's own character entities beyond XML's five. */
const entities = { nbsp: '\u00a0', shy: '\u00ad' } as const;

/** Elements whose content model has no #PCDATA: WAP-191 §13.2. */
// biome-ignore format: one line
const elementContent = ['wml', 'wta-wml', 'head', 'template', 'card', 'do', 'onevent', 'go', 'prev', 'refresh', 'select', 'optgroup', 'table', 'tr'] as const;

/** Elements that stand within a line of text. */
const inline = ['a', 'anchor', 'b', 'big', 'em', 'i', 'img', 'small', 'strong', 'u'] as const;

/** WAP-191 §13.1.2. */
const mediaTypes = { text: 'text/vnd.wap.wml', binary: 'application/vnd.wap.wmlc' } as const;

/** WML 1.1 to 1.3. */
export const wml: TokenTable = {
  name: 'WML',
  publicIds: ['-//WAPFORUM//DTD WML 1.3//EN', '-//WAPFORUM//DTD WML 1.2//EN', '-//WAPFORUM//DTD WML 1.1//EN'],
  systemIds: [
    'http://www.wapforum.org/DTD/wml13.dtd',
    'http://www.wapforum.org/DTD/wml12.dtd',
    'http://www.wapforum.org/DTD/wml_1.1.xml',
  ],
  root: 'wml',
  mediaTypes,
  pages: {
    0: { tags: tagsOf(rowsFrom11), attributes: attributesOf(rowsFrom11), values: valuesOf(rowsFrom11) },
  },
  variables: { escaped: ['href', 'src', 'onenterforward', 'onenterbackward', 'ontimer', 'onpick'] },
  entities,
  elementContent,
  compress: { preserve: ['pre'], inline },
};

/** WML 1.0 was written in capitals: element and attribute names, and words that are values. */
const capitals = (text: string): string => (/^[a-z-]+$/.test(text) ? text.toUpperCase() : text);

/** WML 1.0: other elements, and other numbers for some of the same attributes. */
export const wml10: TokenTable = {
  name: 'WML 1.0',
  publicIds: ['-//WAPFORUM//DTD WML 1.0//EN'],
  systemIds: ['http://www.wapforum.org/DTD/wml.xml'],
  root: 'WML',
  mediaTypes,
  pages: {
    0: {
      tags: tagsOf(rowsOf10).map(([token, name]) => [token, capitals(name)]),
      attributes: attributesOf(rowsOf10).map(([token, name, prefix = '']) => [
        token,
        capitals(name),
        capitals(prefix),
      ]),
      values: valuesOf(rowsOf10).map(([token, text]) => [token, capitals(text)]),
    },
  },
  variables: { escaped: ['URL', 'SRC', 'ONENTERFORWARD', 'ONENTERBACKWARD', 'ONTIMER', 'ONCLICK'] },
  entities,
  // Text stands in a card of 1.0 directly: p came with 1.1.
  elementContent: elementContent.filter((name) => name !== 'card').map(capitals),
  compress: { preserve: [], inline: inline.map(capitals) },
};
