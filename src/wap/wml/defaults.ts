/** Attributes that a deck may leave away: WAP-192 §6.3, with the defaults of WAP-191 §13.2. */
import { type DtdVersion, dtdOf } from './dtd.js';
import type { VText, WmlElement } from './model.js';

/** The value of an attribute: as written, else the default of the DTD; `undefined` where there is neither. */
export function attributeOf(
  element: WmlElement,
  name: string,
  version: DtdVersion = '1.3',
): VText | undefined {
  const written = element.attributes.get(name);
  if (written !== undefined) return written;
  const value = dtdOf(version).get(element.name)?.attributes.get(name)?.value;
  return value === undefined ? undefined : [value];
}
