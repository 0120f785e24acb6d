/** Tasks and what they are bound to: WAP-191 §9.5, §9.6, §9.10. */

import { encodeUtf8 } from '../../wap/octets.js';
import { isElement, type VText, type WmlElement } from '../../wap/wml/index.js';
import type { PageRequest } from './context.js';
import { type Deck, elements, literal } from './deck.js';

const taskNames = ['go', 'prev', 'noop', 'refresh'] as const;
export type TaskName = (typeof taskNames)[number];

/** What an event is bound to. A bare URL (onenterforward="…") is a go without further ado. */
export type Task =
  | { readonly task: TaskName; readonly element: WmlElement }
  | { readonly task: 'go'; readonly href: VText };

/** The task that stands in a do, onevent or anchor element. */
export function taskIn(binding: WmlElement): Task | undefined {
  for (const child of binding.children.filter(isElement)) {
    const task = taskNames.find((name) => name === child.name);
    if (task !== undefined) return { task, element: child };
  }
  return undefined;
}

export type EventName = 'onenterforward' | 'onenterbackward' | 'ontimer' | 'onpick';

/** The task that `owner` binds to the event, by an attribute or an onevent element. */
export function boundTask(owner: WmlElement | undefined, event: EventName): Task | undefined {
  if (owner === undefined) return undefined;
  const href = owner.attributes.get(event);
  if (href !== undefined) return { task: 'go', href };
  const binding = elements(owner, 'onevent').find((element) => literal(element, 'type') === event);
  return binding && taskIn(binding);
}

/** The active task for the event: the card's shadows the template's, and a noop masks (§9.6). */
export function activeTask(deck: Deck, card: WmlElement, event: EventName): Task | undefined {
  const task = boundTask(card, event) ?? boundTask(deck.template, event);
  return task?.task === 'noop' ? undefined : task;
}

export interface Do {
  readonly type: string;
  readonly label: VText | undefined;
  readonly task: Task;
}

/** The active do elements of a card, its own first: §9.6, §9.7. */
export function activeDos(deck: Deck, card: WmlElement): readonly Do[] {
  const own = descendants(card, 'do');
  const names = new Set(own.map(doName));
  const inherited = deck.template === undefined ? [] : elements(deck.template, 'do');
  return [...own, ...inherited.filter((element) => !names.has(doName(element)))].flatMap((element) => {
    const task = taskIn(element);
    if (task === undefined || task.task === 'noop') return [];
    return [{ type: literal(element, 'type') ?? '', label: element.attributes.get('label'), task }];
  });
}

/** An unspecified name defaults to the type. */
function doName(element: WmlElement): string {
  return literal(element, 'name') ?? literal(element, 'type') ?? '';
}

export function descendants(parent: WmlElement, name: string): readonly WmlElement[] {
  return parent.children
    .filter(isElement)
    .flatMap((child) => (child.name === name ? [child] : descendants(child, name)));
}

/** Names and values with all references to variables replaced (§12.5.1 step 1). */
export function assignments(
  task: Task,
  expand: (text: VText) => string,
): readonly (readonly [string, string])[] {
  if (!('element' in task)) return [];
  return elements(task.element, 'setvar').map((element) => [
    expand(element.attributes.get('name') ?? []),
    expand(element.attributes.get('value') ?? []),
  ]);
}

export interface Destination {
  readonly request: PageRequest;
  readonly fragment: string;
  /** The deck must come from its server, even where it is the current one. */
  readonly reload: boolean;
}

/** Where a go task leads: §9.5.1. `undefined` where its URL is none. */
export function destination(
  task: Task,
  deckUrl: string,
  expand: (text: VText) => string,
): Destination | undefined {
  if ('href' in task) return resolved(expand(task.href), deckUrl);
  const { element } = task;
  const where = resolved(expand(element.attributes.get('href') ?? []), deckUrl);
  if (where === undefined) return undefined;
  const reload = literal(element, 'cache-control') === 'no-cache';
  // §9.5.1: postfields do not count where the target is a card of the current deck. A deck that names its own URL
  // without a fragment asks its server, as a form that is posted to where it came from.
  if (where.request.url === deckUrl && where.fragment !== '' && !reload) return where;
  const post = literal(element, 'method') === 'post';
  const form = elements(element, 'postfield')
    .map(
      (field) =>
        [expand(field.attributes.get('name') ?? []), expand(field.attributes.get('value') ?? [])] as const,
    )
    .map(([name, value]) => `${formEscape(name)}=${formEscape(value)}`)
    .join('&');
  const headers = [
    ...(literal(element, 'sendreferer') === 'true' ? [{ name: 'Referer', value: deckUrl }] : []),
    ...(reload ? [{ name: 'Cache-Control', value: 'no-cache' }] : []),
  ];
  if (!post) {
    const url = form === '' ? where.request.url : withQuery(where.request.url, form);
    return { request: { method: 'GET', url, headers }, fragment: where.fragment, reload };
  }
  const type = { name: 'Content-Type', value: 'application/x-www-form-urlencoded; charset=utf-8' };
  return {
    request: { method: 'POST', url: where.request.url, headers: [...headers, type], body: encodeUtf8(form) },
    fragment: where.fragment,
    reload: true,
  };
}

/** A URL, relative to the deck's, as a plain request. */
export function resolved(href: string, deckUrl: string | undefined): Destination | undefined {
  if (!URL.canParse(href, deckUrl)) return undefined;
  const url = new URL(href, deckUrl);
  const fragment = url.hash.slice(1);
  url.hash = '';
  // A hash of nothing would leave its mark behind.
  return {
    request: { method: 'GET', url: url.href.replace(/#$/, ''), headers: [] },
    fragment,
    reload: false,
  };
}

function withQuery(url: string, form: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${form}`;
}

/** URI escaping: all but the unreserved characters of RFC 2396. */
function formEscape(text: string): string {
  // With the u flag only surrogates without their other half match.
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
}

/** A short text of a label: the do's own, or one that its type suggests. */
export function doLabel(item: Do, expand: (text: VText) => string): string {
  const label = item.label === undefined ? '' : expand(item.label).trim();
  if (label !== '') return label;
  switch (item.type) {
    case 'accept':
      return 'OK';
    case 'prev':
      return 'Back';
    case 'help':
      return 'Help';
    case 'reset':
      return 'Reset';
    case 'options':
      return 'Options';
    case 'delete':
      return 'Delete';
  }
  return 'Select';
}
