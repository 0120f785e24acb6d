/** `wapstack demo`: the whole story on one machine, played by itself or by whoever opens its page. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { captureTo } from '../capture/file.js';
import { liveKeyLog } from '../capture/keylog.js';
import type { Pcapng } from '../capture/pcapng.js';
import { Live } from '../console/live.js';
import { startConsole } from '../console/server.js';
import { watchAir, watchHttp } from '../console/wire.js';
import { UsageError } from '../wap/errors.js';
import { toBase64 } from '../wap/octets.js';
import { pem } from '../wap/pki/index.js';
import { ports, portsFrom } from '../wap/ports.js';
import type { KeyLogEntry } from '../wap/wtls/index.js';
import { play, provide, type Scenario, scenarios } from './demo/play.js';
import { queueOf } from './demo/queue.js';
import { chapters, type Narrator, narrate, printed, type Told } from './demo/story.js';
import { type DemoUser, demoUsers } from './demo/users.js';
import { startWorld, type World } from './demo/world.js';
import { portBaseOption, wholeNumber } from './options.js';
import { standardOutput } from './output.js';
import { keyLogTo } from './security.js';
import { untilStopped } from './until-stopped.js';

interface DemoOptions {
  readonly headless?: true;
  readonly pcap?: string;
  readonly keylog?: string;
  readonly json?: true;
  readonly user: string;
  readonly scenario: Scenario;
  readonly portBase: number;
  readonly seed?: number;
  readonly seal?: true;
  readonly fingerprint?: true;
}

/** The time to sign in the scenario that lets it pass. */
const SHORT_LIFE = 1500;

/** The console's port, counted from the port base. */
const CONSOLE_OFFSET = 10;

export const demo = new Command('demo')
  .description('a purchase prepared on a PC and signed on the phone, everything on this machine')
  .option(
    '--headless',
    'play both users and print the story; exit 0 only if the server verified the signature',
  )
  .option('--pcap <file>', 'write everything that is sent, in both directions, as pcapng')
  .option('--keylog <file>', 'write the secrets of connections over WTLS: with them a capture can be read')
  .option('--json', 'with --headless: one JSON document')
  .addOption(
    new Option('--user <id>', 'who buys').choices(demoUsers.map(({ id }) => id)).default(demoUsers[0].id),
  )
  .addOption(
    new Option('--scenario <name>', 'how it goes; without --headless: purchase, push or call')
      .choices(Object.keys(scenarios))
      .default('purchase' satisfies Scenario),
  )
  .addOption(portBaseOption())
  .option('--seed <n>', 'repeat a run: the same octets for the same number', wholeNumber)
  .option('--seal', 'seal the request to the card: the gateway cannot read what is to be signed')
  .option('--fingerprint', 'a finger on the sensor of the phone stands in for the PIN')
  .action(async (options: DemoOptions) => {
    if (options.json && !options.headless) throw new UsageError('--json needs --headless');
    const isForAll = options.scenario === 'purchase' || wayOf(options.scenario) !== 'browser';
    if (!isForAll && !options.headless) throw new UsageError('--scenario needs --headless');
    await run(options);
  });

async function run(options: DemoOptions): Promise<void> {
  const user = demoUsers.find(({ id }) => id === options.user);
  if (user === undefined) throw new InvalidArgumentError(`nobody is called ${options.user}`);
  const capture = options.pcap === undefined ? undefined : captureTo(options.pcap);
  try {
    if (options.headless) await headless(options, user, capture?.pcapng);
    else await shown(options, user, capture?.pcapng);
  } finally {
    capture?.close();
  }
}

/** The hooks by which story, console and capture see what happens. */
function watchers(options: DemoOptions, capture: Pcapng | undefined, tell: (step: Told) => void) {
  const start = Date.now();
  const live = new Live();
  const narrator = narrate(
    start,
    Date.now,
    (step) => {
      live.story(step);
      tell(step);
    },
    options.scenario === 'call',
  );
  const keyLog = liveKeyLog();
  const toFile = options.keylog === undefined ? undefined : keyLogTo(options.keylog);
  const wire = { live, ports: portsFrom(options.portBase), keyLog, start };
  const seen = watchAir(wire);
  let datagrams = 0;
  let octets = 0;
  return {
    live,
    narrator,
    air: () => ({ datagrams, octets }),
    world: {
      air: (at: number, datagram: Parameters<typeof seen>[1]) => {
        datagrams++;
        octets += datagram.octets.length;
        seen(Date.now(), datagram);
        capture?.udp(at, datagram);
      },
      toShop: [
        watchHttp(wire, 'shop', (path) => (path.startsWith('/sign/') ? 'gateway' : 'PC')),
        ...(capture ? [capture.tcp] : []),
      ],
      toPushProxy: [watchHttp(wire, 'push proxy', () => 'shop'), ...(capture ? [capture.tcp] : [])],
      keyLog: (entry: KeyLogEntry) => {
        keyLog.add(entry);
        toFile?.(entry);
      },
      story: (event: Parameters<Narrator['shop']>[0]) => narrator.shop(event),
      phone: {
        watch: (event: Parameters<Narrator['phone']>[0]) => narrator.phone(event),
        prompted: (prompt: Parameters<Narrator['prompted']>[0]) => narrator.prompted(prompt),
      },
    },
  };
}

