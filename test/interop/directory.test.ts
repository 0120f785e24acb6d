/** The directory of users [300] in OpenLDAP's server, with the schema and the entries of docs/directory. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ldapDirectory } from '../../src/commerce/index.js';
import { toBase64 } from '../../src/wap/octets.js';
import { decodePublicKeyInfo, encodePublicKeyInfo } from '../../src/wap/pki/index.js';
import { alice, approved, entered, makeWorld, sign } from '../commerce/world.js';
import { describeWithPeers } from '../support/peers.js';

const shipped = fileURLToPath(new URL('../../../docs/directory', import.meta.url));

/** Where Debian puts what comes with slapd. */
const SCHEMAS = '/etc/ldap/schema';
const MODULES = '/usr/lib/ldap';

const configuration = (folder: string) => `
include ${SCHEMAS}/core.schema
include ${SCHEMAS}/cosine.schema
include ${SCHEMAS}/inetorgperson.schema
include ${shipped}/wapstack.schema
modulepath ${MODULES}
moduleload back_mdb
pidfile ${folder}/slapd.pid
database mdb
maxsize 10485760
suffix dc=example
rootdn cn=admin,dc=example
rootpw secret
directory ${folder}/data
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="ou=closed,dc=example" by dn.exact="uid=shop,dc=example" read by * none
access to * by * read
`;

const more = () => `
dn: uid=shop,dc=example
objectClass: account
objectClass: simpleSecurityObject
uid: shop
userPassword: sesame

dn: uid=alice,ou=users,dc=example
objectClass: inetOrgPerson
objectClass: wapSubscriber
uid: alice
cn: Alice Liddell
sn: Liddell
mobile: +33614289024
wapUserPublicKey:: ${toBase64(encodePublicKeyInfo(alice.privateKey.publicKey))}
userCertificate;binary:: ${toBase64(alice.certificate.octets)}

dn: uid=local,ou=users,dc=example
objectClass: inetOrgPerson
objectClass: wapSubscriber
uid: local
cn: Local Number
sn: Number
mobile: 06 12 34 56 72
wapUserPublicKey:: AQID

dn: ou=closed,dc=example
objectClass: organizationalUnit
ou: closed

dn: uid=alice,ou=closed,dc=example
objectClass: inetOrgPerson
objectClass: wapSubscriber
uid: alice
cn: Another Alice
sn: Alice
mobile: +33676543211
wapUserPublicKey:: AQID
`;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Resolves when slapd says that it is there. */
function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('slapd starting')) resolve();
    });
    child.on('exit', () => reject(new Error(`slapd ended: ${said}`)));
  });
}

describeWithPeers(
  'An LDAP directory (EP 1 161 055 A2, figure 3)',
  ['slapd', 'ldapadd'],
  ({ slapd, ldapadd }) => {
    let folder: string;
    let url: string;
    let child: ChildProcess;
    const baseDn = 'ou=users,dc=example';

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'wapstack-ldap-'));
      mkdirSync(join(folder, 'data'));
      writeFileSync(join(folder, 'slapd.conf'), configuration(folder));
      writeFileSync(join(folder, 'more.ldif'), more());
      url = `ldap://127.0.0.1:${await freePort()}`;
      child = spawn(slapd, ['-f', join(folder, 'slapd.conf'), '-h', url, '-d', 'stats'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      await started(child);
      for (const file of [join(shipped, 'sample.ldif'), join(folder, 'more.ldif')])
        execFileSync(ldapadd, ['-x', '-H', url, '-D', 'cn=admin,dc=example', '-w', 'secret', '-f', file]);
    });

    after(async () => {
      await new Promise((resolve) => {
        child.removeAllListeners('exit').on('exit', resolve);
        child.kill();
      });
      rmSync(folder, { recursive: true });
    });

    it('gives the identification records of the sample, telephone numbers without blanks', async () => {
      const directory = ldapDirectory({ url, baseDn });
      const first = await directory.lookup('User#0001');
      assert.equal(first?.mobileDeviceId, '+33612345672');
      assert.equal(first?.userId, 'User#0001');
      assert.equal(first?.certificate, undefined);
      assert.equal(decodePublicKeyInfo(first?.publicKey ?? new Uint8Array()).type, 'rsa');
      const second = await directory.lookup('User#0002');
      assert.equal(second?.mobileDeviceId, '+33676543211');
      assert.equal(decodePublicKeyInfo(second?.publicKey ?? new Uint8Array()).type, 'ec');
      await directory.close();
    });

    it('gives the certificate where there is one', async () => {
      assert.deepEqual(await ldapDirectory({ url, baseDn }).lookup('alice'), {
        userId: 'alice',
        mobileDeviceId: '+33614289024',
        publicKey: encodePublicKeyInfo(alice.privateKey.publicKey),
        certificate: alice.certificate.octets.slice(),
      });
    });

    it('knows nobody by a pattern, by other letters, or without an international number', async () => {
      const directory = ldapDirectory({ url, baseDn });
      for (const userId of ['*', 'User*', 'alice)(uid=*', 'ALICE', 'nobody', '', 'local'])
        assert.equal(await directory.lookup(userId), undefined, userId);
    });

    it('trusts neither of two entries for one user, and sees the second only with the right to', async () => {
      const bind = { dn: 'uid=shop,dc=example', password: 'sesame' };
      assert.notEqual(await ldapDirectory({ url, baseDn: 'dc=example' }).lookup('alice'), undefined);
      assert.equal(await ldapDirectory({ url, baseDn: 'dc=example', bind }).lookup('alice'), undefined);
    });

    it('fails where it cannot be asked', async () => {
      const bind = { dn: 'uid=shop,dc=example', password: 'wrong' };
      await assert.rejects(ldapDirectory({ url, baseDn, bind }).lookup('alice'), /Invalid|credentials|0x31/i);
      await assert.rejects(ldapDirectory({ url, baseDn: 'dc=elsewhere' }).lookup('alice'));
      await assert.rejects(
        ldapDirectory({ url: 'ldap://127.0.0.1:1', baseDn }).lookup('alice'),
        /ECONNREFUSED/,
      );
    });

    it('lets a user of it buy and sign', async () => {
      const world = await makeWorld({ directory: ldapDirectory({ url, baseDn }) });
      const { phone, status, text } = await approved(world, undefined, entered(world));
      assert.equal(world.pushes[0]?.mobileDeviceId, '+33614289024');
      const infos = [{ type: 'sha_key_hash', hash: alice.certificate.keyHash }] as const;
      assert.match((await phone.post({ signed: sign(text, { infos }) })).body, /<b>Accepted<\/b>/);
      assert.match((await status).body, /<h1>Signed/);
    });
  },
);
