/**
 * The key log: what somebody needs to read a capture of WTLS. It is text, a connection a line, in the manner of NSS' key log for
 * TLS: `WTLS_CLIENT_RANDOM`, the 16 octets of ClientHello.random and the 20 of the master secret (WAP-261 §10.5.1.2, §11.2) as
 * hexadecimal digits. Lines that begin with # and labels of other protocols are left alone.
 */
import { DecodeError } from '../wap/errors.js';
import { toHex } from '../wap/octets.js';
import type { KeyLogEntry } from '../wap/wtls/index.js';

const LABEL = 'WTLS_CLIENT_RANDOM';

/** A line of the log, without its end. */
export function keyLogLine({ clientRandom, masterSecret }: KeyLogEntry): string {
  return `${LABEL} ${toHex(clientRandom)} ${toHex(masterSecret)}`;
}

/** Master secrets by ClientHello.random. */
export interface KeyLog {
  masterSecretFor(clientRandom: Uint8Array): Uint8Array | undefined;
}

/** A log without a line. */
export const emptyKeyLog: KeyLog = { masterSecretFor: () => undefined };

/** Reads a log; a `DecodeError` has the number of the first line that is none, counted from 1, as its offset. */
export function readKeyLog(text: string): KeyLog {
  const secrets = new Map<string, Uint8Array>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim().split(/\s+/);
    if (words[0] !== LABEL) {
      if (words[0] === '' || /^(?:#.*|[A-Z0-9_]+)$/.test(words[0] ?? '')) continue;
      throw new DecodeError('key log', i + 1, 'the line begins with no label');
    }
    const [, random = '', secret = ''] = words;
    const whole = words.length === 3 && /^[0-9a-f]{32}$/i.test(random) && /^[0-9a-f]{40}$/i.test(secret);
    if (!whole) throw new DecodeError('key log', i + 1, '32 and 40 hexadecimal digits follow the label');
    secrets.set(random.toLowerCase(), new Uint8Array(Buffer.from(secret, 'hex')));
  }
  return { masterSecretFor: (clientRandom) => secrets.get(toHex(clientRandom)) };
}
