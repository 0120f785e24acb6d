import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import {
  decodeWbxml,
  documentType,
  documentTypeByName,
  encodeWbxml,
  formatXml,
  isElement,
  isText,
  parseXml,
  type Text,
  tokenTables,
  wbxmlToXml,
  wbxmlVersions,
  type XmlDocument,
  type XmlElement,
  xmlToWbxml,
} from '../../../src/wap/wbxml/index.js';

const wml = documentTypeByName('wml');
assert.ok(wml);

const names = fc.constantFrom(
  'wml',
  'card',
  'p',
  'b',
  'select',
  'foo',
  'x:y',
  'wbxml-tag-03-3A',
  'pre',
  'go',
);
const attributes = fc.constantFrom('id', 'href', 'type', 'align', 'title', 'bar', 'wbxml-attribute-00-6F');
const string = fc.oneof(
  fc.constantFrom(
    'http://www.example.com/',
    'accept',
    'top',
    'a$b',
    'https://x.org/',
    'vnd.foo',
    'left',
    'å€😀',
  ),
  fc
    .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
    .filter((text) => /^[^\p{Cc}\p{Cs}\ufffe\uffff]*$/u.test(text)),
);
const variable = fc.record({
  variable: fc.constantFrom('x', 'Name_1', '_'),
  conversion: fc.constantFrom('escape', 'unesc', 'noesc'),
} as const);
const opaque = fc.uint8Array({ maxLength: 5 }).map((octets) => ({ opaque: octets }));
/** Neighbouring strings are one. */
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: string }, variable, opaque), { maxLength: 4 })
  .map(
    (parts): Text => parts.filter((part, i) => typeof part !== 'string' || typeof parts[i - 1] !== 'string'),
  );

const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
  element: fc.record({
    name: names,
    attributes: fc
      .uniqueArray(fc.tuple(attributes, text), { maxLength: 4, selector: ([name]) => name })
      .map((rows) => new Map(rows)),
    children: fc
      .array(
        fc.oneof(
          { weight: 2, arbitrary: text.filter((parts) => parts.length > 0) },
          { weight: 1, arbitrary: tie('element') },
        ),
        { maxLength: 4 },
      )
      .map((children) =>
        children.filter((child, i) => !(Array.isArray(child) && Array.isArray(children[i - 1]))),
      ),
  }),
}));

/** White space means what it says. */
const preserving = { ...wml.table, compress: undefined, elementContent: [] };
const { compress: _, ...exact } = preserving;
const type = documentType(exact);

/** An unknown attribute start may stand for a value of its own: nothing is not written as an empty string there. */
const document = element.map((root): XmlDocument => ({ publicId: '-//WAPFORUM//DTD WML 1.3//EN', root }));

describe('WBXML both ways', () => {
  it('any document is read as it was written: versions, encodings, with and without string table', () => {
    fc.assert(
      fc.property(
        document,
        fc.constantFrom(...wbxmlVersions),
        fc.constantFrom('utf-8', 'iso-8859-1', 'us-ascii', 'utf-16be', 'shift_jis'),
        fc.boolean(),
        (original, version, charset, stringTable) => {
          const octets = encodeWbxml(original, type, { version, charset, stringTable });
          const decoded = decodeWbxml(octets, { type, charset });
          assert.deepEqual(plain(decoded.root), plain(original.root));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('the string table never makes a document longer', () => {
    fc.assert(
      fc.property(document, (original) => {
        const without = encodeWbxml(original, type, { stringTable: false });
        assert.ok(encodeWbxml(original, type).length <= without.length);
      }),
      { numRuns: 200 },
    );
  });

  it('the output is stable: what is read is written in the same octets', () => {
    fc.assert(
      fc.property(document, fc.boolean(), (original, stringTable) => {
        const octets = encodeWbxml(original, type, { stringTable });
        assert.deepEqual(encodeWbxml(decodeWbxml(octets, { type }), type, { stringTable }), octets);
      }),
      { numRuns: 300 },
    );
  });

  it('the XML text of a document has the same meaning', () => {
    fc.assert(
      fc.property(document, (original) => {
        const source = formatXml(original, type);
        assert.deepEqual(plain(parseXml(source, type).root), plain(original.root));
      }),
      { numRuns: 300 },
    );
  });

  it('any octets give a document or a DecodeError, in every document type; what is read can be written', () => {
    const types = [undefined, ...tokenTables.map(documentType)];
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            0,
            1,
            2,
            3,
            4,
            0x40,
            0x43,
            0x44,
            0x55,
            0x60,
            0x67,
            0x7f,
            0x80,
            0x83,
            0x84,
            0x85,
            0xc3,
            0xc4,
            0xe7,
          ),
          { maxLength: 60 },
        )
        .map((octets) => Uint8Array.from(octets)),
    );
    fc.assert(
      fc.property(body, fc.constantFrom(...types), (octets, anyType) => {
        const whole = Uint8Array.of(3, 1, 0x6a, 4, 0x61, 0, 0x62, 0, ...octets);
        for (const input of [octets, whole]) {
          const options = anyType === undefined ? {} : { type: anyType };
          let decoded: XmlDocument;
          try {
            decoded = decodeWbxml(input, options);
          } catch (error) {
            assert.ok(error instanceof DecodeError, String(error));
            continue;
          }
          encodeWbxml(decoded, anyType, { stringTable: false });
          parseXml(formatXml(decoded, anyType), anyType);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('mutations of a real deck never crash it', () => {
    const deck = xmlToWbxml(
      '<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.3//EN" ""><wml><card id="a" title="$x"><p>Hello $(y) <a href="http://www.a.com/">a</a><unknown/></p></card></wml>',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(deck.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const octets = deck.slice();
          for (const [at, octet] of changes) octets[at] = octet;
          try {
            wbxmlToXml(octets);
          } catch (error) {
            assert.ok(error instanceof DecodeError, String(error));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** Without places, and without the null prototypes of generated records. */
function plain({ name, attributes, children }: XmlElement): XmlElement {
  return {
    name,
    attributes: new Map([...attributes].map(([key, value]) => [key, parts(value)])),
    children: children.map((child) =>
      isText(child) ? parts(child) : isElement(child) ? plain(child) : child,
    ),
  };
}

function parts(text: Text): Text {
  return text.map((part) => (typeof part === 'string' ? part : { ...part }));
}
