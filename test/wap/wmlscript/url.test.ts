import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseUrl, relativeUrl, resolveUrl } from '../../../src/wap/wmlscript/index.js';
import { formatUrl, hostOf, withoutFragment } from '../../../src/wap/wmlscript/url.js';

describe('URLs (RFC 2396, for WAP-193_101-WMLScript §8.3 and WAP-194 §10)', () => {
  it('the parts of a reference', () => {
    assert.deepEqual(parseUrl('http://me@host.com:80/a/b;x?q#f'), {
      scheme: 'http',
      authority: 'me@host.com:80',
      path: '/a/b;x',
      opaque: undefined,
      query: 'q',
      fragment: 'f',
    });
    assert.deepEqual(parseUrl('mailto:joe@host.com?subject=x'), {
      scheme: 'mailto',
      authority: undefined,
      path: '',
      opaque: 'joe@host.com?subject=x',
      query: undefined,
      fragment: undefined,
    });
    assert.equal(parseUrl('mailto:'), undefined);
    assert.equal(parseUrl('http://host/a b'), undefined);
    assert.equal(parseUrl('http://ho^st/'), undefined);
  });

  it('host and port of an authority that is a server', () => {
    for (const [url, host, port] of [
      ['http://host.com/', 'host.com', ''],
      ['http://host.com:/', 'host.com', ''],
      ['http://u:p@10.0.0.1:9200/', '10.0.0.1', '9200'],
      ['http:///x', '', ''],
      ['http://a,b/', '', ''],
    ] as const) {
      const parsed = parseUrl(url) ?? assert.fail(url);
      assert.deepEqual(hostOf(parsed), { host, port }, url);
    }
  });

  it('the examples of RFC 2396 §C.1 and §C.2', () => {
    const base = 'http://a/b/c/d;p?q';
    for (const [reference, resolved] of [
      ['g:h', 'g:h'],
      ['g', 'http://a/b/c/g'],
      ['./g', 'http://a/b/c/g'],
      ['g/', 'http://a/b/c/g/'],
      ['/g', 'http://a/g'],
      ['//g', 'http://g'],
      ['?y', 'http://a/b/c/?y'],
      ['g?y', 'http://a/b/c/g?y'],
      ['g#s', 'http://a/b/c/g#s'],
      ['g?y#s', 'http://a/b/c/g?y#s'],
      [';x', 'http://a/b/c/;x'],
      ['g;x?y#s', 'http://a/b/c/g;x?y#s'],
      ['.', 'http://a/b/c/'],
      ['./', 'http://a/b/c/'],
      ['..', 'http://a/b/'],
      ['../', 'http://a/b/'],
      ['../g', 'http://a/b/g'],
      ['../..', 'http://a/'],
      ['../../', 'http://a/'],
      ['../../g', 'http://a/g'],
      ['../../../g', 'http://a/../g'],
      ['../../../../g', 'http://a/../../g'],
      ['/./g', 'http://a/./g'],
      ['/../g', 'http://a/../g'],
      ['g.', 'http://a/b/c/g.'],
      ['..g', 'http://a/b/c/..g'],
      ['./../g', 'http://a/b/g'],
      ['./g/.', 'http://a/b/c/g/'],
      ['g/./h', 'http://a/b/c/g/h'],
      ['g/../h', 'http://a/b/c/h'],
      ['g;x=1/../y', 'http://a/b/c/y'],
      ['g?y/../x', 'http://a/b/c/g?y/../x'],
      ['g#s/../x', 'http://a/b/c/g#s/../x'],
      // "(current document)", as the URL that it has.
      ['', 'http://a/b/c/d;p?q'],
      ['#s', 'http://a/b/c/d;p?q#s'],
    ] as const) {
      assert.equal(resolveUrl(base, reference), resolved, reference);
    }
  });

  it('only an absolute base that is not opaque resolves', () => {
    assert.equal(resolveUrl('a/b', 'c'), undefined);
    assert.equal(resolveUrl('mailto:joe@host.com', 'c'), undefined);
    assert.equal(resolveUrl('http://host/', 'a b'), undefined);
  });

  it('the smallest relative URL', () => {
    const base = 'http://host/a/b/c.wmlsc';
    for (const [target, relative] of [
      ['http://host/a/b/d.wml#card', 'd.wml#card'],
      ['http://host/a/b/c.wmlsc#x', '#x'],
      ['http://host/a/d.wml', '../d.wml'],
      ['http://host/d.wml', '/d.wml'],
      ['http://host/a/b/', './'],
      ['http://host/a/b/x:y', './x:y'],
      ['http://host/a/b/c.wmlsc', 'c.wmlsc'],
      ['http://host/a/b/d.wml?q=1', 'd.wml?q=1'],
      ['http://host', '/'],
      ['http://host:8080/a/b/d.wml', 'http://host:8080/a/b/d.wml'],
      ['https://host/a/b/d.wml', 'https://host/a/b/d.wml'],
      ['not a url', 'not a url'],
    ] as const) {
      assert.equal(relativeUrl(base, target), relative, target);
    }
  });

  it('a relative URL means its target', () => {
    const segment = fc.constantFrom('a', 'b', 'c.d', 'x:y', '');
    const path = fc.array(segment, { maxLength: 5 }).map((all) => `/${all.join('/')}`);
    fc.assert(
      fc.property(path, path, fc.constantFrom('', '#f', '?q', '?q#f'), (from, to, tail) => {
        const base = `http://host${from}`;
        const target = `http://host${to}${tail}`;
        assert.equal(resolveUrl(base, relativeUrl(base, target)), target);
      }),
    );
  });

  it('any text is a URL, equal to its parts put together, or none', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a1:/?#%@;.[]x-') }));
    fc.assert(
      fc.property(text, (each) => {
        const parsed = parseUrl(each);
        if (parsed) assert.equal(formatUrl(parsed), each);
      }),
    );
  });

  it('a URL without its fragment', () => {
    assert.equal(withoutFragment('http://host/a#b#c'), 'http://host/a');
    assert.equal(withoutFragment('http://host/a'), 'http://host/a');
  });
});
