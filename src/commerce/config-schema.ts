/** The section `shop` of the configuration file. Unknown keys are errors; file names are relative to that file. */
import { z } from 'zod';

const directory = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sqlite') }).describe("the table in the shop's own database"),
  z
    .strictObject({
      kind: z.literal('ldap'),
      url: z.url().describe('ldap://host:port'),
      baseDn: z.string().describe('below which entry users are'),
      bindDn: z.string().optional().describe('who asks; anonymous where it is missing'),
      password: z.string().optional(),
    })
    .describe('an LDAP server with the schema of docs/directory'),
]);

const ppg = z.strictObject({
  url: z.url().describe('where PAP messages are posted'),
  user: z.string().optional(),
  password: z.string().optional(),
  specifier: z
    .string()
    .optional()
    .describe('behind the @ of client addresses; the host of the URL by default'),
  toServices: z
    .boolean()
    .default(false)
    .describe('for the WTA user agent of phones, confirmed, on secure sessions; otherwise for their browser'),
});

const user = z.strictObject({
  userId: z.string().min(1).max(64),
  name: z.string().min(1).max(80),
  password: z.string().min(1).max(256),
  telephone: z.string().optional().describe('E.164; not needed with an LDAP directory'),
  certificateFile: z.string().optional().describe("PEM; the user's certificate, and so the public key"),
  sealingCertificateFile: z
    .string()
    .optional()
    .describe("PEM; the certificate of the card's key for decipherment, to which requests are sealed"),
});

export const shopConfig = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(24)
    .default('Wapstack Shop')
    .describe('how the shop calls itself, on the phone too'),
  host: z.string().default('127.0.0.1').describe('address to listen at'),
  port: z.int().min(0).max(65535).default(8080).describe('0: any free one'),
  publicUrl: z.url().optional().describe("where the phone's gateway reaches the shop"),
  ppg: ppg.describe('the push proxy gateway'),
  database: z.string().default('shop.sqlite').describe('file of the database, or :memory:'),
  directory: directory.default({ kind: 'sqlite' }).describe('where users are looked up'),
  caFile: z.string().describe('PEM; the authorities whose certificates are believed'),
  certificateFile: z.string().describe("PEM; the server's own certificate"),
  keyFile: z.string().describe("PEM (PKCS#8); the server's own key"),
  signatureLife: z.int().min(10).max(3600).default(300).describe('seconds that a user has to sign'),
  seal: z
    .boolean()
    .default(false)
    .describe('seal requests to the cards, so that no gateway reads them; who has no key for that gets none'),
  secureCookies: z.boolean().default(false).describe('set where PCs reach the shop over TLS only'),
  framedBy: z.array(z.string()).default([]).describe('origins of pages that may show the shop in a frame'),
  users: z.array(user).default([]).describe('users written into the database at the start'),
});

export type ShopConfig = z.infer<typeof shopConfig>;
