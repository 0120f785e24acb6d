/** Tells the story as it happens: the steps of EP 1 161 055 A2 with their reference signs, sizes and what was proven. */
import type { Check, Step, StoryEvent } from '../../commerce/index.js';
import type { LiveStep } from '../../console/live.js';
import type { SignTextPrompt } from '../../terminal/sign-text.js';
import type { TerminalEvent } from '../../terminal/terminal.js';
import type { Millis } from '../../wap/time.js';

/** What happens before a story that needs it. */
export const PROLOGUE = 'The phone is provided with a service';

/** The chapters, and what of the shop belongs to each. */
export const chapters = [
  'The PC prepares the purchase',
  'The server looks the user up in the directory',
  'The request for a signature is formatted and countersigned',
  'The push is submitted, and the PC waits',
  'The indication goes over the air',
  'The phone fetches deck and script through the gateway',
  'The user reads, enters the PIN, and the card signs',
  'The server checks the signature',
] as const;

const chapterOf: Readonly<Record<Step, number>> = {
  access: 1,
  'credentials asked': 1,
  'credentials given': 1,
  'credentials refused': 1,
  authenticated: 1,
  page: 1,
  form: 1,
  'form filled': 1,
  approved: 1,
  'directory looked up': 2,
  'request formatted': 3,
  'push submitted': 4,
  held: 4,
  'deck fetched': 6,
  'script fetched': 6,
  'phone answered': 8,
  'signature checked': 8,
  ended: 8,
  'status sent': 8,
};

export interface Told extends LiveStep {
  /** 1 to 8; 0 for what happens before. */
  readonly chapter: number;
  readonly octets?: number;
}

export interface Narrator {
  shop(event: StoryEvent): void;
  phone(event: TerminalEvent): void;
  prompted(prompt: SignTextPrompt): void;
  /** From now on it is the story; what was told before, is its prologue. */
  begin(): void;
  readonly told: readonly Told[];
  /** The checks of the first signature that came. */
  readonly checks: readonly Check[];
}

/** @param tell gets every step as it happens @param hasPrologue whether something comes before `begin` */
export function narrate(
  start: Millis,
  now: () => Millis,
  tell: (step: Told) => void,
  hasPrologue = false,
): Narrator {
  const told: Told[] = [];
  let checks: readonly Check[] = [];
  /** What the phone asks for now: its deck and script, or, with what it sends, the answer to that. */
  let fetching = 6;
  let begun = !hasPrologue;

  function add(chapter: number, signs: readonly number[], text: string, more: Partial<Told> = {}): void {
    const step = { chapter: begun ? chapter : 0, at: now() - start, signs, text, ...more };
    told.push(step);
    tell(step);
  }

  return {
    told,
    get checks() {
      return checks;
    },
    begin() {
      begun = true;
    },
    shop({ step, signs, text, octets, checks: found }) {
      if (step === 'signature checked' && checks.length === 0) checks = found ?? [];
      add(chapterOf[step], signs, text, {
        ...(octets !== undefined && { octets }),
        ...(found !== undefined && { checks: found }),
      });
    },
    phone(event) {
      switch (event.type) {
        case 'push':
          add(5, [], `the phone shows “${event.text}”`, { octets: event.octets });
          return;
        case 'session': {
          const { gateway, port, wtlsClass } = event;
          add(5, [], `a session with ${gateway}:${port} over WTLS, class ${wtlsClass}`);
          return;
        }
        case 'channel':
          add(5, [], 'a channel for the repository', { octets: event.octets });
          return;
        case 'telephone': {
          const [, number = ''] = event.parameters;
          if (event.event === 'wtaev-cc/ic') add(5, [221], `the phone is called from ${number}`);
          if (event.event === 'wtaev-cc/cl') add(5, [], 'the call has ended');
          return;
        }
        case 'session asked for':
          add(5, [], `the push proxy asks for a session for ${event.applications.join(', ')}`);
          return;
        case 'request':
          fetching = event.method === 'POST' ? 8 : 6;
          add(fetching, fetching === 8 ? [215] : [], `${event.method} ${event.url}`, {
            octets: event.octets,
          });
          return;
        case 'answer':
          add(fetching, [], `${event.status} ${event.contentType || 'without content'}`, {
            octets: event.octets,
          });
          return;
        case 'script':
          add(7, [], `the script runs: ${event.fragment}`, { octets: event.octets });
          return;
        case 'failed':
          add(7, [], event.text);
          return;
        case 'sign':
          add(7, [], 'Crypto.signText asks for a signature', { octets: event.text.length });
      }
    },
    prompted(prompt) {
      switch (prompt.kind) {
        case 'confirm': {
          const { name, doubt, verdict } = prompt.origin;
          const text =
            name === undefined ? `who asks is not proven: ${doubt}` : `the request comes from ${name}`;
          add(7, [211], text, { ...(verdict && { checks: verdict.checks }) });
          add(
            7,
            [212],
            `the phone shows the text to sign${prompt.sealed ? ', which the card has opened' : ''}`,
          );
          return;
        }
        case 'choose':
          add(7, [], 'the user chooses a key');
          return;
        case 'pin':
          add(7, prompt.purpose === 'sign' ? [213] : [211], pinStory(prompt));
          return;
        case 'touch':
          add(7, prompt.purpose === 'sign' ? [213] : [211], touchStory(prompt));
          return;
        case 'blocked':
          add(7, [213], 'the card is blocked');
          return;
        case 'done': {
          const { result } = prompt;
          if (result.type === 'invalid') add(7, [], `no signature: ${result.reason}`);
          else if (result.value.startsWith('error:')) add(7, [], `no signature: ${result.value}`);
          else add(7, [214], 'the card has signed: SignedContent in base64', { octets: result.value.length });
        }
      }
    },
  };
}

function pinStory({ wrong, triesLeft, purpose }: SignTextPrompt & { kind: 'pin' }): string {
  if (wrong) return `wrong PIN, ${triesLeft} left`;
  return purpose === 'open'
    ? 'the card asks for the PIN that opens the sealed request'
    : 'the card asks for its PIN';
}

function touchStory({ wrong, triesLeft, purpose }: SignTextPrompt & { kind: 'touch' }): string {
  if (wrong) return `the finger is not recognised, ${triesLeft} tries left`;
  const wanted = purpose === 'open' ? 'to open the sealed request' : 'in place of the PIN';
  return `the card asks for a finger on the sensor ${wanted}`;
}

/** A step as lines of text. @param last the chapter of the line before */
export function printed(step: Told, last: number): string {
  const { chapter, signs, text, octets, checks = [] } = step;
  const heading = chapter === last ? [] : ['', `${chapter}. ${chapters[chapter - 1] ?? PROLOGUE}`];
  const size = octets === undefined || octets === 0 ? '' : ` (${octets} octets)`;
  const marks = signs.length === 0 ? '' : `[${signs.join(', ')}] `;
  return [
    ...heading,
    `   ${marks}${text}${size}`,
    ...checks.map((check) => `      ${check.ok ? '✓' : '✗'} ${check.name}: ${check.text}`),
  ].join('\n');
}
