/** The rules of the house that the linter cannot say, and that those it can say are really said. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { temporaryFolder } from './support/folder.js';
import { codeOf, filesBelow, house, importsOf, read } from './support/source-text.js';

const sources = filesBelow('src', '.ts');
const tests = filesBelow('test', '.ts');

/** Lines of a file's code where a pattern matches: `src/x.ts:12: text`. */
function findings(file: string, pattern: RegExp, code: string = codeOf(read(file))): string[] {
  return code
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []));
}

describe('The house: how its rules read a source file', () => {
  const cases = [
    ['a line comment', 'a; // Promise\nb;', 'a;           \nb;'],
    ['a comment of several lines', '/* async\n */ a', '        \n    a'],
    ['a string', `f('new Date()', "it's");`, `f('          ', "    ");`],
    ['a quotation mark in a string', String.raw`f('\'Buffer');`, `f('        ');`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text, not a template
    ['a template and its expressions', '`a${b + `c${d}e` + "f"}g` + h', '` ${b + ` ${d} ` + " "} ` + h'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text, not a template
    ['braces in an expression of a template', '`a${{ b: 1 }.b}c`', '` ${{ b: 1 }.b} `'],
    ['a regular expression', 'x = /[/"]Promise/g; y', 'x =               ; y'],
    ['a division', 'a / b / Promise', 'a / b / Promise'],
    ['a slash in a string after a division', `a / 2 + '/'`, `a / 2 + ' '`],
  ] as const;
  for (const [title, source, code] of cases) {
    it(title, () => assert.equal(codeOf(source), code));
  }

  it('imports: names that stay at run time and names that are types', () => {
    const source = `import a, { type B, c as d } from './x.js';
      import type { E } from '../y.js'; // import { no } from 'comment';
      export { f } from "./z.js";
      export * from './all.js';
      import 'side-effect';
      const later = import('node:fs');
      const text = "import { no } from 'string'";`;
    assert.deepEqual(importsOf(source), [
      { from: './x.js', values: ['*', 'c'], types: ['B'] },
      { from: '../y.js', values: [], types: ['E'] },
      { from: './z.js', values: ['f'], types: [] },
      { from: './all.js', values: ['*'], types: [] },
      { from: 'side-effect', values: [], types: [] },
      { from: 'node:fs', values: [], types: [] },
    ]);
  });
});

describe('The house: src/wap is pure', () => {
  const pure = sources.filter((file) => file.startsWith('src/wap/'));
  const forbidden = {
    'the clock':
      /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|[^\s(])|(?<!\bnew\s)\bDate\s*\(|\bperformance\b|\bhrtime\b/,
    timers: /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/,
    randomness: /\bMath\s*\.\s*random\b|\brandomBytes\b|\brandomUUID\b|\bgetRandomValues\b/,
    waiting: /\basync\b|\bawait\b|\bPromise\b/,
    'the environment': /\bEventEmitter\b|\bBuffer\b|\bprocess\s*\.|\bconsole\b|\bglobalThis\b/,
  };

  /** What is forbidden and stands there all the same, with the reason. */
  const exceptions: Readonly<Record<string, readonly string[]>> = {};

  for (const [what, pattern] of Object.entries(forbidden)) {
    it(`names nothing of ${what}`, () => {
      const found = pure
        .filter((file) => !(exceptions[file] ?? []).includes(what))
        .flatMap((file) => findings(file, pattern));
      assert.deepEqual(found, []);
    });
  }

  it('sees what it looks for', () => {
    const impure = {
      'the clock': ['Date.now()', 'new Date()', 'new Date;', 'Date()', 'performance.now()'],
      timers: ['setTimeout(f, 1)', 'queueMicrotask(f)'],
      randomness: ['Math.random()', 'randomBytes(4)'],
      waiting: ['async () => 1', 'await x', 'x: Promise<void>'],
      'the environment': ['Buffer.from(x)', 'process.env', 'console.log(1)'],
    };
    for (const [what, lines] of Object.entries(impure)) {
      const pattern = forbidden[what as keyof typeof forbidden];
      for (const line of lines) assert.match(line, pattern);
    }
    for (const line of [
      'new Date(x)',
      'Date.UTC(2001, 1)',
      'Date.parse(text)',
      'processing.state',
      'isDate(x)',
    ])
      for (const pattern of Object.values(forbidden)) assert.doesNotMatch(line, pattern);
  });
});

describe('The house: one door to cryptography', () => {
  it('what is behind src/wap/crypto.ts is imported by that file, and by what is beside it', () => {
    const found = [...sources, ...tests].filter(
      (file) =>
        file !== 'src/wap/crypto.ts' &&
        !file.startsWith('src/wap/crypto/') &&
        importsOf(read(file)).some(({ from }) =>
          posix.join(dirname(file), from).startsWith('src/wap/crypto/'),
        ),
    );
    assert.deepEqual(found, []);
  });
});

describe('The house: a layer knows of the layer below only the types of its primitives', () => {
  const layers = ['wsp', 'wtp', 'wtls', 'wdp'];
  const layerOf = (path: string) => layers.find((layer) => path.startsWith(`src/wap/${layer}/`));
  const between = sources.flatMap((file) => {
    const layer = layerOf(file);
    if (layer === undefined) return [];
    return importsOf(read(file)).flatMap((each) => {
      const other = each.from.startsWith('.') ? layerOf(posix.join(dirname(file), each.from)) : undefined;
      return other === undefined || other === layer ? [] : [{ file, layer, other, ...each }];
    });
  });

  it('no value of another layer is imported: src/wap/stack.ts puts them together', () => {
    const found = between.filter(({ values }) => values.length > 0);
    assert.deepEqual(
      found.map(({ file, from, values }) => `${file}: ${values.join(', ')} from ${from}`),
      [],
    );
  });

  it('nothing at all is imported from a layer above', () => {
    const found = between.filter(({ layer, other }) => layers.indexOf(other) < layers.indexOf(layer));
    assert.deepEqual(
      found.map(({ file, from }) => `${file}: ${from}`),
      [],
    );
  });

  it('only src/wap/stack.ts, of all src/wap, imports values of two layers', () => {
    const found = sources
      .filter((file) => /^src\/wap\/[^/]+\.ts$/.test(file))
      .filter((file) => {
        const values = importsOf(read(file)).filter((each) => each.values.length > 0);
        const imported = values.map(({ from }) => layerOf(posix.join(dirname(file), from)));
        return new Set(imported.filter((layer) => layer !== undefined)).size > 1;
      });
    assert.deepEqual(found, ['src/wap/stack.ts']);
  });
});

describe('The house: files', () => {
  const LINES_MOST = 750;

  /** Tables may be long; what else is, says why, and how long at most. */
  const long: Readonly<Record<string, readonly [lines: number, why: string]>> = {
    'src/wap/wsp/tables.ts': [800, 'the printed state tables, a row a line'],
    'src/wap/wsp/header-rules.ts': [1000, 'a table: one rule a header, in the order of the grammar'],
    'src/wap/wim/card.ts': [700, 'one state machine, a function a command; wants splitting'],
    'src/wap/wim/pkcs15.ts': [700, 'the object directories of PKCS#15, both ways; wants splitting'],
  };

  it(`none in src has more than ${LINES_MOST} lines, but for tables`, () => {
    const tooLong = sources
      .map((file) => [file, read(file).trimEnd().split('\n').length] as const)
      .filter(([file, lines]) => lines > (long[file]?.[0] ?? LINES_MOST));
    assert.deepEqual(tooLong, []);
  });

  it('nothing is put off in a comment', () => {
    const puttingOff = /\b(?:TO[D]O|FIX[M]E|X[X]X)\b/;
    const all = [...sources, ...tests, ...filesBelow('web', ''), ...filesBelow('scripts', '.mjs')];
    const found = all
      .filter((file) => /\.[a-z]+$/.test(file))
      .flatMap((file) => findings(file, puttingOff, read(file)));
    assert.deepEqual(found, []);
  });

  it('every relative import names the compiled file: it ends in .js', () => {
    const found = [...sources, ...tests].flatMap((file) =>
      importsOf(read(file))
        .filter(({ from }) => from.startsWith('.') && !from.endsWith('.js'))
        .map(({ from }) => `${file}: ${from}`),
    );
    assert.deepEqual(found, []);
  });

  it('package-lock.json names no host that packages came from', () => {
    assert.doesNotMatch(read('package-lock.json'), /"resolved"|https?:\/\/(?:[^"/]*\.)?(?:registry|npmjs)/);
  });

  it('.npmrc keeps it so', () => {
    assert.match(read('.npmrc'), /^omit-lockfile-registry-resolved=true$/m);
  });
});

describe('The house: dependencies', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  /** The package that a specifier names: `hono/html` is of hono. */
  const packageOf = (specifier: string) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
  const isPackage = (from: string) =>
    !from.startsWith('.') && !from.startsWith('node:') && !/^wapstack\b/.test(from);
  const importedBy = (files: readonly string[]) =>
    new Set(
      files.flatMap((file) =>
        importsOf(read(file))
          .filter(({ from }) => isPackage(from))
          .map(({ from }) => packageOf(from)),
      ),
    );

  /** In package.json ahead of the code that uses them: the gateway's pictures. */
  const ahead: readonly string[] = ['jpeg-js', 'omggif', 'pngjs'];

  it('src imports every one of package.json, and no other', () => {
    const imported = importedBy(sources);
    const inUse = Object.keys(dependencies).filter((name) => imported.has(name) || !ahead.includes(name));
    assert.deepEqual([...imported].sort(), inUse.sort());
  });

  it('tests import only what package.json has', () => {
    const known = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
    assert.deepEqual(
      [...importedBy(tests)].filter((name) => !known.has(name)),
      [],
    );
  });

  it('docs/dependencies.md has a row for each, with its version and its licence', () => {
    const page = read('docs/dependencies.md');
    const locked = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { version?: string; license?: string }>;
    };
    const rowOf = (name: string) => {
      const { version, license } = locked.packages[`node_modules/${name}`] ?? {};
      return `| ${name} | ${version} | ${license} |`;
    };
    const all = { ...dependencies, ...devDependencies };
    assert.deepEqual(
      Object.keys(all).filter((name) => !page.includes(rowOf(name))),
      [],
    );
    const rows = [...page.matchAll(/^\| (@?[a-z][\w./-]*) \| \d/gm)].map(([, name]) => name);
    assert.deepEqual(rows, [...new Set(rows)], 'a row twice');
  });
});

describe('The house: the linter holds the import rule', () => {
  const folder = temporaryFolder();

  /** What biome says about one file at that place in a house with our configuration. */
  function lint(path: string, source: string): { readonly status: number | null; readonly output: string } {
    copyFileSync(join(house, 'biome.json'), folder('biome.json'));
    mkdirSync(dirname(folder(path)), { recursive: true });
    writeFileSync(folder(path), source);
    const biome = join(house, 'node_modules/@biomejs/biome/bin/biome');
    const { status, stdout, stderr } = spawnSync(process.execPath, [biome, 'lint', path], {
      cwd: folder(),
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    return { status, output: `${stdout}${stderr}` };
  }

  const offences = [
    ['src/wap/wtp/a.ts', 'node:dgram', 'it touches no socket, file or timer'],
    ['src/wap/wtp/a.ts', 'node:fs', 'it touches no socket, file or timer'],
    ['src/wap/wtp/a.ts', 'node:timers', 'it touches no socket, file or timer'],
    ['src/wap/wtp/a.ts', 'node:crypto', 'Cryptography comes through src/wap/crypto.ts'],
    ['src/wap/pki/a.ts', '@noble/hashes/sha2.js', 'Cryptography comes through src/wap/crypto.ts'],
    ['src/wap/pki/a.ts', '../crypto/rsa.js', 'Cryptography comes through src/wap/crypto.ts'],
    ['src/wap/random.ts', './crypto/hash.js', 'Cryptography comes through src/wap/crypto.ts'],
    ['src/wap/wsp/a.ts', '../../gateway/http.js', 'src/wap knows no outer room'],
    ['src/wap/wsp/a.ts', '../../bearer/index.js', 'src/wap knows no outer room'],
    ['src/bearer/a.ts', '../gateway/http.js', 'src/bearer may import src/wap only'],
    ['src/wta/a.ts', '../terminal/phone.js', 'src/wta may import src/wap only'],
    ['src/terminal/a.ts', 'node:dgram', 'Only src/bearer opens sockets'],
    ['src/gateway/a.ts', '../cli/main.js', 'Only src/cli reads the configuration'],
    ['src/commerce/a.ts', '../config.js', 'Only src/cli reads the configuration'],
  ] as const;

  for (const [path, from, message] of offences) {
    it(`${dirname(path)} may not import ${from}`, () => {
      const { status, output } = lint(path, `import { x } from '${from}';\n\nexport const y = x;\n`);
      assert.notEqual(status, 0);
      assert.match(output, /noRestrictedImports/);
      assert.ok(output.replace(/\s+/g, ' ').includes(message), output);
    });
  }

  for (const name of ['Buffer', 'setTimeout', 'process', 'fetch']) {
    it(`src/wap may not name the global ${name}`, () => {
      const { status, output } = lint('src/wap/wtp/a.ts', `export const y = ${name};\n`);
      assert.notEqual(status, 0);
      assert.match(output, /noRestrictedGlobals/);
    });
  }

  it('what is allowed passes', () => {
    const { status, output } = lint(
      'src/wap/wtp/a.ts',
      `import type { Datagram } from '../wdp/primitives.js';\n\nexport type Y = Datagram;\n`,
    );
    assert.equal(status, 0, output);
  });

  for (const door of ['src/wap/crypto.ts', 'src/wap/crypto/rsa.ts']) {
    it(`${door} may import node:crypto`, () => {
      const { status, output } = lint(door, `import { x } from 'node:crypto';\n\nexport const y = x;\n`);
      assert.equal(status, 0, output);
    });
  }
});
