/**
 * The card as software of personal computers meets it. WAP-260 gives most of its commands the class 8X (§11.3, Table 1); a
 * reader of PKCS#15 cards knows the class 0X of ISO 7816-4 only, and finds applications through EF(DIR), which WAP-260
 * §11.3.3 lets a card have. So a card in a reader has a second application beside the WIM: the file system of ISO 7816-4,
 * read only, in which the same files are. Commands of class 8X reach the card as they are, and the card's rights, PINs
 * and keys are the only ones there are: this is a way in, not another card.
 */
import { concat, encodeUtf8 } from '../octets.js';
import {
  answer,
  type CommandApdu,
  decodeCommand,
  decodeResponse,
  encodeCommand,
  encodeResponse,
  instructions,
  LE_MOST,
  type ResponseApdu,
  SW,
  status,
} from './apdu.js';
import type { Card } from './card.js';
import { templateTags } from './environment.js';
import { AID, FILE, SE } from './layout.js';
import { decodePrivateKeyObjects } from './pkcs15-objects.js';

/** A card as a reader sees it. */
export interface CardInReader {
  /** Power away and back: the answer to reset. */
  reset(): Uint8Array;
  transmit(apdu: Uint8Array): Uint8Array;
}

/** ISO 7816-4 §6.1: the file that lists the applications, below the master file. */
const EF_DIR = 0x2f00;

/** P1 of SELECT in ISO 7816-4, Table 58, as far as PKCS#15 asks for it. */
const selectBy = { identifier: 0x00, name: 0x04, pathFromMaster: 0x08, pathFromHere: 0x09 } as const;

/** P2 of SELECT: no response data are wanted. */
const NO_RESPONSE = 0x0c;

/** File descriptors of ISO 7816-4, Table 14. */
const DESCRIPTOR = { directory: 0x38, transparent: 0x01 } as const;

/** What one logical channel remembers of the second application. */
interface Channel {
  /** Whether the WIM was selected: anew, it would forget its PINs. */
  selected: boolean;
  /** The current file, where it is none of the card's own. */
  outside: 'MF' | 'DIR' | undefined;
  /** Whether a security environment is set: readers of PKCS#15 set templates without one. */
  environment: boolean;
}

const newChannel = (): Channel => ({ selected: false, outside: 'MF', environment: false });

/** Puts a card into a reader. */
export function inReader(card: Card): CardInReader {
  let channels = new Map<number, Channel>();
  /** File control information that GET RESPONSE will fetch. */
  let pending: { readonly channel: number; readonly data: Uint8Array } | undefined;

  const send = (command: CommandApdu): ResponseApdu => decodeResponse(card.transmit(encodeCommand(command)));

  function channelOf(number: number): Channel {
    const known = channels.get(number) ?? newChannel();
    channels.set(number, known);
    return known;
  }

  function transmit(command: CommandApdu): ResponseApdu {
    const number = command.cla & 0x03;
    const waiting = pending;
    pending = undefined;
    const channel = channelOf(number);
    if ((command.cla & 0xfc) === 0x80) return proprietary(command, channel);
    if ((command.cla & 0xfc) !== 0) return send(command);
    switch (command.ins) {
      case instructions['MANAGE CHANNEL']:
        channels.delete(command.p2);
        return send(command);
      case instructions['GET RESPONSE']:
        return waiting?.channel === number ? getResponse(command, waiting) : send(command);
      case instructions.SELECT:
        return select(command, number, channel);
      case instructions['READ BINARY']:
        return channel.outside === undefined ? forward(command) : readOutside(command, channel.outside);
      case instructions['MANAGE SECURITY ENVIRONMENT']:
        return manageEnvironment(command, channel);
      default:
        return forward(command);
    }
  }

  /** The same command in the class that WAP-260 gives it. */
  function forward(command: CommandApdu): ResponseApdu {
    return send({ ...command, cla: command.cla | 0x80 });
  }

  function proprietary(command: CommandApdu, channel: Channel): ResponseApdu {
    if (command.ins !== instructions.SELECT) {
      if (command.ins === instructions['MANAGE SECURITY ENVIRONMENT'] && command.p1 === 0xf3) {
        channel.environment = true;
      }
      return send(command);
    }
    channel.outside = undefined;
    // Over T=0 nobody can say that he wants data back: it is announced with 61XX, and whoever wants it fetches it.
    return send(command.le === undefined ? { ...command, le: LE_MOST } : command);
  }

  function select(command: CommandApdu, number: number, channel: Channel): ResponseApdu {
    const { p1, p2, data } = command;
    if (p1 === selectBy.name) return selectApplication(command, channel);
    const path = pathIn(p1, data);
    if (path === undefined) return status('Incorrect P1-P2');
    const response = walk(path, number, channel);
    if (response.sw !== SW['Normal ending'] || (p2 & NO_RESPONSE) === NO_RESPONSE) {
      return { data: new Uint8Array(0), sw: response.sw };
    }
    if (data.length === 0) return response;
    pending = { channel: number, data: response.data };
    return status('Data available', response.data.length);
  }

  /** P2 may say how much of file control information is wanted; the WIM has none to give, and takes 00 only. */
  function selectApplication(command: CommandApdu, channel: Channel): ResponseApdu {
    const { le: _, ...plain } = command;
    const response = send({ ...plain, p2: command.p2 === NO_RESPONSE ? 0 : command.p2 });
    if (response.sw === SW['Normal ending']) {
      Object.assign(channel, { selected: true, outside: undefined, environment: false });
    }
    return response;
  }

  /** Goes from file to file. The response has the file control information of the last. */
  function walk(path: readonly number[], number: number, channel: Channel): ResponseApdu {
    let response = status('File not found');
    for (const id of path) {
      response = step(id, number, channel);
      if (response.sw !== SW['Normal ending']) break;
    }
    return response;
  }

  function step(id: number, number: number, channel: Channel): ResponseApdu {
    if (id === FILE.MF || (id === EF_DIR && channel.outside !== undefined)) {
      channel.outside = id === FILE.MF ? 'MF' : 'DIR';
      return answer(id === FILE.MF ? information(id) : information(id, directory.length));
    }
    if (channel.outside !== undefined && id !== FILE.DF) return status('File not found');
    if (!channel.selected) {
      const chosen = send({ cla: number, ins: instructions.SELECT, p1: 4, p2: 0, data: AID.pkcs15 });
      if (chosen.sw !== SW['Normal ending']) return chosen;
      Object.assign(channel, { selected: true, environment: false });
    }
    const selection = { cla: 0x80 | number, ins: instructions.SELECT, p1: 0, p2: 0, data: identifier(id) };
    const response = send(selection);
    if (response.sw !== SW['Normal ending']) return response;
    channel.outside = undefined;
    const size = card.image.files.find((file) => file.id === id)?.content.length;
    return answer(id === FILE.DF ? information(id) : information(id, size ?? 0));
  }

  function readOutside({ p1, p2, data, le }: CommandApdu, outside: 'MF' | 'DIR'): ResponseApdu {
    if (data.length > 0 || le === undefined) return status('Wrong length');
    if (outside === 'MF') return status('No current EF');
    const offset = (p1 << 8) | p2;
    return p1 > 0x7f || offset > directory.length
      ? status('Incorrect P1-P2')
      : answer(directory.slice(offset, offset + le));
  }

  /** Where no environment was restored, the one for the key that the template names is. */
  function manageEnvironment(command: CommandApdu, channel: Channel): ResponseApdu {
    const { cla, ins, p1, p2, data } = command;
    const template = Object.values<number>(templateTags).includes(p2);
    if (!channel.environment && p1 === 0x41 && template) {
      const number = environmentFor(data);
      if (number !== undefined) send({ cla: cla | 0x80, ins, p1: 0xf3, p2: number, data: new Uint8Array(0) });
    }
    if (p1 === 0xf3) channel.environment = true;
    return forward(command);
  }

  /** The generic environment of the key that data object 84 refers to. */
  function environmentFor(data: Uint8Array): number | undefined {
    const [reference] = data.subarray(-1);
    const content = card.image.files.find(({ id }) => id === FILE.PrKDF)?.content ?? new Uint8Array(0);
    const key = decodePrivateKeyObjects(content).find(({ keyReference }) => keyReference === reference);
    if (key === undefined) return undefined;
    return key.algorithm === 'rsa' ? SE.genericRsa : SE.genericEcc;
  }

  return {
    reset() {
      channels = new Map();
      pending = undefined;
      return card.reset();
    },
    transmit(apdu) {
      const command = tryDecode(apdu);
      return command === undefined ? card.transmit(apdu) : encodeResponse(transmit(command));
    },
  };
}

