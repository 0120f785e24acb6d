import assert from 'node:assert/strict';
import {
  fatalError,
  invalid,
  loadUnit,
  type Outcome,
  startCall,
  type Value,
} from '../../../src/wap/wmlscript/index.js';
import { hex } from '../../support/hex.js';
import { assemble, evaluate, f, fatal, load, operate, options, run, start } from '../../support/wmlscript.js';

describe('The interpreter (WAP-193_101-WMLScript §8)', () => {
  it('[WMLS-C-069] interprets bytecode', () => {
    // function main() { return a(0, 1); }, function a(x, y) { var z = x - y; if (z == -1) return "12" + 42; return invalid; }
    const octets = hex(`01 2c 02 6a 02 0000002a 04 02 3132 00 02 01 00 04 6d61696e 00 00 04 14 15 61 3a
      02 01 0e e0 e1 21 42 e2 16 2d c4 51 50 20 3a 18 3a`);
    assert.deepEqual(run(octets), { returned: '1242' });
  });

  it('[WMLS-C-070] calls the standard libraries', () => {
    assert.equal(evaluate('CONST_M1; CALL_LIB_S 0 0; RETURN'), 1);
    assert.equal(evaluate('CONST_M1; CALL_LIB 0 0; RETURN'), 1);
    assert.equal(evaluate('CONST_M1; CALL_LIB_W 0 0; RETURN'), 1);
  });

  it('[WMLS-C-071] floating-point values are of single precision (§6.2.7.2)', () => {
    assert.deepEqual(operate('ADD', f(16777216), 1), f(16777216));
    assert.deepEqual(operate('MUL', f(0.1), f(3)), { float: 0.30000001192092896 });
    assert.equal(operate('MUL', f(3.4028234663852886e38), 2), invalid);
  });

  it('[WMLS-C-083] arguments are pushed in their order, and become variables in it', () => {
    const outcome = run({
      constants: [{ type: 'stringUtf8', value: 'b' }],
      functions: [
        { code: 'CONST_1; LOAD_CONST_S 0; CONST_TRUE; CALL_S 1; RETURN' },
        { args: 3, code: 'LOAD_VAR_S 0; LOAD_VAR_S 1; ADD; LOAD_VAR_S 2; ADD; RETURN' },
      ],
    });
    assert.deepEqual(outcome, { returned: '1btrue' });
  });

  it('[WMLS-C-084] variables follow arguments, and each call has its own', () => {
    const outcome = run({
      functions: [
        { locals: 1, code: 'CONST_1; STORE_VAR_S 0; CONST_0; CALL_S 1; LOAD_VAR_S 0; ADD; RETURN' },
        { args: 1, locals: 1, code: 'CONST_M1; STORE_VAR_S 0; CONST_1; STORE_VAR_S 1; LOAD_VAR_S 1; RETURN' },
      ],
    });
    assert.deepEqual(outcome, { returned: 2 });
  });

  it('[WMLS-C-085] the end of a function returns an empty string', () => {
    assert.equal(evaluate('CONST_1'), '');
    assert.equal(evaluate(''), '');
    assert.deepEqual(run({ functions: [{ code: 'CALL_S 1; RETURN' }, { code: 'CONST_1; POP' }] }), {
      returned: '',
    });
  });

  it('[WMLS-C-086] local variables are empty strings at first', () => {
    assert.equal(evaluate('LOAD_VAR_S 3; RETURN'), '');
    const twice = 'CALL_S 1; POP; CALL_S 1; RETURN';
    const dirty = 'LOAD_VAR_S 0; CONST_1; STORE_VAR_S 0; RETURN';
    assert.deepEqual(run({ functions: [{ code: twice }, { locals: 1, code: dirty }] }), { returned: '' });
  });

  it('an external call runs in its unit, with its base and referer, and comes back', () => {
    const caller = load(
      assemble({
        constants: [
          { type: 'stringUtf8', value: 'lib/other' },
          { type: 'stringUtf8', value: 'f' },
        ],
        functions: [{ code: 'CONST_1; CALL_URL 0 1 1; CALL_LIB 8 3; ADD; RETURN' }],
      }),
    );
    const other = assemble({
      constants: [{ type: 'stringUtf8', value: ' ' }],
      functions: [
        {
          name: 'f',
          args: 1,
          code: 'CALL_S 1; LOAD_CONST_S 0; ADD; CALL_LIB 8 3; ADD; LOAD_CONST_S 0; ADD; LOAD_VAR_S 0; ADD; LOAD_CONST_S 0; ADD; RETURN',
        },
        { code: 'CALL_LIB 9 3; RETURN' },
      ],
    });
    const execution = start(caller);
    assert.deepEqual(execution.run(), {
      loadUnit: 'http://www.host.com/app/lib/other',
      functionName: 'f',
      args: [1],
    });
    assert.deepEqual(execution.resume(loadUnit(other)), {
      returned: '../test.wmlsc http://www.host.com/app/lib/other 1 http://www.host.com/app/test.wmlsc',
    });
  });

  it('Lang.exit ends all units', () => {
    const constants = [
      { type: 'stringUtf8', value: 'other' },
      { type: 'stringUtf8', value: 'main' },
    ] as const;
    const execution = start(load(assemble({ constants, functions: [{ code: 'CALL_URL 0 1 0; RETURN' }] })));
    execution.run();
    const other = assemble({ functions: [{ code: 'CALL_S 1; RETURN' }, { code: 'CONST_1; CALL_LIB 10 0' }] });
    assert.deepEqual(execution.resume(loadUnit(other)), { exited: 1 });
  });

  it('runs as long as its slice, and goes on', () => {
    const execution = start(load(assemble({ functions: [{ code: 'CONST_0; POP; CONST_1; RETURN' }] })), [], {
      slice: 3,
    });
    assert.deepEqual(execution.run(), { paused: 3 });
    assert.deepEqual(execution.run(), { returned: 1 });
    assert.equal(execution.steps(), 4);
  });

  it('an answer that nobody waits for is the caller’s mistake', () => {
    const execution = start(load(assemble({ functions: [{ code: 'CALL_LIB_S 3 4; RETURN' }] })));
    assert.throws(() => execution.resume(''), /does not wait for this/);
    execution.run();
    assert.throws(() => execution.resume(0.5), /does not wait for this/);
    assert.deepEqual(execution.resume(''), { returned: '' });
    assert.throws(() => execution.run(), /does not wait to be run/);
    assert.throws(
      () => startCall(load(assemble({ functions: [{ code: '' }] })), 'main', [0.5], options),
      /not a WMLScript value/,
    );
  });
});

