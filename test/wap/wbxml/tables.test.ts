import assert from 'node:assert/strict';
import {
  documentType,
  documentTypeByMediaType,
  documentTypeByName,
  documentTypeByPublicId,
  tokenTables,
} from '../../../src/wap/wbxml/index.js';

describe('WBXML token tables', () => {
  for (const table of tokenTables) {
    it(`${table.name}: every row has a token of its own, none of them a global one (WAP-192 §5.8)`, () => {
      for (const [page, { tags = [], attributes = [], values = [] }] of Object.entries(table.pages)) {
        const unique = (codes: readonly number[]): void => {
          assert.equal(new Set(codes).size, codes.length, `page ${page}`);
          for (const code of codes) assert.ok((code & 0x3f) >= 5, `page ${page}: ${code}`);
        };
        unique(tags.map(([token]) => token));
        unique([...attributes.map(([token]) => token), ...values.map(([token]) => token)]);
        for (const [token] of tags) assert.ok(token < 0x40);
        for (const [token] of attributes) assert.ok(token < 0x80);
        for (const [token] of values) assert.ok(token >= 0x80);
      }
    });

    it(`${table.name}: every tag and attribute start can be written and is read back`, () => {
      const type = documentType(table);
      for (const [name, { tag }] of type.elements) {
        if (tag !== undefined) assert.equal(type.tagNames.get(tag.page * 64 + tag.token), name);
      }
      for (const { starts } of type.attributes.values()) {
        for (const start of starts) {
          assert.equal(type.attributeStarts.get(start.page * 256 + start.token), start);
        }
      }
    });
  }

  it('[WML-S-60] WML 1.3: 36 tags, 85 attribute starts, 27 values (WAP-191 §14.3)', () => {
    const page = tokenTables.find(({ name }) => name === 'WML')?.pages[0];
    assert.equal(page?.tags?.length, 36);
    assert.equal(page?.attributes?.length, 85);
    assert.equal(page?.values?.length, 27);
  });

  // Rows that are printed in an odd place, or were read wrongly by others.
  const rows: readonly [string, string, number, string, string][] = [
    ['wml', 'tag', 0x1b, 'pre', ''],
    ['wml', 'tag', 0x3e, 'setvar', ''],
    ['wml', 'start', 0x33, 'ordered', 'true'],
    ['wml', 'start', 0x34, 'ordered', 'false'],
    ['wml', 'start', 0x4d, 'value', ''],
    ['wml', 'start', 0x5c, 'content', 'application/vnd.wap.wmlc;charset='],
    ['wml', 'start', 0x61, 'enctype', 'multipart/form-data'],
    ['wml', 'start', 0x64, 'cache-control', 'no-cache'],
    ['wml', 'value', 0xa1, 'www.', ''],
    ['wml 1.0', 'tag', 0x22, 'A', ''],
    ['wml 1.0', 'start', 0x4e, 'VALUE', ''],
    ['wml 1.0', 'start', 0x11, 'EMPTYOK', 'TRUE'],
    ['wml 1.0', 'value', 0x85, '.com/', ''],
    ['si', 'start', 0x09, 'action', 'delete'],
    ['sl', 'start', 0x07, 'action', 'cache'],
    ['co', 'start', 0x09, 'uri', 'https://www.'],
    ['channel', 'start', 0x14, 'eventid', 'wtaev-'],
    ['channel 1.1', 'start', 0x13, 'EventId', ''],
    ['prov', 'start', 0x46, 'version', '1.0'],
    ['prov', 'start', 0x3c, 'name', 'GUARANTEED-BITRATE-DNLINK'],
    ['prov', 'value', 0xcf, 'CO-SEC-WTA', ''],
    ['emn', 'start', 0x0d, 'mailbox', 'https://www.'],
    ['wta', 'tag', 0x09, 'WTAI', ''],
  ];
  for (const [name, kind, token, text, prefix] of rows) {
    it(`${name}: ${token.toString(16)} is ${text} ${prefix}`, () => {
      const type = documentTypeByName(name);
      assert.ok(type);
      if (kind === 'tag') assert.equal(type.tagNames.get(token), text);
      else if (kind === 'value') assert.equal(type.valueTexts.get(token), text);
      else {
        const start = type.attributeStarts.get(token);
        assert.deepEqual([start?.name, start?.prefix], [text, prefix]);
      }
    });
  }

  it('WTA-WML has the page of WML and one of its own (WAP-266 §7.2.4)', () => {
    const type = documentTypeByPublicId('-//WAPFORUM//DTD WTA-WML 1.2//EN');
    assert.equal(type?.tagNames.get(0x27), 'card');
    assert.equal(type?.tagNames.get(64 + 0x3f), 'wta-wml');
    assert.equal(type?.attributeStarts.get(256 + 0x5a)?.prefix, 'wtaev-gsm/ch');
  });

  it('document types are found by public identifier and by either media type', () => {
    assert.equal(documentTypeByPublicId('-//WAPFORUM//DTD WML 1.1//EN')?.table.name, 'WML');
    assert.equal(documentTypeByPublicId('-//WAPFORUM//DTD WML 1.0//EN')?.table.name, 'WML 1.0');
    assert.equal(documentTypeByMediaType('application/vnd.wap.sic')?.table.name, 'SI');
    assert.equal(documentTypeByMediaType('text/vnd.wap.wml')?.table.name, 'WML');
    assert.equal(documentTypeByMediaType('application/vnd.wap.connectivity-wbxml')?.table.name, 'PROV');
    assert.equal(documentTypeByMediaType('text/html'), undefined);
  });
});
