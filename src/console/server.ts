/** The console's server: the page, and a WebSocket that tells it everything and hears the handset's keys. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { WebSocket, WebSocketServer } from 'ws';
import { digitKey, type Key, keyFrom, type Screen } from '../terminal/screen.js';
import { errorText } from '../wap/errors.js';
import type { Live } from './live.js';
import { type ConsoleQueue, shownPushes } from './queue.js';

export interface ConsoleOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly live: Live;
  readonly handset: { screen(): Screen; press(key: Key): void };
  /** Where the shop is, for the frame. */
  readonly shopUrl: () => string;
  /** What the visitor has to know: shown above shop and phone. Words between backquotes are typed. */
  readonly login: string;
  readonly card: string;
  /** The push queue, for its page; without it the page stays empty. */
  readonly queue?: ConsoleQueue;
  /** Titles of the chapters that the steps of the story belong to. */
  readonly chapters?: readonly string[];
}

export interface Console {
  readonly url: string;
  close(): Promise<void>;
}

/** The page lies beside the compiled code, in the package's own folder. */
const web = new URL('../../../web/', import.meta.url);

const types = {
  'index.html': 'text/html; charset=utf-8',
  'console.css': 'text/css; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'queue.html': 'text/html; charset=utf-8',
  'queue.js': 'text/javascript; charset=utf-8',
} as const;

/** Longest message that a page may send: one key, or the id of a push. */
const MESSAGE_OCTETS_MAX = 2048;

/** Recipients that the page of the queue shows: what fits a screen that somebody scrolls. */
const SHOWN_RECIPIENTS = 200;

export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const { host, live, handset } = options;
  const files = new Map<string, { readonly type: string; readonly text: string }>();
  for (const [name, type] of Object.entries(types)) {
    files.set(name, { type, text: await readFile(fileURLToPath(new URL(name, web)), 'utf8') });
  }

  const app = new Hono();
  app.get('/:file?', (c) => {
    const file = files.get(c.req.param('file') ?? 'index.html');
    if (file === undefined) return c.text('There is nothing at this address.', 404);
    const shop = new URL(options.shopUrl()).origin;
    return c.body(file.text, 200, {
      'Content-Type': file.type,
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; frame-src ${shop}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    });
  });

  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_OCTETS_MAX });
  server.on('upgrade', (request, socket, head) => {
    // Only our own page may press the phone's keys: a page from elsewhere shows its own origin.
    const { origin, host: own } = request.headers;
    const serves = request.url === '/live' ? serve : request.url === '/queue' ? serveQueue : undefined;
    if (serves === undefined || (origin !== undefined && origin !== `http://${own}`)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (page) => serves(page));
  });

  /** The whole queue at each change: it is short, and the page draws what it is told. */
  function serveQueue(page: WebSocket): void {
    const { queue } = options;
    if (queue === undefined) {
      page.close(1000, 'there is no queue');
      return;
    }
    const tell = (news: object): void => {
      if (page.readyState === WebSocket.OPEN) page.send(JSON.stringify(news));
    };
    const show = (): void => {
      queue.newest(SHOWN_RECIPIENTS).then(
        (recipients) => tell({ type: 'queue', pushes: shownPushes(recipients) }),
        (error: unknown) => tell({ type: 'said', text: errorText(error) }),
      );
    };
    show();
    const stop = queue.watch(show);
    page.on('close', stop);
    page.on('error', () => page.terminate());
    page.on('message', (data) => {
      const pushId = cancelIn(String(data));
      if (pushId === undefined) {
        stop();
        page.close(1008, 'nothing that can be done');
      } else
        queue.cancel(pushId).then(
          (text) => tell({ type: 'said', text }),
          (error: unknown) => tell({ type: 'said', text: errorText(error) }),
        );
    });
  }

  function serve(page: WebSocket): void {
    const tell = (news: object): void => {
      if (page.readyState === WebSocket.OPEN) page.send(JSON.stringify(news));
    };
    const { login, card, chapters } = options;
    tell({ type: 'hello', shopUrl: options.shopUrl(), login, card, ...(chapters && { chapters }) });
    for (const news of live.soFar()) tell(news);
    tell({ type: 'screen', screen: handset.screen() });
    const stop = live.watch(tell);
    page.on('close', stop);
    page.on('error', () => page.terminate());
    page.on('message', (data) => {
      const key = keyIn(String(data));
      if (key === undefined) page.close(1008, 'not a key');
      else handset.press(key);
    });
  }

  const port = await listen(server, options.port, host);
  return {
    url: `http://${host}:${port}/`,
    async close() {
      for (const page of sockets.clients) page.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The push that a page wants cancelled; `undefined` where it sent something else. */
function cancelIn(text: string): string | undefined {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null || !('cancel' in message)) return undefined;
    return typeof message.cancel === 'string' ? message.cancel : undefined;
  } catch {
    return undefined;
  }
}

/** The key that a page sent; `undefined` where it sent something else. */
function keyIn(text: string): Key | undefined {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null) return undefined;
    if ('digit' in message) return typeof message.digit === 'string' ? digitKey(message.digit) : undefined;
    if (!('key' in message)) return undefined;
    return typeof message.key === 'string' && message.key !== '' ? keyFrom(message.key) : undefined;
  } catch {
    return undefined;
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
