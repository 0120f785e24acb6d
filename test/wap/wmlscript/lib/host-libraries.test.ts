/** Libraries whose functions the host carries out: WMLBrowser, Dialogs, Crypto, those of WTAI. */
import assert from 'node:assert/strict';
import { invalid, type Outcome, type Value } from '../../../../src/wap/wmlscript/index.js';
import { assemble, f, load, outcomeOf, start } from '../../../support/wmlscript.js';

/** What the script gets of a function without parameters when the host answers so. */
function answered(code: string, answer: Value, url = 'http://www.host.com/app/test.wmlsc'): Outcome {
  const execution = start(load(assemble({ functions: [{ code: `${code}; RETURN` }] })), [], { url });
  assert.ok('host' in execution.run());
  return execution.resume(answer);
}

describe('WMLBrowser (WAP-194-WMLScriptLibraries §11)', () => {
  it('[WMLSSL-085] getVar asks the host for a variable with a legal name', () => {
    assert.deepEqual(outcomeOf('WMLBrowser.getVar', ['name_1']), {
      host: 'WMLBrowser.getVar',
      args: ['name_1'],
    });
    const names: readonly Value[] = ['', '1name', 'a b', '$x', 'x(', 12, invalid];
    for (const name of names) {
      assert.deepEqual(outcomeOf('WMLBrowser.getVar', [name]), { returned: invalid }, String(name));
    }
  });

  it('[WMLSSL-086] setVar asks the host to set a legal name to legal character data', () => {
    for (const [value, text] of [
      ['Mary', 'Mary'],
      [12, '12'],
      [f(0.5), '0.5'],
      [true, 'true'],
      ['\t\n\r \ud7ff\ue000\ufffd\u{1f600}<&$', '\t\n\r \ud7ff\ue000\ufffd\u{1f600}<&$'],
    ] as const) {
      assert.deepEqual(outcomeOf('WMLBrowser.setVar', ['name', value]), {
        host: 'WMLBrowser.setVar',
        args: ['name', text],
      });
    }
    const cases: readonly (readonly Value[])[] = [
      ['1name', 'x'],
      ['name', '\u0000'],
      ['name', '\u001f'],
      ['name', '\ufffe'],
      ['name', '\ud800'],
      ['name', invalid],
    ];
    for (const args of cases) assert.deepEqual(outcomeOf('WMLBrowser.setVar', args), { returned: invalid });
  });

  it('[WMLSSL-087] go gives the host the URL, also an empty one', () => {
    for (const url of ['http://www.host.com/loc/app.dck#start', '#next_card', '']) {
      assert.deepEqual(outcomeOf('WMLBrowser.go', [url]), { host: 'WMLBrowser.go', args: [url] });
    }
    assert.deepEqual(outcomeOf('WMLBrowser.go', [invalid]), { returned: invalid });
  });

  it('[WMLSSL-088] prev', () => {
    assert.deepEqual(outcomeOf('WMLBrowser.prev', []), { host: 'WMLBrowser.prev', args: [] });
    assert.deepEqual(answered('CALL_LIB 3 4', ''), { returned: '' });
  });

  it('[WMLSSL-089] newContext', () => {
    assert.deepEqual(outcomeOf('WMLBrowser.newContext', []), { host: 'WMLBrowser.newContext', args: [] });
    assert.deepEqual(answered('CALL_LIB 4 4', ''), { returned: '' });
  });

  it('[WMLSSL-090] getCurrentCard is relative to the compilation unit where that is in the same place', () => {
    const base = 'http://www.host.com/app/test.wmlsc';
    assert.deepEqual(outcomeOf('WMLBrowser.getCurrentCard', []), {
      host: 'WMLBrowser.getCurrentCard',
      args: [],
    });
    const card = (answer: Value) => answered('CALL_LIB 5 4', answer, base);
    assert.deepEqual(card('http://www.host.com/app/deck#input'), { returned: 'deck#input' });
    assert.deepEqual(card('http://other.com/deck#input'), { returned: 'http://other.com/deck#input' });
    assert.deepEqual(card(invalid), { returned: invalid });
  });

  it('[WMLSSL-091] refresh gives the script what the host says of it', () => {
    assert.deepEqual(outcomeOf('WMLBrowser.refresh', []), { host: 'WMLBrowser.refresh', args: [] });
    for (const answer of ['', 'image missing', invalid] as readonly Value[]) {
      assert.deepEqual(answered('CALL_LIB 6 4', answer), { returned: answer });
    }
  });

  it('[WMLSSL-C-095] refresh is done at once: nothing runs before the host has answered', () => {
    const execution = start(load(assemble({ functions: [{ code: 'CALL_LIB 6 4; POP; CONST_1; RETURN' }] })));
    assert.deepEqual(execution.run(), { host: 'WMLBrowser.refresh', args: [] });
    assert.throws(() => execution.run(), /does not wait to be run/);
    assert.deepEqual(execution.resume(''), { returned: 1 });
  });
});

