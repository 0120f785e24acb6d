/** The user's permission for function calls: WAP-266-WTA §5.3, Table 1. */

/** What the user may be asked to give. */
export type PermissionType = 'BLANKET' | 'CONTEXT' | 'SINGLE';

export interface PermissionRequest {
  /** Who calls: the URL of the deck or the compilation unit, without query and fragment. */
  readonly executable: string;
  /** What is called, as printed: `WTAVoiceCall.setup`. */
  readonly name: string;
  /** What the function allows to be given. */
  readonly types: readonly PermissionType[];
  /** Arguments that the user must see (WAP-268 §8.2.1). */
  readonly shown: readonly string[];
}

/** The user's answer. One that the function does not allow is a refusal. */
export type PermissionAnswer = PermissionType | 'REFUSED';

/** Asks the user, and calls back once. */
export type AskPermission = (request: PermissionRequest, answer: (answer: PermissionAnswer) => void) => void;

/** A function that an executable may call as often as it likes. */
export interface Blanket {
  readonly executable: string;
  readonly name: string;
}

/** Blanket permissions kept; the user looks through them one by one. */
export const BLANKETS_MAX = 1000;

export class Permissions {
  readonly #ask: AskPermission;
  readonly #changed: (blankets: readonly Blanket[]) => void;
  readonly #blankets = new Map<string, Blanket>();
  readonly #contexts = new Map<number, Set<string>>();

  /** @param changed is called after each change: to store what is there */
  constructor(
    ask: AskPermission,
    blankets: readonly Blanket[] = [],
    changed: (blankets: readonly Blanket[]) => void = () => {},
  ) {
    this.#ask = ask;
    this.#changed = changed;
    for (const blanket of blankets) this.#blankets.set(keyOf(blanket), blanket);
  }

  /** Blanket permissions that the user has given. */
  blankets(): readonly Blanket[] {
    return [...this.#blankets.values()];
  }

  /**
   * Asks unless permission was given before.
   * @param context the running context; without one there is no context permission
   */
  obtain(request: PermissionRequest, context: number | undefined, answer: (granted: boolean) => void): void {
    const key = keyOf(request);
    if (this.#isGiven(request, context)) {
      answer(true);
      return;
    }
    const types = context === undefined ? request.types.filter((type) => type !== 'CONTEXT') : request.types;
    this.#ask({ ...request, types }, (given) => {
      if (given === 'REFUSED' || !types.includes(given)) {
        answer(false);
        return;
      }
      if (given === 'BLANKET') this.#give(request);
      if (given === 'CONTEXT' && context !== undefined) {
        this.#contexts.set(context, (this.#contexts.get(context) ?? new Set()).add(key));
      }
      answer(true);
    });
  }

  /** The user takes a permission back, of whatever type. */
  revoke(permission: Blanket): void {
    for (const held of this.#contexts.values()) held.delete(keyOf(permission));
    if (this.#blankets.delete(keyOf(permission))) this.#changed(this.blankets());
  }

  contextEnded(context: number): void {
    this.#contexts.delete(context);
  }

  /** What was given to an executable goes with it. */
  executableRemoved(executable: string): void {
    for (const blanket of this.blankets()) if (blanket.executable === executable) this.revoke(blanket);
  }

  #isGiven(request: PermissionRequest, context: number | undefined): boolean {
    const { types } = request;
    const key = keyOf(request);
    if (types.length === 0) return true;
    if (types.includes('BLANKET') && this.#blankets.has(key)) return true;
    const held = context === undefined ? undefined : this.#contexts.get(context);
    return types.includes('CONTEXT') && held?.has(key) === true;
  }

  #give({ executable, name }: Blanket): void {
    this.#blankets.set(keyOf({ executable, name }), { executable, name });
    const [oldest] = this.#blankets.keys();
    if (this.#blankets.size > BLANKETS_MAX && oldest !== undefined) this.#blankets.delete(oldest);
    this.#changed(this.blankets());
  }
}

/** The executable that a URL stands for. */
export function executableOf(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** No blank stands in a URL. */
function keyOf({ executable, name }: Blanket): string {
  return `${executable} ${name}`;
}
