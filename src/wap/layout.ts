/**
 * A printed PDU figure as data. One declaration gives the type, the decoder, the encoder and, in the tests, the generator.
 *
 *     export const Ack = pdu('Ack', flag('con'), constant('PDU Type', 4, 0x3), flag('tve'), reserved(1), flag('rid'), uint('tid', 16));
 *     export type Ack = Of<typeof Ack>;
 */
import { Reader, Writer } from './octets.js';

/** A field that is part of the value. `T` is its type there. */
export type ValueField<Name extends string, T> = { readonly name: Name; readonly value?: T } & (
  | { readonly kind: 'flag' }
  | { readonly kind: 'uint'; readonly bits: number }
  | { readonly kind: 'uintvar' }
  /** Octets whose length an earlier `lengthOf` gave. */
  | { readonly kind: 'sized' }
  /** All that is left. */
  | { readonly kind: 'rest' }
);

/** A field that is on the wire only: it follows from the rest, or is always the same. */
export type WireField =
  | { readonly kind: 'constant'; readonly name: string; readonly bits: number; readonly is: number }
  | { readonly kind: 'reserved'; readonly name: string; readonly bits: number }
  /** Whether the list `of`, which is not part of the figure, has anything in it. */
  | { readonly kind: 'presence'; readonly name: string; readonly of: string }
  | {
      readonly kind: 'length';
      readonly name: string;
      readonly of: string;
      readonly bits: number | 'uintvar';
    };

export type LayoutField = ValueField<string, unknown> | WireField;

export interface Layout<Name extends string, Fields extends readonly LayoutField[]> {
  readonly name: Name;
  readonly fields: Fields;
}

/** The value that a layout describes. */
export type Of<L> =
  L extends Layout<infer Name, infer Fields>
    ? { readonly pdu: Name } & {
        readonly [F in Fields[number] as F extends ValueField<infer N, unknown>
          ? N
          : never]: F extends ValueField<string, infer T> ? T : never;
      }
    : never;

/** One bit. */
export function flag<Name extends string>(name: Name): ValueField<Name, boolean> {
  return { kind: 'flag', name };
}

/** An unsigned integer of 1 to 32 bits. */
export function uint<Name extends string>(name: Name, bits: number): ValueField<Name, number> {
  return { kind: 'uint', name, bits };
}

export function uintvar<Name extends string>(name: Name): ValueField<Name, number> {
  return { kind: 'uintvar', name };
}

/** Octets whose number stands in the field that `lengthOf(name)` declares. */
export function sized<Name extends string>(name: Name): ValueField<Name, Uint8Array> {
  return { kind: 'sized', name };
}

/** Octets to the end. */
export function rest<Name extends string>(name: Name): ValueField<Name, Uint8Array> {
  return { kind: 'rest', name };
}

/** Bits that must have one value. */
export function constant(name: string, bits: number, is: number): WireField {
  return { kind: 'constant', name, bits, is };
}

/** Bits that are sent as zero and not looked at. */
export function reserved(bits: number): WireField {
  return { kind: 'reserved', name: 'RES', bits };
}

/** A bit that says whether a list follows, which its owner reads and writes: what is read is `true` or `false` in its place. */
export function presence(name: string, of: string): WireField {
  return { kind: 'presence', name, of };
}

/** The number of octets of the field `of`: a uintvar, or as many bits as given. */
export function lengthOf(of: string, bits: number | 'uintvar' = 'uintvar'): WireField {
  return { kind: 'length', name: `${of}Len`, of, bits };
}

export function pdu<Name extends string, const Fields extends readonly LayoutField[]>(
  name: Name,
  ...fields: Fields
): Layout<Name, Fields> {
  return { name, fields };
}

/** Reads one PDU; throws `DecodeError`. What follows it is left to the caller. */
export function read<L extends Layout<string, readonly LayoutField[]>>(layout: L, reader: Reader): Of<L> {
  const value: Record<string, unknown> = { pdu: layout.name };
  let lengths: Map<string, number> | undefined;
  for (const field of layout.fields) {
    switch (field.kind) {
      case 'flag':
        value[field.name] = reader.bits(field.name, 1) === 1;
        break;
      case 'uint':
        value[field.name] = unsigned(reader, field.name, field.bits);
        break;
      case 'uintvar':
        value[field.name] = reader.uintvar(field.name);
        break;
      case 'sized':
        value[field.name] = reader.octets(field.name, lengths?.get(field.name) ?? 0);
        break;
      case 'rest':
        value[field.name] = reader.rest(field.name);
        break;
      case 'constant':
        if (unsigned(reader, field.name, field.bits) !== field.is)
          reader.fail(`${field.name} is not ${field.is}`);
        break;
      case 'reserved':
        unsigned(reader, field.name, field.bits);
        break;
      case 'presence':
        value[field.of] = reader.bits(field.name, 1) === 1;
        break;
      case 'length':
        lengths ??= new Map();
        lengths.set(
          field.of,
          field.bits === 'uintvar' ? reader.uintvar(field.name) : unsigned(reader, field.name, field.bits),
        );
        break;
    }
  }
  return value as Of<L>;
}

/** Writes one PDU. */
export function write<L extends Layout<string, readonly LayoutField[]>>(
  layout: L,
  value: Of<L>,
  writer: Writer,
): void {
  const values = value as Readonly<Record<string, unknown>>;
  for (const field of layout.fields) {
    switch (field.kind) {
      case 'flag':
        writer.bits(values[field.name] ? 1 : 0, 1);
        break;
      case 'uint':
        writer.bits(values[field.name] as number, field.bits);
        break;
      case 'uintvar':
        writer.uintvar(values[field.name] as number);
        break;
      case 'sized':
      case 'rest':
        writer.octets(values[field.name] as Uint8Array);
        break;
      case 'constant':
        writer.bits(field.is, field.bits);
        break;
      case 'reserved':
        writer.bits(0, field.bits);
        break;
      case 'presence':
        writer.bits((values[field.of] as readonly unknown[]).length > 0 ? 1 : 0, 1);
        break;
      case 'length': {
        const { length } = values[field.of] as Uint8Array;
        if (field.bits === 'uintvar') writer.uintvar(length);
        else writer.bits(length, field.bits);
        break;
      }
    }
  }
}

/** Octets that are exactly one PDU. */
export function decodePdu<L extends Layout<string, readonly LayoutField[]>>(
  layout: L,
  octets: Uint8Array,
  layer: string,
): Of<L> {
  const reader = new Reader(octets, layer);
  const value = read(layout, reader);
  reader.end();
  return value;
}

export function encodePdu<L extends Layout<string, readonly LayoutField[]>>(
  layout: L,
  value: Of<L>,
): Uint8Array {
  const writer = new Writer();
  write(layout, value, writer);
  return writer.done();
}

/** Whole octets are read whole, which is faster. */
function unsigned(reader: Reader, name: string, bits: number): number {
  if (reader.aligned && bits === 8) return reader.uint8(name);
  if (reader.aligned && bits === 16) return reader.uint16(name);
  return reader.bits(name, bits);
}
