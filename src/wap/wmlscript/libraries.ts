/**
 * The libraries that a script may call, with the numbers that stand for them in bytecode: WAP-194 Appendix A (standard
 * libraries), WAP-161 Appendix A (Crypto), WAP-268 Appendix B and WAP-255 Appendix B (telephony).
 */

/** Name, number, parameter count, section. */
export type LibraryFunctionRow = readonly [name: string, id: number, parameters: number, section: string];

export interface LibraryRow {
  readonly id: number;
  readonly name: string;
  /** Document and section. */
  readonly section: string;
  readonly functions: readonly LibraryFunctionRow[];
}

// biome-ignore format: a line is a printed row
export const libraryTable = [
  {
    id: 0,
    name: 'Lang',
    section: 'WAP-194 §7',
    functions: [
      ['abs', 0, 1, '7.1'],
      ['min', 1, 2, '7.2'],
      ['max', 2, 2, '7.3'],
      ['parseInt', 3, 1, '7.4'],
      ['parseFloat', 4, 1, '7.5'],
      ['isInt', 5, 1, '7.6'],
      ['isFloat', 6, 1, '7.7'],
      ['maxInt', 7, 0, '7.8'],
      ['minInt', 8, 0, '7.9'],
      ['float', 9, 0, '7.10'],
      ['exit', 10, 1, '7.11'],
      ['abort', 11, 1, '7.12'],
      ['random', 12, 1, '7.13'],
      ['seed', 13, 1, '7.14'],
      ['characterSet', 14, 0, '7.15'],
    ],
  },
  {
    id: 1,
    name: 'Float',
    section: 'WAP-194 §8',
    functions: [
      ['int', 0, 1, '8.1'],
      ['floor', 1, 1, '8.2'],
      ['ceil', 2, 1, '8.3'],
      ['pow', 3, 2, '8.4'],
      ['round', 4, 1, '8.5'],
      ['sqrt', 5, 1, '8.6'],
      ['maxFloat', 6, 0, '8.7'],
      ['minFloat', 7, 0, '8.8'],
    ],
  },
  {
    id: 2,
    name: 'String',
    section: 'WAP-194 §9',
    functions: [
      ['length', 0, 1, '9.1'],
      ['isEmpty', 1, 1, '9.2'],
      ['charAt', 2, 2, '9.3'],
      ['subString', 3, 3, '9.4'],
      ['find', 4, 2, '9.5'],
      ['replace', 5, 3, '9.6'],
      ['elements', 6, 2, '9.7'],
      ['elementAt', 7, 3, '9.8'],
      ['removeAt', 8, 3, '9.9'],
      ['replaceAt', 9, 4, '9.10'],
      ['insertAt', 10, 4, '9.11'],
      ['squeeze', 11, 1, '9.12'],
      ['trim', 12, 1, '9.13'],
      ['compare', 13, 2, '9.14'],
      ['toString', 14, 1, '9.15'],
      ['format', 15, 2, '9.16'],
    ],
  },
  {
    id: 3,
    name: 'URL',
    section: 'WAP-194 §10',
    functions: [
      ['isValid', 0, 1, '10.1'],
      ['getScheme', 1, 1, '10.2'],
      ['getHost', 2, 1, '10.3'],
      ['getPort', 3, 1, '10.4'],
      ['getPath', 4, 1, '10.5'],
      ['getParameters', 5, 1, '10.6'],
      ['getQuery', 6, 1, '10.7'],
      ['getFragment', 7, 1, '10.8'],
      ['getBase', 8, 0, '10.9'],
      ['getReferer', 9, 0, '10.10'],
      ['resolve', 10, 2, '10.11'],
      ['escapeString', 11, 1, '10.12'],
      ['unescapeString', 12, 1, '10.13'],
      ['loadString', 13, 2, '10.14'],
    ],
  },
  {
    id: 4,
    name: 'WMLBrowser',
    section: 'WAP-194 §11',
    functions: [
      ['getVar', 0, 1, '11.1'],
      ['setVar', 1, 2, '11.2'],
      ['go', 2, 1, '11.3'],
      ['prev', 3, 0, '11.4'],
      ['newContext', 4, 0, '11.5'],
      ['getCurrentCard', 5, 0, '11.6'],
      ['refresh', 6, 0, '11.7'],
    ],
  },
  {
    id: 5,
    name: 'Dialogs',
    section: 'WAP-194 §12',
    functions: [
      ['prompt', 0, 2, '12.1'],
      ['confirm', 1, 3, '12.2'],
      ['alert', 2, 1, '12.3'],
    ],
  },
  {
    id: 6,
    name: 'Crypto',
    section: 'WAP-161 §5.1',
    functions: [
      ['signText', 16, 4, '5.1.2'],
    ],
  },
  {
    id: 512,
    name: 'WTAPublic',
    section: 'WAP-268 §8.2',
    functions: [
      ['makeCall', 0, 1, '8.2.1'],
      ['sendDTMF', 1, 1, '8.2.2'],
      ['addPBEntry', 2, 2, '8.2.3'],
    ],
  },
  {
    id: 513,
    name: 'WTAVoiceCall',
    section: 'WAP-268 §9.2',
    functions: [
      ['setup', 0, 2, '9.2.1'],
      ['accept', 1, 2, '9.2.2'],
      ['release', 2, 1, '9.2.3'],
      ['sendDTMF', 3, 2, '9.2.4'],
      ['callStatus', 4, 2, '9.2.5'],
      ['list', 5, 1, '9.2.6'],
    ],
  },
  {
    id: 514,
    name: 'WTANetText',
    section: 'WAP-268 §10.2',
    functions: [
      ['send', 0, 2, '10.2.1'],
      ['list', 1, 2, '10.2.2'],
      ['remove', 2, 1, '10.2.3'],
      ['getFieldValue', 3, 2, '10.2.4'],
      ['markAsRead', 4, 1, '10.2.5'],
    ],
  },
  {
    id: 515,
    name: 'WTAPhoneBook',
    section: 'WAP-268 §11.2',
    functions: [
      ['write', 0, 3, '11.2.1'],
      ['search', 1, 2, '11.2.2'],
      ['remove', 2, 1, '11.2.3'],
      ['getFieldValue', 3, 2, '11.2.4'],
      ['change', 4, 3, '11.2.5'],
    ],
  },
  {
    id: 516,
    name: 'WTAMisc',
    section: 'WAP-268 §13.2',
    functions: [
      ['setIndicator', 0, 2, '13.2.1'],
      ['endContext', 1, 0, '13.2.2'],
      ['getProtection', 2, 0, '13.2.3'],
      ['setProtection', 3, 1, '13.2.4'],
    ],
  },
  {
    id: 518,
    name: 'WTAGSM',
    section: 'WAP-255 §7.2',
    functions: [
      ['hold', 0, 1, '7.2.1'],
      ['retrieve', 1, 1, '7.2.2'],
      ['transfer', 2, 2, '7.2.3'],
      ['deflect', 3, 2, '7.2.4'],
      ['multiparty', 4, 0, '7.2.5'],
      ['separate', 5, 1, '7.2.6'],
      ['sendUSSD', 6, 4, '7.2.7'],
      ['netinfo', 7, 1, '7.2.8'],
      ['callWaiting', 8, 1, '7.2.9'],
      ['sendBusy', 9, 1, '7.2.10'],
    ],
  },
  {
    id: 519,
    name: 'WTACallLog',
    section: 'WAP-268 §12.2',
    functions: [
      ['dialled', 0, 1, '12.2.1'],
      ['missed', 1, 1, '12.2.2'],
      ['received', 2, 1, '12.2.3'],
      ['getFieldValue', 3, 2, '12.2.4'],
    ],
  },
] as const satisfies readonly LibraryRow[];

