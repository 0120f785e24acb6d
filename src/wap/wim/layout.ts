/**
 * Where everything is on our card: WAP-260 §9.5 shows such a layout, the numbers are free. Ours are those of a card
 * emulator that handsets' makers tested with, so that its transcripts can be played against this card.
 */

/** File identifiers. */
export const FILE = {
  MF: 0x3f00,
  /** DF(PKCS15), the current directory after the application is selected. */
  DF: 0x5015,
  ODF: 0x5031,
  TokenInfo: 0x5032,
  UnusedSpace: 0x5033,
  PrKDF: 0x5200,
  trustedCDF: 0x5202,
  usefulCDF: 0x5203,
  AODF: 0x5204,
  trustedCertificates: 0x5205,
  /** Room for certificates that the handset stores. */
  usefulCertificates: 0x5206,
  userCDF: 0x5207,
  DODF: 0x5208,
  userCertificates: 0x5209,
  peers: 0x520a,
  sessions: 0x520b,
  masterSecrets: 0x520c,
  PIN: 0x5300,
} as const satisfies Record<string, number>;

/** The two identifiers by which the application is selected: PKCS#15's own, and WAP-260 §11.3.3's. */
export const AID = {
  pkcs15: Uint8Array.of(0xa0, 0x00, 0x00, 0x00, 0x63, 0x50, 0x4b, 0x43, 0x53, 0x2d, 0x31, 0x35),
  wim: Uint8Array.of(0xa0, 0x00, 0x00, 0x00, 0x63, 0x57, 0x41, 0x50, 0x2d, 0x57, 0x49, 0x4d),
} as const;

/** Numbers of the security environments: 1 to 127 (§12.3). */
export const SE = {
  wtlsRsa: 0x41,
  wtlsEcdh: 0x42,
  genericRsa: 0x44,
  genericEcc: 0x45,
} as const satisfies Record<string, number>;

/** A PIN's place: the reference that commands use, and the identifier that directories use. */
export interface PinSlot {
  readonly reference: number;
  readonly authId: number;
}

export const PIN_G: PinSlot = { reference: 0x0b, authId: 0x02 };

/** The reference of the biometric object that stands in for a PIN. */
export function biometricReference(pin: PinSlot): number {
  return pin.reference | 0x40;
}

/** A key's place. Non-repudiation keys have a PIN of their own each (§12.1.1). */
export interface KeySlot {
  readonly usage: 'nonRepudiation' | 'authentication';
  readonly reference: number;
  readonly file: number;
  readonly pin: PinSlot;
}

// biome-ignore format: a line is a slot
export const keySlots: readonly KeySlot[] = [
  { usage: 'nonRepudiation', reference: 0x05, file: 0x5281, pin: { reference: 0x16, authId: 0x06 } },
  { usage: 'nonRepudiation', reference: 0x07, file: 0x5282, pin: { reference: 0x21, authId: 0x07 } },
  { usage: 'authentication', reference: 0x08, file: 0x5283, pin: PIN_G },
  { usage: 'authentication', reference: 0x14, file: 0x5284, pin: PIN_G },
];

/** Records of EF(Peers) and EF(Sessions): §9.4.10, §9.4.11. */
export const PEER_OCTETS = 22;
export const SESSION_OCTETS = 22;
export const PEERS = 10;
export const SESSIONS = 5;

/** §12.1.4.1: PINs have 4 to 8 digits and are stored with FF behind them. */
export const PIN_OCTETS = 8;
export const PIN_PAD = 0xff;

/** §12.1.4: three incorrect verifications block a PIN. */
export const PIN_TRIES = 3;

/** Attempts with a wrong unblocking code before it is worth nothing: GSM 11.11 has ten. */
export const UNBLOCK_TRIES = 10;

/** Octets for certificates that the handset stores, and for the directory records about them. */
export const USEFUL_SPACE = 4096;
export const DIRECTORY_SPACE = 1024;
