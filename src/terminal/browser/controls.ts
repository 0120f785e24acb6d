/** Input and select elements: WAP-191 §11.6.2 and §11.6.3. Their state is kept in the variables that they name. */
import { isElement, type VText, type WmlElement } from '../../wap/wml/index.js';
import { literal } from './deck.js';
import { conforms } from './mask.js';

/** What controls need of the browser context. */
export interface Variables {
  get(name: string): string;
  set(name: string, value: string): void;
  expand(text: VText): string;
}

/** Sets an input's variable on entry into its card. */
export function initialiseInput(input: WmlElement, variables: Variables): void {
  const name = literal(input, 'name') ?? '';
  if (variables.get(name) !== '' && fitsMask(input, variables.get(name))) return;
  const value = variables.expand(input.attributes.get('value') ?? []);
  variables.set(name, value !== '' && fitsMask(input, value) ? value : '');
}

/** Whether a value may be committed: mask, emptyok, and maxlength, which is for what a user enters only. */
export function accepts(input: WmlElement, value: string): boolean {
  const most = maxLength(input);
  return (most === undefined || [...value].length <= most) && fitsMask(input, value);
}

/** The most characters that a user may enter. */
export function maxLength(input: WmlElement): number | undefined {
  const most = Number.parseInt(literal(input, 'maxlength') ?? '', 10);
  return most >= 0 ? most : undefined;
}

function fitsMask(input: WmlElement, value: string): boolean {
  const emptyOk = literal(input, 'emptyok');
  return conforms(value, literal(input, 'format'), emptyOk === undefined ? undefined : emptyOk === 'true');
}

/** An option with the titles of the groups that it stands in, the outermost first. */
export interface GroupedOption {
  readonly option: WmlElement;
  readonly groups: readonly WmlElement[];
}

/** Options of a select in document order, those of groups included. */
export function groupedOptions(
  select: WmlElement,
  groups: readonly WmlElement[] = [],
): readonly GroupedOption[] {
  return select.children.filter(isElement).flatMap((child) => {
    if (child.name === 'option') return [{ option: child, groups }];
    return child.name === 'optgroup' ? groupedOptions(child, [...groups, child]) : [];
  });
}

function optionsOf(select: WmlElement): readonly WmlElement[] {
  return groupedOptions(select).map(({ option }) => option);
}

export function isMultiple(select: WmlElement): boolean {
  return literal(select, 'multiple') === 'true';
}

/**
 * The indexes that are selected, counted from 1: step 1 of §11.6.2.1. Empty where a multiple choice has none.
 */
function defaultIndexes(select: WmlElement, variables: Variables): readonly number[] {
  const options = optionsOf(select);
  const multiple = isMultiple(select);
  const list = (value: string): readonly string[] => (multiple ? value.split(';') : [value]);
  const validate = (value: string): readonly number[] => {
    const indexes = list(value)
      .map((part) => part.trim())
      .filter((part) => /^\d+$/.test(part))
      .map(Number)
      .filter((index) => index >= 1 && index <= options.length);
    return [...new Set(indexes)];
  };
  const indexesOf = (value: string): readonly number[] => {
    const indexes = list(value).map(
      (part) => 1 + options.findIndex((option) => optionValue(option, variables) === part),
    );
    return [...new Set(indexes.filter((index) => index > 0))];
  };
  const iname = literal(select, 'iname');
  const name = literal(select, 'name');
  const set = (variable: string | undefined): string =>
    variable === undefined ? '' : variables.get(variable);
  const sources: readonly (() => readonly number[])[] = [
    () => validate(set(iname)),
    () => validate(variables.expand(select.attributes.get('ivalue') ?? [])),
    () => (set(name) === '' ? [] : indexesOf(set(name))),
    () => {
      const value = variables.expand(select.attributes.get('value') ?? []);
      return value === '' ? [] : indexesOf(value);
    },
  ];
  for (const source of sources) {
    const indexes = source();
    if (indexes.length > 0) return indexes;
  }
  return multiple || options.length === 0 ? [] : [1];
}

function optionValue(option: WmlElement, variables: Variables): string {
  return variables.expand(option.attributes.get('value') ?? []);
}

/** Sets the variables that a select names to a choice: step 2 of §11.6.2.1. */
function commit(select: WmlElement, indexes: readonly number[], variables: Variables): void {
  const options = optionsOf(select);
  const name = literal(select, 'name');
  const iname = literal(select, 'iname');
  const values = indexes.flatMap((index) => {
    const option = options[index - 1];
    const value = option && optionValue(option, variables);
    // An empty value may not stand in the list.
    return value === undefined || value === '' ? [] : [value];
  });
  if (name !== undefined) variables.set(name, values.join(';'));
  if (iname !== undefined) variables.set(iname, indexes.length === 0 ? '0' : indexes.join(';'));
}

interface Choice {
  readonly indexes: readonly number[];
  /** What the choice made of the variables that the select names. */
  readonly values: string;
}

/** What is selected in the lists of the card that is shown, also in those that name no variable. */
export class Selections {
  readonly #choices = new Map<WmlElement, Choice>();
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** The selected indexes, counted from 1. */
  of(select: WmlElement): readonly number[] {
    return this.#choices.get(select)?.indexes ?? defaultIndexes(select, this.#variables);
  }

  /** The card is displayed: all three steps of §11.6.2.1. */
  initialise(select: WmlElement): void {
    this.choose(select, defaultIndexes(select, this.#variables));
  }

  /** The user has chosen. */
  choose(select: WmlElement, indexes: readonly number[]): void {
    commit(select, indexes, this.#variables);
    this.#choices.set(select, { indexes, values: this.#values(select) });
  }

  /**
   * Before each task, steps 1 and 2 are printed to be done again. Here only where somebody else has set the variables
   * since: a choice of nothing would else become the default again, and one without iname would be lost to ivalue.
   */
  update(select: WmlElement): void {
    if (this.#choices.get(select)?.values !== this.#values(select)) this.initialise(select);
  }

  #values(select: WmlElement): string {
    const value = (name: string | undefined): string => (name === undefined ? '' : this.#variables.get(name));
    return JSON.stringify([value(literal(select, 'name')), value(literal(select, 'iname'))]);
  }
}
