import assert from 'node:assert/strict';
import { DecodeError } from '../../../src/wap/errors.js';
import { wbxmlToXml, xmlToWbxml } from '../../../src/wap/wbxml/index.js';
import { parseWml } from '../../../src/wap/wml/index.js';

const prologue = '<?xml version="1.0"?><!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.3//EN" "x">';
const many = (text: string): string => text.repeat(30_000);
const p = (text: string): string => `${prologue}<wml><card><p>${text}</p></card></wml>`;

/** Were the work quadratic in the length, each would run into the limit of time of the tests. */
const texts: Readonly<Record<string, string>> = {
  'spaces in a DOCTYPE': `<!DOCTYPE wml${many(' ')}x><wml/>`,
  'brackets in a DOCTYPE': `<!DOCTYPE wml [${many('] ')}x]><wml/>`,
  'empty references': p(many('&;')),
  'bare ampersands, one an element': p(many('<b>&;</b>')),
  'a name of an entity': p(`&${many('a')};`),
  'dollar signs': p(many('$')),
  'open brackets behind dollar signs': p(many('$( ')),
  'references to variables': p(many('$a ')),
  'attributes that nobody knows': `${prologue}<wml><card ${Array.from({ length: 20_000 }, (_, i) => `a${i}="1"`).join(' ')}/></wml>`,
  'elements with one name': `${prologue}<wml><card>${many('<do type="a"><noop/></do>')}</card></wml>`,
  'open elements': prologue + many('<b>'),
  'tables in tables': p(`${'<table>'.repeat(400)}${'</table>'.repeat(400)}`),
  'less-than signs': prologue + many('<'),
  'comments in comments': `${prologue}${many('<!--')}`,
  'names that all objects have': `<?xml version="1.0"?><!DOCTYPE constructor PUBLIC "toString" "x"><wml valueOf="a"><constructor hasOwnProperty="$x"/><__proto__/><card __proto__="y"/></wml>`,
  'such names in a known DTD': `${prologue}<wml constructor="a"><constructor/><__proto__/><toString toString=""/></wml>`,
  'CDATA sections': p(many('<![CDATA[$]]>')),
  'our own notation': `${prologue}<wml>${many('<?wbxml opaque 00?>')}</wml>`,
};

describe('Hostile texts', () => {
  for (const [name, text] of Object.entries(texts)) {
    it(`${name}: findings, a document or a DecodeError, soon`, () => {
      assert.ok(parseWml(text).findings.length <= 1000);
      try {
        wbxmlToXml(xmlToWbxml(text));
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error));
      }
    });
  }
});
