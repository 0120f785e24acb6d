/** Wireless transport layer security: WAP-261-WTLS with SINs 261_100, 261_101 and 261_102. */
export {
  type Alert,
  type AlertDescription,
  type AlertLevel,
  alertDescriptions,
  alertLevels,
  checksumOf,
  decodeAlert,
  encodeAlert,
  formatAlert,
} from './alert.js';
export { type CardSecretOptions, cardSecretMaker } from './card.js';
export { type ReadRecord, type WtlsReader, wtlsReader } from './dissect.js';
export {
  type ClientHello,
  decodeHandshake,
  encodeHandshake,
  type HandshakeCertificate,
  type HandshakeMessage,
  handshakeTypes,
  type KeyExchangeId,
  type ServerHello,
} from './handshake.js';
export {
  computeMasterSecret,
  type MasterSecret,
  masterSecretOf,
  prf,
  type SecurityParameters,
  type Side,
} from './keys.js';
export {
  type Identity,
  identityOf,
  type KeyExchangeOffer,
  type KeyLogEntry,
  type SecretMaker,
  type SecurityInformation,
  type SecurityOptions,
  type ServerPolicy,
  type SharedSecret,
  usualCipherSuites,
  type WtlsClientOptions,
  type WtlsServerOptions,
} from './options.js';
export type { SecurityNews, SecurityNewsType, SecurityRequest } from './primitives.js';
export { ReadState, WriteState } from './protection.js';
export { contentTypes, decodeRecords, encodeRecord, type WtlsRecord } from './record.js';
export { type SecureSession, type SessionCache, sessionCache } from './sessions.js';
export {
  type BulkCipherName,
  bulkCiphers,
  type CipherSpec,
  cipherSpecByName,
  cipherSpecByNumbers,
  formatCipherSpec,
  type KeyExchangeName,
  keyExchangeByName,
  keyExchangeByNumber,
  keyExchangeSuites,
  type MacName,
  macs,
  type SequenceNumberMode,
  sequenceNumberModes,
} from './suites.js';
export { type Wtls, wtlsClient, wtlsServer } from './wtls.js';
