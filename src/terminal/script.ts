/** Runs WMLScript for the handset: what the machine asks of its host is answered here. */
import type { Random } from '../wap/random.js';
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
import { mediaType } from './media.js';
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
  /** The content at an absolute URL, for external calls and URL.loadString. @param accept the only content type wanted */
  load(url: string, accept: string): Promise<Content>;
  /** Crypto.signText; calls back with its value. */
  signText(args: readonly Value[], answer: (value: Value) => void): void;
  /** The script ended, whether well or not. */
  ended(): void;
}

/** Instructions between two looks at the clock of the outside world. */
const SLICE = 1_000_000;

const UNIT_TYPE = 'application/vnd.wap.wmlscriptc';

/** HTTP status codes that stand for what went wrong here (WAP-194 §10.14). */
const NOT_ACCEPTABLE = 406;
const GATEWAY_TIMEOUT = 504;

/** Calls the function that a URL names in a unit that has arrived. */
export function runScript(host: ScriptHost, octets: Uint8Array, call: ScriptCall): void {
  const { browser } = host;

  function end(error?: string): void {
    if (error === undefined) browser.scriptEnded(call.url);
    else {
      host.notify(`Script: ${error}`);
      browser.scriptFailed();
    }
    host.ended();
  }

  const target = parseUrlCall(call.fragment);
  if (target === undefined) {
    end(`#${call.fragment} is no function call`);
    return;
  }
  const loaded = loadUnit(octets);
  if ('fatal' in loaded) {
    end(fatalErrorText(loaded.fatal));
    return;
  }
  const execution = startCall(loaded.unit, target.functionName, target.args, {
    url: call.url,
    ...(call.referrer !== undefined && { referer: call.referrer }),
    random: host.random,
    slice: SLICE,
  });

  function next(outcome: Outcome): void {
    if ('returned' in outcome || 'exited' in outcome) end();
    else if ('aborted' in outcome) end(outcome.aborted === '' ? 'the script gave up' : outcome.aborted);
    else if ('fatal' in outcome) end(fatalErrorText(outcome.fatal));
    else if ('paused' in outcome) setImmediate(() => next(execution.run()));
    else if ('loadUnit' in outcome) loadExternal(host, execution, outcome.loadUnit, next);
    else answer(outcome.host, outcome.args, (value) => next(execution.resume(value)));
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
        resume(browser.currentCard(call.url) ?? invalid);
        return;
      case 'WMLBrowser.refresh':
        browser.refresh();
        resume('');
        return;
      case 'Dialogs.alert':
        ask(host, (close) =>
          messageView({ title: 'Message', text: first, left: ['OK', () => close(() => resume(''))] }),
        );
        return;
      case 'Dialogs.confirm': {
        const [, ok = '', cancel = ''] = args.map(text);
        ask(host, (close) =>
          messageView({
            title: 'Question',
            text: first,
            left: [ok === '' ? 'OK' : ok, () => close(() => resume(true))],
            right: [cancel === '' ? 'Cancel' : cancel, () => close(() => resume(false))],
          }),
        );
        return;
      }
      case 'Dialogs.prompt':
        ask(host, (close) =>
          entryView({
            title: 'Question',
            text: first,
            value: second,
            accept: (value) => close(() => resume(value)),
            // WAP-194 §12.1 knows no way out of a prompt: the default input is what the author foresaw.
            cancel: () => close(() => resume(second)),
          }),
        );
        return;
      case 'Crypto.signText':
        host.signText(args, resume);
        return;
      case 'URL.loadString':
        loadString(host, first, second).then(resume, () => resume(GATEWAY_TIMEOUT));
        return;
    }
    resume(invalid);
  }

  next(execution.run());
}

/** The text of an argument; the machine has checked the types that the library prints. */
function text(value: Value): string {
  return typeof value === 'string' ? value : String(typeof value === 'symbol' ? '' : value);
}

function ask(host: ScriptHost, make: (close: (then: () => void) => void) => View): void {
  const view: View = make((then) => {
    host.hide(view);
    then();
  });
  host.show(view);
}

function loadExternal(
  host: ScriptHost,
  execution: Execution,
  url: string,
  next: (outcome: Outcome) => void,
): void {
  const refuse = (why: string): void =>
    next(execution.resume({ fatal: fatalError('Unable to Load Compilation Unit', `${url}: ${why}`) }));
  host.load(url, UNIT_TYPE).then(
    ({ status, contentType, body }) => {
      if (status !== 200) refuse(`the answer is ${status}`);
      else if (mediaType(contentType) !== UNIT_TYPE) refuse(`it is ${contentType}`);
      else next(execution.resume(loadUnit(body)));
    },
    (error: unknown) => refuse(String(error)),
  );
}

/** WAP-194 §10.14: the content as text where it has the wanted type, else the HTTP status as error code. */
async function loadString(host: ScriptHost, url: string, wanted: string): Promise<Value> {
  const { status, contentType, body } = await host.load(url, wanted);
  if (status !== 200) return status;
  return mediaType(contentType) === wanted.toLowerCase() ? new TextDecoder().decode(body) : NOT_ACCEPTABLE;
}
