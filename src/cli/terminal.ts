/** `wapstack terminal`: the phone as a process of its own, on a terminal or fed with lines. */
import { Command, Option } from 'commander';
import { openSmpp, realScheduler } from '../bearer/index.js';
import { type PhoneOnSms, type PhoneOnUdp, type SecurityParts, startPhone } from '../terminal/phone.js';
import { openPhoneData } from '../terminal/phone-data.js';
import { terminalSecurity } from '../terminal/security.js';
import { simulatedSensor } from '../terminal/sensor.js';
import { runTty } from '../terminal/tty.js';
import type { TelephonyStore } from '../terminal/wta/telephony.js';
import { type ClientDevice, clientIdOf, decodeClientId } from '../wap/client-id/index.js';
import { UsageError } from '../wap/errors.js';
import { encodeUtf8 } from '../wap/octets.js';
import { portsFrom } from '../wap/ports.js';
import { checkProfile, decodeProfile } from '../wap/uaprof/index.js';
import { readText } from './files.js';
import { insertedCard, readFinger } from './key-files.js';
import { portBaseOption } from './options.js';
import { standardOutput } from './output.js';
import { keyLogTo, readTrust } from './security.js';
import { systemRandom } from './system.js';
import { makeTown } from './town.js';

/** Where message centres listen (IANA: smpp). */
const SMPP_PORT = 2775;

/** E.164: a plus sign and at most fifteen digits. */
const NUMBER = /^\+\d{1,15}$/;

interface TerminalOptions {
  readonly gateway: string;
  readonly msisdn?: string;
  readonly bearer: 'udp' | 'sms';
  readonly smsc: string;
  readonly smscPassword: string;
  readonly wim?: string;
  readonly ca?: string;
  readonly keylog?: string;
  readonly services?: string;
  readonly phoneData?: string;
  readonly finger?: string;
  readonly portBase: number;
  readonly clientId?: string;
  readonly clientPassword?: string;
  readonly profile?: string;
  readonly profileDiff?: string;
}

export const terminal = new Command('terminal')
  .description('a phone: browses WML, takes push messages, signs with its card')
  .argument('[url]', 'what to open first')
  .option(
    '--gateway <host[:port]>',
    "where the gateway takes sessions (default port: the port base + 1); with --bearer sms, the gateway's number",
    '127.0.0.1',
  )
  .option('--msisdn <number>', 'its telephone number')
  .addOption(
    new Option('--bearer <name>', 'what carries its datagrams').choices(['udp', 'sms']).default('udp'),
  )
  .option('--smsc <host:port>', 'the message centre of --bearer sms', `127.0.0.1:${SMPP_PORT}`)
  .option('--smsc-password <text>', 'its password there; its system id is its number', '')
  .option('--wim <file>', 'the card in its slot, as wapstack wim create writes one')
  .option(
    '--finger <file>',
    'a finger on its sensor, which may stand in for PINs: wapstack wim create --finger',
  )
  .option('--ca <file>', 'authorities that it trusts for https, besides those on the card')
  .option(
    '--services <host[:port]>',
    'it has a WTA user agent: where the gateway takes WTA sessions; --ca says whom it trusts, --msisdn its number',
  )
  .option('--phone-data <file>', 'where messages, channels, permissions and the phonebook are kept')
  .option('--keylog <file>', 'write the secrets of WTLS connections; what the card keeps stays there')
  .option(
    '--client-id <id>',
    'what an operator calls this phone (WAP-196), for a gateway that asks; otherwise its number or address',
  )
  .option('--client-password <text>', 'its password at the gateway')
  .option('--profile <url>', 'where the profile of this phone is (WAP-248)')
  .option('--profile-diff <file>', 'a profile document (RDF) of what is otherwise')
  .addOption(portBaseOption())
  .action(async (url: string | undefined, options: TerminalOptions) => {
    if (url !== undefined && !URL.canParse(url)) throw new UsageError(`${url} is no URL`);
    const card = options.wim === undefined ? undefined : await insertedCard(options.wim);
    const finger = options.finger === undefined ? undefined : await readFinger(options.finger);
    const trust = options.ca === undefined ? {} : await readTrust(options.ca);
    const data = options.phoneData === undefined ? undefined : openPhoneData(options.phoneData);
    const phone = await startPhone({
      ...(options.bearer === 'sms' ? await onSms(options) : onUdp(options, trust, data?.telephony)),
      ...(options.msisdn !== undefined && { msisdn: options.msisdn }),
      ...(identityOf(options) ?? {}),
      ...(profileOf(options) ?? {}),
      ...(card && { card }),
      ...(data && { inbox: data.inbox }),
      ...(finger && { sensor: simulatedSensor({ random: systemRandom, finger }) }),
      security: { ...trust, ...(options.keylog !== undefined && { keyLog: keyLogTo(options.keylog) }) },
      scheduler: realScheduler,
      random: systemRandom,
      watch: (event) => {
        if (event.type === 'failed') standardOutput.say(event.text);
      },
    });
    try {
      if (url !== undefined) phone.terminal.open(url);
      await runTty({ terminal: phone.terminal, input: process.stdin, output: process.stdout });
    } finally {
      // A pipe that its writer keeps open would keep the process alive.
      process.stdin.destroy();
      await phone.close();
      data?.close();
    }
  });