/** The name of a library, as printed. */
export type LibraryName = (typeof libraryTable)[number]['name'];

/** A function of a library. */
export interface LibraryFunction {
  readonly name: string;
  readonly id: number;
  readonly parameters: number;
  readonly section: string;
}

/** A library with its functions by name and by number. */
export interface Library {
  readonly id: number;
  readonly name: LibraryName;
  readonly functions: ReadonlyMap<string, LibraryFunction>;
  readonly functionsById: ReadonlyMap<number, LibraryFunction>;
}

/** By name: names are case-sensitive. */
export const librariesByName: ReadonlyMap<string, Library> = new Map(
  libraryTable.map((row) => [row.name, library(row)]),
);

/** By number. */
export const librariesById: ReadonlyMap<number, Library> = new Map(
  [...librariesByName.values()].map((each) => [each.id, each]),
);

/** The function `findex` of the library `lindex`; `undefined` where nothing is assigned. */
export function libraryFunction(lindex: number, findex: number): LibraryFunction | undefined {
  return librariesById.get(lindex)?.functionsById.get(findex);
}

function library({ id, name, functions }: (typeof libraryTable)[number]): Library {
  const rows: readonly LibraryFunctionRow[] = functions;
  const all = rows.map(([fn, number, parameters, section]) => ({
    name: fn,
    id: number,
    parameters,
    section,
  }));
  return {
    id,
    name,
    functions: new Map(all.map((fn) => [fn.name, fn])),
    functionsById: new Map(all.map((fn) => [fn.id, fn])),
  };
}
