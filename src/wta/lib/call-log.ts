/** WTACallLog: WAP-268-WTAI §12.2. */
import { invalid, type Value } from '../../wap/wmlscript/index.js';
import type { CallLogEntry, CallLogName } from '../call-log.js';
import { anyPermission, define, iso8601, type WtaiFunction, type WtaiLibrary } from './function.js';

export const wtaCallLog = {
  dialled: traversal('dialled'),
  missed: traversal('missed'),
  received: traversal('received'),
  getFieldValue: define(anyPermission, ['handle', 'string'], ({ telephone }, handle, field) => {
    const entry = telephone.logs.entry(handle);
    return entry === undefined ? invalid : fieldValue(entry, field);
  }),
} satisfies WtaiLibrary;

function traversal(log: CallLogName): WtaiFunction {
  return define(
    anyPermission,
    ['boolean'],
    ({ telephone }, returnFirst) => telephone.logs.next(log, returnFirst) ?? invalid,
  );
}

/** §5.4.2. */
function fieldValue(entry: CallLogEntry, field: string): Value {
  if (field === 'number' || field === 'explanation') return entry[field];
  return field === 'tstamp' ? iso8601(entry.tstamp) : '';
}
