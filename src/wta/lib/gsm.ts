/** WTAGSM: WAP-255-WTAIGSM §7.2. */
import { invalid } from '../../wap/wmlscript/index.js';
import { isUssdString, ussdCharacters } from '../gsm-text.js';
import { locationInformation } from '../location.js';
import { anyPermission, define, done, type WtaiLibrary } from './function.js';

const IN_PROGRESS = -100;
const ILLEGAL_CHARACTERS = -101;
const NO_NETWORK = -106;

/** §7.2.7: by type. */
const ussdSent = ['request', 'result of request', 'result of notify'] as const;

/** §7.2.9: by type. */
const operations = ['interrogate', 'activate', 'deactivate'] as const;

/** §7.2.8: no measurements, those of the six best cells, those of all. Octets 10 to 25 have room for six in either case. */
const amounts = [0, 1, 2];

export const wtaGsm = {
  hold: define(anyPermission, ['handle'], ({ telephone }, handle) => done(telephone.hold(handle))),
  retrieve: define(anyPermission, ['handle'], ({ telephone }, handle) => done(telephone.retrieve(handle))),
  transfer: define(anyPermission, ['handle', 'handle'], ({ telephone }, handleB, handleC) =>
    done(telephone.transfer(handleB, handleC)),
  ),
  deflect: define(anyPermission, ['handle', 'phone-number'], ({ telephone }, handle, number) =>
    done(telephone.deflect(handle, number)),
  ),
  multiparty: define(
    anyPermission,
    [],
    ({ telephone, context }) => telephone.multiparty(context?.id) ?? invalid,
  ),
  separate: define(anyPermission, ['handle'], ({ telephone }, handle) => done(telephone.separate(handle))),
  sendUSSD: define(
    anyPermission,
    ['string', 'integer', 'integer', 'integer'],
    ({ telephone }, message, codingScheme, type, transactionId) => {
      const characters = ussdCharacters(codingScheme);
      const kind = ussdSent[type];
      if (characters === undefined || kind === undefined) return invalid;
      if (!telephone.coverage.inService) return NO_NETWORK;
      if (!isUssdString(message, characters)) return ILLEGAL_CHARACTERS;
      const sent = telephone.sendUssd(kind, message, codingScheme, transactionId);
      return sent === 'in progress' ? IN_PROGRESS : (sent ?? invalid);
    },
  ),
  netinfo: define(['SINGLE'], ['integer'], ({ telephone }, type) => {
    if (!amounts.includes(type)) return invalid;
    const { coverage } = telephone;
    if (!coverage.inService) return '';
    const isBusy = telephone.calls().some(({ gsm }) => gsm !== 'end');
    return locationInformation(coverage.cell, isBusy, type !== 0);
  }),
  callWaiting: define(anyPermission, ['integer'], ({ telephone }, type) => {
    const operation = operations[type];
    if (operation === undefined) return invalid;
    if (!telephone.coverage.inService) return NO_NETWORK;
    telephone.callWaiting(operation);
    return '';
  }),
  sendBusy: define(anyPermission, ['handle'], ({ telephone }, handle) => done(telephone.sendBusy(handle))),
} satisfies WtaiLibrary;
