import assert from 'node:assert/strict';
import { isAccessAllowed, loadUnit } from '../../../src/wap/wmlscript/index.js';
import { assemble, fatal, load, start } from '../../support/wmlscript.js';

const unit = 'http://wapforum.org/finance/unit.wmlsc';

function allowed(accessDomain: string | undefined, accessPath: string | undefined, referer: string): boolean {
  return isAccessAllowed({ accessDomain, accessPath }, unit, referer);
}

describe('Access control (WAP-193_101-WMLScript §6.7.2, §8.5)', () => {
  it('[WMLS-C-087] the printed examples', () => {
    for (const referer of [
      'http://wapforum.org/finance/money.cgi',
      'https://www.wapforum.org/finance/markets.cgi',
      'http://www.wapforum.org/finance/demos/packages.cgi?x=123&y=456',
    ]) {
      assert.equal(allowed('wapforum.org', '/finance', referer), true, referer);
    }
    for (const referer of ['http://www.test.net/finance', 'http://www.wapforum.org/internal/foo.wml']) {
      assert.equal(allowed('wapforum.org', '/finance', referer), false, referer);
    }
  });

  it('[WMLS-C-087] whole elements of domain and path match', () => {
    assert.equal(allowed('forum.org', undefined, 'http://www.wapforum.org/'), false);
    assert.equal(allowed('WAPforum.org', undefined, 'http://www.wapFORUM.org'), true);
    assert.equal(allowed(undefined, '/X', 'http://wapforum.org/X/Y'), true);
    assert.equal(allowed(undefined, '/X', 'http://wapforum.org/XZ'), false);
    assert.equal(allowed(undefined, '/X/', 'http://wapforum.org/X/Y'), true);
    assert.equal(allowed(undefined, '/x', 'http://wapforum.org/X/Y'), false);
  });

  it('[WMLS-C-087] the domain defaults to that of the unit, the path to /, both to no control', () => {
    assert.equal(allowed(undefined, '/', 'http://wapforum.org'), true);
    assert.equal(allowed(undefined, '/', 'http://www.test.net/'), false);
    assert.equal(allowed('test.net', undefined, 'http://www.test.net/any/where'), true);
    assert.equal(allowed(undefined, undefined, 'http://www.test.net/'), true);
  });

  it('[WMLS-C-087] a relative path is relative to the unit', () => {
    assert.equal(allowed(undefined, 'cards', 'http://wapforum.org/finance/cards/a.wml'), true);
    assert.equal(allowed(undefined, 'cards', 'http://wapforum.org/cards/a.wml'), false);
    assert.equal(allowed(undefined, '..', 'http://wapforum.org/a.wml'), true);
  });

  it('[WMLS-C-087] a call from elsewhere ends with Access Violation', () => {
    const octets = assemble({
      constants: [
        { type: 'stringUtf8', value: 'wapforum.org' },
        { type: 'stringExt', value: new TextEncoder().encode('/finance') },
      ],
      pragmas: [
        { type: 'Access Domain', accessDomainIndex: 0 },
        { type: 'Access Path', accessPathIndex: 1 },
      ],
      functions: [{ code: 'CONST_1; RETURN' }],
    });
    const from = (referer: string) => start(load(octets), [], { url: unit, referer }).run();
    assert.match(fatal(from('http://www.test.net/finance')), /^Access Violation/);
    assert.deepEqual(from('http://wapforum.org/finance/a.wml'), { returned: 1 });
  });

  it('[WMLS-C-087] an external call is checked with the URL of the unit that calls', () => {
    const caller = load(
      assemble({
        constants: [
          { type: 'stringUtf8', value: unit },
          { type: 'stringUtf8', value: 'main' },
        ],
        functions: [{ code: 'CALL_URL 0 1 0; RETURN' }],
      }),
    );
    const called = assemble({
      constants: [{ type: 'stringUtf8', value: '/finance' }],
      pragmas: [{ type: 'Access Path', accessPathIndex: 0 }],
      functions: [{ code: 'CONST_1; RETURN' }],
    });
    const from = (url: string) => {
      const execution = start(caller, [], { url });
      assert.ok('loadUnit' in execution.run());
      return execution.resume(loadUnit(called));
    };
    assert.deepEqual(from('http://wapforum.org/finance/caller.wmlsc'), { returned: 1 });
    assert.match(fatal(from('http://wapforum.org/caller.wmlsc')), /^Access Violation/);
  });

  it('only external functions can be called from outside', () => {
    const octets = assemble({ functions: [{ code: 'CALL_S 1; RETURN' }, { code: 'CONST_1; RETURN' }] });
    assert.deepEqual([...load(octets).externals.keys()], ['main']);
  });
});
