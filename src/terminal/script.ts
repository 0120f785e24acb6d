/** Runs WMLScript for the handset: what the machine asks of its host is answered here. */
import { errorText } from '../wap/errors.js';
import type { Random } from '../wap/random.js';
import type { Millis } from '../wap/time.js';
import {
  type Execution,
  fatalError,
  fatalErrorText,
  invalid,
  loadUnit,
  type Outcome,
  parseUrlCall,
  startCall,
  type Value,
} from '../wap/wmlscript/index.js';
import type { Browser, ScriptCall } from './browser/browser.js';
import { charsetOf, decodeText, mediaType } from './media.js';
import type { View } from './screen.js';
import { entryView, messageView } from './views.js';

/** What came for a request. */
export interface Content {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** What a running script needs of the handset. */
export interface ScriptHost {
  readonly browser: Browser;
  readonly random: Random;
  show(view: View): void;
  hide(view: View): void;
  notify(text: string): void;
  now(): Millis;
  /** Calls back when others had their turn. */
  later(act: () => void): void;
  /** The content at an absolute URL, for external calls and URL.loadString. @param accept the only content type wanted */
  load(url: string, accept: string, signal: AbortSignal): Promise<Content>;
  /** Crypto.signText; calls back with its value. */
  signText(args: readonly Value[], answer: (value: Value) => void): void;
  /** A function of a library that is no part of WAP-194: of telephony. @param caller the URL of the compilation unit */
  library(name: string, args: readonly Value[], caller: string, answer: (value: Value) => void): void;
  /** The script ended, whether well or not. */
  ended(): void;
}

/** Instructions between two looks at the clock of the outside world. */
const SLICE = 1_000_000;

const UNIT_TYPE = 'application/vnd.wap.wmlscriptc';

/** HTTP status codes that stand for what went wrong here (WAP-194 §10.14). */
const NOT_ACCEPTABLE = 406;
const GATEWAY_TIMEOUT = 504;

/** Calls the function that a URL names in a unit that has arrived. @returns ends it before its time */
export function runScript(host: ScriptHost, octets: Uint8Array, call: ScriptCall): () => void {
  const { browser } = host;
  const stopped = new AbortController();
  let shown: View | undefined;
  let ended = false;

  function show(view: View): void {
    hide();
    shown = view;
    host.show(view);
  }

  function hide(): void {
    if (shown !== undefined) host.hide(shown);
    shown = undefined;
  }

  function end(error?: string): void {
    ended = true;
    hide();
    if (error === undefined) browser.scriptEnded(call.url);
    else {
      if (!stopped.signal.aborted) host.notify(`Script: ${error}`);
      browser.scriptFailed();
    }
    host.ended();
  }

  const target = parseUrlCall(call.fragment);
  if (target === undefined) {
    end(`#${call.fragment} is no function call`);
    return stop;
  }
  const loaded = loadUnit(octets);
  if ('fatal' in loaded) {
    end(fatalErrorText(loaded.fatal));
    return stop;
  }
  const execution: Execution = startCall(loaded.unit, target.functionName, target.args, {
    url: call.url,
    ...(call.referrer !== undefined && { referer: call.referrer }),
    random: host.random,
    slice: SLICE,
  });

  /** WAP-193 §12.3.4: the user ends the script. */
  function stop(): void {
    if (ended || stopped.signal.aborted) return;
    stopped.abort();
    next(execution.abort('User Initiated'));
  }

  /** What takes long can be stopped. */
  function work(): void {
    if (shown === undefined)
      show(messageView({ title: 'Script', text: 'A script is at work …', right: ['Stop', stop] }));
  }

  /** Goes on with what came, if the script still waits for it. */
  function wait<T>(promise: Promise<T>, then: (value: T) => void, failed: (error: unknown) => void): void {
    work();
    const unless =
      <V>(act: (value: V) => void) =>
      (value: V) => {
        if (!stopped.signal.aborted) act(value);
      };
    promise.then(unless(then), unless(failed));
  }

  function next(outcome: Outcome): void {
    if ('returned' in outcome || 'exited' in outcome) end();
    else if ('aborted' in outcome) end(outcome.aborted === '' ? 'the script gave up' : outcome.aborted);
    else if ('fatal' in outcome) end(fatalErrorText(outcome.fatal));
    else if ('paused' in outcome) {
      work();
      host.later(() => {
        if (!stopped.signal.aborted) next(execution.run());
      });
    } else if ('loadUnit' in outcome) loadExternal(outcome.loadUnit);
    else {
      answer(outcome.host, outcome.args, (value) => {
        if (!stopped.signal.aborted) next(execution.resume(value));
      });
    }
  }

  function loadExternal(url: string): void {
    const refuse = (why: string): void =>
      next(execution.resume({ fatal: fatalError('Unable to Load Compilation Unit', `${url}: ${why}`) }));
    wait(
      host.load(url, UNIT_TYPE, stopped.signal),
      ({ status, contentType, body }) => {
        if (status !== 200) refuse(`the answer is ${status}`);
        else if (mediaType(contentType) !== UNIT_TYPE) refuse(`it is ${contentType}`);
        else next(execution.resume(loadUnit(body)));
      },
      (error) => refuse(errorText(error)),
    );
  }

  /** Puts a question to the user, whose answer closes it. */
  function ask(make: (close: (then: () => void) => () => void) => View): void {
    show(
      make((then) => () => {
        hide();
        then();
      }),
    );
  }

  function answer(name: string, args: readonly Value[], resume: (value: Value) => void): void {
    const [first = '', second = ''] = args.map(text);
    switch (name) {
      case 'WMLBrowser.getVar':
        resume(browser.variable(first));
        return;
      case 'WMLBrowser.setVar':
        resume(browser.setVariable(first, second));
        return;
      case 'WMLBrowser.go':
        browser.requestGo(first);
        resume('');
        return;
      case 'WMLBrowser.prev':
        browser.requestPrev();
        resume('');
        return;
      case 'WMLBrowser.newContext':
        browser.newContext();
        resume('');
        return;
      case 'WMLBrowser.getCurrentCard':
        resume(browser.currentCard() ?? invalid);
        return;
      case 'WMLBrowser.refresh':
        browser.refresh();
        resume('');
        return;
      case 'Dialogs.alert':
        ask((close) =>
          messageView({
            title: 'Message',
            text: first,
            left: ['OK', close(() => resume(''))],
          }),
        );
        return;
      case 'Dialogs.confirm': {
        const [, ok = '', cancel = ''] = args.map(text);
        ask((close) =>
          messageView({
            title: 'Question',
            text: first,
            left: [ok === '' ? 'OK' : ok, close(() => resume(true))],
            right: [cancel === '' ? 'Cancel' : cancel, close(() => resume(false))],
          }),
        );
        return;
      }
      case 'Dialogs.prompt':
        ask((close) =>
          entryView({
            title: 'Question',
            text: first,
            value: second,
            now: () => host.now(),
            accept: (value) => close(() => resume(value))(),
            // WAP-194 §12.1 knows no way out of a prompt but an answer: who wants none ends the script.
            cancel: stop,
            cancelLabel: 'Stop',
          }),
        );
        return;
      case 'Crypto.signText':
        host.signText(args, resume);
        return;
      case 'URL.loadString':
        wait(loadString(host, first, second, stopped.signal), resume, () => resume(GATEWAY_TIMEOUT));
        return;
    }
    host.library(name, args, call.url, resume);
  }

  next(execution.run());
  return stop;
}

/** The text of an argument; the machine has checked the types that the library prints. */
function text(value: Value): string {
  return typeof value === 'string' ? value : String(typeof value === 'symbol' ? '' : value);
}

/** WAP-194 §10.14: the content as text where it has the wanted type, else the HTTP status as error code. */
async function loadString(
  host: ScriptHost,
  url: string,
  wanted: string,
  signal: AbortSignal,
): Promise<Value> {
  const { status, contentType, body } = await host.load(url, wanted, signal);
  if (status !== 200) return status;
  if (mediaType(contentType) !== wanted.toLowerCase()) return NOT_ACCEPTABLE;
  return decodeText(body, charsetOf(contentType) ?? 'utf-8');
}
