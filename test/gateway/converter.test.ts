import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { contentConversions } from '../../src/gateway/conversions.js';
import { type Converter, converter } from '../../src/gateway/converter.js';
import { adapt, adaptElsewhere } from '../../src/gateway/encode.js';
import { encodeUtf8 } from '../../src/wap/octets.js';

const conversions = contentConversions();
const wanted = [
  { name: 'Accept', value: 'application/vnd.wap.wmlc' },
  { name: 'Accept', value: 'application/vnd.wap.wmlscriptc' },
  { name: 'Accept-Charset', value: 'utf-8' },
];

function deck(text: string, type = 'text/vnd.wap.wml') {
  const source = `<?xml version="1.0"?><wml><card id="a"><p>${text}</p></card></wml>`;
  return { headers: [{ name: 'Content-Type', value: type }], body: encodeUtf8(source) };
}

describe('A thread that converts beside the one that serves', () => {
  let beside: Converter;

  before(async function () {
    if (availableParallelism() < 2) this.skip();
    beside = converter(undefined);
    while (!beside.ready()) await new Promise((resolve) => setImmediate(resolve));
  });

  after(() => beside?.close());

  it('makes the same of decks and scripts, in the same order, however many come at once', async () => {
    const script = {
      headers: [{ name: 'Content-Type', value: 'text/vnd.wap.wmlscript' }],
      body: encodeUtf8('extern function f() { return 1; }'),
    };
    const sources = [...Array.from({ length: 20 }, (_, i) => deck(`number ${i}`)), script, deck('last')];
    const there = await Promise.all(
      sources.map((source) => adaptElsewhere(source, wanted, conversions, undefined, beside)),
    );
    assert.deepEqual(
      there,
      sources.map((source) => adapt(source, wanted, conversions)),
    );
    assert.ok(there.every((adapted) => 'content' in adapted && adapted.changed));
  });

  it('says what is wrong in the same words', async () => {
    const broken = { ...deck(''), body: encodeUtf8('<wml><card></wml>') };
    const there = await adaptElsewhere(broken, wanted, conversions, undefined, beside);
    assert.deepEqual(there, adapt(broken, wanted, conversions));
    assert.ok('problem' in there && there.status === 502);
  });

  it('keeps the form where content is stored, and asks for none that is kept', async () => {
    const kept = new Map();
    const forms = {
      get: (key: string) => kept.get(key),
      set: (key: string, form: object) => kept.set(key, form),
    };
    const source = deck('kept');
    const first = await adaptElsewhere(source, wanted, conversions, forms, beside);
    assert.equal(kept.size, 1);
    const nobody: Converter = {
      ready: () => true,
      convert: () => assert.fail('asked'),
      close: () => Promise.resolve(),
    };
    assert.deepEqual(await adaptElsewhere(source, wanted, conversions, forms, nobody), first);
    // What stays as it is needs nobody either.
    const plain = deck('plain', 'text/plain');
    await adaptElsewhere(plain, [], conversions, undefined, nobody);
  });

  it('what it cannot do is done here: a type that it does not know, and a thread that has ended', async () => {
    assert.equal(await beside.convert('text/none', 'text/none', new Uint8Array(1), []), undefined);
    const other = converter(undefined);
    while (!other.ready()) await new Promise((resolve) => setImmediate(resolve));
    const late = adaptElsewhere(deck('late'), wanted, conversions, undefined, other);
    await other.close();
    assert.deepEqual(await late, adapt(deck('late'), wanted, conversions));
    assert.equal(other.ready(), false);
  });
});
