/**
 * Which origins may be fetched from. A gateway that emulates 2001 stands in today's networks: without a rule, whoever
 * reaches its UDP port reaches through it whatever the machine reaches.
 */
import { UsageError } from '../wap/errors.js';

/**
 * Lists of patterns: `shop.example`, `*.example`, `shop.example:8080`, an address, a range `10.0.0.0/8`, `fd00::/8`, or
 * `private` for all ranges that belong to nobody in the Internet. What is denied stays denied; an empty `allow` allows all else.
 */
export interface OriginRules {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

export interface Origins {
  /** Before a name is looked up: whether host and port may be asked for at all. */
  permitsHost(host: string, port: number): boolean;
  /** After it was looked up: whether that address may be connected to, so that no name leads round the rules. */
  permitsAddress(host: string, port: number, address: string): boolean;
}

/** What `private` stands for: RFC 1122, 1918, 3927, 6598, 4193, 4291. */
export const privateRanges = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
] as const;

/** Compiles the rules. Throws `UsageError` for a pattern that is none. */
export function origins(rules: OriginRules): Origins {
  const allow = (rules.allow ?? []).flatMap(compile);
  const deny = (rules.deny ?? []).flatMap(compile);
  const names = { allow: allow.filter(isName), deny: deny.filter(isName) };

  function permits(host: string, port: number, address: string | undefined): boolean {
    const octets = address === undefined ? undefined : addressOctets(address);
    const inner = octets && embedded(octets);
    const matches = (pattern: Pattern) =>
      isName(pattern) ? matchesName(pattern, host, port) : octets !== undefined && inRange(pattern, octets);
    if (deny.some(matches)) return false;
    if (inner !== undefined && deny.some((pattern) => !isName(pattern) && inRange(pattern, inner)))
      return false;
    // A name whose address is not known yet may still turn out to lie in an allowed range.
    if (allow.length === 0 || allow.some(matches)) return true;
    return address === undefined && names.allow.length < allow.length;
  }

  return {
    permitsHost: (host, port) => {
      const name = normal(host);
      return permits(name, port, addressOctets(name) && name);
    },
    permitsAddress: (host, port, address) => permits(normal(host), port, address),
  };
}

interface NamePattern {
  readonly name: string;
  readonly port?: number;
}

interface RangePattern {
  readonly octets: readonly number[];
  readonly bits: number;
}

type Pattern = NamePattern | RangePattern;

function isName(pattern: Pattern): pattern is NamePattern {
  return 'name' in pattern;
}

function compile(text: string): Pattern[] {
  if (text === 'private') return privateRanges.flatMap(compile);
  const [, network = '', length] = /^\[?([0-9a-fA-F.:]+)\]?(?:\/(\d+))?$/.exec(text) ?? [];
  const octets = addressOctets(network);
  if (octets !== undefined) {
    const bits = length === undefined ? octets.length * 8 : Number(length);
    if (bits > octets.length * 8) throw new UsageError(`not a range of addresses: ${text}`);
    return [{ octets, bits }];
  }
  const [, name, port] = /^(\*|(?:\*\.)?[\w-]+(?:\.[\w-]+)*)(?::(\d{1,5}))?$/.exec(text.toLowerCase()) ?? [];
  if (name === undefined) throw new UsageError(`not a host, an address or a range: ${text}`);
  return [{ name, ...(port !== undefined && { port: Number(port) }) }];
}

function matchesName(pattern: NamePattern, host: string, port: number): boolean {
  if (pattern.port !== undefined && pattern.port !== port) return false;
  if (pattern.name === '*') return true;
  return pattern.name.startsWith('*.') ? host.endsWith(pattern.name.slice(1)) : host === pattern.name;
}

function inRange(range: RangePattern, octets: readonly number[]): boolean {
  if (octets.length !== range.octets.length) return false;
  for (let bit = 0; bit < range.bits; bit++) {
    const mask = 0x80 >> (bit & 7);
    if (((octets[bit >> 3] ?? 0) & mask) !== ((range.octets[bit >> 3] ?? 0) & mask)) return false;
  }
  return true;
}

/**
 * The IPv4 address that an IPv6 address leads to through a translator or a tunnel: NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), IPv4-compatible
 * (RFC 4291 §2.5.5.1). What is denied by its IPv4 address is denied by these, too.
 */
function embedded(octets: readonly number[]): readonly number[] | undefined {
  if (octets.length !== 16) return undefined;
  const starts = (...prefix: number[]) => prefix.every((octet, i) => octets[i] === octet);
  if (starts(0x20, 0x02)) return octets.slice(2, 6);
  const translated = starts(0, 0x64, 0xff, 0x9b);
  const compatible = octets.slice(0, 12).every((octet) => octet === 0);
  return translated || compatible ? octets.slice(12) : undefined;
}

function normal(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

/** The octets of a numeric address; an IPv6 address that stands for an IPv4 one counts as that. */
function addressOctets(text: string): readonly number[] | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const octets = text.split('.').map(Number);
    return octets.every((octet) => octet < 256) ? octets : undefined;
  }
  if (!text.includes(':') || !URL.canParse(`http://[${text}]/`)) return undefined;
  const groups = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const [head = [], tail = []] = groups.map((part) =>
    part
      .split(':')
      .filter((group) => group !== '')
      .map((group) => Number.parseInt(group, 16)),
  );
  const missing = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  const octets = [...head, ...missing, ...tail].flatMap((group) => [group >> 8, group & 0xff]);
  const mapped =
    octets.slice(0, 10).every((octet) => octet === 0) && octets[10] === 0xff && octets[11] === 0xff;
  return mapped ? octets.slice(12) : octets;
}
