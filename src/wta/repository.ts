/** The repository of channels and resources: WAP-266-WTA §8. */
import { md5 } from '../wap/crypto.js';
import { toBase64 } from '../wap/octets.js';
import type { Clock, Millis } from '../wap/time.js';
import type { Channel, ChannelResource } from './channel.js';

/** Something that was downloaded, with its meta-data. */
export interface Resource {
  /** Absolute, without fragment. */
  readonly url: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly etag?: string;
  /** Seconds since 1970. */
  readonly lastmod?: number;
  /** Base64. */
  readonly md5: string;
}

/** A channel that is installed. */
export interface StoredChannel {
  readonly channel: Channel;
  /** Where the channel document came from; `undefined` for one that was pushed without saying. */
  readonly url: string | undefined;
  /** Stale from then on; never where it is missing. */
  readonly expires?: Millis;
}

/** What is to change at once, or not at all. */
export interface RepositoryChange {
  /** By channelid; done first. */
  readonly removeChannels: readonly string[];
  readonly putChannels: readonly StoredChannel[];
  /** By URL; done first. */
  readonly removeResources: readonly string[];
  readonly putResources: readonly Resource[];
}

/** Where the repository survives the handset being switched off. */
export interface RepositoryStore {
  load(): { readonly channels: readonly StoredChannel[]; readonly resources: readonly Resource[] };
  /** Atomic: after a crash all of it has happened, or nothing. */
  commit(change: RepositoryChange): void;
}

/** A store that forgets with the process. */
export function memoryStore(): RepositoryStore {
  const channels = new Map<string, StoredChannel>();
  const resources = new Map<string, Resource>();
  return {
    load: () => ({ channels: [...channels.values()], resources: [...resources.values()] }),
    commit(change) {
      for (const id of change.removeChannels) channels.delete(id);
      for (const stored of change.putChannels) channels.set(stored.channel.channelid, stored);
      for (const url of change.removeResources) resources.delete(url);
      for (const resource of change.putResources) resources.set(resource.url, resource);
    },
  };
}

/** A request for a resource; with validators only what is newer is wanted. */
export interface RepositoryRequest {
  readonly url: string;
  readonly ifNoneMatch?: string;
  /** Seconds since 1970. */
  readonly ifModifiedSince?: number;
}

export interface RepositoryAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly etag?: string;
  readonly lastmod?: number;
}

/** What the repository needs of the user agent. */
export interface RepositoryHost {
  /** Over a WTA session; `undefined` where no answer came. */
  fetch(request: RepositoryRequest, answer: (answer: RepositoryAnswer | undefined) => void): void;
  /** What the success or the failure URL said to the user. */
  show(url: string, answer: RepositoryAnswer): void;
  /** An error message for the user. */
  notify(text: string): void;
  /** These are no longer there: what they were allowed is void. */
  removed(urls: readonly string[]): void;
}

/** Octets of all resources: what a handset of its time had beside its phonebook, and generously. */
export const REPOSITORY_MAX = 512 * 1024;

/** Installations that wait; a pushing server gets no more of the handset's memory. */
export const INSTALLATIONS_MAX = 16;

/** What is to be installed. */
export type ChannelOrigin = Omit<StoredChannel, 'channel'>;

interface Installation {
  readonly stored: StoredChannel;
  readonly wanted: readonly ChannelResource[];
  readonly loaded: Map<string, Resource>;
  readonly done: (isInstalled: boolean) => void;
}

export class Repository {
  readonly #host: RepositoryHost;
  readonly #store: RepositoryStore;
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #channels = new Map<string, StoredChannel>();
  readonly #resources = new Map<string, Resource>();
  /** The first one is going on: one at a time, so that none changes what another one goes by. */
  readonly #installations: Installation[] = [];

  constructor(
    host: RepositoryHost,
    {
      store,
      clock,
      capacity = REPOSITORY_MAX,
    }: {
      readonly store: RepositoryStore;
      readonly clock: Clock;
      /** Octets. */
      readonly capacity?: number;
    },
  ) {
    this.#host = host;
    this.#store = store;
    this.#clock = clock;
    this.#capacity = capacity;
    const { channels, resources } = store.load();
    for (const stored of channels) this.#channels.set(stored.channel.channelid, stored);
    for (const resource of resources) this.#resources.set(resource.url, resource);
  }