describe('Instructions (WAP-193_101-WMLScript §10.5)', () => {
  it('[WMLS-C-095] jumps forward and backward, in all widths', () => {
    const far = 'DEBUG;'.repeat(300);
    for (const [code, value] of [
      ['JUMP_FW_S 1; CONST_0; CONST_1; RETURN', 1],
      ['JUMP_FW 1; CONST_0; CONST_1; RETURN', 1],
      ['JUMP_FW_W 1; CONST_0; CONST_1; RETURN', 1],
      [`JUMP_FW_W 300; ${far} CONST_1; RETURN`, 1],
      ['JUMP_FW_S 2; CONST_1; RETURN; JUMP_BW_S 2', 1],
      ['JUMP_FW_S 2; CONST_1; RETURN; JUMP_BW 2', 1],
      ['JUMP_FW_S 2; CONST_1; RETURN; JUMP_BW_W 2', 1],
      [`JUMP_FW_W 302; CONST_1; RETURN; ${far} JUMP_BW_W 302`, 1],
    ] as const) {
      assert.equal(evaluate(code), value, code.slice(0, 60));
    }
  });

  it('[WMLS-C-095] conditional jumps are taken where the value is false or invalid', () => {
    const values: readonly Value[] = [false, invalid, 0, '', f(0), true, 1, 'false', f(0.5)];
    const taken = [true, true, true, true, true, false, false, false, false];
    for (const jump of ['TJUMP_FW_S 2', 'TJUMP_FW 2', 'TJUMP_FW_W 2']) {
      const results = values.map((value) =>
        evaluate(`LOAD_VAR_S 0; ${jump}; CONST_FALSE; RETURN; CONST_TRUE; RETURN`, [], [value]),
      );
      assert.deepEqual(results, taken, jump);
    }
    for (const jump of ['TJUMP_BW 3', 'TJUMP_BW_W 3']) {
      const results = values.map((value) =>
        evaluate(`JUMP_FW_S 2; CONST_TRUE; RETURN; LOAD_VAR_S 0; ${jump}; CONST_FALSE; RETURN`, [], [value]),
      );
      assert.deepEqual(results, taken, jump);
    }
  });

  it('[WMLS-C-096] calls of local functions: CALL_S, CALL, recursion', () => {
    const factorial =
      'LOAD_VAR_S 0; TJUMP_FW_S 8; LOAD_VAR_S 0; LOAD_VAR_S 0; DECR; CALL_S 1; MUL; RETURN; DEBUG; DEBUG; CONST_1; RETURN';
    assert.deepEqual(
      run({
        constants: [{ type: 'integer8', value: 10 }],
        functions: [{ code: 'LOAD_CONST_S 0; CALL 1; RETURN' }, { args: 1, code: factorial }],
      }),
      { returned: 3628800 },
    );
  });

  it('[WMLS-C-096] calls of external functions: CALL_URL, CALL_URL_W', () => {
    const constants = [
      { type: 'stringUtf8', value: 'http://host/x' },
      { type: 'stringUtf8', value: 'f' },
    ] as const;
    for (const call of ['CALL_URL 0 1 2', 'CALL_URL_W 0 1 2']) {
      const outcome = run({ constants, functions: [{ code: `CONST_1; CONST_TRUE; ${call}; RETURN` }] });
      assert.deepEqual(outcome, { loadUnit: 'http://host/x', functionName: 'f', args: [1, true] });
    }
  });

  it('[WMLS-C-097] variables: load, store, increment, decrement, in both widths', () => {
    for (const [code, value] of [
      ['CONST_1; STORE_VAR_S 1; LOAD_VAR_S 1; RETURN', 1],
      ['CONST_1; STORE_VAR 1; LOAD_VAR 1; RETURN', 1],
      ['CONST_1; STORE_VAR_S 1; INCR_VAR_S 1; LOAD_VAR_S 1; RETURN', 2],
      ['CONST_1; STORE_VAR_S 1; INCR_VAR 1; INCR_VAR 1; LOAD_VAR_S 1; RETURN', 3],
      ['CONST_1; STORE_VAR_S 1; DECR_VAR 1; LOAD_VAR_S 1; RETURN', 0],
      ['INCR_VAR_S 1; LOAD_VAR_S 1; RETURN', invalid],
      ['CONST_TRUE; STORE_VAR_S 1; INCR_VAR_S 1; LOAD_VAR_S 1; RETURN', 2],
    ] as const) {
      assert.equal(evaluate(code), value, code);
    }
    assert.equal(evaluate('INCR_VAR_S 0; LOAD_VAR_S 0; RETURN', [], ['33']), 34);
    assert.equal(evaluate('INCR_VAR_S 0; LOAD_VAR_S 0; RETURN', [], [2147483647]), invalid);
    assert.deepEqual(evaluate('DECR_VAR 0; LOAD_VAR_S 0; RETURN', [], [f(0.5)]), f(-0.5));
  });

  it('[WMLS-C-098] constants of the pool and those with instructions of their own', () => {
    const constants = Array.from({ length: 300 }, (_, value) => ({ type: 'integer16', value }) as const);
    assert.equal(evaluate('LOAD_CONST_S 15; RETURN', constants), 15);
    assert.equal(evaluate('LOAD_CONST 255; RETURN', constants), 255);
    assert.equal(evaluate('LOAD_CONST_W 299; RETURN', constants), 299);
    assert.equal(evaluate('CONST_0; RETURN'), 0);
    assert.equal(evaluate('CONST_1; RETURN'), 1);
    assert.equal(evaluate('CONST_M1; RETURN'), -1);
    assert.equal(evaluate('CONST_ES; RETURN'), '');
    assert.equal(evaluate('CONST_INVALID; RETURN'), invalid);
    assert.equal(evaluate('CONST_TRUE; RETURN'), true);
    assert.equal(evaluate('CONST_FALSE; RETURN'), false);
  });

  it('[WMLS-C-099] addition and subtraction to a variable', () => {
    const assigned = (name: string, variable: Value, value: Value) =>
      evaluate(`LOAD_VAR_S 1; ${name} 0; LOAD_VAR_S 0; RETURN`, [], [variable, value]);
    assert.equal(assigned('ADD_ASG', 1, 2), 3);
    assert.equal(assigned('ADD_ASG', 'a', 2), 'a2');
    assert.equal(assigned('ADD_ASG', 2147483647, 1), invalid);
    assert.deepEqual(assigned('ADD_ASG', f(0.5), '1'), '0.51');
    assert.equal(assigned('SUB_ASG', 1, 2), -1);
    assert.equal(assigned('SUB_ASG', '10', '2'), 8);
    assert.deepEqual(assigned('SUB_ASG', true, f(0.5)), f(0.5));
    assert.equal(assigned('SUB_ASG', 'a', 2), invalid);
  });

  it('[WMLS-C-102] SCAND and SCOR: the second operand counts only where the first leaves it open', () => {
    const shortCircuit = (name: string, a: Value, b: Value) =>
      evaluate(`LOAD_VAR_S 0; ${name}; TJUMP_FW_S 2; LOAD_VAR_S 1; TOBOOL; RETURN`, [], [a, b]);
    for (const [name, a, b, result] of [
      ['SCAND', true, 5, true],
      ['SCAND', true, '', false],
      ['SCAND', false, 5, false],
      ['SCAND', invalid, 5, invalid],
      ['SCAND', 'a', invalid, invalid],
      ['SCOR', true, invalid, true],
      ['SCOR', 7, invalid, true],
      ['SCOR', false, 5, true],
      ['SCOR', '', invalid, invalid],
      ['SCOR', invalid, true, invalid],
    ] as const) {
      assert.equal(shortCircuit(name, a, b), result, `${name} ${String(a)} ${String(b)}`);
    }
  });

  it('[WMLS-C-103] POP', () => {
    assert.equal(evaluate('CONST_1; CONST_0; POP; RETURN'), 1);
  });

  it('[WMLS-C-105] RETURN and RETURN_ES', () => {
    assert.equal(evaluate('CONST_0; CONST_1; RETURN; CONST_0'), 1);
    assert.equal(evaluate('CONST_1; RETURN_ES; RETURN'), '');
    const functions = [
      { code: 'CONST_1; CALL_S 1; ADD; RETURN' },
      { code: 'CONST_0; CONST_0; CONST_1; RETURN' },
    ];
    assert.deepEqual(run({ functions }), { returned: 2 });
  });

  it('[WMLS-C-106] DEBUG does nothing', () => {
    assert.equal(evaluate('DEBUG; CONST_1; DEBUG; RETURN'), 1);
  });
});

