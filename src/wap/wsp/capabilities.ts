/** Capabilities: WAP-230-WSP §6.3.2 and §8.3. */
import type { ProtocolOption } from './numbers.js';

/** §8.2.2.3, Table 7: where else a peer can be reached. */
export interface BearerAddress {
  /** A number of WAP-259 Appendix C; left out: the same bearer. */
  readonly bearerType?: number;
  /** Left out: the same port. */
  readonly portNumber?: number;
  /** In the bearer's own form; 4 octets for IPv4. At most 63. */
  readonly address: Uint8Array;
}

/** A capability that is left out stays as it is. Sizes are in octets; 0 is no limit (§8.3.2.1). */
export interface Capabilities {
  readonly aliases?: readonly BearerAddress[];
  readonly clientSduSize?: number;
  readonly serverSduSize?: number;
  readonly clientMessageSize?: number;
  readonly serverMessageSize?: number;
  readonly protocolOptions?: readonly ProtocolOption[];
  readonly methodMor?: number;
  readonly pushMor?: number;
  /** PDU type (0x50–0x5F without body, 0x70–0x7F with one) and name. */
  readonly extendedMethods?: readonly ExtendedMethod[];
  readonly headerCodePages?: readonly HeaderCodePage[];
  /** Those that this protocol version does not know. */
  readonly unknown?: readonly UnknownCapability[];
}

export interface ExtendedMethod {
  readonly pduType: number;
  readonly methodName: string;
}

export interface HeaderCodePage {
  readonly pageCode: number;
  readonly pageName: string;
}

export interface UnknownCapability {
  readonly identifier: number | string;
  readonly parameters: Uint8Array;
}
