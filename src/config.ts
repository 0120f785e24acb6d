/**
 * The configuration file: one JSON document, checked whole at start. What is unknown in it is an error, so that no typing
 * mistake is taken for a default. Only src/cli reads it.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { shopConfig } from './commerce/config-schema.js';
import { decodeClientId } from './wap/client-id/index.js';
import { UsageError } from './wap/errors.js';
import { encodeUtf8 } from './wap/octets.js';
import { bulkCiphers, keyExchangeSuites, macs } from './wap/wtls/index.js';

const port = z.int().min(0).max(65_535);
const seconds = z.number().positive();
const count = z.int().positive();

/** A result of several hundred packets would not end: WAP-224 §7.14 numbers them with eight bits. */
const MIN_PACKET = 128;

/** WAP-196 §6.1. */
function isClientId(text: string): boolean {
  try {
    return decodeClientId(encodeUtf8(text)).type !== 'opaque';
  } catch {
    return false;
  }
}

const gateway = z.strictObject({
  host: z.string().default('127.0.0.1').describe('address that the gateway listens on'),
  portBase: z
    .int()
    .min(0)
    .max(65_528)
    .default(9200)
    .describe('N connectionless, N+1 connection mode; 9200 are the registered ports, 0 any that are free'),
  name: z
    .string()
    .regex(/^[\w.-]+$/)
    .default('wapstack')
    .describe('what the gateway calls itself in Via'),
  timeout: seconds.default(30).describe('seconds that an origin may take'),
  maxResponse: count.default(1_048_576).describe("octets of an origin's response"),
  maxDatagram: count.max(65_507).default(65_507).describe('octets of a connectionless result'),
  packet: count
    .min(MIN_PACKET)
    .max(65_000)
    .default(1400)
    .describe('octets of a result in one datagram; a larger one is segmented for terminals that can take it'),
  pictures: z
    .strictObject({
      width: count.max(1024).default(96),
      height: count.max(1024).default(144),
    })
    .prefault({})
    .describe('pixels of the wireless bitmaps that other pictures become'),
  cache: z
    .int()
    .min(0)
    .default(8_388_608)
    .describe('octets of responses that are kept for as long as their origins allow; 0: none'),
  ca: z.string().optional().describe('file (PEM) of authorities trusted for https origins'),
  origins: z
    .strictObject({
      allow: z.array(z.string()).default([]).describe('hosts, *.domains, address ranges; none: all'),
      deny: z
        .array(z.string())
        .default([])
        .describe('what may not be fetched from; "private" for all private ranges'),
    })
    .prefault({}),
  navigation: z
    .strictObject({
      emptyDomain: z.boolean().default(false).describe('documents that claim every address pass'),
      master: z.boolean().default(false).describe('documents that make their proxy a master pass'),
      accessPoints: z.boolean().default(false).describe('documents with network access points pass'),
      maxAge: z.int().min(1).optional().describe('seconds that a document is good at the longest'),
    })
    .prefault({})
    .describe('which navigation documents go on to terminals (WAP-187)'),
  clients: z
    .array(
      z.strictObject({
        id: z
          .string()
          .refine(isClientId, 'is no Client ID')
          .describe('Client ID: 00123xdr3F_foo.com, 433612345678'),
        password: z.string(),
      }),
    )
    .optional()
    .describe('who may use the gateway, by proxy authentication; everybody where it is not given'),
  limits: z
    .strictObject({
      sessions: count.default(20_000).describe('sessions of all clients together'),
      sessionsOfAddress: count
        .default(20_000)
        .describe('sessions with one address; terminals behind address translation share one'),
      idle: seconds.default(3600).describe('seconds after which a session is ended that nothing happens on'),
      suspended: seconds.default(86_400).describe('seconds for which a suspended session is kept'),
      requests: count.default(16).describe('requests of one client under way'),
      requestBody: count.default(1_048_576).describe('octets of a request'),
    })
    .prefault({}),
});

const keyExchangeNames = keyExchangeSuites.map(({ name }) => name);
const cipherNames = bulkCiphers.map(({ name }) => name);
const macNames = macs.map(({ name }) => name);