async function headless(options: DemoOptions, user: DemoUser, capture: Pcapng | undefined): Promise<void> {
  const { scenario, portBase, seed } = options;
  const say = options.json ? standardOutput.say : standardOutput.out;
  let chapter = -1;
  const {
    narrator,
    air,
    world: hooks,
  } = watchers(options, capture, (step) => {
    say(printed(step, chapter));
    chapter = step.chapter;
  });
  const world = await startWorld({
    user,
    portBase,
    ...(seed !== undefined && { seed }),
    ...(scenario === 'timeout' && { life: SHORT_LIFE }),
    strangersCard: scenario === 'forge',
    way: wayOf(scenario),
    seal: options.seal === true,
    fingerprint: options.fingerprint === true,
    ...hooks,
  });
  try {
    sayAddresses(world, say);
    const played = await play(world, scenario, () => narrator.begin());
    await world.phone.close();
    const order = world.store.findOrder(played.transaction);
    const [evidence] = world.store.evidenceOf(played.transaction);
    const verified =
      order?.state === 'signed' && evidence?.verdict === 'signed' && evidence.checks.every(({ ok }) => ok);
    const { datagrams, octets } = air();
    say(`\nOver the air: ${datagrams} datagrams, ${octets} octets.`);
    say(`The PC shows: ${played.pc.slice(0, 160)}`);
    say(`The phone shows:\n${played.phone}\n`);
    if (options.json) {
      standardOutput.out(
        JSON.stringify({
          user: user.id,
          scenario,
          transaction: played.transaction,
          ending: order?.state,
          verified,
          reason: order?.reason,
          text: evidence?.text,
          signedContent: evidence && toBase64(evidence.signedContent),
          authority: pem('CERTIFICATE', world.authority.octets),
          checks: narrator.checks,
          steps: narrator.told,
          air: { datagrams, octets },
          screens: { pc: played.pc, phone: played.phone },
        }),
      );
    }
    if (!verified)
      throw new Error(`the order ended as ${order?.state}, without a signature that holds: ${order?.reason}`);
    say(`The server verified the signature itself: ${evidence.checks.length} checks, all of them hold.`);
  } finally {
    await world.close();
  }
}

/** How the request for a signature travels in each scenario. */
function wayOf(scenario: Scenario): 'browser' | 'push' | 'call' {
  return scenario === 'push' || scenario === 'call' ? scenario : 'browser';
}

async function shown(options: DemoOptions, user: DemoUser, capture: Pcapng | undefined): Promise<void> {
  const { portBase, seed } = options;
  const { live, narrator, world: hooks } = watchers(options, capture, () => {});
  const consolePort = portBase + CONSOLE_OFFSET;
  const host = '127.0.0.1';
  const world = await startWorld({
    user,
    portBase,
    ...(seed !== undefined && { seed }),
    seal: options.seal === true,
    fingerprint: options.fingerprint === true,
    framedBy: [`http://${host}:${consolePort}`],
    way: wayOf(options.scenario),
    telephone: true,
    ...hooks,
  });
  try {
    if (options.scenario === 'call') await provide(world);
    narrator.begin();
    const { terminal } = world.phone;
    terminal.onChange(() => live.screen(terminal.screen()));
    const queue = queueOf(world.gateway, world.scheduler);
    const page = await startConsole({
      host,
      port: consolePort,
      live,
      handset: terminal,
      shopUrl: () => `${world.shop.url}/`,
      login: `Log in as \`${user.id}\` with the password \`${user.password}\`.`,
      chapters,
      ...(queue && { queue }),
      card: `The PIN of the card is \`${user.pin}\`. Phone number \`${user.msisdn}\`.`,
    });
    try {
      sayAddresses(world, standardOutput.say);
      standardOutput.out(page.url);
      standardOutput.say('Open this page; Ctrl-C ends the demonstration.');
      await untilStopped();
    } finally {
      await page.close();
    }
  } finally {
    await world.close();
  }
}

function sayAddresses(world: World, say: (line: string) => void): void {
  const { session, connectionless, push } = world.gateway.ports;
  say(`Shop         ${world.shop.url}/`);
  say(`Gateway      udp 127.0.0.1:${session} (sessions), :${connectionless} (connectionless)`);
  say(`Push proxy   ${world.gateway.papUrl}`);
  say(`Phone        ${world.user.msisdn}, pushes to udp 127.0.0.1:${push}`);
  if (session !== ports.session) say(`Ports        moved by --port-base ${connectionless}`);
}
