/** Addresses and bearers: WAP-259-WDP Appendix C. */

/** Assigned bearer types, by the names that Appendix C prints, of the bearers that this stack runs on. */
export const bearerTypes = {
  'Any IPv4': 0x00,
  'Any IPv6': 0x01,
  'GSM SMS': 0x03,
  'GSM CSD IPv4': 0x0a,
  'GSM GPRS IPv4': 0x0b,
} as const;

export type BearerName = keyof typeof bearerTypes;

/** One end of an exchange of datagrams. */
export interface Endpoint {
  readonly bearer: BearerName;
  /** `127.0.0.1`, `::1`, or a telephone number `+33612345672`. */
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** The two ends as one of them sees them. */
export interface Peers {
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

/** Equal for the same address and port, and short enough for a map's key. */
export function endpointKey(endpoint: Endpoint): string {
  return `${endpoint.address}|${endpoint.port}`;
}

/** Equal for the same address quadruplet (WAP-230 §6.3.2, WAP-224 §7.8). */
export function peersKey(peers: Peers): string {
  return `${endpointKey(peers.local)}|${endpointKey(peers.remote)}`;
}

/** An endpoint of UDP over IP; the address decides between IPv4 and IPv6. */
export function udpEndpoint(address: string, port: number): Endpoint {
  return { bearer: address.includes(':') ? 'Any IPv6' : 'Any IPv4', address, port };
}
