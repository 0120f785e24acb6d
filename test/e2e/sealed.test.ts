/** A sealed request on real sockets: what the gateway and the air get to see of it. */
import assert from 'node:assert/strict';
import { play } from '../../src/cli/demo/play.js';
import { demoUsers } from '../../src/cli/demo/users.js';
import { startWorld } from '../../src/cli/demo/world.js';
import { decodeLatin1 } from '../../src/wap/octets.js';

const PORT_BASE = 26_100;

/** Plays the purchase: what was to be signed, and everything that went over the air or between shop and gateway. */
async function overheard(seal: boolean) {
  let heard = '';
  const hear = (octets: Uint8Array): void => {
    heard += decodeLatin1(octets);
  };
  const world = await startWorld({
    user: demoUsers[0],
    portBase: PORT_BASE,
    seal,
    air: (_at, { octets }) => hear(octets),
    phone: {
      watch: (event) => {
        if (event.type === 'answer' || event.type === 'push') heard += `\n${JSON.stringify(event)}`;
      },
    },
  });
  try {
    const { transaction } = await play(world, 'purchase');
    const order = world.store.findOrder(transaction);
    const [evidence] = world.store.evidenceOf(transaction);
    assert.equal(order?.state, 'signed', order?.reason);
    assert.ok(evidence?.checks.every(({ ok }) => ok) === true && evidence !== undefined);
    return { heard, text: evidence.text, signed: decodeLatin1(evidence.signedContent) };
  } finally {
    await world.close();
  }
}

describe('A request that is sealed to the card, over real sockets [211, 236]', function () {
  this.timeout(60_000);

  /** Shop, transaction and life are no secret; what is bought and what it costs are. */
  const secrets = (text: string): readonly string[] => {
    const lines = text.split('\n').slice(2);
    return lines.filter((line) => !line.startsWith('Until '));
  };

  it('without sealing the gateway reads what is bought (so the search below can find something)', async () => {
    const { heard, text } = await overheard(false);
    assert.ok(secrets(text).length >= 3, text);
    for (const line of secrets(text)) assert.ok(heard.includes(line), `${line} is not there`);
  });

  it('sealed: signed and verified, and no line of the order was there to read for anybody between', async () => {
    const { heard, text, signed } = await overheard(true);
    for (const line of secrets(text)) {
      assert.ok(!heard.includes(line), `${line} could be read`);
      assert.ok(!signed.includes(line), `${line} came back in the clear`);
      const price = /[0-9]+\.[0-9]{2}$/.exec(line)?.[0];
      if (price !== undefined) assert.ok(!heard.includes(price), `${price} could be read`);
    }
    assert.match(heard, /X-Wapstack-Sealed:/);
  });
});

describe('A finger in place of the PIN, over real sockets: claim 7', function () {
  this.timeout(60_000);

  it('opens the sealed request and signs it; no PIN is entered', async () => {
    const prompts: string[] = [];
    const screens: string[] = [];
    const world = await startWorld({
      user: demoUsers[0],
      portBase: PORT_BASE,
      seal: true,
      fingerprint: true,
      phone: { prompted: ({ kind }) => prompts.push(kind) },
    });
    try {
      world.phone.terminal.onChange(() => screens.push(world.phone.terminal.text()));
      const { transaction } = await play(world, 'purchase');
      assert.equal(world.store.findOrder(transaction)?.state, 'signed');
      assert.deepEqual(prompts, ['touch', 'confirm', 'touch', 'done']);
      assert.ok(screens.some((screen) => /Touch the sensor to\s+sign/.test(screen)));
    } finally {
      await world.close();
    }
  });

  it('three wrong PINs block the card for fingers, too', async () => {
    const world = await startWorld({ user: demoUsers[0], portBase: PORT_BASE, fingerprint: true });
    try {
      const { transaction } = await play(world, 'block');
      assert.equal(world.store.findOrder(transaction)?.state, 'card blocked');
    } finally {
      await world.close();
    }
  });
});
