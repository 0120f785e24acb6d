import assert from 'node:assert/strict';
import fc from 'fast-check';
import { handsetProfile, handsetProfileDocument } from '../../../src/terminal/profile.js';
import { DecodeError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import {
  checkProfile,
  checkSchema,
  decodeProfile,
  encodeProfile,
  formatProfile,
  formatSchema,
  type MergedProfile,
  mergeProfiles,
  normalizeProfile,
  profileXml,
} from '../../../src/wap/uaprof/index.js';
import { hex } from '../../support/hex.js';

const schema = 'http://www.wapforum.org/profiles/UAPROF/ccppschema-20010430#';
const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** A component as profiles print it. */
const component = (type: string, attributes: string, id = type) =>
  `<prf:component><rdf:Description ID="${id}"><rdf:type rdf:resource="${schema}${type}"/>${attributes}</rdf:Description></prf:component>`;
const document = (...components: string[]) =>
  `<?xml version="1.0"?><rdf:RDF xmlns:rdf="${rdf}" xmlns:prf="${schema}"><rdf:Description ID="P">${components.join('')}</rdf:Description></rdf:RDF>`;
const profile = (...components: string[]) => decodeProfile(document(...components));
const bag = (...values: string[]) =>
  `<rdf:Bag>${values.map((value) => `<rdf:li>${value}</rdf:li>`).join('')}</rdf:Bag>`;
const none = () => undefined;

/** `Component.Attribute: values`. */
const lines = (merged: MergedProfile) =>
  [...merged].flatMap(([type, attributes]) =>
    [...attributes].map(([name, { values }]) => `${type}.${name}: ${values.join(', ')}`),
  );

describe('User agent profiles: documents (WAP-248 §7.4)', () => {
  it('[WAG-UA-SP-004] components are known by their type, whatever they are called', () => {
    const { components } = profile(
      component('HardwarePlatform', '<prf:Model> R  999\n</prf:Model>', 'Foo'),
      component(
        'SoftwarePlatform',
        `<prf:CcppAccept>${bag('a/b', 'c/d')}</prf:CcppAccept>`,
        'HardwarePlatform',
      ),
    );
    assert.deepEqual(components, [
      {
        type: 'HardwarePlatform',
        id: 'Foo',
        attributes: new Map([['Model', { container: 'one', values: ['R 999'] }]]),
      },
      {
        type: 'SoftwarePlatform',
        id: 'HardwarePlatform',
        attributes: new Map([['CcppAccept', { container: 'Bag', values: ['a/b', 'c/d'] }]]),
      },
    ]);
  });

  it('other prefixes and no prefixes mean the same, as in the example of §7.7', () => {
    const text = `<RDF xmlns="${rdf}" xmlns:rdf="${rdf}" xmlns:u="${schema}"><rdf:Description ID="P"><u:component>
      <rdf:Description ID="H"><rdf:type resource="${schema}HardwarePlatform"/><u:Vendor>V</u:Vendor></rdf:Description>
      </u:component></rdf:Description></RDF>`;
    assert.deepEqual(
      decodeProfile(text),
      profile(component('HardwarePlatform', '<prf:Vendor>V</prf:Vendor>', 'H')),
    );
  });

  it('[WAG-UA-SP-001] [WAG-UA-SP-002] [WAG-UA-SP-003] the profile of the handset is valid, and is read back as it is', () => {
    assert.deepEqual(checkProfile(handsetProfile), []);
    assert.deepEqual(decodeProfile(handsetProfileDocument), handsetProfile);
    assert.match(
      handsetProfileDocument,
      /^<\?xml version="1.0"\?><rdf:RDF xmlns:rdf="[^"]+" xmlns:prf="[^"]+"><rdf:Description ID="wapstack">/,
    );
  });

  // biome-ignore format: a line is a case
  const wrong: readonly (readonly [title: string, text: string, finding: string])[] = [
    ['no ID', document(component('BrowserUA', '<prf:BrowserName>b</prf:BrowserName>')).replace(' ID="P"', ''), 'the profile has no ID'],
    ['a component of nobody', document(component('Toaster', '<prf:Model>1</prf:Model>')), 'Toaster is no component of the schema'],
    ['an attribute of another component', document(component('BrowserUA', '<prf:Model>1</prf:Model>')), 'BrowserUA has no Model'],
    ['a value of another type', document(component('HardwarePlatform', '<prf:ScreenSize>big</prf:ScreenSize>')), 'ScreenSize: big is no Dimension'],
    ['a list where there is one value', document(component('HardwarePlatform', `<prf:Model>${bag('a')}</prf:Model>`)), 'Model is one value'],
    ['one value where there is a list', document(component('HardwarePlatform', '<prf:InputCharSet>a</prf:InputCharSet>')), 'InputCharSet is a Bag'],
    ['fragments of two names', document(component('BrowserUA', '<prf:BrowserName>b</prf:BrowserName>', 'A'), component('BrowserUA', '<prf:BrowserVersion>1</prf:BrowserVersion>', 'B')), 'BrowserUA is called A and B'],
    ['defaults in a later fragment', document(component('BrowserUA', '<prf:BrowserName>b</prf:BrowserName>'), component('BrowserUA', '<prf:defaults rdf:resource="http://d/"/>')), 'a later fragment of BrowserUA names defaults'],
    ['nothing in a component', document(component('BrowserUA', '')), 'BrowserUA has no attribute'],
    ['nothing', document(), 'there is no component'],
  ];
  for (const [title, text, finding] of wrong) {
    it(`finds ${title}`, () => assert.ok(checkProfile(decodeProfile(text)).includes(finding)));
  }

  it('what is no RDF, or too much of it, is a DecodeError', () => {
    const many = Array.from({ length: 65 }, () => component('BrowserUA', ''));
    const deep = `${'<prf:x>'.repeat(40)}${'</prf:x>'.repeat(40)}`;
    const long = component(
      'HardwarePlatform',
      `<prf:InputCharSet>${bag(...Array(257).fill('a'))}</prf:InputCharSet>`,
    );
    for (const text of ['<a/>', '<wml></wml>', 'x', document(...many), document(deep), document(long)]) {
      assert.throws(() => decodeProfile(text), DecodeError, text.slice(0, 40));
    }
  });
});

describe('User agent profiles: merging (WAP-248 §7.5)', () => {
  const hardware = (...attributes: string[]) => profile(component('HardwarePlatform', attributes.join('')));
  const a = hardware(
    '<prf:Model>A</prf:Model>',
    '<prf:BitsPerPixel>1</prf:BitsPerPixel>',
    `<prf:InputCharSet>${bag('x')}</prf:InputCharSet>`,
  );
  const b = hardware(
    '<prf:Model>B</prf:Model>',
    '<prf:BitsPerPixel>2</prf:BitsPerPixel>',
    `<prf:InputCharSet>${bag('y')}</prf:InputCharSet>`,
    '<prf:Vendor>V</prf:Vendor>',
  );

  it('[WAG-UA-SP-005] the order decides: Locked keeps the first, Override the last, Append adds', () => {
    assert.deepEqual(lines(mergeProfiles([a, b], none)), [
      'HardwarePlatform.Model: A',
      'HardwarePlatform.BitsPerPixel: 2',
      'HardwarePlatform.InputCharSet: x, y',
      'HardwarePlatform.Vendor: V',
    ]);
    assert.deepEqual(lines(mergeProfiles([b, a], none)), [
      'HardwarePlatform.Model: B',
      'HardwarePlatform.BitsPerPixel: 1',
      'HardwarePlatform.InputCharSet: y, x',
      'HardwarePlatform.Vendor: V',
    ]);
  });

  it('[WAG-UA-SP-005] of three, the second meets the first and the third what came of it', () => {
    const c = hardware('<prf:Model>C</prf:Model>', '<prf:BitsPerPixel>8</prf:BitsPerPixel>');
    assert.deepEqual(lines(mergeProfiles([c, a, b], none)).slice(0, 2), [
      'HardwarePlatform.Model: C',
      'HardwarePlatform.BitsPerPixel: 2',
    ]);
  });

  it('an attribute without a rule overrides; components of one side only stay', () => {
    const odd = profile(component('BrowserUA', '<prf:Odd>1</prf:Odd>'));
    const odder = profile(component('BrowserUA', '<prf:Odd>2</prf:Odd>'));
    assert.deepEqual(lines(mergeProfiles([odd, a, odder], none))[0], 'BrowserUA.Odd: 2');
    assert.equal(lines(mergeProfiles([odd, a], none)).length, 4);
  });

  it('[WAG-UA-SP-006] default values are loaded first: what the profile says overrides them, Locked or not', () => {
    const fetched: string[] = [];
    const defaultsOf = (uri: string) => {
      fetched.push(uri);
      return hardware(
        '<prf:Model>D</prf:Model>',
        '<prf:CPU>D</prf:CPU>',
        `<prf:InputCharSet>${bag('d')}</prf:InputCharSet>`,
      );
    };
    const given = profile(
      component(
        'HardwarePlatform',
        `<prf:defaults rdf:resource="http://d/"/><prf:Model>A</prf:Model><prf:InputCharSet>${bag('x')}</prf:InputCharSet>`,
      ),
    );
    assert.deepEqual(lines(normalizeProfile(given, defaultsOf)), [
      'HardwarePlatform.Model: A',
      'HardwarePlatform.CPU: D',
      'HardwarePlatform.InputCharSet: x',
    ]);
    assert.deepEqual(fetched, ['http://d/']);
    assert.deepEqual(lines(normalizeProfile(given, none)), [
      'HardwarePlatform.Model: A',
      'HardwarePlatform.InputCharSet: x',
    ]);
  });

  it('fragments are one component, in the order of their occurrence', () => {
    const fragments = profile(
      component('HardwarePlatform', '<prf:Model>1</prf:Model><prf:BitsPerPixel>1</prf:BitsPerPixel>'),
      component('HardwarePlatform', '<prf:Model>2</prf:Model><prf:BitsPerPixel>2</prf:BitsPerPixel>'),
    );
    assert.deepEqual(lines(normalizeProfile(fragments, none)), [
      'HardwarePlatform.Model: 1',
      'HardwarePlatform.BitsPerPixel: 2',
    ]);
  });
});

describe('User agent profiles in WBXML (WAP-248 §8)', () => {
  it('[WAG-UA-B-C-001] tags and attributes are tokens of their code pages, decoded alike whichever way they were written', () => {
    const xml = `<rdf:RDF><rdf:Description ID="P"><prf:component><rdf:Description><rdf:type rdf:resource="${schema}BrowserUA"/><prf:FramesCapable>No</prf:FramesCapable></rdf:Description></prf:component></rdf:Description></rdf:RDF>`;
    // Version 1.3, no public identifier, UTF-8, no string table; rdf:RDF, rdf:Description with ID, page 1: prf:component.
    const octets = hex(
      '03 01 6a 00  45  c6 05 03 50 00 01  00 01 4c  00 00 46  8b 00 01 0a 01 00 02 54 03 4e 6f 00 01  01 01 01 01',
    );
    assert.equal(toHex(encodeProfile(xml)), toHex(octets));
    assert.equal(profileXml(octets), `<?xml version="1.0"?> ${xml}`);
    // §8.2.3: the same tag as a literal.
    const literal = hex('03 01 6a 0e 70 72 66 3a 4d 6f 64 65 6c 00 00 00 00 00 44 00 03 41 00 01');
    const token = hex('03 01 6a 00 00 01 55 03 41 00 01');
    assert.equal(profileXml(literal), '<?xml version="1.0"?> <prf:Model>A</prf:Model>');
    assert.equal(profileXml(token), profileXml(literal));
  });

  it('[WAG-UA-SX-001] [WAG-UA-SX-002] [WAG-UA-SX-003] [WAG-UA-SX-004] [WAG-UA-SX-005] prefixes become those of Table 8.1; other namespaces stay literal, with their prefixes and declarations', () => {
    const xml = `<r:RDF xmlns:r="${rdf}" xmlns:u="${schema}" xmlns:z="http://z.example/#"><r:Description ID="P"><u:component><r:Description r:ID="H"><u:Model>A</u:Model><z:Smell z:kind="x">rose</z:Smell></r:Description></u:component></r:Description></r:RDF>`;
    const octets = encodeProfile(xml);
    assert.equal(
      profileXml(octets),
      `<?xml version="1.0"?> <rdf:RDF xmlns:rdf="${rdf}" xmlns:prf="${schema}" xmlns:z="http://z.example/#"><rdf:Description ID="P"><prf:component><rdf:Description rdf:ID="H"><prf:Model>A</prf:Model><z:Smell z:kind="x">rose</z:Smell></rdf:Description></prf:component></rdf:Description></rdf:RDF>`,
    );
    const text = Buffer.from(octets).toString('latin1');
    for (const literal of ['z:Smell', 'z:kind', 'xmlns:z']) assert.ok(text.includes(literal), literal);
    assert.equal(text.includes('prf:Model'), false);
  });

  it('[WAG-UA-B-C-001] the profile of the handset in less than a third of its text', () => {
    const octets = encodeProfile(handsetProfileDocument);
    assert.ok(octets.length * 3 < handsetProfileDocument.length, `${octets.length} octets`);
    assert.deepEqual(decodeProfile(profileXml(octets)), handsetProfile);
  });

  it('any octets are text or a DecodeError; any text is a profile or a DecodeError', () => {
    const octets = encodeProfile(handsetProfileDocument);
    fc.assert(
      fc.property(fc.nat(octets.length - 1), fc.nat(255), (at, value) => {
        const changed = octets.slice();
        changed[at] = value;
        try {
          const read = decodeProfile(profileXml(changed));
          checkProfile(read);
          formatProfile(read);
          mergeProfiles([read, handsetProfile], none);
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('The schema of user agent profiles (WAP-248 §7.1)', () => {
  it('[WAG-UA-Schema-001] [WAG-UA-S-001] [WAG-UA-S-002] [WAG-UA-S-003] [WAG-UA-S-004] [WAG-UA-S-005] [WAG-UA-S-006] [WAG-UA-S-009] the vocabulary as a schema document is valid', () => {
    const text = formatSchema();
    assert.deepEqual(checkSchema(text), []);
    assert.match(text, /xmlns:prf="http:\/\/www.wapforum.org\/profiles\/UAPROF\/ccppschema-20010430#"/);
    assert.match(
      text,
      /ID="ScreenSize">\s+<rdf:type rdf:resource="[^"]+#Property"\/>\s+<rdfs:domain rdf:resource="#HardwarePlatform"\/>/,
    );
    assert.equal(text.match(/#Property"/g)?.length, 70);
  });

  // biome-ignore format: a line is a case
  const wrong: readonly (readonly [items: string, from: RegExp | string, to: string, finding: RegExp])[] = [
    ['[WAG-UA-S-002]', 'xmlns:rdfs=', 'xmlns:schema=', /the prefix rdfs does not stand for RDF Schema/],
    ['[WAG-UA-S-002]', /rdf:(?!\/\/)/g, 'r:', /the root element is r:RDF/],
    ['[WAG-UA-S-003]', '<rdf:Description ID="ScreenSize">', '<rdf:Description ID="ScreenSize" xmlns:x="http://x/">', /x is declared at rdf:Description, not at the root/],
    ['[WAG-UA-S-004]', '<rdf:Description ID="ScreenSize">', `<rdf:Description ID="ScreenSize"><r:x xmlns:r="${rdf}"/>`, /r is declared at r:x, not at the root/],
    ['[WAG-UA-S-004]', 'xmlns:prf=', `xmlns:r="${rdf}" xmlns:prf=`, /r is an alias of rdf/],
    ['[WAG-UA-S-006]', /#Component"/g, '#Thing"', /there is no component/],
    ['[WAG-UA-S-009]', /(ID="BrowserUA">\s+<rdf:type rdf:resource="[^"]+#)Class/, '$1Property', /belongs to BrowserUA, which is no component/],
    ['labels:', 'Component: BrowserUA<', 'Component: HardwarePlatform<', /component BrowserUA has no label of its own/],
  ];
  for (const [items, from, to, finding] of wrong) {
    it(`${items} finds what is wrong: ${finding.source}`, () => {
      const text = formatSchema();
      const changed = text.replace(from, to);
      assert.notEqual(changed, text);
      assert.match(checkSchema(changed).join('\n'), finding);
    });
  }
});
