import assert from 'node:assert/strict';
import { origins } from '../../src/gateway/origins.js';
import { UsageError } from '../../src/wap/errors.js';

describe('Origins that may be fetched from', () => {
  it('without a rule, all', () => {
    assert.equal(origins({}).permitsHost('127.0.0.1', 80), true);
    assert.equal(origins({}).permitsAddress('a.example', 80, '10.1.2.3'), true);
  });

  it('what is denied is denied by name, address, range and through any name', () => {
    const rules = origins({ deny: ['private', 'bad.example', '*.worse.example', 'db.example:5432'] });
    for (const [host, port] of [
      ['127.0.0.1', 80],
      ['10.9.8.7', 80],
      ['[::1]', 80],
      ['[::ffff:127.0.0.1]', 80],
      ['[fd00::5]', 80],
      ['172.31.255.255', 80],
      ['169.254.169.254', 80],
      ['BAD.example.', 80],
      ['a.worse.example', 80],
      ['db.example', 5432],
    ] as const) {
      assert.equal(rules.permitsHost(host, port), false, host);
    }
    assert.equal(rules.permitsHost('172.32.0.1', 80), true);
    assert.equal(rules.permitsHost('db.example', 80), true);
    assert.equal(rules.permitsHost('worse.example', 80), true);
    assert.equal(rules.permitsAddress('innocent.example', 80, '127.0.0.1'), false);
    assert.equal(rules.permitsAddress('innocent.example', 80, '::ffff:10.0.0.1'), false);
    assert.equal(rules.permitsAddress('innocent.example', 80, '93.184.216.34'), true);
  });

  it('what is denied as IPv4 is denied through translators and tunnels', () => {
    const rules = origins({ deny: ['private', '198.51.100.0/24'] });
    for (const address of [
      '64:ff9b::10.0.0.1',
      '64:ff9b:1::c633:6401',
      '2002:7f00:1::',
      '2002:a00:1:1::5',
      '::127.0.0.1',
      '::ffff:192.168.1.1',
      'fe80::1',
    ]) {
      assert.equal(rules.permitsAddress('innocent.example', 80, address), false, address);
      assert.equal(rules.permitsHost(`[${address}]`, 80), false, address);
    }
    for (const address of ['64:ff9b::93.184.216.34', '2002:5db8:d822::1', '2001:db8::7f00:1']) {
      assert.equal(rules.permitsAddress('innocent.example', 80, address), true, address);
    }
  });

  it('with a list of allowed ones, only those, and not what is denied as well', () => {
    const rules = origins({ allow: ['*.shop.example', '192.0.2.0/24'], deny: ['evil.shop.example'] });
    assert.equal(rules.permitsHost('www.shop.example', 80), true);
    assert.equal(rules.permitsHost('evil.shop.example', 80), false);
    assert.equal(rules.permitsHost('192.0.3.1', 80), false);
    assert.equal(rules.permitsAddress('elsewhere.example', 80, '192.0.2.7'), true);
    assert.equal(rules.permitsAddress('elsewhere.example', 80, '192.0.3.7'), false);
    assert.equal(origins({ allow: ['shop.example'] }).permitsHost('elsewhere.example', 80), false);
  });

  it('a pattern that is none is an error of the configuration', () => {
    for (const pattern of ['', 'a b', '10.0.0.0/33', 'http://a/', 'a..b']) {
      assert.throws(() => origins({ deny: [pattern] }), UsageError, pattern);
    }
  });
});
