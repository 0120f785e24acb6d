/** `wapstack shop`: the commerce server as a process of its own. */
import { dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { ShopConfig } from '../commerce/config-schema.js';
import {
  type Directory,
  ldapDirectory,
  openStore,
  type PpgOptions,
  type SeedUser,
  type Shop,
  type Store,
  seedShop,
  startShop,
  storeDirectory,
} from '../commerce/index.js';
import { loadConfig } from '../config.js';
import type { RsaPublicKey } from '../wap/crypto.js';
import { UsageError } from '../wap/errors.js';
import { type Certificate, encodePublicKeyInfo } from '../wap/pki/index.js';
import { readCertificates, readPrivateKey } from './key-files.js';
import { systemRandom } from './system.js';
import { untilStopped } from './until-stopped.js';

/** The first certificate in a file. */
async function readCertificate(file: string): Promise<Certificate> {
  const [certificate] = await readCertificates(file);
  if (certificate === undefined) throw new UsageError(`${file} has no certificate`);
  return certificate;
}

/** The section `shop` of the configuration file. */
export function readShopConfig(file: string): ShopConfig {
  const { shop } = loadConfig(file);
  if (shop === undefined) throw new UsageError(`${file} has no section "shop"`);
  return shop;
}

function directoryOf(config: ShopConfig, store: Store): Directory {
  const { directory } = config;
  if (directory.kind === 'sqlite') return storeDirectory(store);
  const { url, baseDn, bindDn, password = '' } = directory;
  return ldapDirectory({ url, baseDn, ...(bindDn === undefined ? {} : { bind: { dn: bindDn, password } }) });
}

function ppgOf({ ppg }: ShopConfig): PpgOptions {
  const { url, user, password = '', specifier, toServices } = ppg;
  return {
    url,
    toServices,
    ...(user === undefined ? {} : { credentials: { user, password } }),
    ...(specifier === undefined ? {} : { specifier }),
  };
}

async function seedUser(user: ShopConfig['users'][number], at: (file: string) => string): Promise<SeedUser> {
  const { userId, name, password, telephone, certificateFile } = user;
  if (telephone === undefined && certificateFile === undefined) return { userId, name, password };
  if (telephone === undefined || certificateFile === undefined)
    throw new UsageError(
      `${userId} needs both telephone and certificateFile, or neither where LDAP has them`,
    );
  const { publicKey, octets } = await readCertificate(at(certificateFile));
  return {
    userId,
    name,
    password,
    record: { mobileDeviceId: telephone, publicKey: encodePublicKeyInfo(publicKey), certificate: octets },
  };
}

/** The keys that requests are sealed to, by user. */
async function sealingKeys(
  config: ShopConfig,
  at: (file: string) => string,
): Promise<(userId: string) => RsaPublicKey | undefined> {
  const keys = new Map<string, RsaPublicKey>();
  for (const { userId, sealingCertificateFile } of config.users) {
    if (sealingCertificateFile === undefined) continue;
    const { publicKey } = await readCertificate(at(sealingCertificateFile));
    if (publicKey.type !== 'rsa')
      throw new UsageError(`${sealingCertificateFile} has no RSA key: nothing can be sealed to it`);
    keys.set(userId, publicKey);
  }
  return (userId) => keys.get(userId);
}

/**
 * Starts the shop that a configuration describes.
 * @param folder what its file names are relative to
 */
export async function startConfiguredShop(
  config: ShopConfig,
  folder: string,
  report: (line: string) => void,
): Promise<Shop> {
  const at = (file: string) => resolve(folder, file);
  const store = openStore(config.database === ':memory:' ? ':memory:' : at(config.database));
  try {
    const directory = directoryOf(config, store);
    await seedShop(store, await Promise.all(config.users.map((user) => seedUser(user, at))), systemRandom);
    const shop = await startShop({
      store,
      directory,
      clock: { now: () => Date.now() },
      random: systemRandom,
      push: ppgOf(config),
      signer: {
        privateKey: await readPrivateKey(at(config.keyFile)),
        certificate: await readCertificate(at(config.certificateFile)),
      },
      trusted: await readCertificates(at(config.caFile)),
      name: config.name,
      life: config.signatureLife * 1000,
      ...(config.seal && { sealTo: await sealingKeys(config, at) }),
      secureCookies: config.secureCookies,
      framedBy: config.framedBy,
      host: config.host,
      port: config.port,
      ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
      observe: ({ step, signs, text }) =>
        report(`${signs.map((sign) => `[${sign}]`).join('')} ${step}: ${text}`.trim()),
      onError: (error) => report(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
    return {
      url: shop.url,
      async close() {
        await shop.close();
        await directory.close();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function toPort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is 0 to 65535.');
  return port;
}

export const shop = new Command('shop')
  .description('run the commerce server: a shop whose orders are signed on the phone')
  .option('--config <file>', 'configuration file with a section "shop"', 'wapstack.json')
  .option('--port <n>', 'port to listen at; 0 takes a free one', toPort)
  .action(async (options: { config: string; port?: number }) => {
    const config = readShopConfig(options.config);
    const report = (line: string) => void process.stderr.write(`${line}\n`);
    const running = await startConfiguredShop(
      { ...config, port: options.port ?? config.port },
      dirname(resolve(options.config)),
      report,
    );
    report(`shop at ${running.url}`);
    await untilStopped();
    await running.close();
  });
