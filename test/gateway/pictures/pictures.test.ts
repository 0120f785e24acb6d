import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { encode as encodeJpeg } from 'jpeg-js';
import { GifWriter } from 'omggif';
import { PNG } from 'pngjs';
import { contentConversions } from '../../../src/gateway/conversions.js';
import { adapt } from '../../../src/gateway/encode.js';
import { decodeGif } from '../../../src/gateway/pictures/gif.js';
import { decodeJpeg } from '../../../src/gateway/pictures/jpeg.js';
import { type Pixels, toBitmap } from '../../../src/gateway/pictures/pixels.js';
import { decodePng } from '../../../src/gateway/pictures/png.js';
import { toHex } from '../../../src/wap/octets.js';
import { decodeWbmp } from '../../../src/wap/wbmp/index.js';
import { mutated } from '../../support/arbitrary.js';
import { hex } from '../../support/hex.js';

/** A picture whose pixels have that light, 0 to 255. */
function picture(width: number, height: number, light: (x: number, y: number) => number): Pixels {
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++)
    rgba.fill(light(i % width, Math.floor(i / width)), 4 * i, 4 * i + 3).fill(255, 4 * i + 3, 4 * i + 4);
  return { width, height, rgba };
}

function png({ width, height, rgba }: Pixels): Uint8Array {
  const file = new PNG({ width, height });
  file.data.set(rgba);
  return new Uint8Array(PNG.sync.write(file));
}

function gif(width: number, height: number, indices: Uint8Array, palette: readonly number[]): Uint8Array {
  const octets = new Uint8Array(1024 + 2 * indices.length);
  const writer = new GifWriter(octets, width, height, { palette });
  writer.addFrame(0, 0, width, height, indices);
  return octets.slice(0, writer.end());
}

const jpeg = ({ width, height, rgba }: Pixels) =>
  new Uint8Array(encodeJpeg({ width, height, data: rgba }, 90).data);

/** A chunk of a PNG with a checksum that is right: the decoder looks at it first. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const octet of body) {
    crc ^= octet;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  whole.set(body, 4);
  whole.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return whole;
}

function rawPng(width: number, height: number, interlaced: boolean, packed: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, interlaced ? 1 : 0], 8);
  const parts = [hex('89504e470d0a1a0a'), chunk('IHDR', header), chunk('IDAT', packed)];
  return new Uint8Array(Buffer.concat([...parts, chunk('IEND', new Uint8Array(0))]));
}

describe('Pictures as wireless bitmaps (WAP-236 §6.6, WAP-237 §4.5)', () => {
  const chess = picture(10, 2, (x, y) => ((x + y) % 2 === 0 ? 255 : 0));
  const wanted = [{ name: 'Accept', value: 'image/vnd.wap.wbmp' }];
  const get = (type: string, body: Uint8Array, accept = wanted) =>
    adapt({ headers: [{ name: 'Content-Type', value: type }], body }, accept, contentConversions());

  it('black and white stay as they are: PNG, GIF', () => {
    const indices = Uint8Array.from({ length: 20 }, (_, i) => ((i + Math.floor(i / 10)) % 2 === 0 ? 1 : 0));
    for (const [type, octets] of [
      ['image/png', png(chess)],
      ['image/gif', gif(10, 2, indices, [0x000000, 0xffffff])],
    ] as const) {
      const adapted = get(type, octets);
      assert.ok('content' in adapted);
      assert.equal(toHex(adapted.content.body), '00000a02aa805540');
      assert.deepEqual(
        adapted.content.headers,
        wanted.map(({ value }) => ({ name: 'Content-Type', value })),
      );
    }
  });

  it('a JPEG of two halves has two halves', () => {
    const adapted = get('image/jpeg', jpeg(picture(16, 8, (x) => (x < 8 ? 0 : 255))));
    assert.ok('content' in adapted);
    assert.equal(toHex(adapted.content.body), `00001008${'00ff'.repeat(8)}`);
  });

  it('grey becomes as many white pixels as it is light (Floyd and Steinberg)', () => {
    for (const light of [0, 64, 128, 191, 255]) {
      const { rows } = toBitmap(
        picture(64, 64, () => light),
        64,
        64,
      );
      const white = rows.reduce((sum, octet) => sum + toBits(octet), 0);
      assert.ok(Math.abs(white - (light / 255) * 4096) < 80, `${white} of 4096 for ${light}`);
    }
  });

  it('what is transparent is white', () => {
    assert.deepEqual(toBitmap({ width: 2, height: 1, rgba: new Uint8Array(8) }, 9, 9).rows, hex('c0'));
  });

  it('a larger picture is made smaller in its proportions, a smaller one is not made larger', () => {
    const size = (width: number, height: number) => {
      const bitmap = toBitmap(
        picture(width, height, () => 0),
        96,
        144,
      );
      return [bitmap.width, bitmap.height];
    };
    assert.deepEqual(size(960, 240), [96, 24]);
    assert.deepEqual(size(100, 1440), [10, 144]);
    assert.deepEqual(size(2000, 1), [96, 1]);
    assert.deepEqual(size(5, 7), [5, 7]);
  });

  it('only for terminals that name wireless bitmaps, and neither the type nor its kind', () => {
    const body = png(chess);
    const typeFor = (accept: string) => {
      const adapted = get('image/png', body, [{ name: 'Accept', value: accept }]);
      return 'content' in adapted ? adapted.content.headers[0]?.value : adapted.status;
    };
    assert.equal(typeFor('image/vnd.wap.wbmp, */*'), 'image/vnd.wap.wbmp');
    assert.equal(typeFor('image/vnd.wap.wbmp, image/png'), 'image/png');
    assert.equal(typeFor('image/vnd.wap.wbmp, image/*'), 'image/png');
    assert.equal(typeFor('*/*'), 'image/png');
    assert.equal(typeFor('text/vnd.wap.wml'), 406);
  });

  it('what is no picture is 502, and says why', () => {
    for (const type of ['image/png', 'image/gif', 'image/jpeg']) {
      const adapted = get(type, hex('00010203'));
      assert.ok('problem' in adapted && adapted.status === 502);
      assert.match(adapted.problem, new RegExp(`the ${type} cannot be read: `));
    }
  });

  it('an interlaced GIF has its rows in their places, and 256 colours their codes', () => {
    const random = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * i * 7 + (i >> 3)) & 0xff);
    const palette = Array.from({ length: 256 }, (_, i) => (i << 16) | (i << 8) | i);
    const octets = gif(64, 64, random, palette);
    const plain = decodeGif(octets);
    assert.ok(typeof plain !== 'string');
    assert.deepEqual(
      plain.rgba.filter((_, i) => i % 4 === 0),
      random,
    );
    // The flag is bit 6 of the octet behind 2c and the four sides.
    const at = octets.indexOf(0x2c, 13 + 768) + 9;
    octets[at] = (octets[at] ?? 0) | 0x40;
    const laced = decodeGif(octets);
    assert.ok(typeof laced !== 'string');
    assert.deepEqual(laced.rgba.subarray(0, 256), plain.rgba.subarray(0, 256));
    assert.deepEqual(laced.rgba.subarray(8 * 256, 9 * 256), plain.rgba.subarray(256, 512));
    assert.deepEqual(laced.rgba.subarray(4 * 256, 5 * 256), plain.rgba.subarray(8 * 256, 9 * 256));
  });
});

