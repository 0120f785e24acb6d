import assert from 'node:assert/strict';
import fc from 'fast-check';
import { invalid, isValue, parseUrlCall, resolveUrl, startCall } from '../../../src/wap/wmlscript/index.js';
import { assemble, f, fatal, load, options, run, start } from '../../support/wmlscript.js';

describe('URL calls (WAP-193_101-WMLScript §8.3)', () => {
  it('[WMLS-C-080] function name and literals', () => {
    assert.deepEqual(parseUrlCall("foo(1,-3,'hello')"), { functionName: 'foo', args: [1, -3, 'hello'] });
    assert.deepEqual(parseUrlCall('foo()'), { functionName: 'foo', args: [] });
    assert.deepEqual(parseUrlCall('_f1( +7 ,\t.5e1, 2., "it\'s", invalid, true ,false)'), {
      functionName: '_f1',
      args: [7, f(5), f(2), "it's", invalid, true, false],
    });
    assert.deepEqual(parseUrlCall("f('a,b)','')"), { functionName: 'f', args: ['a,b)', ''] });
  });

  it('[WMLS-C-080] anything else is an error', () => {
    for (const fragment of [
      "bar(1,-3+1,'good')",
      "test(foo(1,-3,'hello'))",
      '',
      'foo',
      'foo(',
      'foo(1',
      'foo(1,)',
      'foo(,1)',
      'foo(1 2)',
      'foo(x)',
      'foo(0x10)',
      'foo("a)',
      '1foo()',
      'f-o()',
      'foo() ',
      'foo(truely)',
      'foo(1e)',
    ]) {
      assert.equal(parseUrlCall(fragment), undefined, fragment);
    }
  });

  it('[WMLS-C-080] the syntax is that of the fragment without its escapes (§8.3.5)', () => {
    assert.deepEqual(parseUrlCall("testFunc('Test%20argument',-8)"), {
      functionName: 'testFunc',
      args: ['Test argument', -8],
    });
    assert.deepEqual(parseUrlCall('f(%22%C3%A9%22)'), { functionName: 'f', args: ['\u00e9'] });
    assert.deepEqual(parseUrlCall('f(%22%E9%22)'), { functionName: 'f', args: ['\u00e9'] });
  });

  it('[WMLS-C-079] the fragment anchor names a function of the unit', () => {
    const unit = load(
      assemble({ functions: [{ code: 'CONST_0; RETURN' }, { name: 'other', code: 'CONST_1; RETURN' }] }),
    );
    const call = parseUrlCall('other()') ?? assert.fail('no call');
    assert.deepEqual(startCall(unit, call.functionName, call.args, options).run(), { returned: 1 });
  });

  it('[WMLS-C-081] arguments arrive with their types; the call fails where name or number does not match', () => {
    const unit = load(
      assemble({ functions: [{ args: 2, code: 'LOAD_VAR_S 0; TYPEOF; LOAD_VAR_S 1; TYPEOF; ADD; RETURN' }] }),
    );
    const called = (fragment: string) => {
      const call = parseUrlCall(fragment) ?? assert.fail('no call');
      return startCall(unit, call.functionName, call.args, options).run();
    };
    assert.deepEqual(called("main('a',false)"), { returned: 5 });
    assert.deepEqual(called('main(1,2.5)'), { returned: 1 });
    assert.match(fatal(called('none(1,2)')), /^External Function Not Found/);
    assert.match(fatal(called('main(1)')), /^Invalid Function Arguments/);
  });

  it('[WMLS-C-078] a unit is called by URLs of the schemes that its host loads', () => {
    for (const url of ['http://other.com/x.wmlsc', 'https://other.com/x.wmlsc', 'wsp://other.com/x.wmlsc']) {
      const outcome = run({
        constants: [
          { type: 'stringUtf8', value: url },
          { type: 'stringUtf8', value: 'f' },
        ],
        functions: [{ code: 'CALL_URL 0 1 0; RETURN' }],
      });
      assert.deepEqual(outcome, { loadUnit: url, functionName: 'f', args: [] });
    }
  });

  it('[WMLS-C-082] a relative URL is relative to the unit that calls', () => {
    for (const [reference, url] of [
      ['other', 'http://www.host.com/app/other'],
      ['../x?a=1', 'http://www.host.com/x?a=1'],
      ['/x', 'http://www.host.com/x'],
    ] as const) {
      const unit = load(
        assemble({
          constants: [
            { type: 'stringUtf8', value: reference },
            { type: 'stringUtf8', value: 'f' },
          ],
          functions: [{ code: 'CALL_URL 0 1 0; RETURN' }],
        }),
      );
      assert.deepEqual(start(unit, [], { url: 'http://www.host.com/app/test.wmlsc#main()' }).run(), {
        loadUnit: url,
        functionName: 'f',
        args: [],
      });
      assert.equal(resolveUrl('http://www.host.com/app/test.wmlsc', reference), url);
    }
  });

  it('on an integer-only device a floating-point argument is a wrong syntax (§13)', () => {
    assert.equal(parseUrlCall('foo(1.5)', true), undefined);
    assert.deepEqual(parseUrlCall('foo(1)', true), { functionName: 'foo', args: [1] });
  });

  it('any text gives a call with values, or none', () => {
    const text = fc.string({ unit: fc.constantFrom(...'f(1,.e"\' +%2)x') });
    fc.assert(
      fc.property(text, (fragment) => {
        const call = parseUrlCall(`f(${fragment})`);
        assert.ok(call === undefined || call.args.every(isValue));
      }),
    );
  });
});
