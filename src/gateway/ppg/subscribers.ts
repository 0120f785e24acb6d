/** Where a client is: WAP-249 §6. A table of subscribers, or the address itself where it is one of IP. */
import { type Endpoint, udpEndpoint } from '../../wap/address.js';
import { ports } from '../../wap/ports.js';
import { type ClientAddress, decodeClientAddress, type QualityOfService } from '../../wap/push/index.js';

/**
 * Telephone numbers (`+33612345672`) and user ids, each with a host, `127.0.0.1`, or host and port, `127.0.0.1:2948`, `[::1]:2948`; or `sms:`
 * for a telephone that has no address on IP, `sms:+33612345672` for one whose number is another.
 */
export type Subscribers = Readonly<Record<string, string>>;

export interface SubscriberOptions {
  readonly subscribers: Subscribers;
  /** Where everybody is who stands in no table. */
  readonly defaultAddress?: string;
  /** The push port of a terminal, where no other is given: 2948 (WAP-259 Appendix B). */
  readonly pushPort: number;
}

/** Finds the terminal of a client; `undefined` where this proxy does not serve it. */
export type Locate = (address: ClientAddress) => Endpoint | undefined;

export function subscribers(options: SubscriberOptions): Locate {
  return (address) => {
    if (address.addressType === 'IPv4' || address.addressType === 'IPv6') {
      const known = listed(options.subscribers, address.value);
      return known === undefined
        ? udpEndpoint(address.value, options.pushPort)
        : endpoint(known, options.pushPort);
    }
    if (address.addressType !== 'PLMN' && address.addressType !== 'USER') return undefined;
    const host = listed(options.subscribers, address.value) ?? options.defaultAddress;
    if (host === undefined) return undefined;
    if (host.startsWith(SMS)) return telephone(host.slice(SMS.length) || address.value);
    return endpoint(host, options.pushPort);
  };
}

/** Bearers of PAP that are short messages (WAP-259 Appendix C). */
export const smsBearers = ['SMS', 'GSM SMS'] as const;

/**
 * Where a client is on the bearer that is required of its message (WAP-247 §9.2): short messages need a number, whatever stands in the
 * table, and IP an address. `undefined` where that is not to be had.
 */
export function onBearer(
  locate: Locate,
  client: ClientAddress,
  { bearer = 'Any', bearerRequired }: Pick<QualityOfService, 'bearer' | 'bearerRequired'>,
): Endpoint | undefined {
  const known = locate(client);
  if (known === undefined || !bearerRequired || bearer.toLowerCase() === 'any') return known;
  const overSms = smsBearers.some((name) => name.toLowerCase() === bearer.toLowerCase());
  if (overSms === (known.bearer === 'GSM SMS')) return known;
  return overSms && client.addressType === 'PLMN' ? telephone(client.value) : undefined;
}

const SMS = 'sms:';

/** Over short messages, every terminal has the registered push port: its number tells it apart. E.164: fifteen digits at most. */
function telephone(number: string): Endpoint | undefined {
  const plain = number.replace(/[-.]/g, '');
  return /^\+\d{1,15}$/.test(plain) ? { bearer: 'GSM SMS', address: plain, port: ports.push } : undefined;
}

/** Telephone numbers are compared by their digits, user ids without regard to case (§6.2). */
function listed(table: Subscribers, value: string): string | undefined {
  const wanted = normal(value);
  return Object.entries(table).find(([name]) => normal(name) === wanted)?.[1];
}

function normal(name: string): string {
  return /^\+[\d\-.]+$/.test(name) ? `+${name.replace(/\D/g, '')}` : name.toLowerCase();
}

/** `host`, `host:port`, `[host]:port`, or an IPv6 address without brackets; `undefined` for a host that is no number. */
export function endpoint(text: string, port: number): Endpoint | undefined {
  const [, bracketed, plain, number] = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? (/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) ? text : undefined);
  if (host === undefined || !URL.canParse(`http://${host.includes(':') ? `[${host}]` : host}/`))
    return undefined;
  const at = number === undefined ? port : Number(number);
  return at >= 1 && at <= 65535 ? udpEndpoint(host, at) : undefined;
}

/** A client address that broke no rule, or `undefined`. */
export function tryClientAddress(text: string): ClientAddress | undefined {
  try {
    return decodeClientAddress(text);
  } catch {
    return undefined;
  }
}