describe('Pictures that ask for more than they are', () => {
  it('sides are looked at before anything is unpacked', () => {
    assert.match(String(decodePng(rawPng(100_000, 100_000, false, hex('00')))), /more than 1048576 pixels/);
    const huge = gif(2, 1, hex('0001'), [0, 1]);
    const at = huge.indexOf(0x2c) + 5;
    huge.set(hex('ffffffff'), at);
    assert.match(String(decodeGif(huge)), /more than 1048576 pixels/);
    const large = jpeg(picture(8, 8, () => 0));
    const frame = large.findIndex((octet, i) => octet === 0xff && large[i + 1] === 0xc0);
    large.set(hex('7fff7fff'), frame + 5);
    assert.match(String(decodeJpeg(large)), /maxResolutionInMP/);
  });

  it('what unpacks to more than its pixels is refused, interlaced or not', () => {
    const bomb = deflateSync(new Uint8Array(50_000_000));
    assert.equal(decodePng(rawPng(1, 1, true, bomb)), 'it unpacks to more than its pixels');
    // Without interlacing the decoder takes what it needs and leaves the rest.
    const plain = decodePng(rawPng(1, 1, false, bomb));
    assert.ok(typeof plain === 'string' || plain.rgba.length === 4);
  });

  it('scans without end are refused', () => {
    const scans = new Uint8Array(400).map((_, i) => (i % 2 === 0 ? 0xff : 0xda));
    assert.equal(decodeJpeg(scans), 'it has more than 32 scans');
  });

  it('garbage is a picture or a sentence, and nothing is printed', () => {
    const small = picture(12, 5, (x, y) => 20 * x + y);
    const seeds = fc.constantFrom(
      png(small),
      jpeg(small),
      gif(
        12,
        5,
        small.rgba.slice(0, 60).map((each) => each & 3),
        [0, 1, 2, 3],
      ),
    );
    const { write } = process.stdout;
    let printed = 0;
    process.stdout.write = () => {
      printed++;
      return true;
    };
    try {
      fc.assert(
        fc.property(mutated(seeds), (octets) => {
          for (const decode of [decodePng, decodeGif, decodeJpeg]) {
            const pixels = decode(octets);
            if (typeof pixels !== 'string') toBitmap(pixels, 20, 20);
          }
        }),
        { numRuns: 300 },
      );
    } finally {
      process.stdout.write = write;
    }
    assert.equal(printed, 0);
  });

  it('a wireless bitmap that came of it is one', () => {
    const adapted = adapt(
      {
        headers: [{ name: 'Content-Type', value: 'image/png' }],
        body: png(picture(500, 300, (x) => x & 255)),
      },
      [{ name: 'Accept', value: 'image/vnd.wap.wbmp' }],
      contentConversions({ width: 50, height: 50 }),
    );
    assert.ok('content' in adapted);
    const { width, height } = decodeWbmp(adapted.content.body);
    assert.deepEqual([width, height], [50, 30]);
  });
});

function toBits(octet: number): number {
  return octet.toString(2).replaceAll('0', '').length;
}
