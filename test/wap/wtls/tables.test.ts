import assert from 'node:assert/strict';
import {
  type ClientCondition,
  clientTable,
  type ServerCondition,
  serverTable,
} from '../../../src/wap/wtls/tables.js';
import { deadRows } from '../../support/tables.js';

/** What can hold at once: one thing came, and where it repeats something, that. */
function* alone<Condition extends string>(
  table: Readonly<Record<string, readonly (readonly [unknown, readonly Condition[], unknown, unknown])[]>>,
): Generator<(condition: Condition) => boolean> {
  yield () => false;
  for (const rows of Object.values(table)) {
    for (const [, conditions] of rows) yield (condition) => conditions.includes(condition);
  }
}

describe('WTLS state tables (WAP-261 §7)', () => {
  it('no row of the client is dead', () => {
    assert.deepEqual(deadRows(clientTable, alone<ClientCondition>(clientTable)), []);
  });

  it('no row of the server is dead', () => {
    assert.deepEqual(deadRows(serverTable, alone<ServerCondition>(serverTable)), []);
  });

  it('every state can be left, and every state but NULL can be ended (Tables 2 and 3)', () => {
    for (const table of [clientTable, serverTable]) {
      for (const [state, rows] of Object.entries<readonly (readonly [string, ...unknown[]])[]>(table)) {
        assert(rows.length > 0, state);
        const events = rows.map(([event]) => event);
        assert.equal(events.includes('SEC-Terminate.req'), state !== 'NULL', state);
        assert.equal(events.includes('SEC-Exception.req'), state !== 'NULL', state);
      }
    }
  });
});
