/** The smart card and what a terminal does with it: WAP-260. */
export {
  type CommandApdu,
  decodeCommand,
  decodeResponse,
  describeCommand,
  describeStatus,
  encodeCommand,
  encodeResponse,
  instructions,
  type ResponseApdu,
  SW,
} from './apdu.js';
export {
  type BiometricMatcher,
  type Enrolment,
  newFinger,
  patternMatcher,
} from './biometric.js';
export { ATR, Card } from './card.js';
export {
  certificatesOf,
  type NewCertificate,
  type ObserveApdu,
  openWim,
  type PinResult,
  type Transmit,
  type Wim,
  type WimCertificate,
  type WimKey,
  type WimOptions,
} from './client.js';
export { type CardInReader, inReader } from './interindustry.js';
export {
  type CardKey,
  type CardOptions,
  type CardPins,
  createCard,
  exportCard,
  importCard,
  type PersonaliseOptions,
  personaliseCard,
} from './personalise.js';
export type { BiometricObject, PinObject } from './pkcs15-objects.js';
export type { TokenInfo } from './token-info.js';
