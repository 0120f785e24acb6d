/**
 * Secrets of RSA handshakes that a smart card makes and keeps: WAP-260 §8.2, §11.4.4, §11.4.5. The card draws the secret,
 * encrypts it for the server, derives the master secret, and answers for it with its pseudo-random function. None of that
 * comes out. The card knows SHA-1 only: offer cipher suites with SHA.
 */
import { ProtocolError, UsageError } from '../errors.js';
import { concat, encodeUtf8 } from '../octets.js';
import { encodeRsaKey } from '../pki/wtls-certificate.js';
import {
  type CommandApdu,
  DATA_MOST,
  decodeResponse,
  describeStatus,
  encodeCommand,
  instructions,
  LE_MOST,
  type ResponseApdu,
  SW,
} from '../wim/apdu.js';
import { dataObject, templateTags } from '../wim/environment.js';
import { padPin } from '../wim/image.js';
import { AID, PIN_OCTETS, PIN_PAD, SE } from '../wim/layout.js';
import type { PinObject } from '../wim/pkcs15-objects.js';
import type { SecretMaker } from './options.js';

export interface CardSecretOptions {
  /** APDUs to the card, on its basic channel. */
  readonly transmit: (apdu: Uint8Array) => Uint8Array;
  /** PIN-G, which guards the operations of WTLS: `Wim.pins` has it. */
  readonly pin: PinObject;
  readonly digits: string;
  /** Where the card keeps the master secret: 1 to as many sessions as it has room for. */
  readonly session?: number;
}

const MANAGE = instructions['MANAGE SECURITY ENVIRONMENT'];
const PERFORM = instructions['PERFORM SECURITY OPERATION'];
const empty = new Uint8Array(0);

/** Selects the application and presents the PIN at once, so that a wrong one shows before there is a handshake. */
export function cardSecretMaker({ transmit, pin, digits, session = 1 }: CardSecretOptions): SecretMaker {
  const send = (command: Partial<CommandApdu> & Pick<CommandApdu, 'ins'>, what: string): Uint8Array => {
    const response = exchange(transmit, { cla: 0x80, p1: 0, p2: 0, data: empty, ...command });
    if (response.sw === SW['Normal ending']) return response.data;
    throw new ProtocolError('WIM', what, `the card answers: ${describeStatus(response.sw)}`);
  };

  /** Every use begins with the environment of WTLS with RSA: others may have set another since. */
  const restore = () => send({ ins: MANAGE, p1: 0xf3, p2: SE.wtlsRsa }, 'MSE RESTORE');
  const set = (tag: number, ...objects: readonly Uint8Array[]) =>
    send({ ins: MANAGE, p1: 0x41, p2: tag, data: concat(objects) }, 'MSE SET');

  /** PRF(master_secret, label, seed), where the card keeps the secret. */
  const expand = (label: string, seed: Uint8Array, length: number): Uint8Array => {
    const data = concat([encodeUtf8(label), seed]);
    if (data.length > DATA_MOST || length > DATA_MOST) throw new UsageError('too long for the card');
    restore();
    set(templateTags.CCT, dataObject(0x83, Uint8Array.of(session)), dataObject(0x96, Uint8Array.of(length)));
    return send({ ins: PERFORM, p1: 0x8e, p2: 0x80, data, le: length }, 'PSO COMPUTE CRYPTOGRAPHIC CHECKSUM');
  };

  send({ cla: 0, ins: instructions.SELECT, p1: 0x04, data: AID.wim }, 'SELECT APPLICATION');
  const padded = padPin(digits, PIN_OCTETS, PIN_PAD);
  if (padded === undefined) throw new UsageError(`a PIN has at most ${PIN_OCTETS} digits`);
  for (let at = 0; at < pin.path.path.length; at += 2) {
    send(
      { cla: 0x80, ins: instructions.SELECT, data: pin.path.path.slice(at, at + 2), le: LE_MOST },
      'SELECT',
    );
  }
  send({ ins: instructions.VERIFY, p2: pin.pinReference, data: padded }, 'VERIFY');

  return {
    rsa(key, clientVersion, seed) {
      restore();
      set(
        templateTags.CT,
        dataObject(0x83, encodeRsaKey(key)),
        dataObject(0x91, Uint8Array.of(clientVersion)),
        dataObject(0x91, empty),
      );
      const answered = send({ ins: PERFORM, p1: 0x86, p2: 0x00, le: LE_MOST }, 'PSO ENCIPHER');
      set(templateTags.CCT, dataObject(0x84, Uint8Array.of(session)), dataObject(0x94, seed));
      return {
        // The first octet indicates the padding.
        encrypted: answered.slice(1),
        masterSecret: {
          expand(hash, label, data, length) {
            if (hash !== 'sha1') throw new UsageError('the card knows no PRF but that with SHA-1');
            return expand(label, data, length);
          },
        },
      };
    },
  };
}

function exchange(transmit: (apdu: Uint8Array) => Uint8Array, command: CommandApdu): ResponseApdu {
  const response = decodeResponse(transmit(encodeCommand(command)));
  const le = response.sw & 0xff || LE_MOST;
  if (response.sw >> 8 === SW['Wrong Le'] >> 8) {
    return decodeResponse(transmit(encodeCommand({ ...command, le })));
  }
  if (response.sw >> 8 !== SW['Data available'] >> 8) return response;
  const fetch = { cla: command.cla & 0x03, ins: instructions['GET RESPONSE'], p1: 0, p2: 0, data: empty, le };
  return decodeResponse(transmit(encodeCommand(fetch)));
}
