/** State tables as data: a row a printed line, the first matching row wins. */

export type Row<Event, Condition, Action, State> = readonly [
  event: Event,
  conditions: readonly Condition[],
  actions: readonly Action[],
  next: State,
];

/** Rows by the state that they start from. Strings exactly as printed. */
export type StateTable<State extends string, Event, Condition, Action> = Readonly<
  Record<State, readonly Row<Event, Condition, Action, State>[]>
>;

/** The first row of `state` for `event` whose conditions all hold; `undefined` where the table prints none. */
export function findRow<State extends string, Event, Condition, Action>(
  table: StateTable<State, Event, Condition, Action>,
  state: State,
  event: Event,
  holds: (condition: Condition) => boolean,
): Row<Event, Condition, Action, State> | undefined {
  for (const row of table[state]) {
    if (row[0] === event && row[1].every(holds)) return row;
  }
  return undefined;
}
