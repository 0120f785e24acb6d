/** What the package gives to others: every entry of package.json, imported by its name. */
import assert from 'node:assert/strict';
import { dirname, posix } from 'node:path';
import { read } from './support/source-text.js';

const { exports } = JSON.parse(read('package.json')) as {
  exports: Record<string, { types: string; default: string }>;
};

/** A few names of each entry, that people use it for. */
const expected: Readonly<Record<string, readonly string[]>> = {
  '.': [
    'startGateway',
    'startPhone',
    'startShop',
    'Terminal',
    'papClient',
    'fetchWap',
    'captureTo',
    'DecodeError',
  ],
  './wtls': ['wtlsClient', 'wtlsServer', 'wtlsReader', 'decodeRecords'],
  './capture': ['captureTo', 'createPcapng', 'dissect', 'tapHttpServer'],
  './pki': [
    'verifySignedContent',
    'decodeSignedContent',
    'toPkcs7',
    'createAuthority',
    'decodeWtlsCertificate',
  ],
  './push': ['encodePap', 'decodePap', 'encodeSi', 'decodeSl', 'decodeClientAddress'],
  './wbxml': ['xmlToWbxml', 'wbxmlToXml', 'tokenTables', 'decodeWbxml', 'encodeWbxml'],
  './wdp': ['wdp', 'smsWdp', 'decodeWcmp', 'encodeShortMessage'],
  './wim': ['Card', 'createCard', 'openWim', 'decodeCommand'],
  './wml': ['parseWml', 'encodeWml', 'decodeWml', 'substitute'],
  './wmlscript': ['compileWmlScript', 'loadUnit', 'startCall', 'disassemble', 'opcodeTable'],
  './wsp': ['sessionLayer', 'connectionlessLayer', 'encodeWsp', 'decodeHeaders', 'statusCodes'],
  './wtp': ['wtp', 'encodeWtp', 'decodeWtp', 'initiator', 'responder'],
  './uaprof': ['decodeProfile', 'formatProfile', 'mergeProfiles', 'checkProfile', 'encodeProfile'],
  './client-id': ['clientIdOf', 'decodeClientId', 'encodeClientId'],
  './httpsm': ['parseSetCookie', 'cookiesFor', 'cookieValue', 'storeCookie'],
  './provisioning': ['decodeConnectivity', 'decodeNavigation', 'selectProxies', 'securityMatch'],
  './wta': ['Network', 'Exchange', 'Wtai', 'decodeChannel', 'parseWtaiUri'],
};

/** The source of an entry: `./dist/src/index.js` is made from src/index.ts. */
const sourceOf = (entry: string) => (exports[entry]?.default ?? '').replace(/^\.\/dist\/(.*)\.js$/, '$1.ts');

interface Reexport {
  readonly name: string;
  /** As it is called where it comes from. */
  readonly original: string;
  readonly isType: boolean;
  readonly file: string;
}

/** The names that a file exports from other files. */
function reexports(file: string): readonly Reexport[] {
  return [...read(file).matchAll(/^export (type )?\{([^}]*)\} from '([^']+)';/gm)].flatMap(
    ([, allTypes, names = '', from = '']) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .map((text) => {
          const [original = '', name = original] = text.replace(/^type /, '').split(' as ');
          return {
            name,
            original,
            isType: allTypes !== undefined || text.startsWith('type '),
            file: posix.join(dirname(file), from).replace(/\.js$/, '.ts'),
          };
        }),
  );
}

/** Whether a comment for the documentation stands before the declaration that a name leads to; throws where there is none. */
function isDocumented(file: string, name: string): boolean {
  const source = read(file);
  const declaration = new RegExp(
    `^export (?:async )?(?:const|function\\*?|class|interface|type) ${name}\\b`,
    'm',
  ).exec(source);
  if (declaration !== null) {
    const before = source.slice(0, declaration.index).replace(/(?:^\/\/.*\n)+$/m, '');
    const start = before.lastIndexOf('/**');
    // The head of a file is not the comment of its first declaration: imports or an empty line stand between.
    return before.endsWith('*/\n') && start >= 0 && before.indexOf('*/', start) === before.length - 3;
  }
  const further = reexports(file).find((each) => each.name === name);
  if (further !== undefined) return isDocumented(further.file, further.original);
  const local = new RegExp(`^(?:const|function|class) ${name}\\b`, 'm').exec(source);
  const before = source.slice(0, local?.index);
  assert.ok(local ?? /^import[^;]*\bfrom\b/m.test(source), `${file} does not declare ${name}`);
  return local !== null && before.endsWith('*/\n');
}

