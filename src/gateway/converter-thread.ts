/** The thread of converter.ts: gets jobs, converts, answers. */
import { parentPort, workerData } from 'node:worker_threads';
import { concat } from '../wap/octets.js';
import { decodeMediaType } from '../wap/push/index.js';
import type { Header } from '../wap/wsp/index.js';
import { contentConversions } from './conversions.js';
import type { Jobs, Results } from './converter.js';
import type { Converted } from './encode.js';

const conversions = contentConversions(workerData);

function convert(
  contentType: string,
  to: string,
  body: Uint8Array,
  wanted: readonly Header[],
): Converted | undefined {
  const type = decodeMediaType(contentType);
  const conversion = conversions[type.type]?.find((each) => each.to === to);
  try {
    return conversion?.convert(body, type, wanted);
  } catch {
    // A bug: it is met once more, and reported, where the request is.
    return undefined;
  }
}

function wantedOf(accept: string, acceptCharset: string): readonly Header[] {
  const headers = [
    { name: 'Accept', value: accept },
    { name: 'Accept-Charset', value: acceptCharset },
  ];
  return headers.filter(({ value }) => value !== '');
}

parentPort?.on('message', ({ jobs, octets }: Jobs) => {
  const bodies: Uint8Array[] = [];
  let at = 0;
  const results = jobs.map(({ number, contentType, to, accept, acceptCharset, length }) => {
    const converted = convert(
      contentType,
      to,
      octets.subarray(at, at + length),
      wantedOf(accept, acceptCharset),
    );
    at += length;
    if (converted === undefined || 'problem' in converted) return { number, form: converted, length: 0 };
    const { body, ...form } = converted;
    bodies.push(body);
    return { number, form, length: body.length };
  });
  const message: Results = { results, octets: concat(bodies) };
  parentPort?.postMessage(message);
});
parentPort?.postMessage('ready');
