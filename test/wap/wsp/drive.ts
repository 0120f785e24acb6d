/** Drives a session layer with primitives directly, and joins a client to a server without anything in between. */
import { udpEndpoint } from '../../../src/wap/address.js';
import type { Layer } from '../../../src/wap/layer.js';
import { toHex } from '../../../src/wap/octets.js';
import type { Random } from '../../../src/wap/random.js';
import type {
  LongTransactionIndication,
  LongTransactionRequest,
} from '../../../src/wap/wsp/long-transactions.js';
import type { SessionIndication, SessionRequest } from '../../../src/wap/wsp/primitives.js';
import { longSessionLayer, type SessionOptions } from '../../../src/wap/wsp/session.js';
import type { Handle, TransactionClass } from '../../../src/wap/wtp/primitives.js';
import { hex } from '../../support/hex.js';

export type TestLayer = Layer<
  SessionRequest,
  SessionIndication,
  LongTransactionIndication,
  LongTransactionRequest
>;

export const clientPeers = { local: udpEndpoint('10.0.0.2', 49200), remote: udpEndpoint('10.0.0.1', 9201) };
export const serverPeers = { local: clientPeers.remote, remote: clientPeers.local };
export const otherClientPeers = { local: udpEndpoint('10.0.0.3', 49201), remote: clientPeers.remote };
export const otherServerPeers = { local: clientPeers.remote, remote: otherClientPeers.local };

export type Event = SessionRequest | LongTransactionIndication;

export function layer(options: Partial<SessionOptions> = {}): TestLayer {
  return longSessionLayer({ random: counting(), observe: (_, row) => fired.add(row), ...options });
}

/** Session ids 5, 6, …: short octets, and known to the tests. */
function counting(): Random {
  let next = 5;
  return { octets: (count) => Uint8Array.from({ length: count }, (_, i) => (i === count - 1 ? next++ : 0)) };
}

/** Every row that fired in any test. */
const fired = new Set<readonly unknown[]>();

/** The rows of a table that no test has seen. */
export function unfired(table: Readonly<Record<string, readonly (readonly unknown[])[]>>): readonly string[] {
  return Object.entries(table).flatMap(([state, rows]) =>
    rows.filter((row) => !fired.has(row)).map((row) => `${state}: ${JSON.stringify(row.slice(0, 2))}`),
  );
}

type More = Readonly<{ moreData?: true; frameBoundary?: true }>;

export function invokeInd(handle: Handle, classType: TransactionClass, octets: string, more: More = {}) {
  const peers = classType === 2 || octets.startsWith('08') ? serverPeers : clientPeers;
  return {
    type: 'TR-Invoke.ind',
    peers,
    ackType: true,
    userData: hex(octets),
    classType,
    handle,
    ...more,
  } as const;
}

export function invokeCnf(handle: Handle, exitInfo?: string) {
  return { type: 'TR-Invoke.cnf', handle, ...(exitInfo ? { exitInfo: hex(exitInfo) } : {}) } as const;
}

export function resultInd(handle: Handle, octets: string, more: More = {}) {
  return { type: 'TR-Result.ind', handle, userData: hex(octets), ...more } as const;
}

export function abort(handle: Handle, abortCode: number, abortType: 'USER' | 'PROVIDER' = 'USER') {
  return { type: 'TR-Abort.ind', abortType, abortCode, handle } as const;
}

/** What one event led to, in words: a line an effect. */
export function says(
  layer: TestLayer,
  event: SessionRequest | LongTransactionIndication | string,
): readonly string[] {
  const effects =
    typeof event === 'string'
      ? layer.expired(event)
      : event.type.startsWith('TR-')
        ? layer.fromBelow(event as LongTransactionIndication)
        : layer.fromAbove(event as SessionRequest);
  return effects.flatMap((effect) => {
    if ('up' in effect) return [words(effect.up)];
    if ('down' in effect) return [words(effect.down)];
    if ('manage' in effect) return [`manage: ${effect.manage.type}`];
    return [];
  });
}

