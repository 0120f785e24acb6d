/** Who can buy in the demonstration: the records [340] of figure 3 in EP 1 161 055 A2, with names and passwords. */

export interface DemoUser {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  /** Mobile device ID [320]. */
  readonly msisdn: string;
  /** Of the signature key on the card. */
  readonly pin: string;
}

export const demoUsers: readonly [DemoUser, ...DemoUser[]] = [
  { id: 'user0001', name: 'Marie Laurent', password: 'corniche', msisdn: '+33612345672', pin: '4711' },
  { id: 'user0002', name: 'Paul Moreau', password: 'esterel', msisdn: '+33676543211', pin: '2001' },
  { id: 'user0003', name: 'Anne Girard', password: 'mimosa', msisdn: '+33614289024', pin: '1610' },
];
