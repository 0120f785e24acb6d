/** Files that hold keys, certificates and PINs: reading them in whichever form they come, writing secrets for the owner only. */

import { renameSync, writeFileSync } from 'node:fs';
import { realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../wap/errors.js';
import { decodeLatin1, fromBase64, fromHex } from '../wap/octets.js';
import {
  type Authority,
  type Certificate,
  decodeCertificate,
  decodePrivateKeyInfo,
  encodePrivateKeyInfo,
  type PrivateKey,
  pem,
} from '../wap/pki/index.js';
import type { Card, Transmit } from '../wap/wim/index.js';
import { exportCard, importCard } from '../wap/wim/index.js';
import { about, readInput } from './files.js';
import { systemRandom } from './system.js';

/** Writes a file that only its owner may read, also when it was there before with other rights. */
export async function writeSecret(file: string, content: Uint8Array | string): Promise<void> {
  const { chmod } = await import('node:fs/promises');
  await writeFile(file, content, { mode: 0o600 });
  await chmod(file, 0o600);
}

/** All blocks with this label in a PEM file; a file that has none is taken for one block in DER. */
export function readPem(octets: Uint8Array, label: string): readonly Uint8Array[] {
  const written = decodeLatin1(octets);
  if (!written.includes('-----BEGIN ')) return [octets];
  const blocks = written.matchAll(new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`, 'g'));
  const found = [...blocks].flatMap(([, body = '']) => fromBase64(body) ?? []);
  if (found.length === 0) throw new UsageError(`the file has no ${label}`);
  return found;
}

export async function readCertificates(file: string): Promise<readonly Certificate[]> {
  const blocks = readPem(await readInput(file), 'CERTIFICATE');
  return about(file, () => blocks.map((octets) => decodeCertificate(octets)));
}

export async function readPrivateKey(file: string): Promise<PrivateKey> {
  const [octets] = readPem(await readInput(file), 'PRIVATE KEY');
  if (octets === undefined) throw new UsageError(`${file} has no private key`);
  return about(file, () => decodePrivateKeyInfo(octets));
}

/** Names of the files of an authority in its folder. */
const CERTIFICATE_FILE = 'ca.pem';
const KEY_FILE = 'ca.key';

/** The authority in a folder. */
export async function readAuthority(folder: string): Promise<Authority> {
  const [certificate] = await readCertificates(join(folder, CERTIFICATE_FILE));
  if (certificate === undefined) throw new UsageError(`${folder} has no ${CERTIFICATE_FILE}`);
  return { certificate, privateKey: await readPrivateKey(join(folder, KEY_FILE)) };
}

/** Puts an authority into a folder that is there: its certificate for everybody, its key for the owner. */
export async function writeAuthority(folder: string, authority: Authority): Promise<readonly string[]> {
  const [certificateFile, keyFile] = [join(folder, CERTIFICATE_FILE), join(folder, KEY_FILE)];
  await writeSecret(keyFile, pem('PRIVATE KEY', encodePrivateKeyInfo(authority.privateKey)));
  await writeFile(certificateFile, pem('CERTIFICATE', authority.certificate.octets));
  return [certificateFile, keyFile];
}

export async function readCard(file: string): Promise<Card> {
  const octets = await readInput(file);
  return about(file, () => importCard(octets, systemRandom));
}

/** Whoever is ended in between leaves the card as it was, or as it is: its keys are nowhere else. */
export async function writeCard(file: string, card: Card): Promise<void> {
  const fresh = `${file}.new`;
  await writeSecret(fresh, exportCard(card));
  await rename(fresh, await realpath(file).catch(() => file));
}

/** A card that stays in a slot: what a command changes in it, tries of a PIN above all, is in the file before the answer. */
export async function insertedCard(file: string): Promise<Transmit> {
  const card = await readCard(file);
  let kept = card.image;
  return (apdu) => {
    const response = card.transmit(apdu);
    if (card.image !== kept) {
      kept = card.image;
      const fresh = `${file}.new`;
      writeFileSync(fresh, exportCard(card), { mode: 0o600 });
      renameSync(fresh, file);
    }
    return response;
  };
}

/** What stands in a PIN file: a line each, blanks around it left out. */
export async function readPinLines(file: string): Promise<readonly string[]> {
  const written = file === '-' ? await text(process.stdin) : decodeLatin1(await readInput(file));
  const lines = written.split('\n').map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  if (filled.length === 0) throw new UsageError(`${file} has no PIN`);
  return filled;
}

/** What `wapstack wim create --finger` wrote: a finger of the simulated sensor. */
export async function readFinger(file: string): Promise<Uint8Array> {
  const finger = fromHex(decodeLatin1(await readInput(file)).trim());
  if (finger === undefined || finger.length === 0) throw new UsageError(`${file} is no finger`);
  return finger;
}

/** A number from a command line. */
export function parseInteger(value: string): number {
  const number = /^0x[0-9a-f]+$/i.test(value) || /^[0-9]+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new UsageError(`${value} is no number`);
  return number;
}
