/**
 * The document type definitions of WML as data: 1.3, WAP-191_104 §13.2; 1.2, WAP-155; 1.1, SPEC-WML-19990616 §13.2; and
 * 1.0 of 30-Apr-1998, which was written in capitals. Declarations that changed name the versions they hold for.
 */

/** Types of attribute values. `vdata` and `HREF` may contain references to variables (§8.3, §8.5). */
export type ValueType =
  | 'CDATA'
  | 'vdata'
  | 'HREF'
  | 'length'
  | 'number'
  | 'NMTOKEN'
  | 'ID'
  | readonly string[];

/** What the DTD says where an attribute is missing; `#FIXED v` where no other value is valid. */
export type Default = '#REQUIRED' | '#IMPLIED' | `"${string}"` | `#FIXED "${string}"`;

export const dtdVersions = ['1.0', '1.1', '1.2', '1.3'] as const;
export type DtdVersion = (typeof dtdVersions)[number];

/** First and last version of a declaration. */
type Versions = `${DtdVersion}-${DtdVersion}`;

/** `<!ATTLIST element name type default>` */
type AttributeRow = readonly [name: string, type: ValueType, value: Default, versions?: Versions];

/** `<!ELEMENT name content>`, without %coreattrs where there are none. */
type ElementRow = readonly [
  name: string,
  content: string,
  attributes: readonly AttributeRow[],
  versions?: Versions,
];

const boolean = ['true', 'false'] as const;
const emph = 'em | strong | b | i | u | big | small';
const text = `#PCDATA | ${emph}`;
const flow = `${text} | br | img | anchor | a | table`;
const fields = `${flow} | input | select | fieldset`;
const task = 'go | prev | noop | refresh';
const lang = ['xml:lang', 'NMTOKEN', '#IMPLIED'] as const;

/** %coreattrs; of 1.1 and later. */
// biome-ignore format: a line is a printed row
const core = [
  ['id', 'ID', '#IMPLIED'],
  ['class', 'CDATA', '#IMPLIED'],
] as const satisfies readonly AttributeRow[];

/** %cardev; */
// biome-ignore format: a line is a printed row
const cardev = [
  ['onenterforward', 'HREF', '#IMPLIED'],
  ['onenterbackward', 'HREF', '#IMPLIED'],
  ['ontimer', 'HREF', '#IMPLIED'],
] as const satisfies readonly AttributeRow[];

