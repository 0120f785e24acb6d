/**
 * Crypto.signText on the handset's screen. Everything here is drawn as `trusted`, in a way that no deck can draw, so that
 * a page cannot ask for the PIN in the card's name.
 */
import { UsageError } from '../wap/errors.js';
import { COUNTERSIGNATURE_META } from '../wap/pki/index.js';
import { isSuspicious, type Line as VisibleLine } from '../wap/pki/visible-text.js';
import type { Clock } from '../wap/time.js';
import type { ObserveApdu, Transmit } from '../wap/wim/index.js';
import { invalid, type Value } from '../wap/wmlscript/index.js';
import { type Line, type Span, type View, wrap } from './screen.js';
import type { BiometricSensor } from './sensor.js';
import { beginSignText, type Origin, type SignTextDialogue, type SignTextPrompt } from './sign-text.js';
import type { SignText } from './terminal.js';
import { entryView, linesView, listView, messageView } from './views.js';

export interface CardOptions {
  /** The card in the slot. */
  readonly transmit: Transmit;
  readonly clock: Clock;
  readonly observe?: ObserveApdu;
  /** A sensor, where the handset has one. */
  readonly sensor?: BiometricSensor;
  /** Hears of each prompt as it appears: who watches the story wants to know. */
  readonly prompted?: (prompt: SignTextPrompt) => void;
}

/** What a terminal with a card does when a script calls Crypto.signText. */
export function signWithCard({ transmit, clock, observe, prompted, sensor }: CardOptions): SignText {
  return ({ args, deck }, screen, answer) => {
    const [stringToSign, options, keyIdType, keyId] = args;
    if (
      typeof stringToSign !== 'string' ||
      typeof options !== 'number' ||
      typeof keyIdType !== 'number' ||
      typeof keyId !== 'string'
    ) {
      answer(invalid);
      return;
    }
    const countersignature = deck?.metas.get(COUNTERSIGNATURE_META);
    const dialogue = beginSignText({
      stringToSign,
      options,
      keyIdType,
      keyId,
      transmit,
      clock,
      biometric: sensor !== undefined,
      ...(observe !== undefined && { observe }),
      origin: {
        ...(deck !== undefined && { url: deck.url }),
        ...(countersignature !== undefined && { countersignature }),
      },
    });
    const { prompt } = dialogue;
    prompted?.(prompt);
    if (prompt.kind === 'done') {
      answer(resultOf(prompt));
      return;
    }
    const view = signView(
      dialogue,
      (next) => {
        prompted?.(next);
        if (next.kind === 'done') {
          screen.hide(view);
          answer(resultOf(next));
        }
      },
      sensor,
    );
    screen.show(view);
  };
}

function resultOf({ result }: SignTextPrompt & { kind: 'done' }): Value {
  return result.type === 'string' ? result.value : invalid;
}

/** One view for the whole dialogue. @param moved hears of each prompt that follows the first */
function signView(
  dialogue: SignTextDialogue,
  moved: (prompt: SignTextPrompt) => void,
  sensor?: BiometricSensor,
): View {
  let shown = dialogue.prompt;
  let inner = viewOf(shown);

  function after(act: () => void): () => void {
    return () => {
      act();
      if (dialogue.prompt === shown) return;
      shown = dialogue.prompt;
      if (shown.kind !== 'done') inner = viewOf(shown);
      moved(shown);
    };
  }

  function viewOf(prompt: SignTextPrompt): View {
    const cancel = after(() => dialogue.cancel());
    switch (prompt.kind) {
      case 'confirm':
        return textView(prompt, ['Sign', after(() => dialogue.accept())], ['Cancel', cancel]);
      case 'choose':
        return listView({
          title: 'Sign with',
          trusted: true,
          items: prompt.labels.map((label, i) => ({ label, act: after(() => dialogue.choose(i)) })),
          right: ['Cancel', cancel],
        });
      case 'pin':
        return entryView({
          title: prompt.label,
          text: pinText(prompt),
          password: true,
          maxLength: prompt.maxLength,
          numeric: true,
          trusted: true,
          accept: (digits) => after(() => dialogue.enterPin(digits))(),
          cancel,
        });
      case 'touch':
        return messageView({
          title: prompt.label,
          text: touchText(prompt),
          left: [
            'Touch',
            () => sensor?.capture((sample) => sample && after(() => dialogue.enterSample(sample))()),
          ],
          right: ['PIN', after(() => dialogue.usePin())],
          trusted: true,
        });
      case 'blocked':
        return messageView({
          title: prompt.label,
          text: 'The PIN was wrong three times. The card is blocked for signatures until it is unblocked.',
          left: ['OK', after(() => dialogue.accept())],
          trusted: true,
        });
      case 'done':
        throw new UsageError('there is nothing left to show');
    }
  }

  return {
    screen: () => inner.screen(),
    press: (key) => inner.press(key),
  };
}

function pinText({ wrong, triesLeft, purpose }: SignTextPrompt & { kind: 'pin' }): string {
  const tries = triesLeft === undefined ? '' : ` ${triesLeft} ${triesLeft === 1 ? 'try' : 'tries'} left.`;
  const wanted =
    purpose === 'open' ? 'Enter the PIN that opens the sealed request.' : 'Enter the signature PIN.';
  return `${wrong ? 'Wrong PIN.' : wanted}${tries}`;
}

function touchText({ wrong, triesLeft, purpose }: SignTextPrompt & { kind: 'touch' }): string {
  const wanted =
    purpose === 'open' ? 'Touch the sensor to open the sealed request.' : 'Touch the sensor to sign.';
  const tries = triesLeft === undefined ? '' : ` ${triesLeft} ${triesLeft === 1 ? 'try' : 'tries'} left.`;
  return `${wrong ? 'Not recognised. Touch the sensor again.' : wanted}${tries}`;
}

/** The text to sign, all of it, below the name of who asks [211, 212]. */
function textView(
  prompt: SignTextPrompt & { kind: 'confirm' },
  left: readonly [label: string, act: () => void],
  right: readonly [label: string, act: () => void],
): View {
  const lines: Line[] = [
    ...originLines(prompt.origin),
    ...(prompt.sealed ? wrap([{ text: 'Sealed to this card.' }]) : []),
    ...(isSuspicious(prompt.lines)
      ? wrap([{ text: 'Careful: the text has characters that can deceive.', bold: true }])
      : []),
    { spans: [{ text: '--------------------' }] },
    ...prompt.lines.flatMap((line) => wrap(line.map(spanOf))),
    { spans: [{ text: '--------------------' }] },
  ];
  return linesView({ title: 'Sign this text?', lines, left, right, trusted: true });
}

function originLines({ name, doubt, url }: Origin): readonly Line[] {
  if (name !== undefined) return wrap([{ text: 'From: ' }, { text: name, bold: true }]);
  const place = url === undefined ? 'somebody' : new URL(url).host;
  return wrap([{ text: `From: ${place}. ` }, { text: `Not proven: ${doubt ?? 'unsigned'}.`, bold: true }]);
}

function spanOf({ kind, text }: VisibleLine[number]): Span {
  switch (kind) {
    case 'plain':
      return { text };
    case 'blank':
      // A blank that would not be seen is shown as one.
      return { text: '\u2423'.repeat(text.length), underline: true };
    case 'control':
    case 'lookalike':
      return { text, underline: true, bold: true };
  }
}
