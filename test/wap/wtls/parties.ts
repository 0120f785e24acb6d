/** Keys, certificates and ends for the tests of WTLS. The keys are made from seeds: they protect nothing. */

import type { LinkProfile } from '../../../src/bearer/index.js';
import {
  type Curve,
  generateEcKey,
  generateRsaKey,
  type PrivateKey,
  type RsaPrivateKey,
} from '../../../src/wap/crypto.js';
import type { Layer, Primitive } from '../../../src/wap/layer.js';
import { over } from '../../../src/wap/layer.js';
import { curveByNumber } from '../../../src/wap/pki/index.js';
import {
  issueWtlsCertificate,
  textIdentifier,
  type WtlsTrust,
} from '../../../src/wap/pki/wtls-certificate.js';
import { seededRandom } from '../../../src/wap/random.js';
import type {
  Datagram,
  DatagramIndication,
  DatagramRequest,
  FromBearer,
} from '../../../src/wap/wdp/index.js';
import { wdp } from '../../../src/wap/wdp/index.js';
import {
  type Identity,
  identityOf,
  type SecurityRequest,
  type Wtls,
  type WtlsClientOptions,
  type WtlsServerOptions,
  wtlsClient,
  wtlsServer,
} from '../../../src/wap/wtls/index.js';
import { type World, world } from '../../support/world.js';

export const NOT_BEFORE = Date.UTC(2001, 0, 1);
export const NOT_AFTER = Date.UTC(2037, 0, 1);
/** The virtual clock starts at 1970; certificates are valid then. */
export const EPOCH = 0;

const made = new Map<string, PrivateKey>();

function once<Key extends PrivateKey>(label: string, make: () => Key): Key {
  const found = made.get(label);
  if (found !== undefined) return found as Key;
  const key = make();
  made.set(label, key);
  return key;
}

export function rsaKey(label: string, bits = 1024): RsaPrivateKey {
  return once(`${label}/${bits}`, () => generateRsaKey(seededRandom(1, `${label}/${bits}`), bits));
}

export function curve(number: number): Curve {
  const found = curveByNumber(number);
  if (found === undefined) throw new RangeError(`no curve ${number}`);
  return found;
}

export function ecKey(label: string, number: number): PrivateKey & { type: 'ec' } {
  return once(`${label}/curve ${number}`, () =>
    generateEcKey(seededRandom(1, `${label}/${number}`), curve(number)),
  );
}

export interface TestAuthority {
  readonly trust: WtlsTrust;
  readonly privateKey: PrivateKey;
}

export function authority(label: string, privateKey: PrivateKey, name = `${label}; Test; FI`): TestAuthority {
  return { trust: { name: textIdentifier(name), publicKey: privateKey.publicKey }, privateKey };
}

export const rsaAuthority = () => authority('RSA root', rsaKey('root'));
export const ecAuthority = () => authority('EC root', ecKey('root', 7));

/** Somebody with a certificate of an authority. */
export function certified(
  issuer: TestAuthority,
  privateKey: PrivateKey,
  name: string,
  validity: { notBefore?: number; notAfter?: number } = {},
): Identity {
  const certificate = issueWtlsCertificate(
    { name: issuer.trust.name, privateKey: issuer.privateKey },
    {
      subject: textIdentifier(name),
      publicKey: privateKey.publicKey,
      notBefore: EPOCH,
      notAfter: NOT_AFTER,
      ...validity,
    },
  );
  return identityOf(privateKey, [{ format: 'WTLSCert', certificate }], [issuer.trust]);
}

export const bank = () => certified(rsaAuthority(), rsaKey('bank'), 'Bank; Test; FI; 10.0.0.1');
export const ecBank = (number = 7) =>
  certified(ecAuthority(), ecKey('bank', number), 'Bank; Test; FI; 10.0.0.1');

export type DatagramStack = Layer<
  DatagramRequest | SecurityRequest,
  DatagramIndication,
  FromBearer,
  Datagram
>;

/** WTLS over WDP, with the observer of crossings left out. */
export function secured(wtls: Wtls, port: number): DatagramStack {
  return over<
    DatagramRequest | SecurityRequest,
    DatagramIndication,
    DatagramIndication,
    DatagramRequest,
    FromBearer,
    Datagram
  >(wtls, wdp({ port }));
}

type ClientParts = Omit<WtlsClientOptions, 'random' | 'clock'>;
type ServerParts = Omit<WtlsServerOptions, 'random' | 'clock'>;

/** A phone and a gateway on one link; the gateway answers each datagram with `echo` before it. */
export function pair(
  options: {
    readonly client?: ClientParts;
    readonly server?: ServerParts;
    readonly seed?: number;
    readonly profile?: LinkProfile;
    readonly echo?: boolean;
    readonly world?: World;
  } = {},
) {
  const { client = {}, server = {}, seed = 1, profile, echo = true } = options;
  const space = options.world ?? (profile ? world(seed, profile) : world(seed));
  const clock = space.scheduler;
  let phoneLayer: Wtls | undefined;
  let gatewayLayer: Wtls | undefined;
  const gateway = space.end<DatagramRequest | SecurityRequest, DatagramIndication>(
    '10.0.0.1:9203',
    (_, random) => {
      gatewayLayer = wtlsServer({ random, clock, ...server });
      return secured(gatewayLayer, 9203);
    },
    (indication, request) => {
      if (!echo || indication.type !== 'T-DUnitdata.ind') return;
      const { source, destination, userData } = indication;
      request({
        type: 'T-DUnitdata.req',
        source: destination,
        destination: source,
        userData: Uint8Array.of(0xec, ...userData),
      });
    },
  );
  const phone = space.end<DatagramRequest | SecurityRequest, DatagramIndication>(
    '10.0.0.2:49152',
    (_, random) => {
      phoneLayer = wtlsClient({ random, clock, ...client });
      return secured(phoneLayer, 49152);
    },
  );
  if (phoneLayer === undefined || gatewayLayer === undefined) throw new TypeError('the layers are not made');
  const peers = { local: phone.local, remote: gateway.local };
  return {
    space,
    phone,
    gateway,
    phoneLayer,
    gatewayLayer,
    peers,
    reversed: { local: gateway.local, remote: phone.local },
    /** From the phone. */
    send: (userData: Uint8Array) =>
      phone.request({
        type: 'T-DUnitdata.req',
        source: phone.local,
        destination: gateway.local,
        userData,
      }),
    /** From the gateway. */
    push: (userData: Uint8Array) =>
      gateway.request({
        type: 'T-DUnitdata.req',
        source: gateway.local,
        destination: phone.local,
        userData,
      }),
    /** The phone ends the connection in good order; the session can be resumed. */
    hangUp: () =>
      phone.request({
        type: 'SEC-Terminate.req',
        peers,
        alertLevel: 'critical',
        alertDescription: 'connection_close_notify',
      }),
    run: (time = 1000) => space.scheduler.advance(time),
  };
}

/** The user data that an end got. */
export function received(end: { readonly indications: readonly DatagramIndication[] }): string[] {
  return end.indications.map((it) =>
    it.type === 'T-DUnitdata.ind' ? Buffer.from(it.userData).toString('hex') : `${it.type} ${it.error}`,
  );
}

/** The news that an end told: types and texts. */
export function told(end: { readonly news: readonly Primitive[] }, type: string): string[] {
  return end.news.flatMap((it) => (it.type === type && 'text' in it ? [String(it.text)] : []));
}