/** `TR-Abort.req e1 I1`, `S-Suspend.ind USERREQ`. */
function words(primitive: SessionIndication | LongTransactionRequest): string {
  const parts: string[] = [primitive.type];
  if ('classType' in primitive) parts.push(`class ${primitive.classType}`);
  if ('userData' in primitive) parts.push(toHex(primitive.userData));
  if ('abortCode' in primitive) parts.push(primitive.abortCode.toString(16));
  if ('moreData' in primitive && primitive.moreData) parts.push('more');
  if ('frameBoundary' in primitive && primitive.frameBoundary) parts.push('boundary');
  if ('exitInfo' in primitive && primitive.exitInfo) parts.push(`exit ${toHex(primitive.exitInfo)}`);
  if ('handle' in primitive) parts.push(primitive.handle);
  if ('session' in primitive) parts.push(primitive.session);
  for (const name of [
    'clientTransactionId',
    'serverTransactionId',
    'transactionId',
    'clientPushId',
    'serverPushId',
    'pushId',
    'status',
    'reason',
    'reasonCode',
  ])
    if (name in primitive) parts.push(String((primitive as unknown as Record<string, unknown>)[name]));
  return parts.join(' ');
}

/**
 * A client and a server whose transactions always arrive: what WTP would do without any loss. The users' answers are
 * the test's.
 */
export class Pair {
  readonly client: TestLayer;
  readonly server: TestLayer;
  readonly clientSaw: SessionIndication[] = [];
  readonly serverSaw: SessionIndication[] = [];
  readonly crossed: string[] = [];
  /** Which of the server's and the client's handles are one transaction. */
  readonly #others = new Map<Handle, Handle>();
  readonly #classes = new Map<Handle, number>();
  #responders = 0;

  constructor(client: TestLayer = layer(), server: TestLayer = layer()) {
    this.client = client;
    this.server = server;
  }

  fromClient(request: SessionRequest): void {
    this.#carry(this.client.fromAbove(request), 'client');
  }

  fromServer(request: SessionRequest): void {
    this.#carry(this.server.fromAbove(request), 'server');
  }

  /** A client that takes up its session again from elsewhere. */
  peersOfServer = serverPeers;

  #carry(effects: ReturnType<TestLayer['fromAbove']>, from: 'client' | 'server'): void {
    for (const effect of effects) {
      if ('up' in effect) (from === 'client' ? this.clientSaw : this.serverSaw).push(effect.up);
      if ('down' in effect) this.#transport(effect.down, from);
    }
  }

  #transport(request: LongTransactionRequest, from: 'client' | 'server'): void {
    this.crossed.push(`${from} ${words(request)}`);
    const to = from === 'client' ? 'server' : 'client';
    for (const indication of this.#indications(request, to)) {
      const layer = indication.at === 'client' ? this.client : this.server;
      this.#carry(layer.fromBelow(indication.tell), indication.at);
    }
  }

  #indications(
    request: LongTransactionRequest,
    to: 'client' | 'server',
  ): readonly { readonly at: 'client' | 'server'; readonly tell: LongTransactionIndication }[] {
    if (request.type === 'TR-Invoke.req') {
      const handle: Handle = `R${++this.#responders}`;
      this.#others.set(request.handle, handle);
      this.#others.set(handle, request.handle);
      this.#classes.set(request.handle, request.classType);
      const { type: _, peers, ...rest } = request;
      const seen =
        to === 'server'
          ? { local: peers.remote, remote: peers.local }
          : { local: peers.remote, remote: peers.local };
      return [{ at: to, tell: { ...rest, type: 'TR-Invoke.ind', peers: seen, handle } }];
    }
    const handle = this.#others.get(request.handle);
    if (handle === undefined) return [];
    switch (request.type) {
      case 'TR-Invoke.res':
        return [{ at: to, tell: { ...request, type: 'TR-Invoke.cnf', handle } }];
      case 'TR-InvokeData.req':
        return [{ at: to, tell: { ...request, type: 'TR-InvokeData.ind', handle } }];
      case 'TR-InvokeData.res':
        return [{ at: to, tell: { ...request, type: 'TR-InvokeData.cnf', handle } }];
      case 'TR-Result.req':
        return [{ at: to, tell: { ...request, type: 'TR-Result.ind', handle } }];
      case 'TR-Result.res':
        return [{ at: to, tell: { ...request, type: 'TR-Result.cnf', handle } }];
      case 'TR-ResultData.req':
        return [{ at: to, tell: { ...request, type: 'TR-ResultData.ind', handle } }];
      case 'TR-ResultData.res':
        return [{ at: to, tell: { ...request, type: 'TR-ResultData.cnf', handle } }];
      case 'TR-Abort.req':
        return [
          { at: to, tell: { type: 'TR-Abort.ind', abortType: 'USER', abortCode: request.abortCode, handle } },
        ];
    }
  }

  /** The last that one side saw, taken away. */
  next(side: 'client' | 'server'): SessionIndication | undefined {
    return (side === 'client' ? this.clientSaw : this.serverSaw).shift();
  }
}
