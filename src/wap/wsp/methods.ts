/** Names and PDU types of methods, those of HTTP/1.1 and the extended ones: WAP-230-WSP Table 34 and §8.3.2.5. */
import type { ExtendedMethod } from './capabilities.js';
import { methodTypes } from './numbers.js';

const names = new Map<number, string>(Object.entries(methodTypes).map(([name, number]) => [number, name]));
const numbers = new Map<string, number>(Object.entries(methodTypes));

export function methodType(name: string, extended: readonly ExtendedMethod[] = []): number | undefined {
  return numbers.get(name) ?? extended.find((method) => method.methodName === name)?.pduType;
}

/** `undefined` where nobody assigned the number. */
export function methodName(type: number, extended: readonly ExtendedMethod[] = []): string | undefined {
  return names.get(type) ?? extended.find((method) => method.pduType === type)?.methodName;
}

/** Post PDUs carry a body, Get PDUs none. */
export function hasBody(type: number): boolean {
  return type >= 0x60 && type <= 0x7f;
}