const security = z
  .strictObject({
    enabled: z.boolean().default(true).describe('serve the ports over WTLS: N+2, N+3, N+6, N+7'),
    folder: z
      .string()
      .optional()
      .describe(
        "the gateway's key and certificate, made with an authority at first start; none: of this run",
      ),
    name: z
      .string()
      .max(128)
      .optional()
      .describe('common name of the certificate that is made; the host where it is not given'),
    bits: z.int().min(512).max(4096).default(1024).describe('of the RSA key that is made'),
    certificates: z
      .array(z.strictObject({ key: z.string(), certificate: z.string(), authority: z.string() }))
      .default([])
      .describe(
        'further keys (PEM) with their WTLS certificate or X.509 chain, and the authority that terminals trust',
      ),
    leastClass: z
      .union([z.literal(1), z.literal(2), z.literal(3)])
      .default(1)
      .describe('1 lets anonymous key exchanges pass, 3 requires client certificates'),
    clientCertificate: z.enum(['none', 'request', 'require']).default('none'),
    clientAuthorities: z
      .string()
      .optional()
      .describe('file (PEM) of authorities of clients; that of the folder where it is not given'),
    keyExchanges: z
      .array(z.enum(keyExchangeNames))
      .min(1)
      .optional()
      .describe('those that are taken; all but NULL where it is not given'),
    cipherSuites: z
      .array(z.tuple([z.enum(cipherNames), z.enum(macNames)]))
      .min(1)
      .optional()
      .describe('cipher and MAC, the favourite first'),
    leastCipherBits: z.int().min(0).max(168).default(56).describe("effective bits of a cipher's key"),
    leastModulusBits: z.int().min(0).max(4096).default(0).describe('of RSA moduli and primes'),
    renew: seconds.optional().describe('seconds after which a terminal is asked for new keys'),
    limits: z
      .strictObject({
        handshakes: count.default(1024).describe('under way; the oldest gives way'),
        connections: count.default(20_000).describe('the one that was silent longest gives way'),
        idle: seconds.default(3600).describe('seconds after which a silent connection is closed'),
      })
      .prefault({}),
  })
  .superRefine((section, context) => {
    const needsClients = section.clientCertificate !== 'none' || section.leastClass === 3;
    const issue = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (needsClients && section.clientAuthorities === undefined && section.folder === undefined) {
      issue('clientAuthorities', 'whose client certificates? give clientAuthorities or folder');
    }
    const anonymousOnly = section.keyExchanges?.every((name) => name.includes('_anon'));
    if (anonymousOnly && section.leastClass > 1) {
      issue('keyExchanges', `all of them are anonymous, and leastClass is ${section.leastClass}`);
    }
    const least = section.leastCipherBits;
    const ciphers = section.cipherSuites?.map(([name]) => bulkCiphers.find((it) => it.name === name));
    if (ciphers?.every((cipher) => cipher !== undefined && cipher.effectiveKeyBits < least)) {
      issue('cipherSuites', `all of them have fewer than leastCipherBits, ${least}`);
    }
  });

const push = z.strictObject({
  host: z
    .string()
    .optional()
    .describe('address that PAP is served on; that of the gateway where it is not given'),
  port: port.optional().describe('port that PAP is served on; the port base + 80 where it is not given'),
  queue: z
    .union([
      z.string(),
      z.strictObject({ postgres: z.url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// URL' }) }),
    ])
    .default(':memory:')
    .describe(
      'file of the queue; :memory: forgets it with the process; {"postgres": "postgres://…"} a database',
    ),
  keepDays: seconds.default(7).describe('days after which finished messages are forgotten'),
  maxBody: count.default(1_048_576).describe('octets of a PAP message'),
  initiators: z
    .array(
      z
        .strictObject({
          name: z.string().min(1),
          password: z.string().min(1).optional(),
          fingerprint: z
            .string()
            .regex(/^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$/, 'SHA-256: 64 hexadecimal digits')
            .optional()
            .describe('SHA-256 of its certificate, whoever issued it'),
          subject: z
            .string()
            .min(1)
            .optional()
            .describe('subject of its certificate, CN=…,O=…, issued by an authority in push.tls.ca'),
          trusted: z.boolean().default(false).describe('terminals are told to trust its content'),
        })
        .refine(({ password, fingerprint, subject }) => password ?? fingerprint ?? subject, {
          path: ['password'],
          message: 'missing, and no fingerprint or subject of a certificate either',
        }),
    )
    .default([])
    .describe('who may submit; none: whoever reaches the port'),
  tls: z
    .strictObject({
      certificate: z.string().describe('file (PEM)'),
      key: z.string().describe('file (PEM)'),
      ca: z.string().optional().describe('file (PEM) of authorities trusted to name initiators'),
    })
    .optional()
    .describe('PAP over https, where initiators may show a certificate'),
  subscribers: z
    .record(z.string(), z.string())
    .default({})
    .describe('telephone number or user id to host or host:port; sms: for one without an address on IP'),
  defaultAddress: z.string().optional().describe('where everybody else is'),
});

const smsc = z.strictObject({
  host: z.string().default('127.0.0.1').describe('message centre, SMPP 3.4'),
  port: port.default(2775),
  systemId: z.string().min(1).max(15).describe('as what the gateway binds'),
  password: z.string().max(8).default(''),
  address: z
    .string()
    .regex(/^\+\d{1,15}$/)
    .describe("the gateway's telephone number"),
  carriage: z
    .enum(['data_sm', 'submit_sm'])
    .default('data_sm')
    .describe('submit_sm where the centre has no data_sm'),
  bind: z.enum(['transceiver', 'transmitter and receiver']).default('transceiver'),
  serve: z
    .boolean()
    .default(false)
    .describe('run a message centre there, for terminals whose system id is their number'),
  store: z
    .string()
    .optional()
    .describe('file of the messages that the served centre keeps; none: they are forgotten with the process'),
  terminalPassword: z.string().max(8).optional().describe('password of those terminals; none: any will do'),
});

/** The whole file. Each room that is configured has a section of its own. */
export const configSchema = z.strictObject({
  gateway: gateway.prefault({}),
  security: security.prefault({}),
  push: push.prefault({}),
  smsc: smsc.optional(),
  shop: shopConfig.optional(),
});

export type Config = z.infer<typeof configSchema>;

/** Everything at its default. */
export function defaultConfig(): Config {
  return configSchema.parse({});
}

/** Checks a configuration; every mistake is named in the one `UsageError`. */
export function parseConfig(value: unknown, source: string): Config {
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  throw new UsageError(`${source} is no configuration:\n${z.prettifyError(result.error)}`);
}

/** Reads a configuration file. */
export function loadConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return parseConfig(value, path);
}
