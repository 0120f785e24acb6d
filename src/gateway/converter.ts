/**
 * A thread that converts content beside the one that serves: with many requests under way both processors work, and a large document
 * holds nobody up. Jobs of one turn go over together, since each message between threads costs as much as a small deck.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { concat } from '../wap/octets.js';
import { type Header, headerValues } from '../wap/wsp/index.js';
import type { Converted } from './encode.js';
import type { PictureLimits } from './pictures/pictures.js';

/** What the thread is asked. The octets of all bodies come behind one another. */
export interface Jobs {
  readonly jobs: readonly Job[];
  readonly octets: Uint8Array;
}

interface Job {
  readonly number: number;
  /** The source's Content-Type. */
  readonly contentType: string;
  /** The type that it becomes. */
  readonly to: string;
  /** What of the request's headers decides about the form. */
  readonly accept: string;
  readonly acceptCharset: string;
  readonly length: number;
}

/** What it answers: in the same order, the bodies behind one another. */
export interface Results {
  readonly results: readonly Result[];
  readonly octets: Uint8Array;
}

interface Result {
  readonly number: number;
  /** The form without its body; `undefined` where something failed that never should. */
  readonly form:
    | { readonly problem: string }
    | Omit<Exclude<Converted, { problem: string }>, 'body'>
    | undefined;
  readonly length: number;
}

export interface Converter {
  /** Whether it is there and has room for more. */
  ready(): boolean;
  /** `undefined` where the thread failed: it is done here, then. */
  convert(
    contentType: string,
    to: string,
    body: Uint8Array,
    wanted: readonly Header[],
  ): Promise<Converted | undefined>;
  close(): Promise<void>;
}

/** Jobs under way: with more, the thread that serves does better to help than to wait. */
const MAX_JOBS = 64;

/** Mebibytes of young objects: with few, the collector goes through the living ones time and again. */
const YOUNG_GENERATION = 32;

/** Starts the thread when it is first asked for. */
export function converter(pictures: PictureLimits | undefined): Converter {
  /** With one processor, two threads only cost. */
  let usable = availableParallelism() > 1;
  let worker: Worker | undefined;
  let running = false;
  let numbers = 0;
  const waiting = new Map<number, (form: Converted | undefined) => void>();
  let jobs: Job[] = [];
  let bodies: Uint8Array[] = [];

  function start(): void {
    worker = new Worker(new URL('./converter-thread.js', import.meta.url), {
      workerData: pictures,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    // It keeps no process alive.
    worker.unref();
    worker.on('message', (message: Results | 'ready') => {
      if (message === 'ready') running = true;
      else settle(message);
    });
    worker.on('error', giveUp);
    worker.on('exit', giveUp);
  }

  function settle({ results, octets }: Results): void {
    let at = 0;
    for (const { number, form, length } of results) {
      const body = octets.subarray(at, at + length);
      at += length;
      const done = waiting.get(number);
      waiting.delete(number);
      done?.(form === undefined || 'problem' in form ? form : { ...form, body });
    }
  }

  function giveUp(): void {
    usable = false;
    running = false;
    for (const done of waiting.values()) done(undefined);
    waiting.clear();
  }

  function send(): void {
    const message: Jobs = { jobs, octets: concat(bodies) };
    jobs = [];
    bodies = [];
    if (running) worker?.postMessage(message);
  }

  return {
    ready() {
      if (usable && worker === undefined) start();
      return running && waiting.size < MAX_JOBS;
    },
    convert(contentType, to, body, wanted) {
      return new Promise((resolve) => {
        const number = numbers++;
        waiting.set(number, resolve);
        if (jobs.length === 0) setImmediate(send);
        const accept = headerValues(wanted, 'Accept').join(',');
        const acceptCharset = headerValues(wanted, 'Accept-Charset').join(',');
        jobs.push({ number, contentType, to, accept, acceptCharset, length: body.length });
        bodies.push(body);
      });
    },
    async close() {
      usable = false;
      await worker?.terminate();
    },
  };
}
