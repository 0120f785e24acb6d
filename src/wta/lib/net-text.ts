/** WTANetText: WAP-268-WTAI §10.2. */
import { invalid, type Value } from '../../wap/wmlscript/index.js';
import { textFault } from '../gsm-text.js';
import { type Message, type MessageType, messageStates, messageTypes } from '../messages.js';
import { anyPermission, define, done, iso8601, type WtaiLibrary } from './function.js';

const UNSPECIFIED = -1;
const TOO_LONG = -100;
const NOT_REMOVED = -101;

export const wtaNetText = {
  send: define(anyPermission, ['phone-number', 'string'], ({ telephone }, address, text) => {
    const fault = textFault(text);
    if (fault === 'unacceptable character') return invalid;
    if (fault === 'too long') return TOO_LONG;
    return telephone.sendText(address, text) ?? UNSPECIFIED;
  }),
  list: define(anyPermission, ['boolean', 'integer'], ({ telephone }, returnFirst, messageType) => {
    const type = typeOfNumber(messageType);
    // The type counts where a list begins only.
    if (returnFirst && type === undefined) return invalid;
    return telephone.messages.next(returnFirst, type ?? 'all') ?? invalid;
  }),
  remove: define(anyPermission, ['handle'], ({ telephone }, handle) => {
    const message = telephone.messages.get(handle);
    if (message === undefined) return invalid;
    // §5.2.2: what it is must be known until its MessageSendStatus has come.
    if (message.status === 'unsent') return NOT_REMOVED;
    return done(telephone.removeText(handle));
  }),
  getFieldValue: define(anyPermission, ['handle', 'string'], ({ telephone }, handle, field) => {
    const message = telephone.messages.get(handle);
    return message === undefined ? invalid : fieldValue(message, field);
  }),
  markAsRead: define(anyPermission, ['handle'], ({ telephone }, handle) =>
    done(telephone.messages.markAsRead(handle)),
  ),
} satisfies WtaiLibrary;

function typeOfNumber(number: number): MessageType | undefined {
  switch (number) {
    case messageTypes.all:
      return 'all';
    case messageTypes.unread:
      return 'unread';
    case messageTypes.read:
      return 'read';
    case messageTypes.unsent:
      return 'unsent';
  }
  return undefined;
}

/** §5.2.3. Printed `"text "` and `"tstamp "`; the blanks are the word processor's. */
function fieldValue(message: Message, field: string): Value {
  const { tstamp, status } = message;
  switch (field) {
    case 'text':
    case 'address':
    case 'read':
      return message[field];
    case 'tstamp':
      return tstamp === undefined ? '' : iso8601(tstamp);
    case 'status':
      return status === 'start' ? '' : messageStates[status];
    case 'tstamp_off':
      return tstamp === undefined ? '' : 0;
    case 'tstamp_device':
      return iso8601(message.stored);
  }
  return '';
}
