/**
 * wapstack as a library: gateway and push proxy, handset, shop, captures, and what they are handed. The protocols themselves
 * are entries of their own: `wapstack/wsp`, `wapstack/wbxml` and so on.
 *
 *     import { startGateway } from 'wapstack';
 *
 *     const gateway = await startGateway({ portBase: 0, push: { port: 0 } });
 *     console.log(gateway.ports.session, gateway.papUrl);
 *     await gateway.close();
 */
export {
  type Bearer,
  type Driver,
  type DriverOptions,
  drive,
  type Link,
  type LinkOptions,
  type LinkProfile,
  linkProfiles,
  openUdp,
  realScheduler,
  type Scheduler,
  type Sighting,
  type Stack,
  simulatedLink,
  tap,
  type UdpOptions,
  type VirtualScheduler,
  virtualScheduler,
} from './bearer/index.js';
export { type CaptureFile, captureTo, createPcapng, type Pcapng, tapHttpServer } from './capture/index.js';
export {
  type Directory,
  type IdentificationRecord,
  type LdapOptions,
  ldapDirectory,
  openStore,
  type PpgOptions,
  type SeedUser,
  type Shop,
  type ShopOptions,
  type Store,
  type StoryEvent,
  seedShop,
  startShop,
  storeDirectory,
} from './commerce/index.js';
export { type Gateway, type GatewayOptions, type PushOptions, startGateway } from './gateway/gateway.js';
export { type HttpClient, type HttpClientOptions, httpClient } from './gateway/http.js';
export type { Log } from './gateway/log.js';
export type { Metrics } from './gateway/metrics.js';
export { type OriginRules, type Origins, origins } from './gateway/origins.js';
export { type PapClient, type PapClientOptions, papClient } from './gateway/ppg/client.js';
export type { InitiatorAccount } from './gateway/ppg/http.js';
export {
  fetchWap,
  openWapClient,
  type ReceivedPush,
  type WapClient,
  type WapClientOptions,
  type WapMode,
  type WapRequest,
  type WapResponse,
} from './terminal/fetch.js';
export { type Phone, type PhoneOptions, startPhone } from './terminal/phone.js';
export { type Key, keyFrom, type Line, lineText, type Screen, type Span } from './terminal/screen.js';
export { Terminal, type TerminalEvent, type TerminalOptions } from './terminal/terminal.js';
export { type Endpoint, endpointKey, type Peers, udpEndpoint } from './wap/address.js';
export { DecodeError, errorText, ProtocolError, UsageError } from './wap/errors.js';
export type { Crossing, Effect, Layer, Management, Observe, Primitive } from './wap/layer.js';
export { fromHex, toHex } from './wap/octets.js';
export { type Ports, ports, portsFrom } from './wap/ports.js';
export { type Random, seededRandom } from './wap/random.js';
export {
  longSessions,
  type SessionStack,
  type StackOptions,
  sessions,
  transactions,
  type UnitStack,
  units,
} from './wap/stack.js';
export { type Clock, type Millis, seconds } from './wap/time.js';
