/** The bulk ciphers of WAP-261 Table 5, all with blocks of 8 octets in CBC. */
import { tripleDesCbcDecrypt, tripleDesCbcEncrypt } from '../crypto.js';
import { concat } from '../octets.js';
import { ideaCbcDecrypt, ideaCbcEncrypt, ideaInverse, ideaSchedule } from './idea.js';
import { rc5CbcDecrypt, rc5CbcEncrypt, rc5Schedule } from './rc5.js';
import type { BulkCipher } from './suites.js';

export const BLOCK_OCTETS = 8;

/** A cipher with its key. What goes in is whole blocks. */
export interface KeyedCipher {
  /** @param into where the cryptogram goes, as long as `blocks`; it may be `blocks` itself */
  encrypt(iv: Uint8Array, blocks: Uint8Array, into?: Uint8Array): Uint8Array;
  decrypt(iv: Uint8Array, blocks: Uint8Array): Uint8Array;
}

/** Below Table 5: RC5_CBC has 16 rounds, its exportable forms 12. Of RC5_CBC_64 nothing is said: it is one of those. */
const RC5_ROUNDS = { full: 16, exportable: 12 } as const;

/** @param key as many octets as Table 5 says of expanded key material */
export function keyedCipher(cipher: BulkCipher, key: Uint8Array): KeyedCipher {
  switch (family(cipher)) {
    case 'NULL':
      return { encrypt: (_, octets, into = octets) => put(octets, into), decrypt: (_, octets) => octets };
    case 'RC5': {
      const table = rc5Schedule(key, cipher.isExportable ? RC5_ROUNDS.exportable : RC5_ROUNDS.full);
      return {
        encrypt: (iv, blocks, into) => rc5CbcEncrypt(table, iv, blocks, into),
        decrypt: (iv, blocks) => rc5CbcDecrypt(table, iv, blocks),
      };
    }
    case 'DES':
      // Single DES left OpenSSL's default provider; with three equal keys, triple DES is single DES.
      return tripleDes(concat([key, key, key]));
    case '3DES':
      return tripleDes(key);
    case 'IDEA': {
      const schedule = ideaSchedule(key);
      const inverse = ideaInverse(schedule);
      return {
        encrypt: (iv, blocks, into) => ideaCbcEncrypt(schedule, iv, blocks, into),
        decrypt: (iv, blocks) => ideaCbcDecrypt(inverse, iv, blocks),
      };
    }
  }
}

function family({ name }: BulkCipher): 'NULL' | 'RC5' | 'DES' | '3DES' | 'IDEA' {
  if (name === 'NULL') return 'NULL';
  if (name.startsWith('RC5')) return 'RC5';
  if (name.startsWith('DES')) return 'DES';
  return name.startsWith('3DES') ? '3DES' : 'IDEA';
}

function tripleDes(key: Uint8Array): KeyedCipher {
  return {
    encrypt: (iv, blocks, into) => {
      const cryptogram = tripleDesCbcEncrypt(key, iv, blocks);
      return into === undefined ? cryptogram : put(cryptogram, into);
    },
    decrypt: (iv, blocks) => tripleDesCbcDecrypt(key, iv, blocks),
  };
}

function put(octets: Uint8Array, into: Uint8Array): Uint8Array {
  if (into !== octets) into.set(octets);
  return into;
}
