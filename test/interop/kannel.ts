/** Kannel's bearerbox and wapbox on loopback as a gateway. Their UDP ports are the registered ones and cannot be chosen. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { lock, type Running, start, temporaryFolder } from './programs.js';

export interface Kannel {
  stop(): Promise<void>;
}

/** Starts both on loopback; waits while another test has them. @param bearerbox and @param wapbox paths of the programs */
export async function startKannel(bearerbox: string, wapbox: string): Promise<Kannel> {
  const release = await lock('kannel');
  const folder = temporaryFolder();
  const boxes: Running[] = [];
  async function stop(): Promise<void> {
    for (const box of boxes) await box.stop();
    folder.remove();
    release();
  }
  try {
    writeFileSync(join(folder.path, 'kannel.conf'), kannelConfiguration(await freePorts(2)));
    boxes.push(
      await start(bearerbox, ['-v', '0', 'kannel.conf'], folder.path, /Started thread \d+ \(gw\/bb_boxc/),
    );
    boxes.unshift(await start(wapbox, ['-v', '0', 'kannel.conf'], folder.path, /Connected to Bearerbox/i));
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param ports two that are free: for its administration and for its boxes among themselves */
export function kannelConfiguration([admin = 0, wapbox = 0]: readonly number[]): string {
  return `
group = core
admin-port = ${admin}
admin-interface = "127.0.0.1"
admin-password = bar
wapbox-port = ${wapbox}
wdp-interface-name = "127.0.0.1"
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"

group = wapbox
bearerbox-host = 127.0.0.1
syslog-level = none
smart-errors = false
`;
}

/** TCP ports of loopback that nobody has right now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const found = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}