// biome-ignore format: a line is a printed row
const elementsFrom11: readonly ElementRow[] = [
  ['wml', '(head?, template?, card+)', [lang, ...core]],
  // WAP-266 §7.2.3 adds this element to the DTD of WML 1.2.
  ['wta-wml', '(head?, template?, card+)', [lang, ...core], '1.2-1.2'],
  ['card', '(onevent*, timer?, (do | p)*)', [
    ['title', 'vdata', '#IMPLIED'],
    ['newcontext', boolean, '"false"'],
    ['ordered', boolean, '"true"'],
    lang, ...cardev, ...core,
  ], '1.1-1.1'],
  ['card', '(onevent*, timer?, (do | p | pre)*)', [
    ['title', 'vdata', '#IMPLIED'],
    ['newcontext', boolean, '"false"'],
    ['ordered', boolean, '"true"'],
    lang, ...cardev, ...core,
  ], '1.2-1.3'],
  ['do', `(${task})`, [
    ['type', 'CDATA', '#REQUIRED'],
    ['label', 'vdata', '#IMPLIED'],
    ['name', 'NMTOKEN', '#IMPLIED'],
    ['optional', boolean, '"false"'],
    lang, ...core,
  ]],
  ['onevent', `(${task})`, [
    ['type', 'CDATA', '#REQUIRED'],
    ...core,
  ]],
  ['head', '(access | meta)+', core],
  ['template', '(do | onevent)*', [...cardev, ...core]],
  ['access', 'EMPTY', [
    ['domain', 'CDATA', '#IMPLIED'],
    ['path', 'CDATA', '#IMPLIED'],
    ...core,
  ]],
  ['meta', 'EMPTY', [
    ['http-equiv', 'CDATA', '#IMPLIED'],
    ['name', 'CDATA', '#IMPLIED'],
    ['forua', boolean, '#IMPLIED', '1.1-1.1'],
    ['forua', boolean, '"false"', '1.2-1.3'],
    ['content', 'CDATA', '#REQUIRED'],
    ['scheme', 'CDATA', '#IMPLIED'],
    ...core,
  ]],
  ['go', '(postfield | setvar)*', [
    ['href', 'HREF', '#REQUIRED'],
    ['sendreferer', boolean, '"false"'],
    ['method', ['post', 'get'], '"get"'],
    ['enctype', 'vdata', '"application/x-www-form-urlencoded"', '1.2-1.3'],
    ['cache-control', ['no-cache'], '#IMPLIED', '1.3-1.3'],
    ['accept-charset', 'CDATA', '#IMPLIED'],
    ...core,
  ]],
  ['prev', '(setvar)*', core],
  ['refresh', '(setvar)*', core],
  ['noop', 'EMPTY', core],
  ['postfield', 'EMPTY', [
    ['name', 'vdata', '#REQUIRED'],
    ['value', 'vdata', '#REQUIRED'],
    ...core,
  ]],
  ['setvar', 'EMPTY', [
    ['name', 'vdata', '#REQUIRED'],
    ['value', 'vdata', '#REQUIRED'],
    ...core,
  ]],
  ['select', '(optgroup | option)+', [
    ['title', 'vdata', '#IMPLIED'],
    ['name', 'NMTOKEN', '#IMPLIED'],
    ['value', 'vdata', '#IMPLIED'],
    ['iname', 'NMTOKEN', '#IMPLIED'],
    ['ivalue', 'vdata', '#IMPLIED'],
    ['multiple', boolean, '"false"'],
    ['tabindex', 'number', '#IMPLIED'],
    lang, ...core,
  ]],
  ['optgroup', '(optgroup | option)+', [
    ['title', 'vdata', '#IMPLIED'],
    lang, ...core,
  ]],
  ['option', '(#PCDATA | onevent)*', [
    ['value', 'vdata', '#IMPLIED'],
    ['title', 'vdata', '#IMPLIED'],
    ['onpick', 'HREF', '#IMPLIED'],
    lang, ...core,
  ]],
  ['input', 'EMPTY', [
    ['name', 'NMTOKEN', '#REQUIRED'],
    ['type', ['text', 'password'], '"text"'],
    ['value', 'vdata', '#IMPLIED'],
    ['format', 'CDATA', '#IMPLIED'],
    ['emptyok', boolean, '"false"', '1.1-1.2'],
    ['emptyok', boolean, '#IMPLIED', '1.3-1.3'],
    ['size', 'number', '#IMPLIED'],
    ['maxlength', 'number', '#IMPLIED'],
    ['tabindex', 'number', '#IMPLIED'],
    ['title', 'vdata', '#IMPLIED'],
    ['accesskey', 'vdata', '#IMPLIED', '1.2-1.3'],
    lang, ...core,
  ]],
  ['fieldset', `(${fields} | do)*`, [
    ['title', 'vdata', '#IMPLIED'],
    lang, ...core,
  ]],
  ['timer', 'EMPTY', [
    ['name', 'NMTOKEN', '#IMPLIED'],
    ['value', 'vdata', '#REQUIRED'],
    ...core,
  ]],
  ['img', 'EMPTY', [
    ['alt', 'vdata', '#REQUIRED'],
    ['src', 'HREF', '#REQUIRED'],
    ['localsrc', 'vdata', '#IMPLIED'],
    ['vspace', 'length', '"0"'],
    ['hspace', 'length', '"0"'],
    ['align', ['top', 'middle', 'bottom'], '"bottom"'],
    ['height', 'length', '#IMPLIED'],
    ['width', 'length', '#IMPLIED'],
    lang, ...core,
  ]],
  ['anchor', '(#PCDATA | br | img | go | prev | refresh)*', [
    ['title', 'vdata', '#IMPLIED'],
    ['accesskey', 'vdata', '#IMPLIED', '1.2-1.3'],
    lang, ...core,
  ]],
  ['a', '(#PCDATA | br | img)*', [
    ['href', 'HREF', '#REQUIRED'],
    ['title', 'vdata', '#IMPLIED'],
    ['accesskey', 'vdata', '#IMPLIED', '1.2-1.3'],
    lang, ...core,
  ]],
  ['table', '(tr)+', [
    ['title', 'vdata', '#IMPLIED'],
    ['align', 'CDATA', '#IMPLIED'],
    ['columns', 'number', '#REQUIRED'],
    lang, ...core,
  ]],
  ['tr', '(td)+', core],
  ['td', `(${text} | br | img | anchor | a)*`, [lang, ...core]],
  ['em', `(${flow})*`, [lang, ...core]],
  ['strong', `(${flow})*`, [lang, ...core]],
  ['b', `(${flow})*`, [lang, ...core]],
  ['i', `(${flow})*`, [lang, ...core]],
  ['u', `(${flow})*`, [lang, ...core]],
  ['big', `(${flow})*`, [lang, ...core]],
  ['small', `(${flow})*`, [lang, ...core]],
  ['p', `(${fields} | do)*`, [
    ['align', ['left', 'right', 'center'], '"left"'],
    ['mode', ['wrap', 'nowrap'], '#IMPLIED'],
    lang, ...core,
  ]],
  ['br', 'EMPTY', [
    ['xml:lang', 'NMTOKEN', '#IMPLIED', '1.1-1.1'],
    ...core,
  ]],
  ['pre', '(#PCDATA | a | br | i | b | em | strong | input | select)*', [
    ['xml:space', 'CDATA', '#FIXED "preserve"'],
    ...core,
  ], '1.2-1.2'],
  // Printed with quotation marks round the content, which no XML processor would take.
  ['pre', '(#PCDATA | a | anchor | do | u | br | i | b | em | strong | input | select)*', [
    ['xml:space', 'CDATA', '#FIXED "preserve"'],
    ...core,
  ], '1.3-1.3'],
];

