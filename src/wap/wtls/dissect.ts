/** Reading conversations of others: captures, with the key log of one of the two ends. The decoders are the layer's own. */
import { DecodeError } from '../errors.js';
import type { Field } from '../octets.js';
import { type Alert, decodeAlert } from './alert.js';
import { type ClientHello, decodeHandshake, type HandshakeMessage, type ServerHello } from './handshake.js';
import { masterSecretOf, type Side } from './keys.js';
import { ReadState } from './protection.js';
import { type ContentTypeName, contentTypeName, decodeRecords, type WtlsRecord } from './record.js';
import {
  cipherSpecByNumbers,
  type KeyExchangeAlgorithm,
  keyExchangeByNumber,
  sequenceNumberModes,
} from './suites.js';

/** A record as far as it can be read. */
export interface ReadRecord {
  readonly record: WtlsRecord;
  readonly type: ContentTypeName | undefined;
  /** Without MAC and padding; absent where it is under keys that are not known. */
  readonly content?: Uint8Array;
  readonly message?: HandshakeMessage;
  readonly alert?: Alert;
  /** What is wrong with it. */
  readonly fault?: string;
  /** What was read of the content, for a dissector: bits counted from the start of the content. */
  readonly fields?: readonly Field[];
}

export interface WtlsReader {
  /** Reads what one side sent. @param record receives the fields of the records themselves */
  read(from: Side, sdu: Uint8Array, record?: Field[]): readonly ReadRecord[];
}

/**
 * Follows one conversation. The hellos are read as they pass; without them nothing can be deciphered.
 * @param masterSecretFor what the key log has for a ClientHello.random
 */
export function wtlsReader(
  masterSecretFor: (clientRandom: Uint8Array) => Uint8Array | undefined,
): WtlsReader {
  let clientHello: ClientHello | undefined;
  let serverHello: ServerHello | undefined;
  const current: { [S in Side]?: ReadState } = {};
  /** A live key log learns a secret after the records that are the first under it: it is asked with each record until it knows. */
  const awaited: { [S in Side]?: () => ReadState | undefined } = {};

  function algorithm(): KeyExchangeAlgorithm | undefined {
    const id = clientHello?.clientKeyIds[(serverHello?.clientKeyId ?? 0) - 1];
    return id && keyExchangeByNumber(id.keyExchangeSuite)?.algorithm;
  }

  /** ChangeCipherSpec: what `side` sends from now on is under the keys that the hellos lead to. */
  function change(side: Side): void {
    if (clientHello === undefined || serverHello === undefined) return;
    const spec = cipherSpecByNumbers(serverHello.cipherSuite);
    if (spec === undefined) return;
    const { sequenceNumberMode, keyRefresh, random: serverRandom } = serverHello;
    const { random: clientRandom } = clientHello;
    const mode =
      sequenceNumberMode === sequenceNumberModes.implicit
        ? 'implicit'
        : sequenceNumberMode === sequenceNumberModes.off
          ? 'off'
          : 'explicit';
    delete current[side];
    awaited[side] = () => {
      const secret = masterSecretFor(clientRandom);
      if (secret === undefined) return undefined;
      const masterSecret = masterSecretOf(secret);
      return new ReadState({ spec, masterSecret, clientRandom, serverRandom, keyRefresh }, side, mode);
    };
  }

  function stateOf(side: Side): ReadState | undefined {
    const state = current[side] ?? awaited[side]?.();
    if (state !== undefined) current[side] = state;
    return state;
  }

  function heard(message: HandshakeMessage): void {
    if (message.type === 'client_hello') {
      clientHello = message;
      serverHello = undefined;
    }
    if (message.type === 'server_hello') serverHello = message;
  }

  function one(from: Side, record: WtlsRecord, fields: Field[] | undefined): ReadRecord {
    const type = contentTypeName(record.contentType);
    const opened = record.ciphered ? stateOf(from)?.open(record) : { content: record.fragment };
    if (opened === undefined) return { record, type };
    if ('duplicate' in opened) return { record, type, fault: 'a duplicate' };
    if ('unreadable' in opened) return { record, type, fault: opened.unreadable };
    const { content } = opened;
    const base = { record, type, content, ...(fields && { fields }) };
    try {
      if (type === 'alert') return { ...base, alert: decodeAlert(content, fields) };
      if (type === 'change_cipher_spec') change(from);
      if (type !== 'handshake') return base;
      const message = decodeHandshake(content, algorithm(), fields);
      heard(message);
      return { ...base, message };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { ...base, fault: error.message };
    }
  }

  return {
    read(from, sdu, record) {
      return decodeRecords(sdu, record).map((it) => one(from, it.record, record && []));
    },
  };
}
