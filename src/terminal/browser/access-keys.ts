/** Access keys: WAP-191 §9.8. */
import { isElement, type WmlElement } from '../../wap/wml/index.js';
import type { Variables } from './controls.js';

/** What a phone's keypad has. */
const keypad = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'];

/** Elements that can have one. */
const bearers = new Set(['a', 'anchor', 'input']);

/**
 * The keys of a card's elements. Each gets the key that it asks for; where that is none of the keypad's, or another
 * element has it, one of those that are left, in document order.
 */
export function accessKeys(card: WmlElement, expand: Variables['expand']): ReadonlyMap<WmlElement, string> {
  const asking: (readonly [WmlElement, string])[] = [];
  collect(card);
  const keys = new Map<WmlElement, string>();
  const taken = new Set<string>();
  for (const [element, key] of asking) {
    if (!keypad.includes(key) || taken.has(key)) continue;
    keys.set(element, key);
    taken.add(key);
  }
  const free = keypad.filter((key) => !taken.has(key));
  for (const [element] of asking) {
    if (keys.has(element)) continue;
    const key = free.shift();
    if (key !== undefined) keys.set(element, key);
  }
  return keys;

  function collect(parent: WmlElement): void {
    for (const child of parent.children) {
      if (!isElement(child)) continue;
      const key = bearers.has(child.name) ? child.attributes.get('accesskey') : undefined;
      if (key !== undefined && expand(key) !== '') asking.push([child, expand(key)]);
      collect(child);
    }
  }
}
