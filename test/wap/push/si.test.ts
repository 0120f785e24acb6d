import assert from 'node:assert/strict';
import { decodeDatetime, encodeDatetime } from '../../../src/wap/datetime.js';
import { DecodeError } from '../../../src/wap/errors.js';
import { decodeCo, encodeCo } from '../../../src/wap/push/co.js';
import { decodeSi, encodeSi, siIdentity } from '../../../src/wap/push/si.js';
import { decodeSl, encodeSl } from '../../../src/wap/push/sl.js';

describe('Service Indication as text (WAP-167 §5, §7)', () => {
  const prolog =
    '<?xml version="1.0"?><!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN" "http://www.wapforum.org/DTD/si.dtd">';

  it('[SI-PPG-S-001] an indication with everything, read and written', () => {
    const xml = `${prolog}<si><indication href="http://www.example.com/email/123/abc.wml" si-id="a@b" created="1999-06-25T15:23:15Z" si-expires="1999-06-30T00:00:00Z" action="signal-high">You have 4 new emails</indication><info><item class="sender">Peter</item></info></si>`;
    const si = {
      href: 'http://www.example.com/email/123/abc.wml',
      siId: 'a@b',
      created: 930324195000,
      siExpires: 930700800000,
      action: 'signal-high',
      text: 'You have 4 new emails',
      info: [{ class: 'sender', text: 'Peter' }],
    } as const;
    assert.deepEqual(decodeSi(xml), si);
    assert.equal(encodeSi(si), xml);
  });

  it('the action is signal-medium unless said otherwise; it is not written then (§5.2.1)', () => {
    assert.deepEqual(decodeSi(`${prolog}<si><indication>hi</indication></si>`), {
      action: 'signal-medium',
      text: 'hi',
    });
    assert.equal(
      encodeSi({ action: 'signal-medium', text: '<hi>' }),
      `${prolog}<si><indication>&lt;hi&gt;</indication></si>`,
    );
  });

  it('[SI-VAL-S-001] what is not well-formed is refused', () => {
    assert.throws(() => decodeSi(`${prolog}<si><indication>hi</si>`), DecodeError);
  });

  it('[SI-VAL-S-002] what is not valid is refused', () => {
    assert.throws(() => decodeSi(`${prolog}<si><info><item class="a"/></info></si>`), /content of si/);
    assert.throws(() => decodeSi(`${prolog}<si><indication action="loud"/></si>`), /none of signal-none/);
    assert.throws(() => decodeSi('<sl href=""/>'), /not declared/);
  });

  it('the identity is si-id, else href, else there is none (§5.2.1)', () => {
    assert.equal(siIdentity({ action: 'delete', text: '', siId: 'a', href: 'b' }), 'a');
    assert.equal(siIdentity({ action: 'delete', text: '', href: 'b' }), 'b');
    assert.equal(siIdentity({ action: 'delete', text: '' }), undefined);
  });
});

describe('Service Loading as text (WAP-168 §5, §8)', () => {
  const prolog =
    '<?xml version="1.0"?><!DOCTYPE sl PUBLIC "-//WAPFORUM//DTD SL 1.0//EN" "http://www.wapforum.org/DTD/sl.dtd">';

  it('[SL-PPG-S-001] read and written', () => {
    const xml = `${prolog}<sl href="http://www.example.com/ppaid/123/abc.wml" action="execute-high"/>`;
    const sl = { href: 'http://www.example.com/ppaid/123/abc.wml', action: 'execute-high' } as const;
    assert.deepEqual(decodeSl(xml), sl);
    assert.equal(encodeSl(sl), xml);
    assert.equal(decodeSl(`${prolog}<sl href="a"/>`).action, 'execute-low');
  });

  it('[SL-VAL-S-001] [SL-VAL-S-002] what is neither well-formed nor valid is refused', () => {
    assert.throws(() => decodeSl(`${prolog}<sl href="a">`), DecodeError);
    assert.throws(() => decodeSl(`${prolog}<sl/>`), /sl lacks href/);
  });
});

describe('Cache Operation as text (WAP-175 §5, §8)', () => {
  const prolog =
    '<?xml version="1.0"?><!DOCTYPE co PUBLIC "-//WAPFORUM//DTD CO 1.0//EN" "http://www.wapforum.org/DTD/co_1.0.dtd">';

  it('[CO-PPG-S-001] read and written', () => {
    const xml = `${prolog}<co><invalidate-object uri="http://a/1.wml"/><invalidate-service uri="/b/"/></co>`;
    const co = [
      { type: 'invalidate-object', uri: 'http://a/1.wml' },
      { type: 'invalidate-service', uri: '/b/' },
    ] as const;
    assert.deepEqual(decodeCo(xml), co);
    assert.equal(encodeCo(co), xml);
  });

  it('[CO-VAL-S-001] [CO-VAL-S-002] what is neither well-formed nor valid is refused', () => {
    assert.throws(() => decodeCo(`${prolog}<co>`), DecodeError);
    assert.throws(() => decodeCo(`${prolog}<co/>`), /content of co/);
  });
});

describe('%Datetime; (WAP-247 §8.2)', () => {
  it('UTC, whole seconds, days that exist', () => {
    assert.equal(decodeDatetime('1999-04-30T06:45:00Z'), 925454700000);
    assert.equal(encodeDatetime(925454700999), '1999-04-30T06:45:00Z');
    for (const text of ['1999-04-31T06:45:00Z', '1999-04-30T24:00:00Z', '1999-04-30 06:45:00Z', '']) {
      assert.equal(decodeDatetime(text), undefined, text);
    }
  });
});
