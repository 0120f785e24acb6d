/** What tests ask of a state table as a whole. */
import { findRow, type StateTable } from '../../src/wap/machine.js';

/**
 * Rows that no circumstances reach, because an earlier row always takes their event.
 * @param circumstances every combination that can occur, each as the conditions that hold
 */
export function deadRows<State extends string, Event, Condition, Action>(
  table: StateTable<State, Event, Condition, Action>,
  circumstances: Iterable<(condition: Condition) => boolean>,
): string[] {
  const states = Object.keys(table) as State[];
  const dead = new Map(states.flatMap((state) => table[state].map((row) => [row, state] as const)));
  for (const holds of circumstances) {
    for (const state of states) {
      for (const [event] of table[state]) {
        const row = findRow(table, state, event, holds);
        if (row) dead.delete(row);
      }
    }
  }
  return [...dead].map(
    ([[event, conditions], state]) => `${state}: ${String(event)} [${conditions.join(', ')}]`,
  );
}

/** Every combination of the values that some variables can take. */
export function* combinations<T extends Record<string, readonly unknown[]>>(
  variables: T,
): Generator<{ [K in keyof T]: T[K][number] }> {
  const [first, ...rest] = Object.entries(variables);
  if (first === undefined) {
    yield {} as { [K in keyof T]: T[K][number] };
    return;
  }
  const [name, values] = first;
  for (const others of combinations(Object.fromEntries(rest))) {
    for (const value of values) yield { ...others, [name]: value } as { [K in keyof T]: T[K][number] };
  }
}