/** WAP-196 §6: the assigned Client ID, or the native one of what carries the datagrams. */
function identityOf({ clientId, clientPassword, bearer, msisdn }: TerminalOptions) {
  if (clientPassword === undefined) {
    if (clientId !== undefined) throw new UsageError('--client-id needs --client-password');
    return undefined;
  }
  const native: ClientDevice =
    bearer === 'sms'
      ? { network: 'GSM', identifiers: { ...(msisdn !== undefined && { msisdn }) } }
      : { network: 'IPv4', identifiers: { ipv4: '127.0.0.1' } };
  const id = clientId === undefined ? clientIdOf(native) : decodeClientId(encodeUtf8(clientId));
  if (id === undefined)
    throw new UsageError('--client-password needs --client-id, or --msisdn with --bearer sms');
  return { identity: { id, password: clientPassword } };
}

/** What is said of the phone's profile, checked before the phone is switched on. */
function profileOf({ profile: url, profileDiff }: TerminalOptions) {
  if (url === undefined) {
    if (profileDiff !== undefined) throw new UsageError('--profile-diff needs --profile');
    return undefined;
  }
  if (!URL.canParse(url)) throw new UsageError(`--profile ${url} is no URL`);
  if (profileDiff === undefined) return { profile: { url } };
  const difference = readText(profileDiff);
  const [finding] = checkProfile(decodeProfile(difference));
  if (finding !== undefined) throw new UsageError(`--profile-diff ${profileDiff}: ${finding}`);
  return { profile: { url, difference } };
}

/** Its telephone: a line in a network of its own, and services of a gateway that the given authorities certify. */
function telephonyOf(
  { services, msisdn, portBase, keylog }: TerminalOptions,
  trust: SecurityParts,
  store: TelephonyStore | undefined,
): Pick<PhoneOnUdp, 'telephony'> {
  if (services === undefined) return {};
  if (msisdn === undefined || !NUMBER.test(msisdn)) {
    throw new UsageError('--services needs --msisdn, a number such as +33612345678');
  }
  const moved = portsFrom(portBase);
  const keyLog = keylog === undefined ? {} : { keyLog: keyLogTo(keylog) };
  return {
    telephony: {
      number: msisdn,
      exchange: makeTown(realScheduler),
      gateway: hostAndPort('--services', services, moved.wtaSecureSession),
      ports: moved,
      security: terminalSecurity(realScheduler, { ...trust, ...keyLog }),
      ...(store && { store }),
    },
  };
}

function onUdp(
  options: TerminalOptions,
  trust: SecurityParts,
  store: TelephonyStore | undefined,
): PhoneOnUdp {
  const { gateway, portBase } = options;
  const moved = portsFrom(portBase);
  const { host, port } = hostAndPort('--gateway', gateway, moved.session);
  return {
    host: '127.0.0.1',
    pushPort: moved.push,
    securePushPort: moved.pushSecure,
    // N+3 beside N+1, also where only the one is named.
    gateway: { host, port, securePort: port + moved.secureSession - moved.session },
    ...telephonyOf(options, trust, store),
  };
}

/** Binds to the message centre under the phone's number. */
async function onSms({ gateway, msisdn, smsc, smscPassword }: TerminalOptions): Promise<PhoneOnSms> {
  if (msisdn === undefined || !NUMBER.test(msisdn)) {
    throw new UsageError('--bearer sms needs --msisdn, a number such as +33612345678');
  }
  if (!NUMBER.test(gateway)) {
    throw new UsageError(`with --bearer sms, --gateway is a number such as +33600000001, not ${gateway}`);
  }
  const { host, port } = hostAndPort('--smsc', smsc, SMPP_PORT);
  const bearer = await openSmpp({
    host,
    port,
    systemId: msisdn.slice(1),
    password: smscPassword,
    address: msisdn,
    manage: ({ type, text }) => {
      if (type === 'Unbound') standardOutput.say(`message centre: ${text}`);
    },
  });
  return { sms: { bearer, gateway } };
}

/** `127.0.0.1`, `127.0.0.1:9201`, `[::1]:9201`. */
function hostAndPort(
  flag: string,
  text: string,
  port: number,
): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || Number(match?.[3] ?? port) > 65_535)
    throw new UsageError(`${flag} ${text} is no host:port`);
  return { host, port: Number(match?.[3] ?? port) };
}
