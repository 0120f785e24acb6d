/**
 * Content models of a DTD as automata: XML 1.0 §3.2. Models are deterministic, so that a position in the model and the
 * next element's name give the next position (Glushkov's construction).
 */

/** Where in a model one is: 0 before the first child, else the number of the name that was matched last. */
export type ModelState = number;

export interface ContentModel {
  readonly kind: 'EMPTY' | 'mixed' | 'children';
  /** The state after a child; `undefined` where the model has no place for it. */
  readonly next: (state: ModelState, name: string) => ModelState | undefined;
  /** Whether the element may end here. */
  readonly complete: (state: ModelState) => boolean;
  /** What may come: names, in the order of the model. */
  readonly expected: (state: ModelState) => readonly string[];
}

const models = new Map<string, ContentModel>();

/** The automaton of a content model as it is printed: `(head?, template?, card+)`. */
export function contentModel(text: string): ContentModel {
  const known = models.get(text);
  if (known !== undefined) return known;
  const model = text === 'EMPTY' ? empty : text.includes('#PCDATA') ? mixed(text) : children(text);
  models.set(text, model);
  return model;
}

const empty: ContentModel = {
  kind: 'EMPTY',
  next: () => undefined,
  complete: () => true,
  expected: () => [],
};

function mixed(text: string): ContentModel {
  const names = text.match(/[A-Za-z][\w-]*/g)?.filter((name) => name !== 'PCDATA') ?? [];
  const set = new Set(names);
  return {
    kind: 'mixed',
    next: (_, name) => (set.has(name) ? 0 : undefined),
    complete: () => true,
    expected: () => names,
  };
}

interface Particle {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

function children(text: string): ContentModel {
  const tokens = text.match(/[A-Za-z][\w-]*|[(),|?*+]/g) ?? [];
  const names: string[] = [''];
  const follow: Set<number>[] = [new Set()];
  let at = 0;
  const whole = unit();
  for (const position of whole.first) follow[0]?.add(position);
  const last = new Set(whole.last);
  const transitions = follow.map(
    (positions) => new Map([...positions].map((position) => [names[position] ?? '', position])),
  );
  return {
    kind: 'children',
    next: (state, name) => transitions[state]?.get(name),
    complete: (state) => (state === 0 ? whole.nullable : last.has(state)),
    expected: (state) => [...(transitions[state]?.keys() ?? [])],
  };

  /** A name or a group, and how often it may stand. */
  function unit(): Particle {
    const token = tokens[at++];
    let particle: Particle;
    if (token === '(') {
      particle = group();
      at++;
    } else {
      const position = names.push(token ?? '') - 1;
      follow.push(new Set());
      particle = { nullable: false, first: [position], last: [position] };
    }
    const often = tokens[at];
    if (often !== '?' && often !== '*' && often !== '+') return particle;
    at++;
    if (often !== '?') connect(particle.last, particle.first);
    return often === '+' ? particle : { ...particle, nullable: true };
  }

  /** What stands between parentheses: a sequence or a choice. */
  function group(): Particle {
    let particle = unit();
    while (tokens[at] === ',' || tokens[at] === '|') {
      const isSequence = tokens[at++] === ',';
      const right = unit();
      particle = isSequence ? sequence(particle, right) : choice(particle, right);
    }
    return particle;
  }

  function sequence(left: Particle, right: Particle): Particle {
    connect(left.last, right.first);
    return {
      nullable: left.nullable && right.nullable,
      first: left.nullable ? [...left.first, ...right.first] : left.first,
      last: right.nullable ? [...left.last, ...right.last] : right.last,
    };
  }

  function choice(left: Particle, right: Particle): Particle {
    return {
      nullable: left.nullable || right.nullable,
      first: [...left.first, ...right.first],
      last: [...left.last, ...right.last],
    };
  }

  function connect(from: readonly number[], to: readonly number[]): void {
    for (const position of from) for (const next of to) follow[position]?.add(next);
  }
}
