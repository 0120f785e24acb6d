/** Generators for property tests, made from the declarations that the codecs run on. */
import fc from 'fast-check';
import type { Layout, LayoutField, Of } from '../../src/wap/layout.js';

/** Most octets in a generated field of variable length. */
const LONGEST = 40;

/** Values of one layout. */
export function arbitraryPdu<L extends Layout<string, readonly LayoutField[]>>(
  layout: L,
): fc.Arbitrary<Of<L>> {
  const fields: Record<string, fc.Arbitrary<unknown>> = { pdu: fc.constant(layout.name) };
  for (const field of layout.fields) {
    const arbitrary = arbitraryField(field);
    if (arbitrary !== undefined) fields[field.name] = arbitrary;
  }
  // Decoded values are plain objects, and deep equality looks.
  return fc.record(fields, { noNullPrototype: true }) as unknown as fc.Arbitrary<Of<L>>;
}

/** `undefined` for what is on the wire only. */
function arbitraryField(field: LayoutField): fc.Arbitrary<unknown> | undefined {
  switch (field.kind) {
    case 'flag':
      return fc.boolean();
    case 'uint':
      return fc.integer({ min: 0, max: 2 ** field.bits - 1 });
    case 'uintvar':
      return fc.integer({ min: 0, max: 0xffff_ffff });
    case 'sized':
    case 'rest':
      return fc.uint8Array({ maxLength: LONGEST });
    case 'constant':
    case 'reserved':
    case 'presence':
    case 'length':
      return undefined;
  }
}

/** Valid octets with some of them changed, cut off or added: garbage that gets far into a decoder. */
export function mutated(octets: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
  return fc
    .tuple(octets, fc.array(change, { maxLength: 4 }), fc.nat({ max: 8 }), fc.uint8Array({ maxLength: 4 }))
    .map(([valid, changes, cut, tail]) => {
      const kept = valid.slice(0, Math.max(0, valid.length - cut));
      for (const [at, value] of changes) if (kept.length > 0) kept[at % kept.length] = value;
      return Uint8Array.from([...kept, ...tail]);
    });
}