  /** Channels that are active: installed, not empty, not stale. */
  channels(): readonly StoredChannel[] {
    return [...this.#channels.values()].filter((stored) => !isEmpty(stored) && !this.#isStale(stored));
  }

  channel(channelid: string): StoredChannel | undefined {
    return this.channels().find(({ channel }) => channel.channelid === channelid);
  }

  /** The global binding of an event: §9.2. */
  boundTo(eventid: string): StoredChannel | undefined {
    return this.channels().find(({ channel }) => channel.eventid === eventid);
  }

  /** What a menu offers: §8.4.1.2, useraccessible. */
  userAccessible(): readonly StoredChannel[] {
    return this.channels().filter(({ channel }) => channel.useraccessible);
  }

  /** §8.5: to be asked before the network is. @param url a fragment does not count */
  resource(url: string): Resource | undefined {
    return this.#resources.get(url.replace(/#.*$/s, ''));
  }

  /**
   * §8.1: loads what is missing, tells the server, and activates the channel; or leaves everything as it was. An empty
   * channel unloads the one with its identity (§8.2).
   */
  install(channel: Channel, origin: ChannelOrigin, done: (isInstalled: boolean) => void = () => {}): void {
    const installation = {
      stored: { channel, ...origin },
      wanted: distinct(channel),
      loaded: new Map(),
      done,
    };
    if (this.#installations.length >= INSTALLATIONS_MAX) {
      this.#host.notify(`There is no room for the channel ${channel.title}.`);
      done(false);
      return;
    }
    this.#installations.push(installation);
    if (this.#installations.length === 1) this.#begin(installation);
  }

  /** §8.3, in the printed order. */
  collectGarbage(): void {
    const gone = [...this.#channels.values()].filter((stored) => isEmpty(stored) || this.#isStale(stored));
    this.#commit({
      removeChannels: gone.map(({ channel }) => channel.channelid),
      putChannels: [],
      putResources: [],
    });
  }

  #begin(installation: Installation): void {
    if (installation.stored.channel.maxspace > this.#capacity) this.#fail(installation, 'it is too large');
    else this.#load(installation, 0);
  }

  #load(installation: Installation, index: number): void {
    const wanted = installation.wanted[index];
    if (octetsOf(installation.loaded.values()) > installation.stored.channel.maxspace) {
      this.#fail(installation, 'it is larger than it says');
      return;
    }
    if (wanted === undefined) {
      this.#succeed(installation);
      return;
    }
    const held = this.#resources.get(wanted.url);
    if (held !== undefined && isFresh(wanted, held)) {
      installation.loaded.set(wanted.url, updated(held, wanted));
      this.#load(installation, index + 1);
      return;
    }
    this.#host.fetch(requestFor(wanted, held), (answer) => {
      const resource = resourceFrom(wanted, held, answer);
      if (resource === undefined) {
        this.#fail(installation, `${wanted.url} cannot be loaded`);
        return;
      }
      installation.loaded.set(wanted.url, resource);
      this.#load(installation, index + 1);
    });
  }

  /** All is loaded: the server is told so, before anybody sees the channel. */
  #succeed(installation: Installation): void {
    if (!this.#fits(installation)) {
      this.collectGarbage();
      if (!this.#fits(installation)) {
        this.#fail(installation, 'the repository is full');
        return;
      }
    }
    const { success } = installation.stored.channel;
    if (success === undefined) {
      this.#activate(installation);
      return;
    }
    this.#host.fetch({ url: success }, (answer) => {
      if (!isSuccess(answer)) {
        this.#fail(installation, 'the server could not be told');
        return;
      }
      this.#activate(installation);
      this.#host.show(success, answer);
    });
  }

  #activate(installation: Installation): void {
    const { stored, loaded } = installation;
    const { channelid } = stored.channel;
    const replaced = this.#replacedBy(stored.channel);
    this.#commit({
      removeChannels: [...replaced.map(({ channel }) => channel.channelid), channelid],
      putChannels: isEmpty(stored) ? [] : [stored],
      putResources: [...loaded.values()],
    });
    this.#end(installation, true);
  }

  /** §8.1: those with its identity, and those that are bound to its event. */
  #replacedBy({ channelid, eventid }: Channel): readonly StoredChannel[] {
    return [...this.#channels.values()].filter(
      ({ channel }) =>
        channel.channelid === channelid || (eventid !== undefined && channel.eventid === eventid),
    );
  }

  #fail(installation: Installation, why: string): void {
    const { failure, title } = installation.stored.channel;
    const tell = (): void => {
      this.#host.notify(`Channel installation failed: ${title}, ${why}.`);
      this.#end(installation, false);
    };
    if (failure === undefined) {
      tell();
      return;
    }
    this.#host.fetch({ url: failure }, (answer) => {
      if (!isSuccess(answer)) {
        tell();
        return;
      }
      this.#host.show(failure, answer);
      this.#end(installation, false);
    });
  }

  #end(installation: Installation, isInstalled: boolean): void {
    this.#installations.shift();
    installation.done(isInstalled);
    const [next] = this.#installations;
    if (next !== undefined) this.#begin(next);
  }

  /** Whether what the repository would hold then is not too much. */
  #fits({ stored, loaded }: Installation): boolean {
    const replaced = new Set(this.#replacedBy(stored.channel));
    const others = [...this.#channels.values()].filter((other) => !replaced.has(other));
    const kept = new Map(loaded);
    for (const url of others.flatMap(({ channel }) => channel.resources.map((resource) => resource.url))) {
      const held = this.#resources.get(url);
      if (held !== undefined && !kept.has(url)) kept.set(url, held);
    }
    return octetsOf(kept.values()) <= this.#capacity;
  }

  /** Changes the store first, then what is seen; resources that no channel names any more go. */
  #commit(change: Omit<RepositoryChange, 'removeResources'>): void {
    const channels = new Map(this.#channels);
    for (const id of change.removeChannels) channels.delete(id);
    for (const stored of change.putChannels) channels.set(stored.channel.channelid, stored);
    const named = new Set(
      [...channels.values()].flatMap(({ channel }) => channel.resources.map(({ url }) => url)),
    );
    const removeResources = [...this.#resources.keys()].filter((url) => !named.has(url));
    const putResources = change.putResources.filter(({ url }) => named.has(url));
    if (change.removeChannels.length + change.putChannels.length + removeResources.length === 0) return;
    this.#store.commit({ ...change, putResources, removeResources });
    this.#channels.clear();
    for (const [id, stored] of channels) this.#channels.set(id, stored);
    for (const url of removeResources) this.#resources.delete(url);
    for (const resource of putResources) this.#resources.set(resource.url, resource);
    if (removeResources.length > 0) this.#host.removed(removeResources);
  }

  #isStale({ expires }: StoredChannel): boolean {
    return expires !== undefined && expires <= this.#clock.now();
  }
}

