/** A database of PostgreSQL of a test's own: in a temporary folder, on a port of its own, gone afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PostgresServer {
  /** Of a database of that name; makes it where there is none. */
  database(name: string): Promise<string>;
  /** Ends it without a word to its clients, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The user `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

export async function startPostgres(initdb: string, postgres: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'wapstack-pg-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const options = { cwd: folder, ...(isRoot && { uid: NOBODY, gid: NOBODY }) };
  const data = join(folder, 'data');
  const port = await freePort();
  await finished(
    spawn(initdb, ['-D', data, '-U', 'wapstack', '-A', 'trust', '-E', 'UTF8', '--no-locale'], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );

  async function started(): Promise<ChildProcess> {
    // The machine itself does not fail in a test: nothing has to wait for the disk.
    const args = ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-c', 'fsync=off'];
    const child = spawn(postgres, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (part) => {
        said += String(part);
        if (said.includes('ready to accept connections')) resolve();
      });
      child.once('error', reject);
      child.once('close', () => reject(new Error(`postgres ended: ${said}`)));
    });
    return child;
  }

  async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill(signal);
    await gone;
  }

  let child = await started();
  const url = (name: string) => `postgres://wapstack@127.0.0.1:${port}/${name}`;
  return {
    async database(name) {
      const { default: pg } = await import('pg');
      const client = new pg.Client({ connectionString: url('postgres') });
      await client.connect();
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      await client.end();
      return url(name);
    },
    async restart() {
      await ended(child, 'SIGQUIT');
      child = await started();
    },
    async stop() {
      await ended(child, 'SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function finished(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (part) => {
      said += String(part);
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(said))));
  });
}

/** PostgreSQL takes no port 0. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
