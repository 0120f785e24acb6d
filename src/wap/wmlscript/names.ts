/** Names that reach the machine as text. */

/** WAP-193_101-WMLScript §8.3.3, FunctionName; also §11.1. */
export function isFunctionName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** WAP-191-WML §10.3.1: the same syntax, by coincidence. */
export function isVariableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}