/** A type explains itself where its fields do. */
function hasDocumentedFields(file: string, name: string): boolean {
  const body = new RegExp(`^export (?:interface|type|class) ${name}\\b[^]*?^(?:\\}|  \\};)`, 'm').exec(
    read(file),
  )?.[0];
  return body?.includes('/**') === true;
}

/** `encodeX` is explained by `decodeX` beside it. */
const twinOf = (name: string): string | undefined => {
  if (name.startsWith('encode')) return name.replace('encode', 'decode');
  return name.startsWith('decode') ? name.replace('decode', 'encode') : undefined;
};

describe('The entries of the package', () => {
  it('are the library and a folder each of what can be used alone', () => {
    assert.deepEqual(Object.keys(exports).sort(), Object.keys(expected).sort());
  });

  for (const entry of Object.keys(exports)) {
    const name = posix.join('wapstack', entry);

    it(`${name} can be imported`, async () => {
      const module: unknown = await import(name);
      assert.ok(typeof module === 'object' && module !== null);
      assert.deepEqual(
        (expected[entry] ?? []).filter((each) => !(each in module)),
        [],
      );
      assert.equal('default' in module, false);
    });

    it(`${name} has every value that its index names, and its types`, async () => {
      const module = (await import(name)) as Readonly<Record<string, unknown>>;
      const values = reexports(sourceOf(entry)).filter(({ isType }) => !isType);
      assert.deepEqual(Object.keys(module).sort(), values.map((each) => each.name).sort());
      assert.deepEqual(
        values.filter((each) => module[each.name] === undefined).map((each) => each.name),
        [],
      );
      const types = (exports[entry]?.types ?? '').replace(/^\.\//, '');
      assert.equal(types, `dist/${sourceOf(entry).replace(/\.ts$/, '.d.ts')}`);
      assert.ok(read(types).length > 0);
    });
  }

  it('nothing else can be reached', async () => {
    const inside = 'wapstack/dist/src/wap/octets.js';
    await assert.rejects(import(inside), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
  });
});

describe('The documentation of what is exported', () => {
  /** Functions, classes and constants without a line of their own yet: the list may only become shorter. */
  const silent: readonly string[] = [
    'abortCodeOf',
    'applicationIds',
    'certificationRequestText',
    'connectionlessLayer',
    'createCard',
    'createCertificationRequest',
    'decodeAddresses',
    'decodeCertResponse',
    'decodeCertificationRequest',
    'decodeCommand',
    'decodeHashedCaInfo',
    'decodePublicKeyInfo',
    'decodeResponse',
    'decodeSealedText',
    'decodeSignedCaInfo',
    'decodeUnit',
    'decodeWcmp',
    'decodeWtlsCertificate',
    'dissect',
    'drive',
    'encodeAddresses',
    'encodeCertResponse',
    'encodeCertificateEntry',
    'encodeCommand',
    'encodeHashedCaInfo',
    'encodePublicKeyInfo',
    'encodeResponse',
    'encodeSealedText',
    'encodeSignedCaInfo',
    'encodeUnit',
    'encodeWcmp',
    'encodeWtlsCertificate',
    'fatalError',
    'httpClient',
    'instructionSet',
    'libraryTable',
    'papClient',
    'readCertificateEntry',
    'readWtlsCertificateText',
    'reasonOf',
    'sealText',
    'seconds',
    'signCaInfo',
    'smsWdp',
    'typeOf',
    'verifySignedContent',
    'wtlsCertificateText',
    'wtp',
  ];

  for (const entry of Object.keys(exports)) {
    it(`${posix.join('wapstack', entry)}: every value has a comment where it is declared, or its twin has`, () => {
      const missing = reexports(sourceOf(entry))
        .filter(({ name, isType }) => !isType && !silent.includes(name))
        .filter(({ file, original }) => {
          const twin = twinOf(original);
          const hasTwin =
            twin !== undefined && new RegExp(`^export function ${twin}\\b`, 'm').test(read(file));
          return (
            !isDocumented(file, original) &&
            !(hasTwin && isDocumented(file, twin)) &&
            !hasDocumentedFields(file, original)
          );
        })
        .map(({ name, file }) => `${name} in ${file}`);
      assert.deepEqual(missing, []);
    });
  }
});
