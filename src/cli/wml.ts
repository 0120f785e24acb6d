/** `wapstack wml check`: what is wrong with decks, like a compiler. */
import { Command } from 'commander';
import { DecodeError, errorText } from '../wap/errors.js';
import { xmlText } from '../wap/wbxml/index.js';
import { type Finding, parseWml } from '../wap/wml/index.js';
import { inputName, readInput } from './files.js';

export const wml = new Command('wml').description('decks of the Wireless Markup Language');

wml
  .command('check')
  .description('report what is wrong with decks: syntax, validity, and the rules that no DTD can say')
  .argument('[file...]', 'decks; - or nothing: standard input')
  .action(async (files: readonly string[]) => {
    let errors = 0;
    let warnings = 0;
    for (const file of files.length === 0 ? ['-'] : files) {
      let octets: Uint8Array;
      try {
        octets = await readInput(file);
      } catch (error) {
        // The other decks are to be looked at all the same.
        errors++;
        console.log(`${inputName(file)}: error: ${errorText(error)}`);
        continue;
      }
      for (const finding of check(octets)) {
        if (finding.severity === 'error') errors++;
        else warnings++;
        console.log(formatFinding(inputName(file), finding));
      }
    }
    if (errors > 0) throw new Error(`${count(errors, 'error')}, ${count(warnings, 'warning')}`);
  });

function check(octets: Uint8Array): readonly Finding[] {
  try {
    return parseWml(xmlText(octets)).findings;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [{ severity: 'error', line: 1, column: 1, message: error.rule }];
  }
}

function formatFinding(file: string, { severity, line, column, message, section }: Finding): string {
  const where = section === undefined ? '' : ` [${section.startsWith('§') ? 'WAP-191 ' : ''}${section}]`;
  return `${file}:${line}:${column}: ${severity}: ${message}${where}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
