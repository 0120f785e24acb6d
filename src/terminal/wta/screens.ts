/** What the parts of the handset that are about telephony need of the rest of it. */
import type { Scheduler } from '../../bearer/index.js';
import type { Random } from '../../wap/random.js';
import type { Value } from '../../wap/wmlscript/index.js';
import type { View } from '../screen.js';
import type { SignRequest, TerminalEvent } from '../terminal.js';

export interface Screens {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Puts a view before all others; takes it away. */
  show(view: View): void;
  hide(view: View): void;
  /** The browser of the WTA user agent has something to show; or nothing any more. */
  enter(browser: View): void;
  leave(browser: View): void;
  notify(text: string): void;
  changed(): void;
  signText(request: SignRequest, answer: (value: Value) => void): void;
  observe(event: TerminalEvent): void;
}