const BOOLEAN = ['TRUE', 'FALSE'] as const;
const TASK = 'GO | PREV | NOOP | REFRESH';
const INLINE = '#PCDATA | EM | STRONG | B | I | U | BIG | SMALL | TAB | BR';
const FLOW = `${INLINE} | IMG | A`;
const FIELDS = `${FLOW} | INPUT | SELECT | FIELDSET`;
const TALIGN = ['LEFT', 'RIGHT', 'CENTER'] as const;

/** %cardev; of 1.0. */
// biome-ignore format: a line is a printed row
const CARDEV = [
  ['ONENTERFORWARD', 'HREF', '#IMPLIED'],
  ['ONENTERBACKWARD', 'HREF', '#IMPLIED'],
  ['ONTIMER', 'HREF', '#IMPLIED'],
] as const satisfies readonly AttributeRow[];

// biome-ignore format: a line is a printed row
const elementsOf10: readonly ElementRow[] = [
  ['WML', '(HEAD?, TEMPLATE?, CARD+)', [lang]],
  ['CARD', `(${FIELDS} | DO | ONEVENT | TIMER)*`, [
    ['NAME', 'NMTOKEN', '#IMPLIED'],
    ['TITLE', 'vdata', '#IMPLIED'],
    ['NEWCONTEXT', BOOLEAN, '"FALSE"'],
    ['STYLE', ['LIST', 'SET'], '"LIST"'],
    ...CARDEV,
  ]],
  ['DO', `(${TASK})`, [
    ['TYPE', 'CDATA', '#REQUIRED'],
    ['LABEL', 'vdata', '#IMPLIED'],
    ['NAME', 'NMTOKEN', '#IMPLIED'],
    ['OPTIONAL', BOOLEAN, '"FALSE"'],
  ]],
  ['ONEVENT', `(${TASK})`, [['TYPE', 'CDATA', '#REQUIRED']]],
  ['HEAD', '(ACCESS | META)+', []],
  ['TEMPLATE', '(DO | ONEVENT)*', CARDEV],
  ['ACCESS', 'EMPTY', [
    ['DOMAIN', 'CDATA', '#IMPLIED'],
    ['PATH', 'CDATA', '#IMPLIED'],
    ['PUBLIC', BOOLEAN, '"FALSE"'],
  ]],
  ['META', 'EMPTY', [
    ['HTTP-EQUIV', 'CDATA', '#IMPLIED'],
    ['NAME', 'CDATA', '#IMPLIED'],
    ['USER-AGENT', 'CDATA', '#IMPLIED'],
    ['CONTENT', 'CDATA', '#REQUIRED'],
    ['SCHEME', 'CDATA', '#IMPLIED'],
  ]],
  ['GO', '(VAR)*', [
    ['URL', 'HREF', '#REQUIRED'],
    ['SENDREFERER', BOOLEAN, '"FALSE"'],
    ['METHOD', ['POST', 'GET'], '"GET"'],
    ['ACCEPT-CHARSET', 'CDATA', '#IMPLIED'],
    ['POSTDATA', 'vdata', '#IMPLIED'],
  ]],
  ['PREV', '(VAR)*', []],
  ['REFRESH', '(VAR)+', []],
  ['NOOP', 'EMPTY', []],
  ['VAR', 'EMPTY', [
    ['NAME', 'vdata', '#REQUIRED'],
    ['VALUE', 'vdata', '#REQUIRED'],
  ]],
  ['SELECT', '(OPTGROUP | OPTION)+', [
    ['TITLE', 'vdata', '#IMPLIED'],
    ['KEY', 'NMTOKEN', '#IMPLIED'],
    ['DEFAULT', 'vdata', '#IMPLIED'],
    ['IKEY', 'NMTOKEN', '#IMPLIED'],
    ['IDEFAULT', 'vdata', '#IMPLIED'],
    ['MULTIPLE', BOOLEAN, '"FALSE"'],
    ['TABINDEX', 'number', '#IMPLIED'],
  ]],
  ['OPTGROUP', '(OPTGROUP | OPTION)+', [['TITLE', 'vdata', '#IMPLIED']]],
  ['OPTION', '(#PCDATA | EM | STRONG | B | I | U | BIG | SMALL | TAB | ONEVENT)*', [
    ['VALUE', 'vdata', '#IMPLIED'],
    ['TITLE', 'vdata', '#IMPLIED'],
    ['ONCLICK', 'HREF', '#IMPLIED'],
  ]],
  ['INPUT', 'EMPTY', [
    ['KEY', 'NMTOKEN', '#REQUIRED'],
    ['TYPE', ['TEXT', 'PASSWORD'], '"TEXT"'],
    ['VALUE', 'vdata', '#IMPLIED'],
    ['DEFAULT', 'vdata', '#IMPLIED'],
    ['FORMAT', 'CDATA', '#IMPLIED'],
    ['EMPTYOK', BOOLEAN, '"FALSE"'],
    ['SIZE', 'number', '#IMPLIED'],
    ['MAXLENGTH', 'number', '#IMPLIED'],
    ['TABINDEX', 'number', '#IMPLIED'],
    ['TITLE', 'vdata', '#IMPLIED'],
  ]],
  ['FIELDSET', `(${FIELDS})*`, [['TITLE', 'vdata', '#IMPLIED']]],
  ['TIMER', 'EMPTY', [
    ['KEY', 'NMTOKEN', '#IMPLIED'],
    ['DEFAULT', 'vdata', '#REQUIRED'],
  ]],
  ['IMG', 'EMPTY', [
    ['ALT', 'vdata', '#IMPLIED'],
    ['SRC', 'HREF', '#IMPLIED'],
    ['LOCALSRC', 'vdata', '#IMPLIED'],
    ['VSPACE', 'length', '"0"'],
    ['HSPACE', 'length', '"0"'],
    ['ALIGN', ['TOP', 'MIDDLE', 'BOTTOM'], '"BOTTOM"'],
    ['HEIGHT', 'length', '#IMPLIED'],
    ['WIDTH', 'length', '#IMPLIED'],
  ]],
  ['A', `(${INLINE} | GO | PREV | REFRESH)*`, [['TITLE', 'vdata', '#IMPLIED']]],
  ['TAB', 'EMPTY', [['ALIGN', TALIGN, '"LEFT"']]],
  ['EM', `(${FLOW})*`, []],
  ['STRONG', `(${FLOW})*`, []],
  ['B', `(${FLOW})*`, []],
  ['I', `(${FLOW})*`, []],
  ['U', `(${FLOW})*`, []],
  ['BIG', `(${FLOW})*`, []],
  ['SMALL', `(${FLOW})*`, []],
  ['BR', 'EMPTY', [
    ['ALIGN', TALIGN, '"LEFT"'],
    ['MODE', ['WRAP', 'NOWRAP'], '#IMPLIED'],
  ]],
];

