import assert from 'node:assert/strict';
import { fatalError, fatalErrors, fatalErrorText } from '../../../src/wap/wmlscript/index.js';

describe('Fatal errors (WAP-193_101-WMLScript §10.2)', () => {
  it('codes 1 to 12 in the printed order', () => {
    assert.deepEqual(Object.entries(fatalErrors), [
      ['Verification Failed', 1],
      ['Fatal Library Function Error', 2],
      ['Invalid Function Arguments', 3],
      ['External Function Not Found', 4],
      ['Unable to Load Compilation Unit', 5],
      ['Access Violation', 6],
      ['Stack Underflow', 7],
      ['Programmed Abort', 8],
      ['Stack Overflow', 9],
      ['Out of Memory', 10],
      ['User Initiated', 11],
      ['System Initiated', 12],
    ]);
  });

  it('one line for a person', () => {
    const at = { url: 'http://host/x', functionIndex: 1, offset: 7 };
    assert.equal(
      fatalErrorText(fatalError('Stack Overflow', 'the operand stack is full', at)),
      'Stack Overflow in http://host/x function 1 at octet 7: the operand stack is full',
    );
    assert.equal(
      fatalErrorText(fatalError('Verification Failed', 'vindex 7 is not a variable', { ...at, url: '' })),
      'Verification Failed in function 1 at octet 7: vindex 7 is not a variable',
    );
    assert.equal(
      fatalErrorText(fatalError('Unable to Load Compilation Unit', '404')),
      'Unable to Load Compilation Unit: 404',
    );
  });
});
