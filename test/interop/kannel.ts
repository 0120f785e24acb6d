/** Kannel's gateway on loopback for tests: its configuration. Its UDP ports are the registered ones and cannot be chosen. */
import { createServer } from 'node:net';

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
