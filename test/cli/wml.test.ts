import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wml } from '../../src/cli/wml.js';

const good =
  '<?xml version="1.0"?>\n<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.1//EN" "http://www.wapforum.org/DTD/wml_1.1.xml">\n<wml><card><p>Hi</p></card></wml>\n';

describe('wapstack wml check', () => {
  let folder: string;
  const lines: string[] = [];
  const log = console.log;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wapstack-'));
    lines.length = 0;
    console.log = (line: string) => lines.push(line);
  });
  afterEach(() => {
    console.log = log;
    return rm(folder, { recursive: true });
  });

  async function check(...texts: readonly (string | Uint8Array)[]): Promise<void> {
    const files = texts.map((_, i) => join(folder, `${i}.wml`));
    await Promise.all(files.map((file, i) => writeFile(file, texts[i] ?? '')));
    try {
      await wml.parseAsync(['check', ...files], { from: 'user' });
    } finally {
      for (const [i, line] of lines.entries()) lines[i] = line.replace(`${folder}/`, '');
    }
  }

  it('says nothing of a good deck', async () => {
    await check(good, good);
    assert.deepEqual(lines, []);
  });

  it('reports file by file, like a compiler, and fails where there are errors', async () => {
    await assert.rejects(
      check(good.replace('Hi', '\n  $5<a href="#x">x</a>'), good.replace('</p>', ''), good),
      new Error('2 errors, 1 warning'),
    );
    assert.deepEqual(lines, [
      '0.wml:4:3: error: a dollar sign begins no variable here; for itself write $$ [WAP-191 §10.3.1]',
      '0.wml:4:8: warning: no card has the id "x" [WAP-191 §12.5.1]',
      '1.wml:3:17: error: unexpected close tag [XML 1.0]',
    ]);
  });

  it('warnings alone are no failure', async () => {
    await check(good.replace('Hi', '<a href="#x">x</a>'));
    assert.equal(lines.length, 1);
  });

  it('a file that is no text is an error, too', async () => {
    await assert.rejects(check(Uint8Array.of(0x3c, 0xff)), new Error('1 error, 0 warnings'));
    assert.deepEqual(lines, ['0.wml:1:1: error: the text is not utf-8']);
  });

  it('a deck that cannot be read is an error among others', async () => {
    await writeFile(join(folder, 'good.wml'), good);
    await writeFile(join(folder, 'bad.wml'), good.replace('Hi', '&nothing;'));
    const files = ['missing.wml', '.', 'good.wml', 'bad.wml'].map((name) => join(folder, name));
    await assert.rejects(
      wml.parseAsync(['check', ...files], { from: 'user' }),
      new Error('3 errors, 0 warnings'),
    );
    assert.deepEqual(
      lines.map((line) => line.replaceAll(`${folder}/`, '').replaceAll(folder, '.')),
      [
        'missing.wml: error: cannot read missing.wml: no such file or directory',
        '.: error: cannot read .: it is a directory',
        'bad.wml:3:15: error: undefined entity [XML 1.0]',
      ],
    );
  });
});
