/** Where libwbxml and we do not say the same of a document, and which text makes ours right. */

export interface Difference {
  /** Which documents: names of fixtures; `*` for all. */
  readonly documents: readonly string[] | '*';
  readonly theirs: string;
  readonly ours: string;
  readonly section: string;
}

export const differences = {
  variables: {
    documents: '*',
    theirs: 'references to variables stay text, also within text that goes into the string table',
    ours: 'references are EXT tokens',
    section: 'WAP-191 §14.2.1',
  },
  dollars: {
    documents: '*',
    theirs: 'two dollar signs stay two',
    ours: 'two dollar signs in the source are one in the document',
    section: 'WAP-191 §10.3.3',
  },
  space: {
    documents: '*',
    theirs: 'white space at both ends of every piece of text is taken away',
    ours: 'white space at the ends of a block is taken away, between words and inline elements one space stays',
    section: 'WAP-191 §11.8.1, as the octets of §14.4 show',
  },
  capitals: {
    documents: ['wml10'],
    theirs: 'WML 1.0 is written with the small letters of its successors',
    ours: 'WML 1.0 is written in capitals, as its DTD is',
    section: 'WML 1.0, 30-Apr-1998, DTD',
  },
} as const satisfies Record<string, Difference>;
