import assert from 'node:assert/strict';
import { parseVariables, type VariableError } from '../../../src/wap/wbxml/variables.js';

describe('Variables in text (WAP-191 §10.3)', () => {
  const text = (source: string): unknown =>
    parseVariables(source, { conversion: 'noesc', parameters: false });
  const variable = (name: string, conversion = 'noesc') => ({ variable: name, conversion });

  it('the forms of §10.3.1', () => {
    assert.deepEqual(text('This is a $var'), ['This is a ', variable('var')]);
    assert.deepEqual(text('another $(var).'), ['another ', variable('var'), '.']);
    assert.deepEqual(text('$(var:escape)$(var:unesc)$(var:noesc)'), [
      variable('var', 'escape'),
      variable('var', 'unesc'),
      variable('var'),
    ]);
    assert.deepEqual(text('$_X $X32 $Test_9A'), [
      variable('_X'),
      ' ',
      variable('X32'),
      ' ',
      variable('Test_9A'),
    ]);
    assert.deepEqual(text('$(a:E)$(a:Unesc)'), [variable('a', 'escape'), variable('a', 'unesc')]);
  });

  it('two dollar signs are one (§10.3.3)', () => {
    assert.deepEqual(text('This is a $$ character.'), ['This is a $ character.']);
    assert.deepEqual(text('$$$$x'), ['$$x']);
    assert.deepEqual(text('$$$x'), ['$', variable('x')]);
  });

  it('what is no reference stays, and is reported (§10.3.5)', () => {
    const errors: VariableError[] = [];
    const found = parseVariables(
      'left is $10.00 $(a:foo) $ $(b',
      { conversion: 'noesc', parameters: false },
      errors,
    );
    assert.deepEqual(found, ['left is $10.00 $(a:foo) $ $(b']);
    assert.deepEqual(
      errors.map(({ at }) => at),
      [8, 15, 24, 26],
    );
  });

  it('WTA names the parameters of an event by numbers (WAP-266 §9.3)', () => {
    assert.deepEqual(parseVariables('$0-$(12)', { conversion: 'noesc', parameters: true }), [
      variable('0'),
      '-',
      variable('12'),
    ]);
  });
});
