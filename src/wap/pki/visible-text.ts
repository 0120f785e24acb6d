/**
 * Text that a person is about to sign, with everything made visible that a screen would hide or show as something else:
 * control characters, characters without width, changes of direction, unusual blanks, and letters of one script among
 * those of another. WAP-161 §5.1.2: the text MUST be displayed, and that is worth little if it can deceive.
 */

export type RunKind =
  | 'plain'
  /** Stands for a character that has no picture of its own. */
  | 'control'
  /** A blank that is not the blank, or one that can hide at the end of a line. */
  | 'blank'
  /** A letter or digit that looks like another one. */
  | 'lookalike';

/** Characters one behind the other that are to be drawn alike. */
export interface Run {
  readonly kind: RunKind;
  /** What to draw: for `control` a name such as `[U+202E]`, else the characters themselves. */
  readonly text: string;
}

/** A line of text as it is to be drawn. */
export type Line = readonly Run[];

/** Whether anything in the text would not be seen as what it is. */
export function isSuspicious(lines: readonly Line[]): boolean {
  return lines.some((line) => line.some(({ kind }) => kind !== 'plain'));
}

/** Line breaks break lines: LF, and CR LF. A CR alone is shown. */
export function visibleLines(text: string): readonly Line[] {
  return text.split(/\r?\n/).map(visibleLine);
}

function visibleLine(line: string): Line {
  const runs: { kind: RunKind; text: string }[] = [];
  const trailing = line.length - line.trimEnd().length;
  let at = 0;
  for (const word of line.match(/[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]/gu) ?? []) {
    at += word.length;
    for (const { kind, text } of wordRuns(word, at > line.length - trailing)) {
      const last = runs.at(-1);
      if (last?.kind === kind) last.text += text;
      else runs.push({ kind, text });
    }
  }
  return runs;
}

/** @param trailing whether nothing but blanks follows in the line */
function wordRuns(word: string, trailing: boolean): readonly Run[] {
  if (word === ' ') return [{ kind: trailing ? 'blank' : 'plain', text: word }];
  if (/^\p{Zs}$/u.test(word)) return [{ kind: 'blank', text: word }];
  if (/^[\p{C}\p{Zl}\p{Zp}]$/u.test(word)) return [{ kind: 'control', text: nameOf(word) }];
  const suspects = suspectsOf(word);
  return [...word].map((character) => {
    // Fillers, selectors and joiners count as letters or marks, and are not seen either.
    if (/\p{Default_Ignorable_Code_Point}/u.test(character))
      return { kind: 'control', text: nameOf(character) };
    return { kind: suspects.test(character) ? 'lookalike' : 'plain', text: character };
  });
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

const nothing = /(?!)/u;

/** In a word with Latin letters or digits, the letters of scripts that have pictures in common with Latin. */
function suspectsOf(word: string): RegExp {
  // Compatibility forms of ASCII: full width, mathematical, circled. They look alike in any word.
  if (/[\uff01-\uff5e\u{1d400}-\u{1d7ff}]/u.test(word)) return /[\uff01-\uff5e\u{1d400}-\u{1d7ff}]/u;
  // Digits of other scripts: a price could be another price.
  if (/[^\P{Nd}0-9]/u.test(word) && /[0-9]/.test(word)) return /[^\P{Nd}0-9]/u;
  const foreign = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
  return /\p{Script=Latin}/u.test(word) && foreign.test(word) ? foreign : nothing;
}
