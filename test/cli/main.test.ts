import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../bin/wapstack.js', import.meta.url));

describe('wapstack', () => {
  it('stops without a word where nobody reads on', async () => {
    const child = spawn(process.execPath, [bin, 'wmlscript', 'disassemble']);
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    child.stdout.destroy();
    child.stdin.end('extern function main() { return 1; }');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.deepEqual(errors, []);
  });
});
