/** What is said of each ending, on the PC [238] and on the phone. */
import type { Ending, OrderState } from './model.js';
import type { PhoneAnswer } from './signing.js';

/** The headline of the PC's status page. */
export const onPc = {
  prepared: 'Ready for your approval',
  'awaiting signature': 'Waiting for your phone',
  signed: 'Signed: thank you for your order',
  declined: 'Declined on the phone',
  'card blocked': 'The card did not sign',
  'no certificate': 'The card cannot sign',
  expired: 'The phone did not answer in time',
  withdrawn: 'Withdrawn',
  'signature wrong': 'The signature was refused',
  'not delivered': 'The phone could not be asked',
} as const satisfies Record<OrderState, string>;

const nothing = 'Nothing was bought.';

/** Headline and explanation of the phone's last deck: a few lines of a small screen. */
// biome-ignore format: a line is an answer
export const onPhone = {
  signed:            ['Accepted', 'The shop checked your signature. Thank you.'],
  declined:          ['Declined', nothing],
  'card blocked':    ['Card blocked', `Your card did not sign. ${nothing}`],
  'no certificate':  ['No certificate', `Your card has no key for signing. ${nothing}`],
  expired:           ['Expired', `The time to sign is over. ${nothing}`],
  withdrawn:         ['Withdrawn', `The order was withdrawn on the PC. ${nothing}`],
  'signature wrong': ['Wrong signature', `The shop refused the signature. ${nothing}`],
  'not delivered':   ['Failed', `The shop gave the request up. ${nothing}`],
  'already used':    ['Already used', 'This order was signed before. The second signature was refused.'],
  unknown:           ['Unknown request', 'The shop does not know this request.'],
  later:             ['Try again', 'The shop could not check the signature just now. Please send it again.'],
} as const satisfies Record<PhoneAnswer | Ending, readonly [headline: string, explanation: string]>;
