/** WTAPublic: WAP-268-WTAI §8. What any service may call, also one that nobody trusts. */
import type { Value } from '../../wap/wmlscript/index.js';
import { phoneBookErrors } from '../phone-book.js';
import type { Cause } from '../signals.js';
import { define, showing, type WtaiLibrary } from './function.js';

const UNSPECIFIED = -1;
const NO_CONNECTION = -108;

/** §8.2.1. */
const callErrors: Partial<Record<Cause, number>> = { busy: -105, unavailable: -106, 'no answer': -107 };

export const wtaPublic = {
  makeCall: showing(
    define(['SINGLE'], ['phone-number'], ({ telephone }, number) => ({
      wait: (answer) =>
        telephone.makeCall(number, (result) =>
          answer(result === 'connected' ? '' : (callErrors[result] ?? UNSPECIFIED)),
        ),
    })),
  ),
  sendDTMF: define(['CONTEXT', 'SINGLE'], ['tone_sequence'], ({ telephone }, tones) => ({
    wait: (answer) => {
      if (!telephone.sendPublicDtmf(tones, (isSent) => answer(isSent ? '' : UNSPECIFIED)))
        answer(NO_CONNECTION);
    },
  })),
  addPBEntry: showing(
    define(['SINGLE'], ['phone-number', 'string'], ({ telephone }, number, name): Value => {
      const written = telephone.phoneBook.write(0, number, name);
      if (written === undefined) return phoneBookErrors['not written'];
      return written > 0 ? '' : written;
    }),
  ),
} satisfies WtaiLibrary;
