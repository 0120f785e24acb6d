/** Assigned numbers of the PDUs: WAP-230-WSP Appendix A. Those of the headers are in header-numbers.ts. */

/** Table 34. */
export const pduTypes = {
  Connect: 0x01,
  ConnectReply: 0x02,
  Redirect: 0x03,
  Reply: 0x04,
  Disconnect: 0x05,
  Push: 0x06,
  ConfirmedPush: 0x07,
  Suspend: 0x08,
  Resume: 0x09,
  DataFragment: 0x80,
} as const satisfies Record<string, number>;

/** Table 34: the methods of HTTP/1.1. 0x40–0x5F are Get PDUs, 0x60–0x7F Post PDUs. */
export const methodTypes = {
  GET: 0x40,
  OPTIONS: 0x41,
  HEAD: 0x42,
  DELETE: 0x43,
  TRACE: 0x44,
  POST: 0x60,
  PUT: 0x61,
} as const satisfies Record<string, number>;

/** Table 35. They travel as user abort codes of WTP. */
export const abortReasons = {
  PROTOERR: 0xe0,
  DISCONNECT: 0xe1,
  SUSPEND: 0xe2,
  RESUME: 0xe3,
  CONGESTION: 0xe4,
  CONNECTERR: 0xe5,
  MRUEXCEEDED: 0xe6,
  MOREXCEEDED: 0xe7,
  PEERREQ: 0xe8,
  NETERR: 0xe9,
  USERREQ: 0xea,
  USERRFS: 0xeb,
  USERPND: 0xec,
  USERDCR: 0xed,
  USERDCU: 0xee,
} as const satisfies Record<string, number>;

export type ReasonName = keyof typeof abortReasons;

/** §6.2.5; a number that Table 35 does not assign is kept in hexadecimal. */
export type Reason = ReasonName | `0x${string}`;

const reasonNames = new Map<number, ReasonName>(
  Object.entries(abortReasons).map(([name, number]) => [number, name as ReasonName]),
);

export function reasonOf(abortCode: number): Reason {
  return reasonNames.get(abortCode) ?? `0x${abortCode.toString(16).toUpperCase().padStart(2, '0')}`;
}

export function abortCodeOf(reason: Reason): number {
  return isReasonName(reason) ? abortReasons[reason] : Number.parseInt(reason, 16);
}

function isReasonName(reason: Reason): reason is ReasonName {
  return reason in abortReasons;
}

/** Table 36: HTTP status codes that have a number. */
export const statusCodes = {
  100: 0x10,
  101: 0x11,
  200: 0x20,
  201: 0x21,
  202: 0x22,
  203: 0x23,
  204: 0x24,
  205: 0x25,
  206: 0x26,
  300: 0x30,
  301: 0x31,
  302: 0x32,
  303: 0x33,
  304: 0x34,
  305: 0x35,
  306: 0x36,
  307: 0x37,
  400: 0x40,
  401: 0x41,
  402: 0x42,
  403: 0x43,
  404: 0x44,
  405: 0x45,
  406: 0x46,
  407: 0x47,
  408: 0x48,
  409: 0x49,
  410: 0x4a,
  411: 0x4b,
  412: 0x4c,
  413: 0x4d,
  414: 0x4e,
  415: 0x4f,
  416: 0x50,
  417: 0x51,
  500: 0x60,
  501: 0x61,
  502: 0x62,
  503: 0x63,
  504: 0x64,
  505: 0x65,
} as const satisfies Record<number, number>;

const octetsOfStatus = new Map<number, number>(
  Object.entries(statusCodes).map(([status, octet]) => [Number(status), octet]),
);
const statusesOfOctet = new Map<number, number>(
  [...octetsOfStatus].map(([status, octet]) => [octet, status]),
);

/**
 * The octet of an HTTP status. One that Table 36 does not have is sent as the x00 code of its class, which is how
 * RFC 2616 §6.1.1 has a receiver treat it; what is no HTTP status at all as 500.
 */
export function statusOctet(status: number): number {
  return octetsOfStatus.get(status) ?? octetsOfStatus.get(Math.floor(status / 100) * 100) ?? statusCodes[500];
}

/** The HTTP status of an octet. An unassigned octet keeps its value, moved above every HTTP status: 0x7F is 1127. */
export function statusOf(octet: number): number {
  return statusesOfOctet.get(octet) ?? 1000 + octet;
}

/** Table 37. */
export const capabilityNumbers = {
  'Client-SDU-Size': 0x00,
  'Server-SDU-Size': 0x01,
  'Protocol Options': 0x02,
  'Method-MOR': 0x03,
  'Push-MOR': 0x04,
  'Extended Methods': 0x05,
  'Header Code Pages': 0x06,
  Aliases: 0x07,
  'Client-Message-Size': 0x08,
  'Server-Message-Size': 0x09,
} as const satisfies Record<string, number>;

/** §8.3.2.3: flag bits of the Protocol Options capability. */
export const protocolOptions = {
  'Confirmed Push': 0x80,
  Push: 0x40,
  'Session Resume': 0x20,
  'Acknowledgement Headers': 0x10,
  'Large Data Transfer': 0x08,
} as const satisfies Record<string, number>;

export type ProtocolOption = keyof typeof protocolOptions;
