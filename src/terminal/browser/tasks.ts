/** Tasks and what they are bound to: WAP-191 §9.5, §9.6, §9.10. */

import { encodeUtf8 } from '../../wap/octets.js';
import { isElement, type VText, type WmlElement } from '../../wap/wml/index.js';
import { relativeUrl } from '../../wap/wmlscript/index.js';
import type { PageRequest } from './context.js';
import { type Deck, elements, literal } from './deck.js';
import { formCharset, multipartForm, urlEncoded } from './form.js';

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

/** What the keys of a handset do on a card. */
export interface Keys {
  /** All active do elements but the one that the back key has, the card's own first. */
  readonly listed: readonly Do[];
  /** WAP-236 §7.11.2.2: the first do element of type prev has the back key; a noop there leaves it without any task. */
  readonly back: Task | undefined;
}

/** The do elements of a card and those of the template that they do not shadow: §9.6, §9.7. */
export function keysOf(deck: Deck, card: WmlElement): Keys {
  const own = descendants(card, 'do');
  const names = new Set(own.map(doName));
  const inherited = deck.template === undefined ? [] : elements(deck.template, 'do');
  const bound = [...own, ...inherited.filter((element) => !names.has(doName(element)))].flatMap((element) => {
    const task = taskIn(element);
    if (task === undefined) return [];
    return [{ type: literal(element, 'type') ?? '', label: element.attributes.get('label'), task }];
  });
  const back = bound.find(({ type }) => type === 'prev');
  return {
    listed: bound.filter((item) => item !== back && item.task.task !== 'noop'),
    back: back?.task,
  };
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

/** Names and values with all references to variables replaced (§12.5.1 step 1). What is no name is ignored (§9.4). */
export function assignments(
  task: Task,
  expand: (text: VText) => string,
): readonly (readonly [string, string])[] {
  if (!('element' in task)) return [];
  return elements(task.element, 'setvar')
    .map((element): readonly [string, string] => [
      expand(element.attributes.get('name') ?? []),
      expand(element.attributes.get('value') ?? []),
    ])
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
}

export interface Destination {
  readonly request: PageRequest;
  readonly fragment: string;
  /** The deck must come from its server, even where it is the current one. */
  readonly reload: boolean;
}

/** Where a go task leads: §9.5.1; or why it leads nowhere. */
export function destination(
  task: Task,
  { url: deckUrl, charset: deckCharset }: Pick<Deck, 'url' | 'charset'>,
  expand: (text: VText) => string,
): Destination | { readonly wrong: string } {
  const nowhere = { wrong: 'The link leads nowhere: its address is none.' };
  if ('href' in task) return resolved(expand(task.href), deckUrl) ?? nowhere;
  const { element } = task;
  const where = resolved(expand(element.attributes.get('href') ?? []), deckUrl);
  if (where === undefined) return nowhere;
  const reload = literal(element, 'cache-control') === 'no-cache';
  // §9.5.1: postfields do not count where the target is a card of the current deck. A deck that names its own URL
  // without a fragment asks its server, as a form that is posted to where it came from.
  if (where.request.url === deckUrl && where.fragment !== '' && !reload) return where;
  const post = literal(element, 'method') === 'post';
  const fields = elements(element, 'postfield').map(
    (field) =>
      [expand(field.attributes.get('name') ?? []), expand(field.attributes.get('value') ?? [])] as const,
  );
  const multipart = literal(element, 'enctype')?.trim().toLowerCase() === 'multipart/form-data';
  if (multipart && !post) return { wrong: 'The form is wrong: its enctype is for the method post.' };
  const charset = formCharset(fields, literal(element, 'accept-charset'), deckCharset);
  const referer = {
    name: 'Referer',
    value: relativeUrl(where.request.url, deckUrl),
  };
  const headers = [
    ...(literal(element, 'sendreferer') === 'true' ? [referer] : []),
    ...(reload ? [{ name: 'Cache-Control', value: 'no-cache' }] : []),
  ];
  if (!post) {
    const query = urlEncoded(fields, charset);
    const url = query === '' ? where.request.url : withQuery(where.request.url, query);
    return { request: { method: 'GET', url, headers }, fragment: where.fragment, reload };
  }
  const { type, body } = multipart
    ? multipartForm(fields, charset)
    : {
        type: `application/x-www-form-urlencoded; charset=${charset.name}`,
        body: encodeUtf8(urlEncoded(fields, charset)),
      };
  return {
    request: {
      method: 'POST',
      url: where.request.url,
      headers: [...headers, { name: 'Content-Type', value: type }],
      body,
    },
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
