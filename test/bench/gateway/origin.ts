/** The origin of the benchmark, a process of its own: one deck, the same for all. Its parent gets the port. */
import { createServer } from 'node:http';
import { deck } from '../wbxml.js';

const body = Buffer.from(deck(1500));
const server = createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/vnd.wap.wml', 'Content-Length': body.length }).end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
});
process.on('disconnect', () => process.exit());
