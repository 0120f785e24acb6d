/**
 * Other people's programs that judge ours. Where one is missing, its tests are skipped by name, with the line that would
 * install it; with WAPSTACK_REQUIRE_PEERS=1 they fail instead.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** From Debian 12 on. */
const postgresFolders = ['15', '16', '17', '18'].map((version) => `/usr/lib/postgresql/${version}/bin`);

/** Where each program is looked for besides PATH, and the Debian package that has it. */
const peers = {
  bearerbox: { debian: 'kannel', also: ['/usr/sbin'] },
  wapbox: { debian: 'kannel', also: ['/usr/sbin'] },
  wmlsc: { debian: 'kannel', also: [] },
  wmlsdasm: { debian: 'kannel', also: [] },
  fakewap: { debian: 'kannel-extras', also: ['/usr/lib/kannel/test'] },
  wapproxy: { debian: 'kannel-extras', also: ['/usr/lib/kannel/test'] },
  test_ppg: { debian: 'kannel-extras', also: ['/usr/lib/kannel/test'] },
  tshark: { debian: 'tshark', also: [] },
  xml2wbxml: { debian: 'libwbxml2-utils', also: [] },
  wbxml2xml: { debian: 'libwbxml2-utils', also: [] },
  slapd: { debian: 'slapd', also: ['/usr/sbin'] },
  ldapadd: { debian: 'ldap-utils', also: [] },
  chromium: { debian: 'chromium', also: [] },
  openssl: { debian: 'openssl', also: [] },
  pcscd: { debian: 'pcscd', also: ['/usr/sbin'] },
  'vpcd-config': { debian: 'vsmartcard-vpcd', also: [] },
  'opensc-tool': { debian: 'opensc', also: [] },
  'pkcs15-tool': { debian: 'opensc', also: [] },
  'pkcs15-crypt': { debian: 'opensc', also: [] },
  curl: { debian: 'curl', also: [] },
  // Debian keeps the programs of each version apart.
  initdb: { debian: 'postgresql', also: postgresFolders },
  postgres: { debian: 'postgresql', also: postgresFolders },
} as const satisfies Record<string, { debian: string; also: readonly string[] }>;

export type Peer = keyof typeof peers;

/** The path of an installed peer; `undefined` where it is missing. */
export function findPeer(name: Peer): string | undefined {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...peers[name].also]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/**
 * A suite that needs peers: `body` gets their paths. Without them there is one skipped test that names what is missing.
 */
export function describeWithPeers<const Names extends readonly Peer[]>(
  title: string,
  names: Names,
  body: (paths: { readonly [N in Names[number]]: string }) => void,
): void {
  const paths: Partial<Record<Peer, string>> = {};
  const missing: Peer[] = [];
  for (const name of names) {
    const path = findPeer(name);
    if (path === undefined) missing.push(name);
    else paths[name] = path;
  }
  describe(title, () => {
    if (missing.length === 0) {
      body(paths as { readonly [N in Names[number]]: string });
      return;
    }
    const install = `apt-get install ${[...new Set(missing.map((name) => peers[name].debian))].join(' ')}`;
    it(`needs ${missing.join(', ')}: ${install}`, function () {
      if (process.env.WAPSTACK_REQUIRE_PEERS === '1')
        throw new Error(`missing peers; install them with: ${install}`);
      this.skip();
    });
  });
}
