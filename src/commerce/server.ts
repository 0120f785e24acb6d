/** The shop on a port: a real HTTP server around the pages. */
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { UsageError } from '../wap/errors.js';
import { type Millis, seconds } from '../wap/time.js';
import { type ShopParts, shop } from './shop.js';

export interface ShopOptions extends Omit<ShopParts, 'publicUrl'> {
  /** Address to listen at. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** Where the phone's gateway reaches the shop; the address that it listens at where this is missing. */
  readonly publicUrl?: string;
  /** Gets the server before it listens: to attach a capture. */
  readonly onServer?: (server: Server) => void;
}

export interface Shop {
  /** Where it listens. */
  readonly url: string;
  /** Withdraws what PCs wait for, answers them, and stops. */
  close(): Promise<void>;
}

/** After this, a connection whose other end does not take its answer is cut off. */
const CLOSE_GRACE: Millis = seconds(2);

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Starts the shop. Store and directory stay the caller's: close them after the shop. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { host = '127.0.0.1', port = 0, onServer, publicUrl } = options;
  if (publicUrl !== undefined && !URL.canParse(publicUrl)) throw new UsageError(`${publicUrl} is no URL`);
  let listener: ReturnType<typeof getRequestListener> | undefined;
  // The pages need the port that is only known when the server listens; nobody can have asked before.
  const server = createServer((incoming, outgoing) => listener?.(incoming, outgoing));
  onServer?.(server);
  const url = await listen(server, port, host);
  const pages = shop({ ...options, publicUrl: publicUrl ?? url });
  listener = getRequestListener(pages.app.fetch, { overrideGlobalObjects: false });
  pages.resume();
  return {
    url,
    close() {
      pages.close();
      return stop(server);
    },
  };
}