describe('Errors at run time (WAP-193_101-WMLScript §12)', () => {
  const external = assemble({
    constants: [
      { type: 'stringUtf8', value: 'http://host/x' },
      { type: 'stringUtf8', value: 'f' },
    ],
    functions: [{ code: 'CONST_1; CALL_URL 0 1 1; RETURN' }],
  });

  function called(other: Uint8Array): Outcome {
    const execution = start(load(external));
    execution.run();
    return execution.resume(loadUnit(other));
  }

  it('[WMLS-C-109] a non-fatal error is a value of the program, a fatal one the end of it', () => {
    assert.equal(evaluate('CONST_1; CONST_0; DIV; ISVALID; RETURN'), false);
    assert.match(fatal(run({ functions: [{ code: 'CALL_S 0; RETURN' }] })), /^Stack Overflow/);
  });

  it('[WMLS-C-110] Verification Failed, External Function Not Found, Invalid Function Arguments', () => {
    assert.match(fatal(called(hex('01'))), /^Verification Failed/);
    assert.match(
      fatal(called(assemble({ functions: [{ name: 'g', code: '' }] }))),
      /^External Function Not Found/,
    );
    assert.match(
      fatal(called(assemble({ functions: [{ name: 'g', code: '' }, { code: '' }] }))),
      /^External Function Not Found/,
    );
    assert.match(
      fatal(called(assemble({ functions: [{ name: 'f', code: '' }] }))),
      /^Invalid Function Arguments/,
    );
  });

  it('[WMLS-C-110] Unable to Load Compilation Unit', () => {
    const execution = start(load(external));
    execution.run();
    const failure = { name: 'Unable to Load Compilation Unit', code: 5, rule: '404' } as const;
    assert.deepEqual(execution.resume({ fatal: failure }), { fatal: failure });
    const relative = assemble({
      constants: [
        { type: 'stringUtf8', value: 'x' },
        { type: 'stringUtf8', value: 'f' },
      ],
      functions: [{ code: 'CALL_URL 0 1 0; RETURN' }],
    });
    assert.match(fatal(start(load(relative), [], { url: '' }).run()), /^Unable to Load Compilation Unit/);
  });

  it('[WMLS-C-110] Fatal Library Function Error, where the host says so', () => {
    const execution = start(load(assemble({ functions: [{ code: 'CALL_LIB_S 3 4; RETURN' }] })));
    execution.run();
    const failure = fatalError('Fatal Library Function Error', 'the browser is gone');
    assert.deepEqual(execution.resume({ fatal: failure }), { fatal: { ...failure, code: 2 } });
  });

  it('[WMLS-C-110] Stack Overflow: calls too deep, or too many variables', () => {
    const recursion = { functions: [{ code: 'CALL_S 0; RETURN' }] };
    assert.match(fatal(run(recursion, [], { limits: { calls: 10 } })), /^Stack Overflow/);
    const wide = { functions: [{ locals: 100, code: 'CALL_S 0; RETURN' }] };
    assert.match(fatal(run(wide, [], { limits: { stack: 1000, calls: 1_000_000 } })), /^Stack Overflow/);
    assert.match(fatal(run(wide, [], { limits: { stack: 99 } })), /^Stack Overflow/);
    const itself = start(load(external), [], { limits: { calls: 0 } });
    itself.run();
    assert.match(
      fatal(itself.resume(loadUnit(assemble({ functions: [{ name: 'f', args: 1, code: '' }] })))),
      /^Stack Overflow/,
    );
  });

  it('[WMLS-C-110] Out of Memory: strings that grow without end', () => {
    const constants = [{ type: 'stringUtf8', value: 'abcdefghijklmnopqrstuvzyxy' }] as const;
    const recursion = {
      constants,
      functions: [
        { code: 'LOAD_CONST_S 0; CALL_S 1; RETURN' },
        { args: 1, code: 'LOAD_CONST_S 0; ADD_ASG 0; LOAD_VAR_S 0; CALL_S 1; RETURN' },
      ],
    };
    assert.match(fatal(run(recursion, [], { limits: { heap: 10_000 } })), /^Out of Memory/);
    const doubling = { functions: [{ args: 1, code: 'LOAD_VAR_S 0; ADD_ASG 0; JUMP_BW_S 3' }] };
    assert.match(fatal(run(doubling, ['ab'])), /^Out of Memory/);
    const concatenation = {
      functions: [{ args: 1, code: 'LOAD_VAR_S 0; LOAD_VAR_S 0; ADD; STORE_VAR_S 0; JUMP_BW_S 4' }],
    };
    assert.match(fatal(run(concatenation, ['ab'])), /^Out of Memory/);
    const answer = start(
      load(assemble({ functions: [{ code: 'CONST_ES; CONST_ES; CALL_LIB_S 0 5; RETURN' }] })),
    );
    answer.run();
    assert.match(fatal(answer.resume('a'.repeat(1_000_000))), /^Out of Memory/);
    assert.match(fatal(run(doubling, ['a'.repeat(1_000_000)])), /^Out of Memory/);
  });

  it('strings that are dropped do not fill the heap', () => {
    const constants = [
      { type: 'integer16', value: 10_000 },
      { type: 'stringUtf8', value: 'a'.repeat(100) },
    ] as const;
    const code =
      'LOAD_CONST_S 0; STORE_VAR_S 0; LOAD_VAR_S 0; LOAD_CONST_S 1; ADD; POP; DECR_VAR 0; LOAD_VAR_S 0; NOT; TJUMP_BW 8; RETURN_ES';
    assert.deepEqual(run({ constants, functions: [{ locals: 1, code }] }, [], { limits: { heap: 10_000 } }), {
      returned: '',
    });
  });

  it('[WMLS-C-110] System Initiated and User Initiated', () => {
    const endless = load(assemble({ functions: [{ code: 'JUMP_BW_S 0' }] }));
    assert.match(fatal(start(endless, [], { limits: { steps: 1000 } }).run()), /^System Initiated/);
    const execution = start(endless, [], { slice: 1000 });
    assert.deepEqual(execution.run(), { paused: 1000 });
    assert.match(fatal(execution.abort('User Initiated')), /^User Initiated/);
    assert.throws(() => execution.run(), /does not wait to be run/);
  });

  it('[WMLS-C-110] a library counts the characters that it looks at as steps', () => {
    const code = 'LOAD_VAR_S 0; CALL_LIB 12 2; POP; JUMP_BW_S 5';
    const execution = start(load(assemble({ functions: [{ args: 1, code }] })), ['a'.repeat(10_000)], {
      limits: { steps: 100_000 },
    });
    assert.match(fatal(execution.run()), /^System Initiated/);
  });

  it('[WMLS-C-110] Programmed Abort is an outcome of its own', () => {
    assert.deepEqual(run({ functions: [{ code: 'CONST_1; CALL_LIB 11 0' }] }), { aborted: '1' });
  });

  it('[WMLS-C-110] the error tells unit, function and instruction', () => {
    const functions = [{ code: 'CALL_S 1; RETURN' }, { code: 'CONST_1; POP; CALL_S 0; RETURN' }];
    const outcome = run({ functions }, [], { limits: { calls: 3 } });
    assert.ok('fatal' in outcome);
    assert.deepEqual(outcome.fatal.at, {
      url: 'http://www.host.com/app/test.wmlsc',
      functionIndex: 1,
      offset: 2,
    });
  });

  it('[WMLS-C-111] constants that are no number, infinite, or not supported are invalid (§12.4.2)', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      assert.equal(evaluate('LOAD_CONST_S 0; RETURN', [{ type: 'float32', value }]), invalid);
    }
    const pi = [{ type: 'float32', value: 3.14 }] as const;
    assert.equal(evaluate('LOAD_CONST_S 0; RETURN', pi, [], { integerOnly: true }), invalid);
    assert.equal(evaluate('LOAD_VAR_S 0; RETURN', [], [f(1)], { integerOnly: true }), invalid);
    assert.deepEqual(evaluate('LOAD_CONST_S 0; RETURN', [{ type: 'float32', value: 1e-40 }]), f(0));
  });
});
