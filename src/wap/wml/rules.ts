/** The rules that WAP-191 gives in words, outside its DTD. Each is a function over the deck, with its section. */
import { isSettableName } from '../wbxml/variables.js';
import type { Report } from './findings.js';
import { isElement, isText, type VText, type WmlElement } from './model.js';

/** Finds the place of an element, or of one of its attributes, in the source text. */
export type Placement = (element: WmlElement, attribute?: string) => number;

interface Context {
  readonly report: Report;
  readonly place: Placement;
}

/** Judges one element when it is complete, by its name. */
type Rule = (element: WmlElement, context: Context) => void;

/** Runs all rules over a deck. */
export function checkRules(deck: WmlElement, report: Report, place: Placement): void {
  const context: Context = { report, place };
  cardNames(deck, context);
  walk(deck, context);
}

function walk(element: WmlElement, context: Context): void {
  for (const rule of rules.get(element.name) ?? []) rule(element, context);
  for (const child of element.children) if (isElement(child)) walk(child, context);
}

/** §11.3.1: one access element a deck. */
const oneAccess: Rule = (element, { report, place }) => {
  for (const extra of childrenNamed(element, 'access').slice(1)) {
    report('error', place(extra), 'a deck has one access element at most', '§11.3.1');
  }
};

/** §11.3.2: exactly one of name and http-equiv. */
const oneProperty: Rule = (element, { report, place }) => {
  const names = ['name', 'http-equiv'].filter((name) => element.attributes.has(name));
  if (names.length === 1) return;
  const message = names.length === 0 ? 'meta needs name or http-equiv' : 'meta has both name and http-equiv';
  report('error', place(element), message, '§11.3.2');
};

/** §9.7: names of do elements, which default to their types, are unique within a card or a template. */
const uniqueDoNames: Rule = (element, { report, place }) => {
  const names = new Set<string>();
  for (const one of descendantsNamed(element, 'do')) {
    const name = plain(one.attributes.get('name')) ?? plain(one.attributes.get('type'));
    if (name === undefined) continue;
    if (names.has(name)) {
      report('error', place(one), `${element.name} has two do elements named "${name}"`, '§9.7');
    }
    names.add(name);
  }
};

/** Table 1 and the sets that are free for all. */
const doTypes = new Set(['accept', 'prev', 'help', 'reset', 'options', 'delete', 'unknown', '']);

/** §9.7: all other types are reserved. */
const knownDoType: Rule = (element, { report, place }) => {
  const type = plain(element.attributes.get('type'));
  if (type === undefined || doTypes.has(type) || /^(?:[Xx]-|[Vv][Nn][Dd]\.)/.test(type)) return;
  report('warning', place(element, 'type'), `the type "${type}" of a do element is reserved`, '§9.7');
};

/** Table 2: which element has which intrinsic events. */
const intrinsicEvents: Readonly<Record<string, readonly string[]>> = {
  card: ['onenterforward', 'onenterbackward', 'ontimer'],
  template: ['onenterforward', 'onenterbackward', 'ontimer'],
  option: ['onpick'],
};

/** §9.10: an event has one binding at most within an element, as attribute or as onevent. */
const eventBindings: Rule = (element, { report, place }) => {
  const events = intrinsicEvents[element.name] ?? [];
  const bound = new Set(events.filter((event) => element.attributes.has(event)));
  for (const one of childrenNamed(element, 'onevent')) {
    const type = plain(one.attributes.get('type'));
    if (type === undefined) continue;
    // WTA events are global: WAP-266 §9.
    if (!events.includes(type)) {
      if (!type.startsWith('wtaev-')) {
        report(
          'warning',
          place(one, 'type'),
          `${element.name} has no event ${type}: it is ignored`,
          '§9.10.1',
        );
      }
      continue;
    }
    if (bound.has(type)) report('error', place(one), `${element.name} binds ${type} twice`, '§9.10');
    bound.add(type);
  }
};

/** §11.7: one timer a card; and its variable should not be somebody else's. */
const timers: Rule = (element, { report, place }) => {
  const found = descendantsNamed(element, 'timer');
  for (const extra of found.slice(1)) report('error', place(extra), 'a card has one timer at most', '§11.7');
  const name = found[0] && plain(found[0].attributes.get('name'));
  if (name === undefined) return;
  for (const control of [...descendantsNamed(element, 'input'), ...descendantsNamed(element, 'select')]) {
    for (const attribute of ['name', 'iname']) {
      if (plain(control.attributes.get(attribute)) !== name) continue;
      const message = `the timer of this card uses the variable ${name}, too`;
      report('warning', place(control, attribute), message, '§11.7');
    }
  }
};

/** §11.7: what is no positive number is ignored. */
const timerValue: Rule = (element, { report, place }) => {
  const value = plain(element.attributes.get('value'));
  if (value === undefined || /^[0-9]+$/.test(value)) return;
  report('warning', place(element, 'value'), `"${value}" is no number of tenths of a second`, '§11.7');
};

/** §9.8: exactly one task. */
const oneTask: Rule = (element, { report, place }) => {
  const tasks = element.children.filter(isElement).filter(({ name }) => tasksOfAnchor.has(name));
  if (tasks.length === 0) report('error', place(element), 'anchor has no task: go, prev or refresh', '§9.8');
  for (const extra of tasks.slice(1)) report('error', place(extra), 'anchor has more than one task', '§9.8');
};
const tasksOfAnchor = new Set(['go', 'prev', 'refresh']);