describe('Dialogs (WAP-194-WMLScriptLibraries §12)', () => {
  it('[WMLSSL-092] prompt', () => {
    assert.deepEqual(outcomeOf('Dialogs.prompt', ['Phone number: ', '09-555 3456']), {
      host: 'Dialogs.prompt',
      args: ['Phone number: ', '09-555 3456'],
    });
    assert.deepEqual(outcomeOf('Dialogs.prompt', [12, true]), {
      host: 'Dialogs.prompt',
      args: ['12', 'true'],
    });
    assert.deepEqual(outcomeOf('Dialogs.prompt', ['x', invalid]), { returned: invalid });
  });

  it('[WMLSSL-093] confirm', () => {
    assert.deepEqual(outcomeOf('Dialogs.confirm', ['Are you sure?', 'Yes', 'Well...']), {
      host: 'Dialogs.confirm',
      args: ['Are you sure?', 'Yes', 'Well...'],
    });
    assert.deepEqual(outcomeOf('Dialogs.confirm', ['x', invalid, '']), { returned: invalid });
  });

  it('[WMLSSL-094] alert', () => {
    assert.deepEqual(outcomeOf('Dialogs.alert', ['Enter name < 8 chars!']), {
      host: 'Dialogs.alert',
      args: ['Enter name < 8 chars!'],
    });
    assert.deepEqual(outcomeOf('Dialogs.alert', [invalid]), { returned: invalid });
    assert.deepEqual(outcomeOf('Dialogs.alert', [f(1.5)]), { host: 'Dialogs.alert', args: ['1.5'] });
  });
});

describe('Crypto (WAP-161-WMLScriptCrypto §5.1.2)', () => {
  const hash = '\u0037\u0000\u00b6\u0096'.repeat(5);

  it('signText with good parameters goes to the host', () => {
    for (const args of [
      ['Bill of Sale', 0, 1, hash],
      ['Bill of Sale', 7, 2, hash + hash],
      ['Bill of Sale', 1, 0, ''],
      ['Bill of Sale', 1, 0, 'ignored'],
    ]) {
      assert.deepEqual(outcomeOf('Crypto.signText', args), { host: 'Crypto.signText', args });
    }
    assert.deepEqual(outcomeOf('Crypto.signText', [12, '1', false, 0]), {
      host: 'Crypto.signText',
      args: ['12', 1, 0, '0'],
    });
  });

  it('errors in parameters give invalid without the host', () => {
    const cases: readonly (readonly Value[])[] = [
      [invalid, 0, 0, ''],
      ['x', 8, 0, ''],
      ['x', -1, 0, ''],
      ['x', f(1), 0, ''],
      ['x', 0, 3, hash],
      ['x', 0, -1, hash],
      ['x', 0, 1, ''],
      ['x', 0, 1, hash.slice(1)],
      ['x', 0, 2, '\u0100'.repeat(20)],
      ['x', 0, 0, invalid],
    ];
    for (const args of cases) assert.deepEqual(outcomeOf('Crypto.signText', args), { returned: invalid });
  });
});

describe('Libraries of the host (WAP-268-WTAI §7)', () => {
  it('a call goes to the host with its arguments as they are', () => {
    assert.deepEqual(outcomeOf('WTAPublic.makeCall', ['5551234']), {
      host: 'WTAPublic.makeCall',
      args: ['5551234'],
    });
    assert.deepEqual(outcomeOf('WTAVoiceCall.setup', ['5551234', true]), {
      host: 'WTAVoiceCall.setup',
      args: ['5551234', true],
    });
  });

  it('an invalid argument gives invalid without the host', () => {
    assert.deepEqual(outcomeOf('WTAVoiceCall.setup', ['5551234', invalid]), { returned: invalid });
  });
});
