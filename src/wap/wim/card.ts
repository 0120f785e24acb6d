import { DecodeError } from '../errors.js';
import { equalOctets } from '../octets.js';
import type { Random } from '../random.js';
import {
  answer,
  type CommandApdu,
  decodeCommand,
  encodeResponse,
  instructions,
  LE_MOST,
  type ResponseApdu,
  SW,
  status,
} from './apdu.js';
import { BIOMETRIC_TRIES, type BiometricMatcher, patternMatcher, SAMPLE_MOST } from './biometric.js';
import {
  type Environment,
  environmentKinds,
  newEnvironment,
  setTemplate,
  type TemplateName,
  templateTags,
} from './environment.js';
import {
  type CardImage,
  changePin,
  openPin,
  rescuePin,
  type StoredBiometric,
  type StoredFile,
  type StoredPin,
} from './image.js';
import { AID, FILE, PIN_G, PIN_OCTETS, PIN_PAD, PIN_TRIES, UNBLOCK_TRIES } from './layout.js';
import {
  checksum,
  decipher,
  deriveKey,
  exchangeKey,
  sign,
  type Vault,
  verifySignature,
} from './operations.js';

/** §11.3.2: channels 0 to 3. */
const CHANNELS = 4;

/** What one logical channel remembers. */
interface Channel {
  selected: boolean;
  /** The current file: a directory has no content to be read. */
  file: number | undefined;
  environment: Environment | undefined;
  /** PINs that were verified, by reference, and what they open. */
  readonly verified: Map<number, Uint8Array>;
}

function newChannel(): Channel {
  return { selected: false, file: undefined, environment: undefined, verified: new Map() };
}

/**
 * The answer to reset: §11.2. T=0 is offered, and nothing else; clock stop and 3 V as well as 5 V are indicated (T=15);
 * the historical octets tell of application selection by AID and of four logical channels.
 */
export const ATR = Uint8Array.of(
  ...[0x3b, 0x87, 0x80, 0x1f, 0xc3, 0x80, 0x31, 0x80, 0x73, 0x90, 0x01, 0x13, 0x1b],
);

export class Card {
  readonly #random: Random;
  readonly #matcher: BiometricMatcher;
  #image: CardImage;
  #channels: (Channel | undefined)[] = [newChannel()];
  /** What GET RESPONSE will fetch. */
  #pending: { readonly channel: number; readonly data: Uint8Array } | undefined;

  /** @param matcher compares captures, where fingers are enrolled */
  constructor(image: CardImage, random: Random, matcher: BiometricMatcher = patternMatcher) {
    this.#image = image;
    this.#random = random;
    this.#matcher = matcher;
  }

  /** What the card keeps without power. It is another object as soon as something in it changed. */
  get image(): CardImage {
    return this.#image;
  }

  /** Takes the power away and gives it back: channels are closed, PINs forgotten. Returns the answer to reset. */
  reset(): Uint8Array {
    this.#channels = [newChannel()];
    this.#pending = undefined;
    return ATR.slice();
  }

  /** One command and its response. Any octets get a response. */
  transmit(apdu: Uint8Array): Uint8Array {
    const command = tryDecode(apdu);
    return encodeResponse(command === undefined ? status('Wrong length') : this.#dispatch(command));
  }

  #dispatch(command: CommandApdu): ResponseApdu {
    const { cla, ins } = command;
    const number = cla & 0x03;
    const proprietary = (cla & 0xfc) === 0x80;
    const channel = this.#channels[number];
    if (channel === undefined || ((cla & 0xfc) !== 0 && !proprietary)) return status('Unknown CLA');
    // Whatever comes between, the data that waited is lost (§11.3.2).
    const pending = this.#pending;
    this.#pending = undefined;
    if (!proprietary) {
      if (ins === instructions['GET RESPONSE']) {
        const response = getResponse(command, pending);
        // Asked for with a wrong length, it can be asked for once more.
        if (response.sw >> 8 === SW['Wrong Le'] >> 8) this.#pending = pending;
        return response;
      }
      if (ins === instructions['MANAGE CHANNEL'] && cla === 0) return this.#manageChannel(command);
      if (ins === instructions.SELECT) return this.#selectApplication(command, channel);
      return status(Object.values<number>(instructions).includes(ins) ? 'Unknown CLA' : 'Unknown INS');
    }
    if (!channel.selected) return status('Unknown CLA');
    const response = this.#perform(command, channel);
    // Over T=0 a command with data cannot also have data in its response (§11.3.7.1).
    if (command.data.length === 0 || response.data.length === 0) return response;
    this.#pending = { channel: number, data: response.data };
    return status('Data available', response.data.length & 0xff);
  }

