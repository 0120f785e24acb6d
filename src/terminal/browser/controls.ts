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
  if (accepts(input, variables.get(name)) && variables.get(name) !== '') return;
  const value = variables.expand(input.attributes.get('value') ?? []);
  variables.set(name, value !== '' && accepts(input, value) ? value : '');
}

/** Whether a value conforms to the input's mask, emptyok and maxlength. */
export function accepts(input: WmlElement, value: string): boolean {
  const emptyOk = literal(input, 'emptyok');
  const most = Number.parseInt(literal(input, 'maxlength') ?? '', 10);
  if (value.length > most) return false;
  return conforms(value, literal(input, 'format'), emptyOk === undefined ? undefined : emptyOk === 'true');
}

/** Options of a select in document order, those of groups included. */
export function optionsOf(select: WmlElement): readonly WmlElement[] {
  return select.children
    .filter(isElement)
    .flatMap((child) =>
      child.name === 'option' ? [child] : child.name === 'optgroup' ? optionsOf(child) : [],
    );
}

export function isMultiple(select: WmlElement): boolean {
  return literal(select, 'multiple') === 'true';
}

/**
 * The indexes that are selected, counted from 1: step 1 of §11.6.2.1. Empty where a multiple choice has none.
 */
export function defaultIndexes(select: WmlElement, variables: Variables): readonly number[] {
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

export function optionValue(option: WmlElement, variables: Variables): string {
  return variables.expand(option.attributes.get('value') ?? []);
}

/** Sets the variables that a select names to a choice: step 2 of §11.6.2.1. */
export function commitSelect(select: WmlElement, indexes: readonly number[], variables: Variables): void {
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

/** Sets a select's variables on entry into its card and before each task. */
export function initialiseSelect(select: WmlElement, variables: Variables): void {
  commitSelect(select, defaultIndexes(select, variables), variables);
}
