import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wbxml } from '../../src/cli/wbxml.js';
import { UsageError } from '../../src/wap/errors.js';
import { hex } from '../support/hex.js';

describe('wapstack wbxml', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wapstack-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function run(args: readonly string[], input: string | Uint8Array): Promise<Uint8Array> {
    const from = join(folder, 'input');
    const to = join(folder, 'output');
    await writeFile(from, input);
    const [command = '', ...rest] = args;
    await wbxml.parseAsync([command, from, '-o', to, ...rest], { from: 'user' });
    return new Uint8Array(await readFile(to));
  }

  it('encode takes the document type from the DOCTYPE, decode from the document', async () => {
    const sl =
      '<?xml version="1.0"?>\n<!DOCTYPE sl PUBLIC "-//WAPFORUM//DTD SL 1.0//EN" "http://www.wapforum.org/DTD/sl.dtd">\n<sl href="http://a.com/"/>\n';
    const octets = await run(['encode'], sl);
    assert.deepEqual(octets, hex('03 06 6a 00 85 09 03 61 00 85 01'));
    assert.equal(new TextDecoder().decode(await run(['decode'], octets)), sl);
  });

  it('--charset is the encoding of the result; of unknown ones when decoding', async () => {
    const octets = await run(['encode', '--charset', 'iso-8859-1'], '<wml><card title="å"/></wml>');
    assert.deepEqual(octets, hex('03 0a 04 00 7f a7 36 03 e5 00 01 01'));
    const unnamed = hex('03 0a 00 00 7f a7 36 03 e5 00 01 01');
    assert.match(
      new TextDecoder().decode(await run(['decode', '--charset', 'iso-8859-1'], unnamed)),
      /title="å"/,
    );
  });

  it('--doctype names a type, a public identifier, a media type or a file with a token table', async () => {
    const xml = '<sl href="http://a.com/"/>';
    const expected = hex('03 06 6a 00 85 09 03 61 00 85 01');
    for (const name of ['sl', '-//WAPFORUM//DTD SL 1.0//EN', 'application/vnd.wap.slc']) {
      assert.deepEqual(await run(['encode', '--doctype', name], xml), expected);
    }
    const file = join(folder, 'mine.json');
    await writeFile(
      file,
      JSON.stringify({ name: 'mine', root: 'sl', pages: { 0: { tags: [['0x3f', 'sl']] } } }),
    );
    assert.deepEqual(await run(['encode', '--doctype', file], '<sl/>'), hex('03 01 6a 00 3f'));
    assert.match(
      new TextDecoder().decode(await run(['decode', '--doctype', file], hex('03 01 6a 00 3f'))),
      /<sl\/>/,
    );
  });

  it('failures are one sentence: wrong usage, or what is wrong with the document', async () => {
    await assert.rejects(run(['encode', '--doctype', 'nothing'], '<x/>'), UsageError);
    await assert.rejects(run(['encode', '--charset', 'nothing'], '<x/>'), UsageError);
    const input = join(folder, 'input');
    await assert.rejects(run(['encode'], '<x>'), {
      name: 'Error',
      message: `${input}: XML at octet 2: unclosed tag: x (line 1, column 3)`,
    });
    await assert.rejects(run(['decode'], hex('03')), {
      name: 'Error',
      message: `${input}: WBXML at octet 1: publicid is cut short`,
    });
    const bomb =
      '<!DOCTYPE si [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><si><indication>&b;</indication></si>';
    await assert.rejects(run(['encode'], bomb), /undefined entity \(line 1, column 71\)$/);
    await assert.rejects(run(['encode'], '<a>'.repeat(100_000)), /nested more than 500 deep/);
    const json = join(folder, 'mine.json');
    await assert.rejects(run(['encode', '--doctype', json], '<x/>'), {
      name: 'Error',
      message: `cannot read ${json}: no such file or directory`,
    });
    await writeFile(json, '{ "name": "mine", "root": "x" }');
    await assert.rejects(run(['encode', '--doctype', json], '<x/>'), {
      name: 'UsageError',
      message: `${json}: the token table needs an object at pages`,
    });
  });
});
