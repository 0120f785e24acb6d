/** How a WTA event is handled: WAP-266-WTA §9.6, in the printed steps. */
import type { WtaEvent } from './events.js';

/** What the process asks of the user agent. @typeParam L a local binding @typeParam G a global one */
export interface EventHandling<L, G> {
  hasContext(): boolean;
  /** The task that the current card, or its template, binds to the event. */
  localBinding(eventid: string): L | undefined;
  isProtected(): boolean;
  globalBinding(eventid: string): G | undefined;
  /** Removes all parameters of the context, and gives it these. */
  setParameters(parameters: readonly string[]): void;
  terminateContext(): void;
  createContext(): void;
  invokeLocal(binding: L): void;
  invokeGlobal(binding: G): void;
}

/** How it ended: with a task under way, or with nothing done, which leaves the event to the device's own functions. */
export type Handled = 'local' | 'global' | 'protected' | 'unbound';

/**
 * Steps 1 to 5; what is invoked may go on after it, and may fail: then the context is terminated (2e, 4f).
 */
export function processEvent<L, G>(event: WtaEvent, agent: EventHandling<L, G>): Handled {
  // 1. Without a context there is nothing local.
  if (agent.hasContext()) {
    // 2.
    const local = agent.localBinding(event.id);
    if (local !== undefined) {
      agent.setParameters(event.parameters);
      agent.invokeLocal(local);
      return 'local';
    }
    // 3.
    if (agent.isProtected()) return 'protected';
  }
  // 4.
  const global = agent.globalBinding(event.id);
  if (global !== undefined) {
    if (agent.hasContext()) agent.terminateContext();
    agent.createContext();
    agent.setParameters(event.parameters);
    agent.invokeGlobal(global);
    return 'global';
  }
  // 5. The context may be terminated; here it stays.
  return 'unbound';
}
