/**
 * The card in a WTLS connection: WAP-260 §8.2, §11.4. It makes and keeps the secrets, and proves who the user is; all of it through
 * APDUs, after its general PIN.
 */
import { equalOctets } from '../wap/octets.js';
import { type Certificate, decodeCertificate } from '../wap/pki/index.js';
import {
  certificatesOf,
  type ObserveApdu,
  openWim,
  type PinResult,
  type Transmit,
  type Wim,
  type WimKey,
} from '../wap/wim/index.js';
import { cardSecretMaker, type Identity, type SecretMaker } from '../wap/wtls/index.js';
import type { View } from './screen.js';
import { entryView, messageView } from './views.js';

/** A card that has its PIN: what it brings into handshakes. */
export interface UnlockedCard {
  readonly identities: readonly Identity[];
  readonly secretMaker: SecretMaker;
}

/** A card that can protect connections. */
export interface SecurityCard {
  readonly pinLabel: string;
  readonly pinLength: number;
  /** The card with its PIN; or why the PIN was not taken. */
  unlock(digits: string): UnlockedCard | Exclude<PinResult, { ok: true }>;
}

/** The authorities that the card's issuer trusts. */
export function cardAuthorities(transmit: Transmit, observe?: ObserveApdu): readonly Certificate[] {
  const wim = openWim({ transmit, ...(observe && { observe }) });
  try {
    return wim.trustedCertificates();
  } finally {
    wim.close();
  }
}

/** `undefined` where the card has no key for authentication (WAP-260 §8.2.2). */
export function securityCard(transmit: Transmit, observe?: ObserveApdu): SecurityCard | undefined {
  const wim = openWim({ transmit, ...(observe && { observe }) });
  const key = wim.keys.find(
    ({ algorithm, usage }) => algorithm === 'rsa' && !usage.includes('nonRepudiation'),
  );
  const pin = key && wim.pinOf(key);
  if (key === undefined || pin === undefined) {
    wim.close();
    return undefined;
  }
  return {
    pinLabel: pin.label,
    pinLength: pin.storedLength,
    unlock(digits) {
      const result = wim.verifyPin(pin, digits);
      if (!result.ok) return result;
      const identity = identityOn(wim, key);
      return {
        identities: identity ? [identity] : [],
        secretMaker: cardSecretMaker({ transmit: observed(transmit, observe), pin, digits }),
      };
    },
  };
}

/** The secrets are made on the basic channel: these APDUs are seen, too. */
function observed(transmit: Transmit, observe: ObserveApdu | undefined): Transmit {
  if (observe === undefined) return transmit;
  return (command) => {
    const response = transmit(command);
    observe({ command, response });
    return response;
  };
}

function identityOn(wim: Wim, key: WimKey): Identity | undefined {
  for (const each of certificatesOf(wim, key)) {
    const octets = wim.readCertificate(each);
    if (!(octets instanceof Uint8Array) || each.format !== 'x509') continue;
    const { publicKey, issuer } = decodeCertificate(octets);
    const issuers = wim.trustedCertificates().filter((it) => equalOctets(it.subject.octets, issuer.octets));
    return {
      publicKey,
      certificates: [{ format: 'X509Cert', octets }],
      authorities: issuers.map((it) => ({
        name: { type: 'x509_name', distinguishedName: it.subject.octets },
        publicKey: it.publicKey,
      })),
      sign: (digest) => wim.sign(key, digest),
    };
  }
  return undefined;
}

/** Where dialogues of the handset are shown. */
export interface Dialogues {
  show(view: View): void;
  hide(view: View): void;
}

/** Asks the user for the card's PIN; resolves with nothing where he goes on without the card. */
export function askForCard(card: SecurityCard, dialogues: Dialogues): Promise<UnlockedCard | undefined> {
  return new Promise((resolve) => {
    const ask = (text: string): void => {
      const leave = (): void => {
        dialogues.hide(view);
        resolve(undefined);
      };
      const view = entryView({
        title: card.pinLabel,
        text,
        password: true,
        numeric: true,
        maxLength: card.pinLength,
        trusted: true,
        cancelLabel: 'Skip',
        cancel: leave,
        accept(digits) {
          dialogues.hide(view);
          const unlocked = card.unlock(digits);
          if ('secretMaker' in unlocked) resolve(unlocked);
          else if (unlocked.triesLeft === 0) blocked();
          else ask(`Wrong PIN.${triesText(unlocked.triesLeft)}`);
        },
      });
      dialogues.show(view);
    };
    const blocked = (): void => {
      const done = (): void => {
        dialogues.hide(view);
        resolve(undefined);
      };
      const view = messageView({
        title: card.pinLabel,
        text: 'The card is blocked until it is unblocked. The connection is made without it.',
        left: ['OK', done],
        trusted: true,
      });
      dialogues.show(view);
    };
    ask('PIN for a secure connection with the card:');
  });
}

function triesText(left: number | undefined): string {
  return left === undefined ? '' : ` ${left} ${left === 1 ? 'try' : 'tries'} left.`;
}
