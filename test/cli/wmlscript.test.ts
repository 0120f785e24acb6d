import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const command = new URL('../../src/cli/wmlscript.js', import.meta.url).href;

/** Does what the command line does: runs the command, prints the message of what it throws. */
const program = `
import { wmlscript } from ${JSON.stringify(command)};
try {
  await wmlscript.parseAsync(process.argv.slice(1), { from: 'user' });
} catch (error) {
  process.stderr.write(error.message + '\\n');
  process.exitCode = error.name === 'UsageError' ? 2 : 1;
}`;

interface Result {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

function run(args: readonly string[], input: string | Uint8Array = '', cwd?: string): Result {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', program, '--', ...args],
    { input, cwd },
  );
  return { status, out: stdout.toString('latin1'), error: stderr.toString() };
}

const identity = 'extern function main(x) { return x; }';
/** Header, pools, name table, LOAD_VAR_S 0, RETURN. */
const identityBytecode = '\x01\x10\x00j\x00\x01\x01\x00\x04main\x01\x00\x02\xe0:';

describe('wapstack wmlscript', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-wmlscript-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('compiles standard input to standard output', () => {
    assert.deepEqual(run(['compile'], identity), { status: 0, out: identityBytecode, error: '' });
  });

  it('compiles a file to a file', () => {
    writeFileSync(join(folder, 'x.wmls'), identity);
    assert.deepEqual(run(['compile', 'x.wmls', '-o', 'x.wmlsc'], '', folder), {
      status: 0,
      out: '',
      error: '',
    });
    assert.equal(readFileSync(join(folder, 'x.wmlsc'), 'latin1'), identityBytecode);
  });

  it('says where every mistake is, and fails', () => {
    writeFileSync(join(folder, 'bad.wmls'), 'extern function main() {\n  return 1\n  y = 2;\n}');
    assert.deepEqual(run(['compile', 'bad.wmls'], '', folder), {
      status: 1,
      out: '',
      error: "bad.wmls:3:3: error: expected ';', found 'y'\n",
    });
  });

  it('counts them where there are several', () => {
    assert.equal(
      run(['compile'], 'extern function main() {\n  return 1\n  y = ; z = 2;\n}').error,
      [
        '2 errors',
        "standard input:3:3: error: expected ';', found 'y'",
        "standard input:3:9: error: variable 'z' is not declared",
        '',
      ].join('\n'),
    );
  });

  it('tells it in JSON, too', () => {
    const { status, out } = run(['compile', '--json'], 'function f() { }');
    assert.equal(status, 1);
    assert.deepEqual(JSON.parse(out), {
      headers: [],
      errors: [
        {
          line: 1,
          column: 17,
          message: 'expected at least one extern function: nothing could call this script',
        },
      ],
    });
    const good = JSON.parse(run(['compile', '--json'], identity).out);
    assert.equal(good.length, 18);
    assert.equal(atob(good.bytecode), identityBytecode);
  });

  it('reads ISO-8859-1 where a file is not UTF-8, and writes it if told to', () => {
    const source = Buffer.from('extern function main() { return "\xe9"; }', 'latin1');
    assert.ok(run(['compile'], source).out.includes('\x04\x02\xc3\xa9'));
    assert.ok(run(['compile', '--latin1'], source).out.includes('\x06\x01\xe9'));
  });

  it('disassembles bytecode and scripts', () => {
    const listing = [
      'WMLScript bytecode 1.1, 18 octets, character set 106',
      '',
      'Function 0 extern main: 1 arguments, 0 local variables, 2 octets',
      '    0  e0            LOAD_VAR_S    0',
      '    1  3a            RETURN',
      '',
    ].join('\n');
    assert.equal(run(['disassemble'], identity).out, listing);
    assert.equal(run(['disassemble'], Buffer.from(identityBytecode, 'latin1')).out, listing);
    const { functions } = JSON.parse(run(['disassemble', '--json'], identity).out);
    assert.deepEqual(functions, [{ numberOfArguments: 1, numberOfLocalVariables: 0, codeArray: 'e03a' }]);
  });

  it('says what is wrong with bytecode', () => {
    assert.deepEqual(run(['disassemble'], '\x01\x09\x00'), {
      status: 1,
      out: '',
      error: 'standard input: WMLScript at octet 2: CodeSize is 9, but 1 octets follow\n',
    });
  });

  const values: readonly [string, unknown][] = [
    ['5', { result: 5, type: 'integer' }],
    ['-1.5', { result: -1.5, type: 'float' }],
    ['true', { result: true, type: 'boolean' }],
    ['invalid', { result: null, type: 'invalid' }],
    ['some text', { result: 'some text', type: 'string' }],
    ['"5"', { result: '5', type: 'string' }],
  ];
  for (const [arg, expected] of values) {
    it(`runs with the argument ${arg}`, () => {
      const { status, out } = run(['run', '--json', `--arg=${arg}`], identity);
      assert.equal(status, 0);
      assert.deepEqual(JSON.parse(out), { ...(expected as object), output: [] });
    });
  }

  it('answers dialogs from --input and tells what the browser would do', () => {
    const source = `extern function order(item) {
      var count = Dialogs.prompt("How many?", "1");
      if (!Dialogs.confirm("Buy " + count + " " + item + "?", "Buy", "No")) return invalid;
      WMLBrowser.setVar("count", count);
      WMLBrowser.go("#done");
      return WMLBrowser.getVar("count") + 1;
    }`;
    const { out, status } = run(
      ['run', '--call', 'order', '--arg', 'maps', '--input', '3', '--input', 'Buy', '--json'],
      source,
    );
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(out), {
      result: '31',
      type: 'string',
      output: [
        'Dialogs.prompt("How many?", "1")',
        'Dialogs.confirm("Buy 3 maps?", "Buy", "No")',
        'WMLBrowser.setVar("count", "3")',
        'WMLBrowser.go("#done")',
      ],
    });
    assert.equal(
      run(['run', '--call', 'order', '--arg', 'x', '--input', '1', '--input', 'No'], source).out.split(
        '\n',
      )[2],
      'invalid',
    );
  });

  it('calls functions of scripts beside it', () => {
    writeFileSync(join(folder, 'other.wmls'), 'extern function twice(x) { return 2 * x; }');
    writeFileSync(
      join(folder, 'main.wmls'),
      'use url o "other.wmls"; extern function main() { return o#twice(21); }',
    );
    assert.deepEqual(run(['run', 'main.wmls'], '', folder), { status: 0, out: '42\n', error: '' });
  });

  it('names the fatal error of a script that ends with one', () => {
    const { status, out, error } = run(['run', '--json'], 'extern function main() { Lang.abort("enough"); }');
    assert.equal(status, 1);
    assert.deepEqual(JSON.parse(out), { error: 'standard input: Programmed Abort: enough' });
    assert.equal(error, 'standard input: Programmed Abort: enough\n');
    assert.match(
      run(['run', '--call', 'other'], identity).error,
      /^standard input: External Function Not Found/,
    );
  });

  it('Lang.exit ends with a value', () => {
    assert.equal(run(['run'], 'extern function main() { Lang.exit(7); }').out, '7\n');
  });

  it('run --json is one document, whatever goes wrong', () => {
    writeFileSync(join(folder, 'bad.wmls'), 'extern function main() { return 1 }');
    const errors: readonly (readonly [string[], number, RegExp])[] = [
      [['bad.wmls'], 1, /^bad\.wmls:1:35: error: expected ';'/],
      [['missing.wmls'], 1, /^cannot read missing\.wmls: no such file or directory$/],
      [['--arg', '99999999999', 'bad.wmls'], 2, /is no integer of 32 bits$/],
    ];
    for (const [args, expected, message] of errors) {
      const { status, out } = run(['run', '--json', ...args], '', folder);
      assert.equal(status, expected);
      const { error, ...rest } = JSON.parse(out);
      assert.match(error, message);
      assert.deepEqual(rest, {});
    }
  });

  it('what the browser would have done is told, also where the script ends with an error', () => {
    const { out, status } = run(
      ['run'],
      'extern function main() { WMLBrowser.go("#a"); Lang.abort("enough"); }',
    );
    assert.equal(status, 1);
    assert.equal(out, 'WMLBrowser.go("#a")\n');
  });

  it('one line where a file cannot be read, written, or taken for a script', () => {
    const cases: readonly (readonly [string[], string | Uint8Array, string])[] = [
      [['compile', 'missing.wmls'], '', 'cannot read missing.wmls: no such file or directory'],
      [['disassemble', '.'], '', 'cannot read .: it is a directory'],
      [['compile', '-o', 'no/where'], identity, 'cannot write no/where: no such file or directory'],
      [['run'], Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0x00), 'standard input: neither a script nor bytecode'],
      [['run'], Uint8Array.of(0x89, 0x50, 0x1a), 'standard input: neither a script nor bytecode'],
    ];
    for (const [args, input, error] of cases) {
      assert.deepEqual(run(args, input, folder), { status: 1, out: '', error: `${error}\n` });
    }
    assert.match(run(['run'], '').error, /^standard input:1:1: error: expected at least one extern function/);
  });
});
