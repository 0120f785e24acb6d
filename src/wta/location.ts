/** GSM location information: WAP-255-WTAIGSM §5.2, with the information elements of GSM 04.08. */
import { toHex, Writer } from '../wap/octets.js';
import type { Cell } from './signals.js';

/** Neighbours that Measurement Results have room for: GSM 04.08 §10.5.2.20. */
const NEIGHBOURS_MAX = 6;

/**
 * Octets 1 to 9, and 10 to 25 with measurements, in hexadecimal.
 * @param isBusy whether the device is not in idle mode
 */
export function locationInformation(cell: Cell, isBusy: boolean, withMeasurements: boolean): string {
  const writer = new Writer();
  for (const octet of areaDigits(cell)) writer.uint8(octet);
  writer.uint16(cell.lac);
  writer.uint16(cell.cell);
  writer.uint8(cell.timingAdvance);
  // Bit 8: phone status; bit 7: NMR present.
  writer.uint8((isBusy ? 0x80 : 0) | (withMeasurements ? 0x40 : 0));
  if (withMeasurements) for (const octet of measurementResults(cell)) writer.uint8(octet);
  return toHex(writer.done());
}

/** GSM 04.08 §10.5.1.3: MCC and MNC, digits in semi-octets, 1111 for an MNC of two digits. */
function areaDigits({ mcc, mnc }: Cell): readonly number[] {
  const [a = 0, b = 0, c = 0] = [...mcc].map(Number);
  const [d = 0, e = 0, f = 0xf] = [...mnc].map(Number);
  return [(b << 4) | a, (f << 4) | c, (e << 4) | d];
}

/** GSM 04.08 §10.5.2.20 from octet 2: all fields, most significant bit first. */
function measurementResults({ level, neighbours }: Cell): readonly number[] {
  const best = [...neighbours].sort((a, b) => b.level - a.level).slice(0, NEIGHBOURS_MAX);
  const fields: (readonly [bits: number, value: number])[] = [
    // BA-USED, DTX-USED, RXLEV-FULL-SERVING-CELL
    [2, 0],
    [6, level],
    // A spare bit, MEAS-VALID (0 is valid), RXLEV-SUB-SERVING-CELL
    [2, 0],
    [6, level],
    // A spare bit, RXQUAL-FULL and RXQUAL-SUB (0 is the best), NO-NCELL-M
    [7, 0],
    [3, best.length],
  ];
  for (let i = 0; i < NEIGHBOURS_MAX; i++) {
    const cell = best[i];
    fields.push([6, cell?.level ?? 0], [5, cell?.frequency ?? 0], [6, cell?.bsic ?? 0]);
  }
  const bits = fields.map(([width, value]) => value.toString(2).padStart(width, '0')).join('');
  return (bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2));
}
