/** What the browser asks its user: a line of text, a choice, one of several tasks. */
import type { Millis } from '../../wap/time.js';
import type { WmlElement } from '../../wap/wml/index.js';
import type { View } from '../screen.js';
import { entryView, type ListItem, listView } from '../views.js';
import { groupedOptions, isMultiple, maxLength, type Variables } from './controls.js';
import { literal } from './deck.js';
import { optionLabel } from './flow.js';
import { isNumeric } from './mask.js';
import { boundTask, type Task } from './tasks.js';

/** The line of an input element; whether what was typed is taken, the caller says. */
export function inputView(
  input: WmlElement,
  variables: Variables,
  now: () => Millis,
  commit: (value: string) => void,
  close: () => void,
): View {
  const most = maxLength(input);
  return entryView({
    title: variables.expand(input.attributes.get('title') ?? []) || 'Enter',
    value: variables.get(literal(input, 'name') ?? ''),
    password: literal(input, 'type') === 'password',
    numeric: isNumeric(literal(input, 'format')),
    now,
    ...(most !== undefined && { maxLength: most }),
    accept: commit,
    cancel: close,
  });
}

/**
 * The options of a select element.
 * @param choose takes the indexes, counted from 1, and the task that an option binds to being picked (§11.6.2.2)
 */
export function selectView(
  select: WmlElement,
  selected: readonly number[],
  variables: Variables,
  choose: (indexes: readonly number[], task: Task | undefined) => void,
  close: () => void,
): View {
  const multiple = isMultiple(select);
  let chosen = selected;
  const options = groupedOptions(select);
  const items = options.map(({ option, groups }, i): ListItem => {
    const before = options[i - 1]?.groups ?? [];
    // Titles of the groups that begin here.
    const heading = groups
      .filter((group, depth) => group !== before[depth])
      .map((group) => variables.expand(group.attributes.get('title') ?? []))
      .filter((title) => title !== '')
      .join(' / ');
    return {
      label: optionLabel(option, variables),
      ...(heading !== '' && { heading }),
      mark: () => (chosen.includes(i + 1) ? (multiple ? '[x]' : '(o)') : multiple ? '[ ]' : '( )'),
      act() {
        if (!multiple) chosen = [i + 1];
        else if (chosen.includes(i + 1)) chosen = chosen.filter((index) => index !== i + 1);
        else chosen = [...chosen, i + 1].sort((a, b) => a - b);
        const bound = boundTask(option, 'onpick');
        const task = bound?.task === 'noop' ? undefined : bound;
        if (!multiple || task !== undefined) choose(chosen, task);
      },
    };
  });
  return listView({
    title: variables.expand(select.attributes.get('title') ?? []) || 'Choose',
    items,
    right: multiple ? ['Done', () => choose(chosen, undefined)] : ['Back', close],
    start: (chosen[0] ?? 1) - 1,
  });
}
