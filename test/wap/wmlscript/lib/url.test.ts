import assert from 'node:assert/strict';
import fc from 'fast-check';
import { invalid, type Value } from '../../../../src/wap/wmlscript/index.js';
import { evaluate, f, library, outcomeOf, shown } from '../../../support/wmlscript.js';

type Case = readonly [args: readonly Value[], result: Value];

function check(name: string, cases: readonly Case[]): void {
  for (const [args, result] of cases) {
    assert.equal(shown(library(name, ...args)), shown(result), `${name}(${args.map(shown).join(', ')})`);
  }
}

const wrong = 'experimental?://www.host.com/cont>';

describe('URL (WAP-194-WMLScriptLibraries §10)', () => {
  it('[WMLSSL-071] isValid', () => {
    check('URL.isValid', [
      [['http://w.hst.com/script#func()'], true],
      [['../common#test()'], true],
      [[wrong], false],
      // A registry-based naming authority (RFC 2396 §3.2.1), if no server.
      [['http://w.hst.com:80x/'], true],
      [['mailto:joe@host.com'], true],
      [['wtai://wp/mc;5551234'], true],
      [['1http://host/'], false],
      [['a b'], false],
      [['%zz'], false],
      [['%7e'], true],
      [['[::1]'], false],
      [[''], true],
      [[12], true],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL-072] getScheme', () => {
    check('URL.getScheme', [
      [['http://w.h.com/path#frag'], 'http'],
      [['w.h.com/path#frag'], ''],
      [['mailto:joe@host.com'], 'mailto'],
      [[wrong], invalid],
    ]);
  });

  it('[WMLSSL-073] getHost', () => {
    check('URL.getHost', [
      [['http://w.h.com/path#frag'], 'w.h.com'],
      [['path#frag'], ''],
      [['zyx://me@ismo.k.oksa#fab'], 'ismo.k.oksa'],
      [['http://127.0.0.1:8080/'], '127.0.0.1'],
      [['//w.h.com'], 'w.h.com'],
      [[wrong], invalid],
    ]);
  });

  it('[WMLSSL-074] getPort', () => {
    check('URL.getPort', [
      [['http://w.h.com:80/path#frag'], '80'],
      [['http://w.h.com/path#frag'], ''],
      [['http://me:secret@w.h.com:9200/'], '9200'],
      [[wrong], invalid],
    ]);
  });

  it('[WMLSSL-075] getPath is without the parameters of its segments', () => {
    check('URL.getPath', [
      [['http://w.h.com/home/sub/comp#frag'], '/home/sub/comp'],
      [['../home/sub/comp#frag'], '../home/sub/comp'],
      [['http://w.a.p/a;x/b;y=1/c;fg#a'], '/a/b/c'],
      [['http://w.a.p/a;x/b;y=1/c#b'], '/a/b/c'],
      [['http://w.a.p'], ''],
      [[wrong], invalid],
    ]);
  });

  it('[WMLSSL-076] getParameters are those of the last segment', () => {
    check('URL.getParameters', [
      [['http://w.h.com/script;3;2?x=1&y=3'], '3;2'],
      [['../script;3;2?x=1&y=3'], '3;2'],
      [['http://w.a.p/a;x/b;y=1/c;fg'], 'fg'],
      [['http://w.a.p/a;x/b;y=1/c'], ''],
      [[wrong], invalid],
    ]);
  });

  it('[WMLSSL-077] getQuery', () => {
    check('URL.getQuery', [
      [['http://w.h.com/home;3;2?x=1&y=3'], 'x=1&y=3'],
      [['http://w.h.com/home'], ''],
      [[wrong], invalid],
    ]);
  });

  it('[WMLSSL-078] getFragment', () => {
    check('URL.getFragment', [
      [['http://w.h.com/cont#frag'], 'frag'],
      [['http://w.h.com/cont'], ''],
      [[wrong], invalid],
    ]);
  });

  it('[WMLSSL-079] getBase is the URL of the compilation unit, without fragment', () => {
    const url = 'http://www.host.com/test.scr#main()';
    assert.deepEqual(outcomeOf('URL.getBase', [], { url }), { returned: 'http://www.host.com/test.scr' });
  });

  it('[WMLSSL-080] getReferer is the smallest relative URL to what called the unit', () => {
    const url = 'http://www.host.com/current.scr';
    const referer = (from: string | undefined) =>
      outcomeOf('URL.getReferer', [], from === undefined ? { url } : { url, referer: from });
    assert.deepEqual(referer('http://www.host.com/app.wml#card2'), { returned: 'app.wml#card2' });
    assert.deepEqual(referer('http://www.host.com/a/b.wml'), { returned: 'a/b.wml' });
    assert.deepEqual(referer('http://other.com/a.wml'), { returned: 'http://other.com/a.wml' });
    assert.deepEqual(referer(undefined), { returned: '' });
  });

  it('[WMLSSL-081] resolve', () => {
    check('URL.resolve', [
      [['http://foo.com/', 'foo.vcf'], 'http://foo.com/foo.vcf'],
      [['http://foo.com', 'c'], 'http://foo.com/c'],
      [['http://foo.com', '/c'], 'http://foo.com/c'],
      [['http://foo.com', '?q'], 'http://foo.com/?q'],
      [['http://', 'x'], 'http:///x'],
      [['http://foo.com/a', 'wtai://wp/mc;5'], 'wtai://wp/mc;5'],
      [['http://foo.com/a/b', '../c#d'], 'http://foo.com/c#d'],
      [['http://foo.com/a/b', wrong], invalid],
      [[wrong, 'a'], invalid],
      [['foo', 'a'], invalid],
      [[invalid, 'a'], invalid],
    ]);
  });

  it('[WMLSSL-082] escapeString', () => {
    check('URL.escapeString', [
      [['http://w.h.com/dck?x=\u007f#crd'], 'http%3a%2f%2fw.h.com%2fdck%3fx%3d%7f%23crd'],
      [['http://w.h.com/dck?x=\\u007f#crd'], 'http%3a%2f%2fw.h.com%2fdck%3fx%3d%5cu007f%23crd'],
      [[' \u0000\u001f'], '%20%00%1f'],
      [[';/?:@&=+$,'], '%3b%2f%3f%3a%40%26%3d%2b%24%2c'],
      [['{}|\\^[]`'], '%7b%7d%7c%5c%5e%5b%5d%60'],
      [['<>#%"'], '%3c%3e%23%25%22'],
      [["-_.!~*'()aZ09"], "-_.!~*'()aZ09"],
      [['\u0080\u00e9\u00ff'], '%80%e9%ff'],
      [['\u0100'], invalid],
      [[f(0.5)], '0.5'],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL-083] unescapeString', () => {
    check('URL.unescapeString', [
      [['http%3a%2f%2fw.h.com%2fdck%3fx%3d12%23crd'], 'http://w.h.com/dck?x=12#crd'],
      [['%e9%E9'], '\u00e9\u00e9'],
      [['%2541'], '%41'],
      [['100%, %zz %4'], '100%, %zz %4'],
      [['\u00e9'], invalid],
      [[invalid], invalid],
    ]);
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(library('URL.unescapeString', library('URL.escapeString', text)), text);
      }),
    );
  });

  it('[WMLSSL-084] loadString asks the host for an absolute URL and one text type', () => {
    const url = 'http://www.host.com/vcards/myaddr.vcf';
    assert.deepEqual(outcomeOf('URL.loadString', [url, 'text/x-vcard']), {
      host: 'URL.loadString',
      args: [url, 'text/x-vcard'],
    });
    const cases: readonly Case[] = [
      [[url, 'image/gif'], invalid],
      [[url, 'text/'], invalid],
      [[url, ' text/plain'], invalid],
      [[url, 'text/plain '], invalid],
      [[url, 'text/plain,text/html'], invalid],
      [[url, 'text/*'], invalid],
      [['myaddr.vcf', 'text/plain'], invalid],
      [[wrong, 'text/plain'], invalid],
      [[url, invalid], invalid],
    ];
    check('URL.loadString', cases);
  });

  it('an empty unit URL is an empty base', () => {
    assert.equal(evaluate('CALL_LIB 8 3; RETURN', [], [], { url: '' }), '');
  });
});
