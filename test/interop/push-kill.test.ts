/** The push proxy as a process of its own, killed at random moments: what it accepted is not lost (WAP-249 §5.1.1). */
import { join } from 'node:path';
import { seededRandom } from '../../src/wap/random.js';
import { temporaryFolder } from './programs.js';
import { killedAgainAndAgain } from './push-killing.js';

/** Kills in one run; `PUSH_KILLS` asks for more, `PUSH_SEED` for other moments. */
const KILLS = Number(process.env.PUSH_KILLS ?? 4);
const SEED = Number(process.env.PUSH_SEED ?? 1);

describe('A push proxy that is killed', () => {
  let folder: ReturnType<typeof temporaryFolder>;

  before(() => {
    folder = temporaryFolder();
  });
  after(() => folder.remove());

  it(`loses nothing in ${KILLS} kills, gives each message one outcome, and repeats only what a kill left unrecorded`, async function () {
    this.timeout(30_000 + KILLS * 10_000);
    const random = seededRandom(SEED, 'push-kill');
    const queue = join(folder.path, 'queue.db');
    const killed = await killedAgainAndAgain({ kills: KILLS, queue, folder: folder.path, random });
    // For whoever asked for many: the default run says nothing.
    if (process.env.PUSH_KILLS !== undefined) process.stdout.write(`      ${JSON.stringify(killed)}\n`);
  });
});