  #perform(command: CommandApdu, channel: Channel): ResponseApdu {
    switch (command.ins) {
      case instructions.SELECT:
        return this.#selectFile(command, channel);
      case instructions['READ BINARY']:
        return this.#readBinary(command, channel);
      case instructions['UPDATE BINARY']:
        return this.#updateBinary(command, channel);
      case instructions.VERIFY:
        return this.#verify(command, channel);
      case instructions['CHANGE REFERENCE DATA']:
        return this.#changeReferenceData(command, channel);
      case instructions['RESET RETRY COUNTER']:
        return this.#resetRetryCounter(command, channel);
      case instructions['DISABLE VERIFICATION REQUIREMENT']:
        return this.#disable(command, channel);
      case instructions['ENABLE VERIFICATION REQUIREMENT']:
        return this.#enable(command, channel);
      case instructions['ASK RANDOM']:
        return this.#askRandom(command);
      case instructions['MANAGE SECURITY ENVIRONMENT']:
        return this.#manageEnvironment(command, channel);
      case instructions['PERFORM SECURITY OPERATION']:
        return this.#performOperation(command, channel);
      default:
        return status('Unknown INS');
    }
  }

  /** §11.3.2. */
  #manageChannel({ p1, p2, data, le }: CommandApdu): ResponseApdu {
    if (data.length > 0) return status('Wrong length');
    if (p1 === 0x00 && p2 === 0x00) {
      if (le !== undefined && le !== 1 && le !== LE_MOST) return status('Wrong length');
      const free = [1, 2, 3].find((number) => this.#channels[number] === undefined);
      if (free === undefined) return status('Cannot open or close a logical channel');
      this.#channels[free] = newChannel();
      return answer(Uint8Array.of(free));
    }
    if (p1 !== 0x80 || p2 === 0 || p2 >= CHANNELS) return status('Incorrect P1-P2');
    if (this.#channels[p2] === undefined) return status('Cannot open or close a logical channel');
    this.#channels[p2] = undefined;
    return status('Normal ending');
  }

  /** §11.3.3.1. */
  #selectApplication({ p1, p2, data }: CommandApdu, channel: Channel): ResponseApdu {
    if (p1 !== 0x04 || p2 !== 0x00) return status('Incorrect P1-P2');
    if (data.length !== AID.wim.length) return status('Wrong length');
    if (!Object.values(AID).some((aid) => equalOctets(aid, data))) return status('File not found');
    // Selecting anew begins anew, verified PINs included.
    Object.assign(channel, { selected: true, file: FILE.DF, environment: undefined });
    channel.verified.clear();
    return status('Normal ending');
  }

  /** §11.3.5.1. */
  #selectFile({ p1, p2, data, le }: CommandApdu, channel: Channel): ResponseApdu {
    if (p1 !== 0 || p2 !== 0) return status('Incorrect P1-P2');
    if (data.length !== 2) return status('Wrong length');
    const id = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
    const file = this.#file(id);
    if (file === undefined && !this.#isClosedFile(id)) return status('File not found');
    channel.file = id;
    if (le === undefined) return status('Normal ending');
    // File control information: for an elementary file its size, in 80.
    const size = file?.content.length;
    return answer(
      size === undefined
        ? Uint8Array.of(0x6f, 0x00)
        : Uint8Array.of(0x6f, 0x04, 0x80, 0x02, size >> 8, size & 0xff),
    );
  }

  #file(id: number): StoredFile | undefined {
    return this.#image.files.find((file) => file.id === id);
  }

  /** Directories, and files that may be selected but never read: PINs, keys, master secrets. */
  #isClosedFile(id: number): boolean {
    const closed: readonly number[] = [FILE.MF, FILE.DF, FILE.PIN, FILE.masterSecrets];
    return closed.includes(id) || this.#image.keys.some(({ file }) => file === id);
  }

  /** The current elementary file, or the status that says why there is none. */
  #currentFile(channel: Channel): StoredFile | ResponseApdu {
    const { file: id } = channel;
    if (id === undefined || id === FILE.MF || id === FILE.DF) return status('No current EF');
    return this.#file(id) ?? status('Security status not satisfied');
  }

  /** §11.3.5.2. */
  #readBinary({ p1, p2, data, le }: CommandApdu, channel: Channel): ResponseApdu {
    if (data.length > 0 || le === undefined) return status('Wrong length');
    if (p1 > 0x7f) return status('Incorrect P1-P2');
    const file = this.#currentFile(channel);
    if ('sw' in file) return file;
    const offset = (p1 << 8) | p2;
    if (offset > file.content.length) return status('Incorrect P1-P2');
    return answer(file.content.slice(offset, offset + le));
  }

  /** §11.3.5.3: only octets that exist are replaced. */
  #updateBinary({ p1, p2, data, le }: CommandApdu, channel: Channel): ResponseApdu {
    if (data.length === 0 || le !== undefined) return status('Wrong length');
    if (p1 > 0x7f) return status('Incorrect P1-P2');
    const file = this.#currentFile(channel);
    if ('sw' in file) return file;
    if (file.update === 'NEV' || this.#keyOf(channel, PIN_G.reference) === undefined) {
      return status('Security status not satisfied');
    }
    const offset = (p1 << 8) | p2;
    if (offset + data.length > file.content.length) return status('Wrong length');
    const content = file.content.slice();
    content.set(data, offset);
    const files = this.#image.files.map((it) => (it === file ? { ...file, content } : it));
    this.#image = { ...this.#image, files };
    return status('Normal ending');
  }

  /** What a PIN opens, if it was verified on this channel or need not be. */
  #keyOf(channel: Channel, reference: number): Uint8Array | undefined {
    return this.#pin(reference)?.open ?? channel.verified.get(reference);
  }

  #pin(reference: number): StoredPin | undefined {
    return this.#image.pins.find((pin) => pin.reference === reference);
  }

  #storePin(pin: StoredPin): void {
    const pins = this.#image.pins.map((it) => (it.reference === pin.reference ? pin : it));
    this.#image = { ...this.#image, pins };
  }

  /** What §11.3.8 asks of all verification commands: the PIN file is selected, the reference known. */
  #findPin({ p1, p2 }: CommandApdu, channel: Channel): StoredPin | ResponseApdu {
    if (p1 !== 0) return status('Incorrect P1-P2');
    if (channel.file !== FILE.PIN) return status('File not found');
    return this.#pin(p2) ?? status('Reference not found');
  }

  /** §11.3.4.1. With an empty body it asks how things stand. */
  #verify(command: CommandApdu, channel: Channel): ResponseApdu {
    const biometric = this.#image.biometrics.find(({ reference }) => reference === command.p2);
    if (biometric !== undefined) return this.#verifyBiometric(biometric, command, channel);
    const pin = this.#findPin(command, channel);
    if ('sw' in pin) return pin;
    if (command.data.length === 0) {
      if (this.#keyOf(channel, pin.reference) !== undefined) return status('Normal ending');
      return pin.tries === 0 ? status('PIN blocked') : status('Further retries', pin.tries);
    }
    if (command.data.length !== PIN_OCTETS) return status('Wrong length');
    if (pin.open !== undefined) return status('Condition of use not satisfied');
    const key = this.#compare(pin, command.data);
    if (key instanceof Uint8Array) {
      channel.verified.set(pin.reference, key);
      return status('Normal ending');
    }
    channel.verified.delete(pin.reference);
    return key;
  }

  /** The same with a capture in place of the PIN, and with a counter of its own. */
  #verifyBiometric(stored: StoredBiometric, { p1, data }: CommandApdu, channel: Channel): ResponseApdu {
    if (p1 !== 0) return status('Incorrect P1-P2');
    if (channel.file !== FILE.PIN) return status('File not found');
    const pin = this.#pin(stored.pinReference);
    // Where the PIN is blocked, nothing may stand in for it.
    const blocked = stored.tries === 0 || pin === undefined || pin.tries === 0;
    if (data.length === 0) {
      if (this.#keyOf(channel, stored.pinReference) !== undefined) return status('Normal ending');
      return blocked ? status('PIN blocked') : status('Further retries', stored.tries);
    }
    if (data.length > SAMPLE_MOST) return status('Wrong length');
    if (blocked) return status('PIN blocked');
    this.#storeBiometric({ ...stored, tries: stored.tries - 1 });
    if (this.#matcher.score(stored.template, data) < stored.threshold) {
      channel.verified.delete(stored.pinReference);
      return status('Verification failed');
    }
    this.#storeBiometric({ ...stored, tries: BIOMETRIC_TRIES });
    channel.verified.set(stored.pinReference, stored.key);
    return status('Normal ending');
  }

  #storeBiometric(stored: StoredBiometric): void {
    const biometrics = this.#image.biometrics.map((it) => (it.reference === stored.reference ? stored : it));
    this.#image = { ...this.#image, biometrics };
  }

  /** What the PIN opens; where it is wrong, a try is gone, and the status says so. */
  #compare(pin: StoredPin, value: Uint8Array): Uint8Array | ResponseApdu {
    if (pin.tries === 0) return status('PIN blocked');
    // The try is taken before the comparison: a card that loses power in between has lost it.
    this.#storePin({ ...pin, tries: pin.tries - 1 });
    const key = openPin(pin, this.#image.cost, value);
    if (key === undefined) return status('Verification failed');
    this.#storePin({ ...pin, tries: PIN_TRIES });
    // Who knows the PIN may try his finger again.
    const own = this.#image.biometrics.find(({ pinReference }) => pinReference === pin.reference);
    if (own !== undefined) this.#storeBiometric({ ...own, tries: BIOMETRIC_TRIES });
    return key;
  }

  /** §11.3.4.4. */
  #changeReferenceData(command: CommandApdu, channel: Channel): ResponseApdu {
    const pin = this.#findPin(command, channel);
    if ('sw' in pin) return pin;
    if (command.data.length !== 2 * PIN_OCTETS) return status('Wrong length');
    const key = this.#compare(pin, command.data.subarray(0, PIN_OCTETS));
    if (!(key instanceof Uint8Array)) {
      channel.verified.delete(pin.reference);
      return key;
    }
    return this.#replacePin(pin.reference, key, command.data.subarray(PIN_OCTETS));
  }

  #replacePin(reference: number, key: Uint8Array, value: Uint8Array): ResponseApdu {
    const pin = this.#pin(reference);
    if (pin === undefined || !isPin(value)) return status('Incorrect data');
    this.#storePin(changePin(this.#random, pin, this.#image.cost, key, value));
    return status('Normal ending');
  }

  /** §11.3.4.5: the unblocking code, and a new PIN. */
  #resetRetryCounter(command: CommandApdu, channel: Channel): ResponseApdu {
    const pin = this.#findPin(command, channel);
    if ('sw' in pin) return pin;
    if (command.data.length !== 2 * PIN_OCTETS) return status('Wrong length');
    if (pin.unblockTries === 0) return status('PIN blocked');
    const value = command.data.subarray(PIN_OCTETS);
    if (!isPin(value)) return status('Incorrect data');
    this.#storePin({ ...pin, unblockTries: pin.unblockTries - 1 });
    const key = rescuePin(pin, this.#image.cost, command.data.subarray(0, PIN_OCTETS));
    if (key === undefined) return status('Verification failed');
    this.#storePin({ ...pin, tries: PIN_TRIES, unblockTries: UNBLOCK_TRIES });
    return this.#replacePin(pin.reference, key, value);
  }

  /** §11.3.4.2: a wrong PIN costs a try, but what was granted is only lost with the last one. */
  #disable(command: CommandApdu, channel: Channel): ResponseApdu {
    const pin = this.#findPin(command, channel);
    if ('sw' in pin) return pin;
    if (command.data.length !== PIN_OCTETS) return status('Wrong length');
    if (!pin.disableAllowed || pin.open !== undefined) return status('Condition of use not satisfied');
    const key = this.#compare(pin, command.data);
    if (!(key instanceof Uint8Array)) {
      if (this.#pin(pin.reference)?.tries === 0) channel.verified.delete(pin.reference);
      return key;
    }
    this.#storePin({ ...pin, tries: PIN_TRIES, open: key });
    return status('Normal ending');
  }

  /** §11.3.4.3. The right stays granted: whoever enabled the PIN has just shown it. */
  #enable(command: CommandApdu, channel: Channel): ResponseApdu {
    const pin = this.#findPin(command, channel);
    if ('sw' in pin) return pin;
    if (command.data.length !== PIN_OCTETS) return status('Wrong length');
    if (pin.open === undefined) return status('Condition of use not satisfied');
    const key = this.#compare(pin, command.data);
    if (!(key instanceof Uint8Array)) return key;
    const { open: _, ...locked } = pin;
    this.#storePin({ ...locked, tries: PIN_TRIES });
    channel.verified.set(pin.reference, key);
    return status('Normal ending');
  }

  /** §11.3.6.12. */
  #askRandom({ p1, p2, data, le }: CommandApdu): ResponseApdu {
    if (p1 !== 0 || p2 !== 0) return status('Incorrect P1-P2');
    if (data.length > 0 || le === undefined) return status('Wrong length');
    return answer(this.#random.octets(le).slice());
  }

  /** §11.3.6.1 to §11.3.6.3. §11.4.6 prints P1 = 73 for RESTORE, §11.3.6.2 and all other places F3: F3 it is. */
  #manageEnvironment({ p1, p2, data, le }: CommandApdu, channel: Channel): ResponseApdu {
    if (le !== undefined) return status('Wrong length');
    if (p1 === 0xf3) {
      if (data.length > 0) return status('Wrong length');
      const kind = environmentKinds.find(({ number }) => number === p2);
      if (kind === undefined) return status('Security environment cannot be set');
      channel.environment = newEnvironment(kind);
      return status('Normal ending');
    }
    const name = templateOf(p2);
    if ((p1 !== 0x41 && p1 !== 0x81) || name === undefined) return status('Incorrect P1-P2');
    const { environment } = channel;
    if (!environment?.kind.templates.includes(name)) return status('Security environment cannot be set');
    if (data.length === 0) return status('Wrong length');
    if (!setTemplate(name, environment[name], data)) return status('Incorrect data');
    const { CCT } = environment;
    const { keyReference, seed } = CCT;
    if (name !== 'CCT' || keyReference === undefined || seed === undefined) return status('Normal ending');
    return deriveKey(this.#vault(channel), environment, keyReference, seed);
  }

  #vault(channel: Channel): Vault {
    return {
      image: this.#image,
      random: this.#random,
      currentFile: channel.file,
      keyOf: (reference) => this.#keyOf(channel, reference),
      forget: (reference) => {
        for (const it of this.#channels) it?.verified.delete(reference);
      },
      storeMasterSecrets: (masterSecrets) => {
        this.#image = { ...this.#image, masterSecrets };
      },
    };
  }

  /** §11.3.6.4. */
  #performOperation(command: CommandApdu, channel: Channel): ResponseApdu {
    const { environment } = channel;
    const operation = (command.p1 << 8) | command.p2;
    const name = operationTemplates.get(operation);
    if (name === undefined) return status('Incorrect P1-P2');
    if (!environment?.kind.templates.includes(name)) return status('Security environment cannot be set');
    const vault = this.#vault(channel);
    switch (operation) {
      case PSO.sign:
        return sign(command, vault, environment);
      case PSO.verify:
        return verifySignature(command, vault, environment);
      case PSO.encipher:
        return exchangeKey(command, vault, environment);
      case PSO.decipher:
        return decipher(command, vault, environment);
      default:
        return checksum(command, vault, environment);
    }
  }
}

