/** An origin server on loopback with what the tests of gateways fetch. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface Origin {
  readonly url: string;
  /** What was asked, newest last. */
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}

const deck =
  '<?xml version="1.0"?><!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.1//EN" "http://www.wapforum.org/DTD/wml_1.1.xml"><wml><card id="a" title="Shop"><p>Hello <b>WAP</b></p></card></wml>';
const script = 'extern function buy(price) { return price * 2; }';
/** More than a datagram holds; no two parts of it are alike. */
export const huge = Array.from({ length: 25_000 }, (_, i) => `${i} `.padStart(8, '.')).join('');
const image = Uint8Array.from([0, 0, 8, 1, 0xaa]);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const pages: Readonly<Record<string, Handler>> = {
  '/deck.wml': (_, response) => send(response, 200, 'text/vnd.wap.wml', deck),
  '/script.wmls': (_, response) => send(response, 200, 'text/vnd.wap.wmlscript', script),
  '/image.wbmp': (_, response) => response.setHeader('Content-Type', 'image/vnd.wap.wbmp').end(image),
  '/redirect': (_, response) => response.writeHead(302, { Location: '/deck.wml' }).end(),
  '/cookie': (request, response) => {
    response.setHeader('Set-Cookie', 'id=1; path=/');
    send(response, 200, 'text/plain', request.headers.cookie ?? 'none');
  },
  '/big': (_, response) => send(response, 200, 'text/plain', 'x'.repeat(60_000)),
  '/huge': (_, response) => send(response, 200, 'text/plain', huge),
  '/bad.wml': (_, response) => send(response, 200, 'text/vnd.wap.wml', '<wml>'),
  '/echo': (request, response) => {
    response.setHeader('Content-Type', request.headers['content-type'] ?? 'text/plain');
    request.pipe(response);
  },
  '/silence': () => undefined,
};

export async function startOrigin(): Promise<Origin> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    const handler = pages[request.url ?? ''];
    if (handler === undefined) send(response, 404, 'text/html', '<html>no</html>');
    else handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type }).end(body);
}
