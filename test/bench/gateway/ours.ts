/** Our gateway in a process of its own, without cache. It answers each message of its parent with what it has used so far. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startGateway } from '../../../src/gateway/gateway.js';

export interface Usage {
  /** Microseconds of the processor. */
  readonly cpu: number;
  /** Octets: of the process, and of what is alive on the heap and beside it. */
  readonly resident: number;
  readonly alive: number;
}

setFlagsFromString('--expose_gc');
const collect: () => void = runInNewContext('gc');

const gateway = await startGateway({
  portBase: Number(process.argv[2]),
  cache: Number(process.argv[3] ?? 0),
  limits: { sessions: 50_000, sessionsOfAddress: 50_000 },
});
process.on('message', (what) => {
  if (what === 'memory') for (let i = 0; i < 3; i++) collect();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ cpu: user + system, resident: rss, alive: heapUsed + external } satisfies Usage);
});
process.on('disconnect', () => {
  void gateway.close().then(() => process.exit());
});
process.send?.('ready');
