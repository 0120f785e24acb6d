/** Where libwbxml 0.11.8 and we do not say the same of a document, and which text makes ours right. */

export interface Difference {
  /** Names of the documents, or all of them: those the comparison overlooks. */
  readonly documents: readonly string[] | 'all';
  readonly theirs: string;
  readonly ours: string;
  readonly section: string;
}

/** Seen in every document that has such text: the comparison is made without them. */
export const overlooked = {
  variables: {
    documents: 'all',
    theirs: 'a reference to a variable stays text, and its conversion is not written when it is a token',
    ours: 'a reference is an EXT token, and its conversion is written where the context says another',
    section: 'WAP-191 §14.2.1, §10.3.1',
  },
  space: {
    documents: 'all',
    theirs: 'white space is taken away at both ends of every piece of text',
    ours: 'one space stays between words and inline elements; the octets of §14.4 show the same',
    section: 'WAP-191 §11.8.1',
  },
} as const satisfies Record<string, Difference>;

/** Documents that xml2wbxml writes otherwise. */
export const encoderDifferences = {
  dollars: {
    documents: ['waplabs-wml-204-control-validation', 'waplabs-wml-302-variable-substitution'],
    theirs: 'two dollar signs stay two',
    ours: 'two dollar signs of the source are one',
    section: 'WAP-191 §10.3.3',
  },
  missingDoctype: {
    documents: [
      'waplabs-fuzz-seed-deep-nesting-near-depth-limit',
      'waplabs-fuzz-seed-nav-cycle-two-card',
      'waplabs-phase-a-basic-two-card',
      'waplabs-phase-a-missing-fragment',
      'waplabs-phase-a-mixed-inline-text-links',
      'waplabs-phase-a-task-action-order',
    ],
    theirs: 'a deck without DOCTYPE is called WML 1.0 and written with the tokens of its successors',
    ours: 'it is called WML 1.3; the tokens of WML 1.0 are other ones',
    section: 'WAP-192 Table 5, WML 30-Apr-1998',
  },
  endings: {
    documents: ['emn'],
    theirs: 'the values 85 to 88 of EMN are .com, .edu, .net and .org',
    ours: 'they are .com/, .edu/, .net/ and .org/, as in service indications; tshark reads them so, too',
    section: 'OMA-Push-EMN 1.0, WAP-167 §8.3.3',
  },
  instructions: {
    documents: ['spec-wml-example-verbatim'],
    theirs: 'processing instructions are left away, also those in which we keep tokens that nobody knows',
    ours: 'they are kept',
    section: 'WAP-192 §5.8.4.4, §6.1',
  },
  namespaces: {
    documents: [
      'waplabs-wml-202-template-shadowing',
      'waplabs-wml-203-dtd-family',
      'waplabs-wml-205-error-recovery',
    ],
    theirs: 'xml:lang becomes a literal with the name of a namespace; an undeclared prefix is an error',
    ours: 'xml:lang is the token 50; WML is XML 1.0, where a colon is a letter like others',
    section: 'WAP-191 §14.3.3, §13',
  },
} as const satisfies Record<string, Difference>;

/** Documents of ours that wbxml2xml reads otherwise. */
export const decoderDifferences = {
  dollars: {
    documents: ['waplabs-wml-204-control-validation', 'waplabs-wml-302-variable-substitution'],
    theirs: 'a dollar sign of a string is written as it is, so that text turns into a reference',
    ours: 'a dollar sign of a string is written twice',
    section: 'WAP-191 §10.3.3',
  },
  unknownDtd: {
    documents: ['waplabs-wml-205-error-recovery'],
    theirs: 'a public identifier that is not known is refused',
    ours: 'it stands in the string table, and the media type says what it is',
    section: 'WAP-191 §14.2.3, WAP-192 §5.5, §6.4',
  },
} as const satisfies Record<string, Difference>;
