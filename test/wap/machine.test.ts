import assert from 'node:assert/strict';
import { findRow, type StateTable } from '../../src/wap/machine.js';
import { combinations, deadRows } from '../support/tables.js';

const table: StateTable<'IDLE' | 'BUSY', 'go' | 'stop', 'ready' | 'tired', 'run' | 'rest'> = {
  IDLE: [
    ['go', ['ready', 'tired'], ['rest'], 'IDLE'],
    ['go', ['ready'], ['run'], 'BUSY'],
    ['go', [], [], 'IDLE'],
  ],
  BUSY: [
    ['stop', [], [], 'IDLE'],
    ['stop', ['tired'], ['rest'], 'IDLE'],
  ],
};

describe('State tables', () => {
  it('the first row of the event whose conditions all hold', () => {
    assert.deepEqual(findRow(table, 'IDLE', 'go', (condition) => condition === 'ready')?.[2], ['run']);
    assert.deepEqual(findRow(table, 'IDLE', 'go', () => true)?.[2], ['rest']);
    assert.deepEqual(findRow(table, 'IDLE', 'go', () => false)?.[3], 'IDLE');
    assert.equal(
      findRow(table, 'IDLE', 'stop', () => true),
      undefined,
    );
  });

  it('conditions behind one that fails are not asked', () => {
    const asked: string[] = [];
    findRow(table, 'IDLE', 'go', (condition) => {
      asked.push(condition);
      return false;
    });
    assert.deepEqual(asked, ['ready', 'ready']);
  });

  it('a row that an earlier one always takes is found', () => {
    const circumstances = [...combinations({ ready: [false, true], tired: [false, true] })];
    assert.equal(circumstances.length, 4);
    const holds = circumstances.map((each) => (condition: 'ready' | 'tired') => each[condition]);
    assert.deepEqual(deadRows(table, holds), ['BUSY: stop [tired]']);
  });
});