/** §9.5.1, table of methods: a form in parts cannot be a query. */
const methodAndType: Rule = (element, { report, place }) => {
  const { attributes } = element;
  const type = plain(attributes.get('enctype'));
  if (type === undefined) return;
  const isMultipart = type === 'multipart/form-data';
  if (isMultipart && (plain(attributes.get('method')) ?? 'get') === 'get') {
    report('error', place(element, 'enctype'), 'multipart/form-data needs method="post"', '§9.5.1');
  }
  if (!isMultipart && type !== 'application/x-www-form-urlencoded') {
    report('error', place(element, 'enctype'), `the content type "${type}" cannot be submitted`, '§9.5.1');
  }
};

/** §11.6.4: no empty fieldset. */
const fieldsetContent: Rule = (element, { report, place }) => {
  const has = element.children.some((child) => isElement(child) || child.some((part) => !isSpace(part)));
  if (!has) report('error', place(element), 'a fieldset may not be empty', '§11.6.4');
};

/** §11.8.5: at least one column, no table within a table. */
const tableRules: Rule = (element, { report, place }) => {
  const columns = plain(element.attributes.get('columns'));
  if (columns !== undefined && /^0+$/.test(columns)) {
    report('error', place(element, 'columns'), 'a table has one column at least', '§11.8.5');
  }
  for (const inner of descendantsNamed(element, 'table')) {
    report('error', place(inner), 'tables do not nest', '§11.8.5');
  }
};

/** §10.3.1: names of variables. */
function variableNames(...names: readonly string[]): Rule {
  return (element, { report, place }) => {
    for (const attribute of names) {
      const name = plain(element.attributes.get(attribute));
      if (name === undefined || isSettableName(name)) continue;
      report('error', place(element, attribute), `"${name}" cannot name a variable`, '§10.3.1');
    }
  };
}

/** §9.4: a setvar whose name is none is ignored. */
const settable: Rule = (element, { report, place }) => {
  const name = plain(element.attributes.get('name'));
  if (name === undefined || isSettableName(name)) return;
  report('warning', place(element, 'name'), `"${name}" cannot name a variable: setvar is ignored`, '§9.4');
};

/** §11.6.3: masks of format codes and escaped characters, with at most one repetition, at the end. */
const inputMask: Rule = (element, { report, place }) => {
  const format = plain(element.attributes.get('format'));
  if (format === undefined || isInputMask(format)) return;
  report('warning', place(element, 'format'), `the format "${format}" is invalid and is ignored`, '§11.6.3');
};

/** Whether a format attribute is a mask. */
export function isInputMask(format: string): boolean {
  return /^(?:[AaNnXxMm]|\\[\s\S])*(?:[*1-9][AaNnXxMm])?$/.test(format);
}

/** §9.8: an access key is a single character. */
const accessKey: Rule = (element, { report, place }) => {
  const key = plain(element.attributes.get('accesskey'));
  if (key === undefined || [...key].length === 1) return;
  report('warning', place(element, 'accesskey'), `the access key "${key}" is not one character`, '§9.8');
};

/** Rules by the element that they judge. */
const rules: ReadonlyMap<string, readonly Rule[]> = new Map(
  Object.entries({
    head: [oneAccess],
    meta: [oneProperty],
    template: [uniqueDoNames, eventBindings],
    card: [uniqueDoNames, eventBindings, timers],
    option: [eventBindings],
    do: [knownDoType],
    timer: [timerValue, variableNames('name')],
    anchor: [oneTask, accessKey],
    a: [accessKey],
    go: [methodAndType],
    fieldset: [fieldsetContent],
    table: [tableRules],
    setvar: [settable],
    select: [variableNames('name', 'iname')],
    input: [variableNames('name'), inputMask, accessKey],
  }),
);

/** §12.5.1: a fragment that names no card leads to the first one, which hardly anybody means. */
function cardNames(deck: WmlElement, { report, place }: Context): void {
  const names = new Set<string>();
  for (const card of childrenNamed(deck, 'card')) {
    const id = plain(card.attributes.get('id'));
    if (id !== undefined) names.add(id.trim());
  }
  visit(deck);

  function visit(element: WmlElement): void {
    for (const attribute of element.attributes.size === 0 ? [] : references) {
      const target = plain(element.attributes.get(attribute));
      if (target === undefined || !target.startsWith('#') || names.has(target.slice(1))) continue;
      report('warning', place(element, attribute), `no card has the id "${target.slice(1)}"`, '§12.5.1');
    }
    for (const child of element.children) if (isElement(child)) visit(child);
  }
}
const references = ['href', 'onenterforward', 'onenterbackward', 'ontimer', 'onpick'] as const;

function childrenNamed(element: WmlElement, name: string): readonly WmlElement[] {
  return element.children.filter(isElement).filter((child) => child.name === name);
}

function descendantsNamed(
  element: WmlElement,
  name: string,
  found: WmlElement[] = [],
): readonly WmlElement[] {
  for (const child of element.children) {
    if (isText(child)) continue;
    if (child.name === name) found.push(child);
    descendantsNamed(child, name, found);
  }
  return found;
}

/** The value of an attribute that has no variables in it. */
function plain(value: VText | undefined): string | undefined {
  if (value === undefined || value.length > 1) return undefined;
  const [text = ''] = value;
  return typeof text === 'string' ? text : undefined;
}

function isSpace(part: VText[number]): boolean {
  return typeof part === 'string' && !/[^ \t\r\n]/.test(part);
}
