import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import {
  commonPapVersion,
  decodePap,
  encodePap,
  type PapMessage,
  papVersion,
} from '../../../src/wap/push/pap.js';
import { describeWithFixtures } from '../../support/fixtures.js';

const prolog10 =
  '<?xml version="1.0"?><!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 1.0//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd">';
const prolog20 =
  '<?xml version="1.0"?><!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd"' +
  ' [<?wap-pap-ver supported-versions="2.0,1.0"?>]>';

const someone = 'WAPPUSH=+33612345672/TYPE=PLMN@ppg.example.com';
const at = Date.UTC(2001, 5, 30, 12, 0, 1);

describe('PAP control entities (WAP-247 §8, §11.2)', () => {
  const vectors: readonly [string, string, PapMessage][] = [
    [
      'push-message with everything, §8.2',
      `<push-message push-id="1@shop" replace-push-id="0@shop" replace-method="pending-only" deliver-before-timestamp="2001-06-30T12:00:01Z" deliver-after-timestamp="2001-06-30T12:00:01Z" source-reference="Shop &amp; Co" ppg-notify-requested-to="http://shop/notify" progress-notes-requested="true"><address address-value="${someone}"/><quality-of-service priority="high" delivery-method="confirmed" network="GSM" network-required="true" bearer="SMS" bearer-required="true"/></push-message>`,
      {
        type: 'push-message',
        pushId: '1@shop',
        replacePushId: '0@shop',
        replaceMethod: 'pending-only',
        deliverBeforeTimestamp: at,
        deliverAfterTimestamp: at,
        sourceReference: 'Shop & Co',
        ppgNotifyRequestedTo: 'http://shop/notify',
        progressNotesRequested: true,
        addresses: [someone],
        qualityOfService: {
          priority: 'high',
          deliveryMethod: 'confirmed',
          network: 'GSM',
          networkRequired: true,
          bearer: 'SMS',
          bearerRequired: true,
        },
      },
    ],
    [
      'push-message with defaults and two recipients, §8.2',
      `<push-message push-id="1@shop"><address address-value="a"/><address address-value="b"/><quality-of-service/></push-message>`,
      {
        type: 'push-message',
        pushId: '1@shop',
        replaceMethod: 'all',
        progressNotesRequested: false,
        addresses: ['a', 'b'],
        qualityOfService: {
          priority: 'medium',
          deliveryMethod: 'notspecified',
          networkRequired: false,
          bearerRequired: false,
        },
      },
    ],
    [
      'push-response, §8.3',
      '<push-response push-id="1@shop" sender-address="http://ppg/pap" sender-name="ppg" reply-time="2001-06-30T12:00:01Z"><progress-note stage="encoded" note="50 octets" time="2001-06-30T12:00:01Z"/><response-result code="1001" desc="ok"/></push-response>',
      {
        type: 'push-response',
        pushId: '1@shop',
        senderAddress: 'http://ppg/pap',
        senderName: 'ppg',
        replyTime: at,
        progressNotes: [{ stage: 'encoded', note: '50 octets', time: at }],
        result: { code: '1001', desc: 'ok' },
      },
    ],
    [
      'cancel-message, §8.4',
      '<cancel-message push-id="1@shop"><address address-value="a"/></cancel-message>',
      { type: 'cancel-message', pushId: '1@shop', addresses: ['a'] },
    ],
    [
      'cancel-response, §8.5',
      '<cancel-response push-id="1@shop"><cancel-result code="1000"><address address-value="a"/></cancel-result><cancel-result code="2008" desc="sent"/></cancel-response>',
      {
        type: 'cancel-response',
        pushId: '1@shop',
        results: [
          { code: '1000', addresses: ['a'] },
          { code: '2008', desc: 'sent', addresses: [] },
        ],
      },
    ],
    [
      'resultnotification-message, §8.6',
      '<resultnotification-message push-id="1@shop" received-time="2001-06-30T12:00:01Z" event-time="2001-06-30T12:00:01Z" message-state="delivered" code="1000"><address address-value="a"/><quality-of-service delivery-method="unconfirmed"/></resultnotification-message>',
      {
        type: 'resultnotification-message',
        pushId: '1@shop',
        receivedTime: at,
        eventTime: at,
        messageState: 'delivered',
        code: '1000',
        address: 'a',
        qualityOfService: {
          priority: 'medium',
          deliveryMethod: 'unconfirmed',
          networkRequired: false,
          bearerRequired: false,
        },
      },
    ],
    [
      'resultnotification-response, §8.7',
      '<resultnotification-response push-id="1@shop" code="1000"><address address-value="a"/></resultnotification-response>',
      { type: 'resultnotification-response', pushId: '1@shop', code: '1000', address: 'a' },
    ],
    [
      'statusquery-message, §8.8',
      '<statusquery-message push-id="1@shop"/>',
      { type: 'statusquery-message', pushId: '1@shop', addresses: [] },
    ],
    [
      'statusquery-response, §8.9',
      '<statusquery-response push-id="1@shop"><statusquery-result event-time="2001-06-30T12:00:01Z" message-state="pending" code="1000"><address address-value="a"/></statusquery-result></statusquery-response>',
      {
        type: 'statusquery-response',
        pushId: '1@shop',
        results: [{ eventTime: at, messageState: 'pending', code: '1000', addresses: ['a'] }],
      },
    ],
    [
      'ccq-message, §8.10',
      '<ccq-message query-id="q" app-id="x-wap-application:wml.ua"><address address-value="a"/></ccq-message>',
      { type: 'ccq-message', queryId: 'q', appId: 'x-wap-application:wml.ua', address: 'a' },
    ],
    [
      'ccq-response, §8.11',
      '<ccq-response query-id="q" code="3008" desc="no"><address address-value="a"/></ccq-response>',
      { type: 'ccq-response', queryId: 'q', code: '3008', desc: 'no', address: 'a' },
    ],
    [
      'badmessage-response, §8.12',
      '<badmessage-response code="2000" desc="no" bad-message-fragment="&lt;pap&gt;"/>',
      { type: 'badmessage-response', code: '2000', desc: 'no', badMessageFragment: '<pap>' },
    ],
  ];
  for (const [title, xml, message] of vectors) {
    it(`${title}: read and written`, () => {
      const document = `${prolog20}<pap>${xml}</pap>`;
      assert.deepEqual(decodePap(document), { message, version: '2.0', supportedVersions: ['2.0', '1.0'] });
      assert.equal(encodePap(message).replace(/ (?=\/>)/g, ''), document);
    });
  }

  it('[PAP-SEM-S-012] version 1.0 is written without wap-pap-ver, unless the peer is known to speak more', () => {
    const message: PapMessage = { type: 'badmessage-response', code: '3002' };
    assert.equal(encodePap(message, '1.0'), `${prolog10}<pap><badmessage-response code="3002"/></pap>`);
    assert.match(
      encodePap(message, '1.0', true),
      /DTD PAP 1\.0.*\[<\?wap-pap-ver supported-versions="2\.0,1\.0"\?>\]>/,
    );
  });

  it('[PAP-SEM-S-011] the version stands in the public identifier (§9)', () => {
    assert.equal(papVersion(`${prolog20}<pap/>`).version, '2.0');
    assert.equal(papVersion(`${prolog10}<pap/>`).version, '1.0');
    assert.equal(papVersion(prolog10.replace('PAP 1.0', 'PAP 2.10')).version, '2.10');
    assert.throws(() => decodePap(prolog10.replace('PAP 1.0', 'PAP 2.10')), {
      message: 'PAP at octet 0: version 2.10 is not supported',
    });
  });

  it('the preferred common version answers a version that we do not speak (§9.3)', () => {
    assert.equal(commonPapVersion('2.0', []), '2.0');
    assert.equal(commonPapVersion('3.1', ['3.1', '2.*']), '2.0');
    assert.equal(commonPapVersion('3.1', ['3.1', '1.0', '2.0']), '1.0');
    assert.equal(commonPapVersion('3.1', ['3.1', '4.*']), undefined);
  });

  const invalid: readonly [string, string, RegExp][] = [
    ['an element that is not declared', '<push-massage/>', /push-massage is not declared/],
    ['no recipient', '<push-message push-id="1"/>', /content of push-message is not \( address\+/],
    [
      'a missing attribute',
      '<push-message><address address-value="a"/></push-message>',
      /push-message lacks push-id \(line 1, column \d+\)/,
    ],
    [
      'an attribute that is not declared',
      '<cancel-message push-id="1" why="no"/>',
      /cancel-message has no attribute why/,
    ],
    [
      'a value that is not enumerated',
      '<push-message push-id="1" progress-notes-requested="yes"><address address-value="a"/></push-message>',
      /none of true, false/,
    ],
    [
      'a date that is none',
      '<push-message push-id="1" deliver-after-timestamp="2001-02-30T00:00:00Z"><address address-value="a"/></push-message>',
      /not a date and time/,
    ],
    [
      'quality before address',
      '<push-message push-id="1"><quality-of-service/><address address-value="a"/></push-message>',
      /content of push-message/,
    ],
    [
      'two messages',
      '<ccq-message><address address-value="a"/></ccq-message><cancel-message push-id="1"/>',
      /content of pap/,
    ],
    ['text', 'hello', /text stands in pap/],
    [
      'text in an empty element',
      '<statusquery-message push-id="1"><address address-value="a">x</address></statusquery-message>',
      /EMPTY/,
    ],
    ['a tag that is not closed', '<cancel-message push-id="1">', /unexpected close tag|unclosed/],
    ['an entity of its own', '<cancel-message push-id="&e;"/>', /undefined entity|entity/],
  ];
  for (const [title, xml, rule] of invalid) {
    it(`[PAP-VAL-S-001] ${title} is refused, with the place (§5.1)`, () => {
      assert.throws(
        () => decodePap(`${prolog20}<pap>${xml}</pap>`),
        (error) => error instanceof DecodeError && rule.test(error.rule) && error.offset > prolog20.length,
      );
    });
  }

  it('any text gives a document or a DecodeError', () => {
    const pieces = fc.constantFrom(
      '<pap>',
      '</pap>',
      '<push-message push-id="1">',
      '</push-message>',
      '<address address-value="a"/>',
      '&lt;',
      '&x;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?x?>',
      '<!DOCTYPE pap',
      '[',
      ']>',
      '"',
      'é',
      '\0',
      '<',
      '>',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
        try {
          decodePap(parts.join(''));
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('what is written reads back, whatever characters it has', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((s) => !/[^\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(s));
    fc.assert(
      fc.property(text, text, fc.array(text, { minLength: 1 }), (pushId, desc, addresses) => {
        const message: PapMessage = {
          type: 'cancel-response',
          pushId,
          results: [{ code: '1000', desc, addresses }],
        };
        assert.deepEqual(decodePap(encodePap(message)).message, message);
      }),
    );
  });
});

describeWithFixtures('PAP messages of others', 'pap', (folder) => {
  it('every control entity is read, or refused where it is made to be', () => {
    const refused = new Set(['ill-formed', 'no-address', 'unknown-element', 'resultnotification-response']);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.http'))) {
      const xml = /<\?xml[\s\S]*?(?=\r?\n--|$)/.exec(readFileSync(`${folder}/${file}`, 'utf8'))?.[0] ?? '';
      const name = file.replace('.http', '');
      if (refused.has(name)) assert.throws(() => decodePap(xml), DecodeError, file);
      else assert.equal(decodePap(xml).version, '1.0', file);
    }
  });
});
