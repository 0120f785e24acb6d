/** WTAPhoneBook: WAP-268-WTAI §11.2. */
import { invalid } from '../../wap/wmlscript/index.js';
import { anyPermission, define, done, type WtaiLibrary } from './function.js';

export const wtaPhoneBook = {
  write: define(
    anyPermission,
    ['integer', 'phone-number', 'string'],
    ({ telephone }, index, number, name) => telephone.phoneBook.write(index, number, name) ?? invalid,
  ),
  search: define(
    anyPermission,
    ['string', 'string'],
    ({ telephone }, field, value) => telephone.phoneBook.search(field, value) ?? invalid,
  ),
  remove: define(anyPermission, ['integer'], ({ telephone }, index) =>
    done(telephone.phoneBook.remove(index)),
  ),
  getFieldValue: define(
    anyPermission,
    ['integer', 'string'],
    ({ telephone }, index, field) => telephone.phoneBook.fieldValue(index, field) ?? invalid,
  ),
  change: define(anyPermission, ['integer', 'string', 'string'], ({ telephone }, index, field, value) => {
    const changed = telephone.phoneBook.change(index, field, value);
    if (changed === undefined) return invalid;
    return changed === 0 ? '' : changed;
  }),
} satisfies WtaiLibrary;
