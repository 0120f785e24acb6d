import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../src/wap/errors.js';
import { encodeUtf8, toHex } from '../../src/wap/octets.js';
import { xmlToWbxml } from '../../src/wap/wbxml/index.js';
import {
  type Channel,
  channelMediaTypes,
  decodeChannel,
  decodeChannelContent,
  encodeChannel,
  encodeChannelBinary,
  RESOURCES_MAX,
} from '../../src/wta/channel.js';
import { mutated } from '../support/arbitrary.js';

/** Written after the service of §8.4.2. */
const source = `<?xml version="1.0"?>
<!DOCTYPE channel PUBLIC "-//WAPFORUM//DTD CHANNEL 1.2//EN" "channel.dtd">
<channel maxspace="2048" base="http://wap.operator.com/" eventid="wtaev-cc/ic" channelid="Calls"
  success="ok.wml" failure="no.wml">
  <title>Call Selection</title>
  <abstract>
  Calls that come
  </abstract>
  <resource href="welcome.wml#first" lastmod="999950400" etag='"a1"' md5="1B2M2Y8AsgTpgAmY7PhCfg=="/>
  <resource href="http://other.com/script.wmls"/>
</channel>`;

const channel: Channel = {
  maxspace: 2048,
  channelid: 'Calls',
  eventid: 'wtaev-cc/ic',
  useraccessible: false,
  success: 'http://wap.operator.com/ok.wml',
  failure: 'http://wap.operator.com/no.wml',
  title: 'Call Selection',
  abstract: 'Calls that come',
  resources: [
    {
      url: 'http://wap.operator.com/welcome.wml',
      fragment: 'first',
      lastmod: 999950400,
      etag: '"a1"',
      md5: '1B2M2Y8AsgTpgAmY7PhCfg==',
    },
    { url: 'http://other.com/script.wmls', fragment: '' },
  ],
};

describe('Channel documents (WAP-266-WTA §8.4.1)', () => {
  it('[WTA-REP-C-007] text', () => {
    assert.deepEqual(decodeChannel(source), channel);
    assert.deepEqual(decodeChannelContent(channelMediaTypes.text, encodeUtf8(source)), channel);
  });

  it('[WTA-FMT-S-002] WBXML with the tokens of §8.4.1.7', () => {
    const small =
      '<!DOCTYPE channel PUBLIC "-//WAPFORUM//DTD CHANNEL 1.2//EN" ""><channel maxspace="9" channelid="c" eventid="wtaev-cc/ic"><title>T</title><resource href="http://a/"/></channel>';
    const octets = xmlToWbxml(small);
    assert.equal(
      toHex(octets),
      '030d6a00' + // version, public identifier, charset, no string table
        'c5' + // channel with attributes and content
        ['0503', '3900', '1503', '6300', '1403', '63632f6963', '00', '01'].join('') +
        '46' +
        '03' +
        '5400' +
        '01' + // title
        '88' +
        '0803' +
        '612f00' +
        '01' + // resource href="http://…"
        '01',
    );
    assert.deepEqual(decodeChannelContent(channelMediaTypes.binary, octets).resources, [
      { url: 'http://a/', fragment: '' },
    ]);
  });

  it('what is written is read again, in both forms', () => {
    assert.deepEqual(decodeChannel(encodeChannel(channel)), channel);
    assert.deepEqual(decodeChannelContent(channelMediaTypes.binary, encodeChannelBinary(channel)), channel);
  });

  it('what is wrong is a DecodeError', () => {
    const body = '<title>T</title>';
    const wrong = [
      '',
      '<channel/>',
      `<channel maxspace="x" channelid="c">${body}</channel>`,
      `<channel maxspace="1">${body}</channel>`,
      '<channel maxspace="1" channelid="c"/>',
      `<channel maxspace="1" channelid="c" useraccessible="perhaps">${body}</channel>`,
      `<channel maxspace="1" channelid="c">${body}<resource href="relative.wml"/></channel>`,
      `<channel maxspace="1" channelid="c">${body}<resource href="http://a/" lastmod="today"/></channel>`,
      `<channel maxspace="1" channelid="c">${body}${'<resource href="http://a/"/>'.repeat(RESOURCES_MAX + 1)}</channel>`,
    ];
    for (const xml of wrong) assert.throws(() => decodeChannel(xml), DecodeError, xml);
  });

  it('any octets are a channel or a DecodeError', () => {
    fc.assert(
      fc.property(mutated(fc.constant(encodeChannelBinary(channel))), (octets) => {
        try {
          decodeChannelContent(channelMediaTypes.binary, octets);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
