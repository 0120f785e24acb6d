/** The DTD of the Push Access Protocol 2.0 as data: WAP-247 §11.2, in its order. */
import type { Dtd } from '../dtd.js';

/** §8.6, %State; of the DTD. */
export const messageStates = [
  'rejected',
  'pending',
  'delivered',
  'undeliverable',
  'expired',
  'aborted',
  'timeout',
  'cancelled',
  'unknown',
] as const;

export type MessageState = (typeof messageStates)[number];

/** §11.2. */
// biome-ignore format: a line is a printed declaration
export const elements = {
  pap: {
    content: '( push-message | push-response | cancel-message | cancel-response | resultnotification-message'
      + ' | resultnotification-response | statusquery-message | statusquery-response | ccq-message | ccq-response'
      + ' | badmessage-response )',
    attributes: {
      'product-name': ['CDATA', '#IMPLIED'],
    },
  },
  'push-message': {
    content: '( address+, quality-of-service? )',
    attributes: {
      'push-id': ['CDATA', '#REQUIRED'],
      'replace-push-id': ['CDATA', '#IMPLIED'],
      'replace-method': [['pending-only', 'all'], 'all'],
      'deliver-before-timestamp': ['%Datetime;', '#IMPLIED'],
      'deliver-after-timestamp': ['%Datetime;', '#IMPLIED'],
      'source-reference': ['CDATA', '#IMPLIED'],
      'ppg-notify-requested-to': ['CDATA', '#IMPLIED'],
      'progress-notes-requested': [['true', 'false'], 'false'],
    },
  },
  address: {
    content: 'EMPTY',
    attributes: {
      'address-value': ['CDATA', '#REQUIRED'],
    },
  },
  'quality-of-service': {
    content: 'EMPTY',
    attributes: {
      priority: [['high', 'medium', 'low'], 'medium'],
      'delivery-method': [['confirmed', 'preferconfirmed', 'unconfirmed', 'notspecified'], 'notspecified'],
      network: ['CDATA', '#IMPLIED'],
      'network-required': [['true', 'false'], 'false'],
      bearer: ['CDATA', '#IMPLIED'],
      'bearer-required': [['true', 'false'], 'false'],
    },
  },
  'push-response': {
    content: '( progress-note*, response-result )',
    attributes: {
      'push-id': ['CDATA', '#REQUIRED'],
      'sender-address': ['CDATA', '#IMPLIED'],
      'sender-name': ['CDATA', '#IMPLIED'],
      'reply-time': ['%Datetime;', '#IMPLIED'],
    },
  },
  'progress-note': {
    content: 'EMPTY',
    attributes: {
      stage: ['CDATA', '#REQUIRED'],
      note: ['CDATA', '#IMPLIED'],
      time: ['%Datetime;', '#IMPLIED'],
    },
  },
  'response-result': {
    content: 'EMPTY',
    attributes: {
      code: ['CDATA', '#REQUIRED'],
      desc: ['CDATA', '#IMPLIED'],
    },
  },
  'cancel-message': {
    content: '( address* )',
    attributes: {
      'push-id': ['CDATA', '#REQUIRED'],
    },
  },
  'cancel-response': {
    content: '( cancel-result+ )',
    attributes: {
      'push-id': ['CDATA', '#REQUIRED'],
    },
  },
  'cancel-result': {
    content: '( address* )',
    attributes: {
      code: ['CDATA', '#REQUIRED'],
      desc: ['CDATA', '#IMPLIED'],
    },
  },
  'resultnotification-message': {
    content: '( address, quality-of-service? )',
    attributes: {
      'push-id': ['CDATA', '#REQUIRED'],
      'sender-address': ['CDATA', '#IMPLIED'],
      'sender-name': ['CDATA', '#IMPLIED'],
      'received-time': ['%Datetime;', '#IMPLIED'],
      'event-time': ['%Datetime;', '#IMPLIED'],
      'message-state': [messageStates, '#REQUIRED'],
      code: ['CDATA', '#REQUIRED'],
      desc: ['CDATA', '#IMPLIED'],
    },
  },
  'resultnotification-response': {
    content: '( address )',
    attributes: {
      'push-id': ['CDATA', '#REQUIRED'],
      code: ['CDATA', '#REQUIRED'],
      desc: ['CDATA', '#IMPLIED'],
    },
  },
  'statusquery-message': {
    content: '( address* )',
    attributes: {
      'push-id': ['CDATA', '#REQUIRED'],
    },
  },
  'statusquery-response': {
    content: '( statusquery-result+ )',
    attributes: {
      'push-id': ['CDATA', '#REQUIRED'],
    },
  },
  'statusquery-result': {
    content: '( address*, quality-of-service? )',
    attributes: {
      'event-time': ['%Datetime;', '#IMPLIED'],
      'message-state': [messageStates, '#REQUIRED'],
      code: ['CDATA', '#REQUIRED'],
      desc: ['CDATA', '#IMPLIED'],
    },
  },
  'ccq-message': {
    content: '( address )',
    attributes: {
      'query-id': ['CDATA', '#IMPLIED'],
      'app-id': ['CDATA', '#IMPLIED'],
    },
  },
  'ccq-response': {
    content: '( address )',
    attributes: {
      'query-id': ['CDATA', '#IMPLIED'],
      code: ['CDATA', '#REQUIRED'],
      desc: ['CDATA', '#IMPLIED'],
    },
  },
  'badmessage-response': {
    content: 'EMPTY',
    attributes: {
      code: ['CDATA', '#REQUIRED'],
      desc: ['CDATA', '#IMPLIED'],
      'bad-message-fragment': ['CDATA', '#IMPLIED'],
    },
  },
} as const satisfies Dtd['elements'];

export const papDtd: Dtd = { layer: 'PAP', root: 'pap', elements };