function isEmpty({ channel }: StoredChannel): boolean {
  return channel.resources.length === 0;
}

function isSuccess(answer: RepositoryAnswer | undefined): answer is RepositoryAnswer {
  return answer !== undefined && answer.status >= 200 && answer.status < 300;
}

/** Two places in one deck are one resource. */
function distinct({ resources }: Channel): readonly ChannelResource[] {
  return [...new Map(resources.map((resource) => [resource.url, resource])).values()];
}

function octetsOf(resources: Iterable<Resource>): number {
  return [...resources].reduce((sum, { body }) => sum + body.length, 0);
}

/** §8.4.1.5: what the channel says of the resource must agree with what is held; where it says nothing, the server must. */
function isFresh(wanted: ChannelResource, held: Resource): boolean {
  const { md5: digest, etag, lastmod } = wanted;
  if (digest === undefined && etag === undefined && lastmod === undefined) return false;
  if (digest !== undefined && digest !== held.md5) return false;
  // The digest says more than the others can.
  if (digest !== undefined) return true;
  if (etag !== undefined && etag !== held.etag) return false;
  return lastmod === undefined || (held.lastmod !== undefined && held.lastmod >= lastmod);
}

/** §8.1 step 2: resources are updated with what the channel says of them. */
function updated(held: Resource, { etag, lastmod }: ChannelResource): Resource {
  return { ...held, ...(etag !== undefined && { etag }), ...(lastmod !== undefined && { lastmod }) };
}

function requestFor({ url }: ChannelResource, held: Resource | undefined): RepositoryRequest {
  return {
    url,
    ...(held?.etag !== undefined && { ifNoneMatch: held.etag }),
    ...(held?.lastmod !== undefined && { ifModifiedSince: held.lastmod }),
  };
}

/** What the answer makes of the resource; `undefined` where it is not what the channel means. */
function resourceFrom(
  wanted: ChannelResource,
  held: Resource | undefined,
  answer: RepositoryAnswer | undefined,
): Resource | undefined {
  if (answer?.status === 304 && held !== undefined) {
    return wanted.md5 === undefined || wanted.md5 === held.md5 ? updated(held, wanted) : undefined;
  }
  if (answer?.status !== 200) return undefined;
  const { contentType, body, etag, lastmod } = answer;
  const digest = toBase64(md5(body));
  if (wanted.md5 !== undefined && wanted.md5 !== digest) return undefined;
  const loaded: Resource = {
    url: wanted.url,
    contentType,
    body,
    md5: digest,
    ...(etag !== undefined && { etag }),
    ...(lastmod !== undefined && { lastmod }),
  };
  return updated(loaded, wanted);
}
