/** PAP status codes: WAP-247 §8.13 Table 1 and §8.14. */

/** Table 1: code and description. 5xxx is computed, see `mobileClientAborted`. */
// biome-ignore format: a line is a printed row
export const papStatus = {
  '1000': 'OK',
  '1001': 'Accepted for Processing',
  '2000': 'Bad Request',
  '2001': 'Forbidden',
  '2002': 'Address Error',
  '2003': 'Address Not Found',
  '2004': 'Push ID Not Found',
  '2005': 'Capabilities Mismatch',
  '2006': 'Required Capabilities Not Supported',
  '2007': 'Duplicate Push ID',
  '2008': 'Cancellation not possible',
  '3000': 'Internal Server Error',
  '3001': 'Not Implemented',
  '3002': 'Version not Supported',
  '3003': 'Not Possible',
  '3004': 'Capability Matching not Supported',
  '3005': 'Multiple Addresses Not Supported',
  '3006': 'Transformation Failure',
  '3007': 'Specified Delivery Method Not Possible',
  '3008': 'Capabilities Not Available',
  '3009': 'Required Network Not Available',
  '3010': 'Required Bearer Not Available',
  '3011': 'Replacement Not Supported',
  '4000': 'Service Failure',
  '4001': 'Service Unavailable',
} as const satisfies Record<string, string>;

export type PapStatus = keyof typeof papStatus;

/** What carries a status, as Table 1 heads its columns. */
export type StatusCarrier =
  | 'response-result'
  | 'cancel-result'
  | 'resultnotification-message'
  | 'resultnotification-response'
  | 'statusquery-result'
  | 'ccq-response'
  | 'badmessage-response';

/** Table 1: which answers a code may stand in. 5xxx stands in resultnotification-message and statusquery-result. */
// biome-ignore format: a line is a printed row
export const statusCarriers: Readonly<Record<PapStatus, readonly StatusCarrier[]>> = {
  '1000': ['cancel-result', 'resultnotification-message', 'resultnotification-response', 'statusquery-result', 'ccq-response'],
  '1001': ['response-result'],
  '2000': ['response-result', 'cancel-result', 'resultnotification-response', 'statusquery-result', 'ccq-response', 'badmessage-response'],
  '2001': ['response-result', 'cancel-result', 'resultnotification-message', 'statusquery-result', 'ccq-response'],
  '2002': ['response-result', 'cancel-result', 'resultnotification-message', 'statusquery-result', 'ccq-response'],
  '2003': ['cancel-result', 'statusquery-result'],
  '2004': ['response-result', 'cancel-result', 'statusquery-result'],
  '2005': ['response-result', 'resultnotification-message'],
  '2006': ['response-result', 'resultnotification-message'],
  '2007': ['response-result'],
  '2008': ['response-result', 'cancel-result', 'resultnotification-message'],
  '3000': ['response-result', 'cancel-result', 'statusquery-result', 'ccq-response'],
  '3001': ['cancel-result', 'statusquery-result', 'ccq-response'],
  '3002': ['badmessage-response'],
  '3003': ['cancel-result', 'statusquery-result'],
  '3004': ['response-result'],
  '3005': ['response-result', 'cancel-result', 'statusquery-result'],
  '3006': ['response-result', 'resultnotification-message', 'statusquery-result'],
  '3007': ['response-result', 'resultnotification-message', 'statusquery-result'],
  '3008': ['ccq-response'],
  '3009': ['response-result', 'resultnotification-message', 'statusquery-result'],
  '3010': ['response-result', 'resultnotification-message', 'statusquery-result'],
  '3011': ['response-result'],
  '4000': ['resultnotification-message', 'statusquery-result'],
  '4001': ['resultnotification-message', 'statusquery-result'],
};

/** §8.13: the first digit says what it is about; an unknown code counts as the x000 of its class. */
export function isSuccess(code: string): boolean {
  return code.startsWith('1');
}

/** Whether the operation may be tried again: class 4 (§8.14.4). */
export function mayRetry(code: string): boolean {
  return code.startsWith('4');
}

/** §8.14.5: 5 and the three decimal digits of the WSP abort reason that the terminal gave. */
export function mobileClientAborted(reason: number): `5${string}` {
  return `5${String(reason).padStart(3, '0')}`;
}
