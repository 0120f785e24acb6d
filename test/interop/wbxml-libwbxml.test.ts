import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecodeError } from '../../src/wap/errors.js';
import { documentTypeByName, wbxmlToXml, xmlToWbxml } from '../../src/wap/wbxml/index.js';
import { describeWithFixtures } from '../support/fixtures.js';
import { describeWithPeers } from '../support/peers.js';
import { type Difference, decoderDifferences, encoderDifferences } from './wbxml-differences.js';

/** A document of each type that both know. */
const documents: Readonly<Record<string, string>> = {
  si: '<!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN" "http://www.wapforum.org/DTD/si.dtd"><si><indication href="http://www.xyz.com/email/123/abc.wml" created="1999-06-25T15:23:15Z" si-expires="1999-06-30T00:00:00Z" action="signal-high">You have 4 new e-mails</indication></si>',
  sl: '<!DOCTYPE sl PUBLIC "-//WAPFORUM//DTD SL 1.0//EN" "http://www.wapforum.org/DTD/sl.dtd"><sl href="http://www.xyz.com/ppaid/123/abc.wml" action="cache"/>',
  co: '<!DOCTYPE co PUBLIC "-//WAPFORUM//DTD CO 1.0//EN" "http://www.wapforum.org/DTD/co_1.0.dtd"><co><invalidate-object uri="http://foo.net/a"/><invalidate-service uri="https://www.bar.org/"/></co>',
  channel:
    '<!DOCTYPE channel PUBLIC "-//WAPFORUM//DTD CHANNEL 1.1//EN" "http://www.wapforum.org/DTD/channel11.dtd"><channel maxspace="100" base="http://a.b/"><title>T</title><abstract>A</abstract><resource href="http://c/" md5="x"/></channel>',
  prov: '<!DOCTYPE wap-provisioningdoc PUBLIC "-//WAPFORUM//DTD PROV 1.0//EN" "http://www.wapforum.org/DTD/prov.dtd"><wap-provisioningdoc version="1.0"><characteristic type="NAPDEF"><parm name="NAPID" value="n"/><parm name="BEARER" value="GSM-GPRS"/><parm name="NAP-ADDRTYPE" value="APN"/></characteristic><characteristic type="PXLOGICAL"><parm name="STARTPAGE" value="http://www.bank.com/"/><characteristic type="PORT"><parm name="PORTNBR" value="9203"/><parm name="SERVICE" value="CO-SEC-WSP"/></characteristic></characteristic></wap-provisioningdoc>',
  'wta-wml':
    '<!DOCTYPE wta-wml PUBLIC "-//WAPFORUM//DTD WTA-WML 1.2//EN" "http://www.wapforum.org/DTD/wta-wml12.dtd"><wta-wml><card id="a"><onevent type="wtaev-cc/ic"><go href="#b"/></onevent><p><a href="wtai://wp/mc;5551234">call</a></p></card></wta-wml>',
};

