/**
 * Writes docs/limits.md: the limits that octets, requests and peers meet, as their constants in src are called, with the reasons
 * that stand in their comments.
 *
 *     npm run limits            writes the page
 *     npm run limits -- --check fails where the page is not what would be written
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const house = fileURLToPath(new URL('..', import.meta.url));
const page = `${house}docs/limits.md`;

/** A limit is known by a word of its name; these words are the house's own. */
const words =
  /(?:^|_)(?:MAX|MOST|LEAST|LARGEST|LONGEST|MAXIMUM|KEPT|CACHED|REMEMBERED|PENDING|TRIES|RETRIES|TIMEOUT|PATIENCE|LIFE|LIFETIME|WINDOW|TOLERANCE|SKEW|GRACE)(?:_|$)/;

/** Limits that are called by what they count. */
const others = new Set([
  'ASSEMBLY_MEMORY',
  'BASIC_PACKETS',
  'CHANNELS',
  'DECLARATION_OCTETS',
  'DIRECTORY_SPACE',
  'LENGTH_OCTETS',
  'LONG_INTEGER_OCTETS',
  'MODULUS_OCTETS',
  'ORIGINAL_OCTETS',
  'PEERS',
  'REASSEMBLY_TIME',
  'REPEATS',
  'SESSIONS',
  'USEFUL_SPACE',
  'UINTVAR_OCTETS',
]);

/** Named like limits, but the range of a type, the number of a status, a window of the demonstration. */
const none = new Set(['MAX_INTEGER', 'MAX_FLOAT', 'GATEWAY_TIMEOUT', 'SHOWN_MAX']);

/**
 * @typedef {object} Limit
 * @property {string} name
 * @property {string} value as a person reads it
 * @property {string} file below src
 * @property {string} why empty where no comment says it
 */

/**
 * The text of a comment that ends where the declaration begins.
 * @param {string} before
 */
function commentAtEnd(before) {
  const end = before.trimEnd();
  if (!end.endsWith('*/')) return '';
  return end
    .slice(end.lastIndexOf('/**') + 3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join(' ')
    .trim();
}

/**
 * A number, or a product, a shift or a power of numbers; `undefined` for everything else.
 * @param {string} text
 */
function numberIn(text) {
  const parts = text.split(/\s(\*\*|\*|<<)\s/);
  const numbers = parts.filter((_, index) => index % 2 === 0).map((part) => Number(part.replace(/_/g, '')));
  if (numbers.some(Number.isNaN)) return undefined;
  return numbers.reduce((before, number, index) => {
    const operator = parts[2 * index - 1];
    if (operator === '**') return before ** number;
    return operator === '<<' ? before * 2 ** number : before * number;
  });
}

/**
 * @param {string} text
 * @param {boolean} isTime
 */
function readable(text, isTime) {
  const value = text.replace(/\s+/g, ' ').replace(/\[ /, '[').replace(/,? \]/, ']');
  const inSeconds = /^seconds\(([\d_]+)\)$/.exec(value)?.[1];
  if (inSeconds !== undefined) return `${numberIn(inSeconds)?.toLocaleString('en')} s`;
  const number = numberIn(value)?.toLocaleString('en') ?? value.replace(/(\d)_(?=\d)/g, '$1');
  return isTime ? `${number} ms` : number;
}

/**
 * The limits that a source file declares.
 * @param {string} file
 * @param {string} source
 * @param {readonly string[]} sources where the type of an object of limits is declared, with a comment for each
 * @returns {Limit[]}
 */
export function limitsIn(file, source, sources = [source]) {
  /** @type {Limit[]} */
  const found = [];
  // Constants that follow each other without an empty line share the comment of the first.
  let shared = '';
  let end = -1;
  for (const match of source.matchAll(/^(?:export )?const ([A-Z][A-Z0-9_]*)(: [^=]+?)? = ([^;]+);/gm)) {
    const [whole, name = '', type = '', value = ''] = match;
    const own = commentAtEnd(source.slice(0, match.index));
    const follows = source.slice(end, match.index) === '\n';
    if (own !== '' || !follows) shared = own;
    end = match.index + whole.length;
    if ((!words.test(name) && !others.has(name)) || none.has(name)) continue;
    found.push({ name, value: readable(value, type.includes('Millis')), file, why: shared });
  }
  for (const [, name = '', type = '', fields = ''] of source.matchAll(
    /^(?:export )?const (\w*[lL]imits): (\w+) = \{([^}]*)\};/gm,
  )) {
    const opening = `interface ${type} {`;
    const declaring = sources.find((each) => each.includes(opening)) ?? '';
    const fieldsOf = declaring.slice(declaring.indexOf(opening)).replace(/^\}[\s\S]*/m, '');
    for (const [, field = '', value = ''] of fields.matchAll(/(\w+): ([^,]+)/g)) {
      const declared = fieldsOf.indexOf(`  readonly ${field}: `);
      const why = declared < 0 ? '' : commentAtEnd(fieldsOf.slice(0, declared));
      found.push({ name: `${name}.${field}`, value: readable(value.trim(), false), file, why });
    }
  }
  return found;
}

/** Every limit of the sources. */
export function limits() {
  const files = readdirSync(`${house}src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('cli/demo'))
    .sort();
  const sources = files.map((file) => readFileSync(`${house}src/${file}`, 'utf8'));
  return files.flatMap((file, index) => limitsIn(file, sources[index] ?? '', sources));
}

/** `src/wap/wtp` of `wap/wtp/pdu.ts`; the files beside the folders of src/wap are one room. */
function roomOf(file) {
  const [first = '', second = '', third] = file.split('/');
  if (first === 'wap') return third === undefined ? 'src/wap' : `src/wap/${second}`;
  return second === '' ? 'src' : `src/${first}`;
}

/** @param {string} text */
const cell = (text) =>
  text.replace(/\|/g, '\\|').replace(/`?\*`?/g, (star) => (star.length > 1 ? star : '\\*'));

/** @param {readonly Limit[]} all */
export function limitsPage(all) {
  const rooms = [...new Set(all.map(({ file }) => roomOf(file)))].sort();
  return [
    '# Limits',
    '',
    '<!-- Written by scripts/limits.mjs from the constants in src and their comments: change those, then run `npm run limits`. -->',
    '',
    'What stops a peer, a document or a user that asks for too much: every length is checked before it is believed, and what is kept',
    'for others is counted. A limit that is reached costs whoever reached it: a `DecodeError`, an Abort, a refused session, an',
    'oldest entry that makes room. Numbers that a specification prints are cited; the others are choices, and the reason says why',
    'that many.',
    '',
    "The gateway's own limits can be configured (`src/config.ts` has their defaults); an embedding program can pass most of the",
    'others as options. Times are in milliseconds unless they say otherwise, sizes in octets.',
    '',
    ...rooms.flatMap((room) => [
      `## ${room}`,
      '',
      '| limit | value | file | why |',
      '|---|---|---|---|',
      ...all
        .filter(({ file }) => roomOf(file) === room)
        .map(
          ({ name, value, file, why }) =>
            `| \`${name}\` | ${cell(value)} | [${file.slice(room.length - 3)}](../src/${file}) | ${cell(why)} |`,
        ),
      '',
    ]),
  ].join('\n');
}

function main() {
  const text = limitsPage(limits());
  if (!process.argv.includes('--check')) {
    writeFileSync(page, text);
    return 0;
  }
  if (existsSync(page) && readFileSync(page, 'utf8') === text) return 0;
  console.error('limits: docs/limits.md is out of date; npm run limits writes it');
  return 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = main();
