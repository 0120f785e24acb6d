/** WAP-196-ClientID: how a client is called. */
export {
  type AssignedKind,
  type ClientDevice,
  type ClientId,
  type ClientNetwork,
  clientIdOf,
  decodeClientId,
  encodeClientId,
  type NativeKind,
} from './client-id.js';