/** File identifiers, from the master file or from the application; `undefined` where SELECT does not have this form. */
function pathIn(p1: number, data: Uint8Array): readonly number[] | undefined {
  const path = Array.from(
    { length: data.length >> 1 },
    (_, at) => ((data[2 * at] ?? 0) << 8) | (data[2 * at + 1] ?? 0),
  );
  if (data.length % 2 !== 0) return undefined;
  switch (p1) {
    case selectBy.identifier:
      // Without data it is the master file.
      return path.length === 0 ? [FILE.MF] : path.length === 1 ? path : undefined;
    case selectBy.pathFromMaster:
      return [FILE.MF, ...path];
    case selectBy.pathFromHere:
      return path.length === 0 ? undefined : path;
    default:
      return undefined;
  }
}

function identifier(id: number): Uint8Array {
  return Uint8Array.of(id >> 8, id & 0xff);
}

/** File control information: size of an elementary file, descriptor, identifier. */
function information(id: number, size?: number): Uint8Array {
  const body = concat([
    size === undefined ? new Uint8Array(0) : Uint8Array.of(0x80, 0x02, size >> 8, size & 0xff),
    Uint8Array.of(0x82, 0x01, size === undefined ? DESCRIPTOR.directory : DESCRIPTOR.transparent),
    Uint8Array.of(0x83, 0x02, ...identifier(id)),
  ]);
  return Uint8Array.of(0x6f, body.length, ...body);
}

/** EF(DIR): PKCS#15 §5.4, one application template with its AID, label and path. */
const directory: Uint8Array = (() => {
  const object = (tag: number, value: Uint8Array) => Uint8Array.of(tag, value.length, ...value);
  const path = concat([identifier(FILE.MF), identifier(FILE.DF)]);
  return object(
    0x61,
    concat([object(0x4f, AID.pkcs15), object(0x50, encodeUtf8('WIM')), object(0x51, path)]),
  );
})();

function getResponse(
  { p1, p2, data, le }: CommandApdu,
  { data: waiting }: { data: Uint8Array },
): ResponseApdu {
  if (p1 !== 0 || p2 !== 0) return status('Incorrect P1-P2');
  if (data.length > 0) return status('Wrong length');
  return le === waiting.length || le === LE_MOST ? answer(waiting) : status('Wrong Le', waiting.length);
}

function tryDecode(apdu: Uint8Array): CommandApdu | undefined {
  try {
    return decodeCommand(apdu);
  } catch {
    // The card says what is wrong with it.
    return undefined;
  }
}
