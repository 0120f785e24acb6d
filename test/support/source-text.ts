/** TypeScript as the house's own rules see it: code without comments and without what stands in literals. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the repository, with a slash at its end. */
export const house = fileURLToPath(new URL('../../../', import.meta.url));

/** A file of the repository. */
export function read(path: string): string {
  return readFileSync(join(house, path), 'utf8');
}

/** Files below a folder whose names end like that, sorted, as paths from the top of the repository. */
export function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(join(house, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** After one of these, or at the start, a slash begins a regular expression; after anything else it divides. */
const beforeRegExp = /(?:[=([{,;:!&|?+\-*%<>~^]|\b(?:return|typeof|case|in|of|throw|void|delete|new))\s*$/;

/**
 * The same text with blanks for comments, for the content of strings, for the text of templates and for regular expressions.
 * Line breaks, quotation marks and the expressions in templates stay, and every character stays where it is.
 */
export function codeOf(source: string): string {
  let code = '';
  /** How deep the braces are, in each template that is open: where its expression ends. */
  const templates: number[] = [];
  let depth = 0;
  let at = 0;

  const blank = (length: number): void => {
    code += source.slice(at, at + length).replace(/[^\n]/g, ' ');
    at += length;
  };
  const keep = (length: number): void => {
    code += source.slice(at, at + length);
    at += length;
  };
  const matched = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0].length ?? 0;
  };
  /** From after the opening mark, or the end of an expression, to the next expression or the closing mark. */
  const templateText = (): void => {
    blank(matched(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y));
    if (source.startsWith('${', at)) {
      keep(2);
      templates.push(depth);
    } else keep(1);
  };

  while (at < source.length) {
    const character = source.charAt(at);
    const comment = matched(/\/\/[^\n]*|\/\*[\s\S]*?\*\//y);
    if (comment > 0) blank(comment);
    else if (character === "'" || character === '"') {
      keep(1);
      blank(matched(character === "'" ? /(?:[^'\\\n]|\\[\s\S])*/y : /(?:[^"\\\n]|\\[\s\S])*/y));
      keep(1);
    } else if (character === '`') {
      keep(1);
      templateText();
    } else if (character === '}' && templates.at(-1) === depth) {
      templates.pop();
      keep(1);
      templateText();
    } else if (character === '/' && (code.trim() === '' || beforeRegExp.test(code.slice(-40)))) {
      blank(matched(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y) || 1);
    } else {
      if (character === '{') depth++;
      if (character === '}') depth--;
      keep(1);
    }
  }
  return code;
}

export interface Import {
  /** As it is written: `../octets.js`, `node:crypto`. */
  readonly from: string;
  /** Names that are there at run time, as they are called where they come from; `*` for all. */
  readonly values: readonly string[];
  /** Names that are only types. */
  readonly types: readonly string[];
}

/** Every import, and every re-export, which is one too. */
export function importsOf(source: string): readonly Import[] {
  const found: Import[] = [];
  // Comments between the names would be blanks here, so the specifier alone is read from the source.
  for (const match of codeOf(source).matchAll(
    /\b(?:import|export)\b(\s+type\b)?([^;'"]*?)\bfrom\s*['"]( *)['"]|\bimport\s*\(?\s*['"]( *)['"]/g,
  )) {
    const [whole, allTypes, names = '', specifier = match[4] ?? ''] = match;
    const end = match.index + whole.replace(/\)$/, '').lastIndexOf(' '.repeat(specifier.length));
    const from = source.slice(end, end + specifier.length);
    const listed = (/\{([^}]*)\}/.exec(names)?.[1] ?? '')
      .split(',')
      .map((name) => name.trim().replace(/\s+as\s.*$/, ''))
      .filter((name) => name !== '');
    const whatElse = names.replace(/\{[^}]*\}/, '').replace(/[\s,]/g, '') === '' ? [] : ['*'];
    const isType = (name: string) => allTypes !== undefined || name.startsWith('type ');
    found.push({
      from,
      values: [...whatElse, ...listed].filter((name) => !isType(name)),
      types: [...whatElse, ...listed].filter(isType).map((name) => name.replace(/^type\s+/, '')),
    });
  }
  return found;
}
