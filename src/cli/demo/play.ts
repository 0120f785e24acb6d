/** Plays the user at the PC and the user of the phone, each through what they can see and press, to every ending. */
import { callChannel, channelSubmitter, type Ending } from '../../commerce/index.js';
import type { Key } from '../../terminal/screen.js';
import type { Terminal } from '../../terminal/terminal.js';
import type { Millis } from '../../wap/time.js';
import { systemRandom } from '../system.js';
import { Pc, prepareOrder } from './pc.js';
import type { World } from './world.js';

/** The ways in which the story can go, and how the order ends in each. */
export const scenarios = {
  purchase: { ending: 'signed', text: 'the user signs' },
  decline: { ending: 'declined', text: 'the user declines on the phone' },
  block: { ending: 'card blocked', text: 'three wrong PINs block the card' },
  timeout: { ending: 'expired', text: 'the phone does not answer in time' },
  abort: { ending: 'withdrawn', text: 'the PC goes away' },
  forge: { ending: 'signature wrong', text: "somebody else's card signs" },
  push: {
    ending: 'signed',
    text: 'the request comes as a push to the WTA user agent, on a secure session that a session initiation opened',
  },
  call: { ending: 'signed', text: 'the shop calls the phone; a service in its repository takes the call' },
  replay: { ending: 'signed', text: 'the same SignedContent comes twice' },
} as const satisfies Record<string, { readonly ending: Ending; readonly text: string }>;

export type Scenario = keyof typeof scenarios;

/** How long a person would wait for the next screen before something is wrong. */
const PATIENCE: Millis = 20_000;

/** What both screens show in the end. */
export interface Played {
  readonly transaction: string;
  /** The PC's last page, in words; nothing where the PC went away. */
  readonly pc: string;
  /** The phone's last screen. */
  readonly phone: string;
}

/** Waits until the screen shows what is expected. */
export function until(terminal: Terminal, expected: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const patience = setTimeout(() => {
      stop();
      reject(new Error(`the phone does not show ${expected}, but:\n${terminal.text()}`));
    }, PATIENCE);
    const look = (): void => {
      if (!expected.test(terminal.text())) return;
      clearTimeout(patience);
      stop();
      resolve();
    };
    stop = terminal.onChange(look);
    look();
  });
}

/** @param begin told when what the story needs is there */
export async function play(world: World, scenario: Scenario, begin: () => void = () => {}): Promise<Played> {
  const { terminal } = world.phone;
  if (scenario === 'call') await provide(world);
  begin();
  const pc = new Pc(world.shop.url);
  const transaction = await prepareOrder(pc, world.user);
  const gone = new AbortController();
  // Held by the shop until the phone has answered [222]; the PC's user sees it load and load.
  const status = pc.submit(`/orders/${transaction}/approve`, {}, gone.signal).then(
    () => pc.text,
    (error: unknown) => {
      if (scenario === 'abort') return '';
      throw error;
    },
  );
  // What goes wrong at the PC while the phone waits for a screen is the better word for it.
  const phone = await Promise.race([
    phoneUser(world, scenario, () => gone.abort()),
    status.then(
      () => new Promise<never>(() => {}),
      (error: unknown) => Promise.reject(error),
    ),
  ]);
  const page = await status;
  if (scenario !== 'replay') return { transaction, pc: page, phone };
  await pc.open(`/orders/${transaction}`);
  return { transaction, pc: pc.text, phone: terminal.text() };
}

/** The shop's service for calls is pushed to the phone, which installs it and tells the shop so (WAP-266 §8.1, §8.4.3). */
export async function provide({ gateway, shop, user, scheduler, phone: { terminal } }: World): Promise<void> {
  const submit = channelSubmitter({ url: gateway.papUrl ?? '' }, systemRandom);
  await submit({
    mobileDeviceId: user.msisdn,
    id: 'channel',
    url: `${shop.url}/wta/channel`,
    xml: callChannel(shop.url, 'Wapstack Shop'),
    created: scheduler.now(),
  });
  await until(terminal, /Installed/);
  terminal.press('softLeft');
}

async function phoneUser(world: World, scenario: Scenario, abort: () => void): Promise<string> {
  const { terminal } = world.phone;
  const press = (...keys: readonly Key[]): void => {
    for (const key of keys) terminal.press(key);
  };
  const type = (digits: string): void => press(...[...digits].map((text) => ({ text })));
  const last = async (expected: RegExp): Promise<string> => {
    await until(terminal, expected);
    return terminal.text();
  };

  // A call needs no key: what it brings is shown.
  if (scenario !== 'call') {
    await until(terminal, /^New message\n/);
    if (scenario === 'abort') abort();
    if (scenario === 'abort' || scenario === 'timeout') await ended(world);
    press('softLeft');
  }
  if (scenario === 'abort') return last(/\nWithdrawn\n/);
  if (scenario === 'timeout') return last(/\nExpired\n/);

  await until(terminal, /asks\s+you\s+to\s+sign[\s\S]*Options \|/);
  press('softLeft');
  if (scenario === 'decline') {
    press('down', 'select');
    return last(/\nDeclined\n/);
  }
  press('select');
  await until(terminal, /^Sign this text\?\n|sealed\s+request/);
  if (!terminal.text().startsWith('Sign')) {
    // Before anything can be shown the card has to open it: with its PIN, or with a finger.
    if (!/Touch/.test(terminal.text())) type(world.user.pin);
    press('softLeft');
    await until(terminal, /^Sign this text\?\n/);
  }
  // The text is longer than the screen: read it to its end.
  for (let i = 0; i < terminal.screen().lines.length; i++) press('down');
  press('softLeft');
  await until(terminal, /Enter the signature\s+PIN|Touch the sensor/);
  const touched = /Touch the sensor/.test(terminal.text());
  if (scenario === 'block') {
    if (touched) press('softRight');
    for (const wrong of ['0000', '1111', '2222']) {
      await until(terminal, /tr(?:y|ies)\s+left/);
      type(wrong);
      press('softLeft');
    }
    await until(terminal, /blocked/);
    press('softLeft');
    return last(/\nCard blocked\n/);
  }
  if (!touched) type(world.user.pin);
  press('softLeft');
  if (scenario === 'forge') return last(/\nWrong signature\n/);
  const accepted = await last(/\nAccepted\n/);
  if (scenario !== 'replay') return accepted;
  // The answer asked for again: the same POST with the same SignedContent.
  press('reload');
  return last(/\nAlready used\n/);
}

/** The user comes back to the phone when the shop waits no longer. */
function ended({ store }: World): Promise<void> {
  return new Promise((resolve) => {
    const look = setInterval(() => {
      if (store.waiting().length > 0) return;
      clearInterval(look);
      resolve();
    }, 50);
  });
}
