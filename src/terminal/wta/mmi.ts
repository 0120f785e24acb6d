/**
 * What the device does with its telephone by itself (the default MMI of WAP-266-WTA): calls that no service has taken ring here, and
 * the user makes calls, reads texts, and keeps a phonebook.
 */
import type { Telephone, WtaEvent } from '../../wta/index.js';
import type { View } from '../screen.js';
import { entryView, type ListItem, listView, messageView } from '../views.js';
import { callView, endingText, partyOf } from './call-view.js';
import type { Screens } from './screens.js';

export interface MmiOptions {
  readonly telephone: Telephone;
  readonly screens: Screens;
  /** Whether a service is running: then calls are its affair unless its events came here. */
  readonly isServing: () => boolean;
}

export class Mmi {
  readonly #telephone: Telephone;
  readonly #screens: Screens;
  readonly #isServing: () => boolean;
  /** Calls that are the user's own affair, with their screens. */
  readonly #calls = new Map<number, View>();

  constructor({ telephone, screens, isServing }: MmiOptions) {
    this.#telephone = telephone;
    this.#screens = screens;
    this.#isServing = isServing;
  }

  /** An event that no service takes. */
  event({ id, parameters: [first, second] }: WtaEvent): void {
    const handle = Number(first);
    switch (id) {
      case 'wtaev-cc/ic':
      case 'wtaev-cc/oc':
        this.#show(handle);
        return;
      case 'wtaev-cc/cl': {
        this.#hide(handle);
        const text = endingText(second);
        if (text !== undefined && this.#telephone.call(handle)?.kind === 'outgoing')
          this.#screens.notify(text);
        return;
      }
      case 'wtaev-nt/it':
        this.#textCame(handle);
        return;
      case 'wtaev-nt/st':
        if (second !== '0') this.#screens.notify('The text was not sent.');
    }
  }

  /** Calls that are nobody's: a service has left them, or another application made them. */
  sync(): void {
    for (const { handle, gsm, silent, kind } of this.#telephone.calls()) {
      if (kind === 'multiparty') continue;
      if (gsm === 'end') this.#hide(handle);
      else if (silent || !this.#isServing()) this.#show(handle);
    }
  }

  /** The red key: everything that is the user's ends. @returns whether there was anything */
  hangUp(): boolean {
    const handles = [...this.#calls.keys()];
    for (const handle of handles) this.#telephone.release(handle);
    return handles.length > 0;
  }

  menu(): readonly ListItem[] {
    return [
      { label: 'Call', act: () => this.#askNumber() },
      { label: 'Phonebook', act: () => this.#openPhoneBook() },
      { label: 'Call log', act: () => this.#openLog() },
      { label: 'Texts', act: () => this.#openTexts() },
    ];
  }

  #show(handle: number): void {
    if (this.#calls.has(handle)) return;
    const view = callView(this.#telephone, handle);
    this.#calls.set(handle, view);
    this.#screens.show(view);
  }

  #hide(handle: number): void {
    const view = this.#calls.get(handle);
    this.#calls.delete(handle);
    if (view !== undefined) this.#screens.hide(view);
  }

  #dial(number: string): void {
    if (this.#telephone.setup(number, true, undefined) === undefined)
      this.#screens.notify('No call can be made now.');
  }

  #askNumber(): void {
    this.#ask({ title: 'Call', numeric: true, accept: (number) => this.#dial(number) });
  }

  #openLog(): void {
    const { logs } = this.#telephone;
    const items = (['missed', 'received', 'dialled'] as const).flatMap((log) =>
      logs.entries(log).map(({ number }, i) => ({
        label: partyOf(this.#telephone, number),
        ...(i === 0 && { heading: headings[log] }),
        act: () => this.#dial(number),
      })),
    );
    this.#list('Call log', 'No calls', items);
  }

  #openPhoneBook(): void {
    const { phoneBook } = this.#telephone;
    const entries = phoneBook
      .entries()
      .flatMap(({ number, name }, i) =>
        number === '' && name === ''
          ? []
          : [{ label: name === '' ? number : name, act: () => this.#openEntry(i + 1, number, name) }],
      );
    this.#list('Phonebook', '', [...entries, { label: 'Add', act: () => this.#addEntry() }]);
  }

  #openEntry(index: number, number: string, name: string): void {
    this.#list(name === '' ? number : name, '', [
      { label: `Call ${number}`, act: () => this.#dial(number) },
      { label: 'Text', act: () => this.#writeText(number) },
      { label: 'Delete', act: () => this.#telephone.phoneBook.remove(index) },
    ]);
  }

  #addEntry(): void {
    this.#ask({
      title: 'Number',
      numeric: true,
      accept: (number) =>
        this.#ask({
          title: 'Name',
          accept: (name) => {
            const written = this.#telephone.phoneBook.write(0, number, name);
            if (written === undefined || written < 0) this.#screens.notify('This cannot be written.');
          },
        }),
    });
  }

  #openTexts(): void {
    const { messages } = this.#telephone;
    const items = messages
      .all()
      .filter(({ direction }) => direction === 'incoming')
      .map(({ handle, address }) => ({
        label: partyOf(this.#telephone, address),
        act: () => this.#readText(handle),
      }));
    this.#list('Texts', '', [
      ...items,
      {
        label: 'Write',
        act: () => this.#ask({ title: 'To', numeric: true, accept: (number) => this.#writeText(number) }),
      },
    ]);
  }

  #writeText(number: string): void {
    this.#ask({
      title: `To ${partyOf(this.#telephone, number)}`,
      accept: (text) => {
        if (this.#telephone.sendText(number, text) === undefined)
          this.#screens.notify('There is no room for more texts.');
      },
    });
  }

  #textCame(handle: number): void {
    const message = this.#telephone.messages.get(handle);
    if (message === undefined) return;
    const view = messageView({
      title: 'New text',
      text: partyOf(this.#telephone, message.address),
      left: [
        'Read',
        () => {
          this.#screens.hide(view);
          this.#readText(handle);
        },
      ],
      right: ['Later', () => this.#screens.hide(view)],
    });
    this.#screens.show(view);
  }

  #readText(handle: number): void {
    const { messages } = this.#telephone;
    const message = messages.get(handle);
    if (message === undefined) return;
    messages.markAsRead(handle);
    const view = messageView({
      title: partyOf(this.#telephone, message.address),
      text: message.text,
      left: [
        'Delete',
        () => {
          this.#telephone.removeText(handle);
          this.#screens.hide(view);
        },
      ],
      right: ['Back', () => this.#screens.hide(view)],
    });
    this.#screens.show(view);
  }

  /** A list that goes when something is chosen. */
  #list(title: string, empty: string, items: readonly ListItem[]): void {
    const view = listView({
      title,
      empty,
      items: items.map((item) => ({
        ...item,
        act: () => {
          this.#screens.hide(view);
          item.act();
        },
      })),
      right: ['Back', () => this.#screens.hide(view)],
    });
    this.#screens.show(view);
  }

  #ask({
    title,
    numeric = false,
    accept,
  }: {
    readonly title: string;
    readonly numeric?: boolean;
    readonly accept: (value: string) => void;
  }): void {
    const view = entryView({
      title,
      numeric,
      now: () => this.#screens.scheduler.now(),
      accept: (value) => {
        this.#screens.hide(view);
        if (value !== '') accept(value);
      },
      cancel: () => this.#screens.hide(view),
    });
    this.#screens.show(view);
  }
}

const headings = { missed: 'Missed', received: 'Received', dialled: 'Dialled' } as const;