/** P1 and P2 of PERFORM SECURITY OPERATION: §11.3.6.5 to §11.3.6.10. */
const PSO = {
  encipher: 0x8600,
  decipher: 0x8086,
  sign: 0x9e9a,
  verify: 0x00a8,
  checksum: 0x8e80,
} as const satisfies Record<string, number>;

const operationTemplates: ReadonlyMap<number, TemplateName> = new Map([
  [PSO.encipher, 'CT'],
  [PSO.decipher, 'CT'],
  [PSO.sign, 'DST'],
  [PSO.verify, 'DST'],
  [PSO.checksum, 'CCT'],
]);

function templateOf(tag: number): TemplateName | undefined {
  if (tag === templateTags.DST) return 'DST';
  if (tag === templateTags.CT) return 'CT';
  return tag === templateTags.CCT ? 'CCT' : undefined;
}

/** §11.3.7.1: exactly what was announced, on the channel that it was announced on. */
function getResponse(
  { cla, p1, p2, data, le }: CommandApdu,
  pending: { readonly channel: number; readonly data: Uint8Array } | undefined,
): ResponseApdu {
  if (p1 !== 0 || p2 !== 0) return status('Incorrect P1-P2');
  if (data.length > 0) return status('Wrong length');
  if (pending === undefined || pending.channel !== (cla & 3)) return status('Condition of use not satisfied');
  if (le !== pending.data.length) return status('Wrong Le', pending.data.length & 0xff);
  return answer(pending.data);
}

function tryDecode(apdu: Uint8Array): CommandApdu | undefined {
  try {
    return decodeCommand(apdu);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** §12.1.4.1: four to eight digits, FF behind them. */
function isPin(value: Uint8Array): boolean {
  const digits = value.filter((octet) => octet !== PIN_PAD);
  const padded = value.every((octet, at) =>
    at < digits.length ? octet >= 0x30 && octet <= 0x39 : octet === PIN_PAD,
  );
  return padded && digits.length >= 4 && value.length === PIN_OCTETS;
}