/** An attribute as one version declares it. */
export interface AttributeDeclaration {
  readonly name: string;
  readonly type: ValueType;
  readonly required: boolean;
  readonly fixed: boolean;
  /** What holds where the attribute is missing. */
  readonly value?: string;
}

/** An element as one version declares it. */
export interface ElementDeclaration {
  readonly name: string;
  readonly content: string;
  readonly attributes: ReadonlyMap<string, AttributeDeclaration>;
  readonly required: readonly string[];
}

export type Dtd = ReadonlyMap<string, ElementDeclaration>;

const dtds = new Map<DtdVersion, Dtd>();

/** The declarations of a version. */
export function dtdOf(version: DtdVersion): Dtd {
  const known = dtds.get(version);
  if (known !== undefined) return known;
  const elements = new Map<string, ElementDeclaration>();
  for (const [name, content, rows, versions] of version === '1.0' ? elementsOf10 : elementsFrom11) {
    if (!covers(versions, version)) continue;
    const attributes = new Map<string, AttributeDeclaration>();
    for (const [attribute, type, value, range] of rows) {
      if (covers(range, version)) attributes.set(attribute, declaration(attribute, type, value));
    }
    const required = [...attributes.values()].filter((one) => one.required).map((one) => one.name);
    elements.set(name, { name, content, attributes, required });
  }
  dtds.set(version, elements);
  return elements;
}

function covers(versions: Versions | undefined, version: DtdVersion): boolean {
  if (versions === undefined) return true;
  const [from = '', to = ''] = versions.split('-');
  return from <= version && version <= to;
}

function declaration(name: string, type: ValueType, value: Default): AttributeDeclaration {
  const quoted = /"(.*)"/.exec(value)?.[1];
  return {
    name,
    type,
    required: value === '#REQUIRED',
    fixed: value.startsWith('#FIXED'),
    ...(quoted !== undefined && { value: quoted }),
  };
}