describeWithPeers('libwbxml', ['xml2wbxml', 'wbxml2xml'], ({ xml2wbxml, wbxml2xml }) => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What a tool makes of octets; `undefined` where it refuses them. */
  function convert(
    tool: string,
    input: string | Uint8Array,
    ...options: readonly string[]
  ): Uint8Array | undefined {
    const from = join(folder, 'from');
    const to = join(folder, 'to');
    rmSync(to, { force: true });
    writeFileSync(from, input);
    const { status } = spawnSync(tool, [...options, '-o', to, from]);
    return status === 0 ? new Uint8Array(readFileSync(to)) : undefined;
  }

  const theirText = (octets: Uint8Array): string | undefined => {
    const text = convert(wbxml2xml, octets);
    return text && new TextDecoder().decode(text);
  };

  for (const [name, source] of Object.entries(documents)) {
    it(`${name}: each reads what the other writes`, () => {
      const type = documentTypeByName(name === 'channel' ? 'channel 1.1' : name);
      assert.ok(type);
      const expected = essence(wbxmlToXml(xmlToWbxml(source)));
      assert.equal(essence(source.replace(/\s*action="signal-medium"/, '')), expected);
      for (const stringTable of [true, false]) {
        const text = theirText(xmlToWbxml(source, { stringTable }));
        assert.ok(text);
        assert.equal(essence(text), expected);
        const octets = convert(xml2wbxml, source, ...(stringTable ? [] : ['-n']));
        assert.ok(octets);
        assert.equal(essence(wbxmlToXml(octets, { type })), expected);
      }
    });
  }

  it('a notification of e-mail, whose number is another type in Table 5, with its media type', () => {
    const notification = (mailbox: string): string =>
      `<!DOCTYPE emn PUBLIC "-//WAPFORUM//DTD EMN 1.0//EN" "http://www.wapforum.org/DTD/emn.dtd"><emn timestamp="2002-04-16T06:40:00Z" mailbox="${mailbox}"/>`;
    const type = documentTypeByName('emn');
    assert.ok(type);
    const read = (mailbox: string): string => {
      const octets = convert(xml2wbxml, notification(mailbox));
      assert.ok(octets);
      return essence(wbxmlToXml(octets, { type }));
    };
    assert.equal(read('mailat:joe@x.fi'), essence(notification('mailat:joe@x.fi')));
    // The difference `endings`: their token 85 is .com, without the slash.
    assert.equal(read('mailat:joe@x.com'), essence(notification('mailat:joe@x.com/')));
  });

  describeWithFixtures('on the WBXML of others', 'wbxml', (folder) => {
    const documentsOfOthers = (): readonly (readonly [name: string, octets: Uint8Array])[] =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.wbxml'))
        .map((file) => [file.replace(/\.wbxml$/, ''), new Uint8Array(readFileSync(`${folder}/${file}`))]);

    it('both read the same, where both read it', () => {
      let count = 0;
      for (const [name, octets] of documentsOfOthers()) {
        const text = theirText(octets);
        if (text === undefined) continue;
        assert.equal(essence(readable(octets)), essence(text), name);
        count++;
      }
      assert.ok(count >= 10, `${count} documents`);
    });

    it('xml2wbxml writes the same document from our text, where it takes it', () => {
      let count = 0;
      for (const [name, octets] of documentsOfOthers()) {
        const text = readable(octets);
        const written = convert(xml2wbxml, text);
        if (written === undefined) continue;
        const same = essence(single(readable(written))) === essence(single(text));
        assert.equal(same, !isListed(encoderDifferences, name), name);
        count++;
      }
      assert.ok(count >= 11, `${count} documents`);
    });
  });

  describeWithFixtures('on decks', 'wml', (decks) => {
    for (const file of readdirSync(decks).filter((name) => name.endsWith('.wml'))) {
      const name = file.replace(/\.wml$/, '');
      const source = (): string => readFileSync(`${decks}/${file}`, 'utf8');

      it(`${name}: what xml2wbxml writes is the same document`, () => {
        const ours = essence(single(wbxmlToXml(xmlToWbxml(source()))));
        const same = [[], ['-n']].every((options) => {
          const octets = convert(xml2wbxml, source(), ...options);
          return octets !== undefined && essence(single(readable(octets))) === ours;
        });
        assert.equal(same, !isListed(encoderDifferences, name));
      });

      it(`${name}: wbxml2xml reads what we write`, () => {
        const same = [true, false].every((stringTable) => {
          const octets = xmlToWbxml(source(), { stringTable });
          const text = theirText(octets);
          return text !== undefined && essence(text) === essence(wbxmlToXml(octets));
        });
        assert.equal(same, !isListed(decoderDifferences, name));
      });
    }
  });
});

function readable(octets: Uint8Array): string {
  try {
    return wbxmlToXml(octets);
  } catch (error) {
    assert.ok(error instanceof DecodeError);
    return error.message;
  }
}

function isListed(differences: Readonly<Record<string, Difference>>, name: string): boolean {
  return Object.values(differences).some(({ documents }) => documents !== 'all' && documents.includes(name));
}

/** Dollar signs as the strings of the document have them: what they leave text is a reference again. */
function single(text: string): string {
  return text.replaceAll('$$', '$');
}

/** A document without its prologue, and without what is overlooked: see wbxml-differences.ts. */
function essence(text: string): string {
  return text
    .replace(/<\?xml[^>]*>|<!DOCTYPE[^>]*>|<!--[\s\S]*?-->/g, '')
    .replace(/\s*(<[^>]*>)\s*/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/\$\$/g, '\0')
    .replace(/\$\((\w+)(?::\w+)?\)|\$(\w+)/g, '$($1$2)')
    .replace(/\0/g, '$$$$')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .trim();
}
