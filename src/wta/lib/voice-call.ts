/** WTAVoiceCall: WAP-268-WTAI §9.2; of multiparty calls WAP-255-WTAIGSM §6.2. */
import { invalid } from '../../wap/wmlscript/index.js';
import { callField } from '../call.js';
import { anyPermission, define, done, type WtaiLibrary } from './function.js';

export const wtaVoiceCall = {
  setup: define(
    anyPermission,
    ['phone-number', 'boolean'],
    ({ telephone, context }, number, mode) => telephone.setup(number, mode, context?.id) ?? invalid,
  ),
  accept: define(anyPermission, ['handle', 'boolean'], ({ telephone, context }, handle, mode) =>
    done(telephone.accept(handle, mode, context?.id)),
  ),
  release: define(anyPermission, ['handle'], ({ telephone }, handle) => done(telephone.release(handle))),
  sendDTMF: define(anyPermission, ['handle', 'tone_sequence'], ({ telephone }, handle, tones) =>
    done(telephone.sendDtmf(handle, tones)),
  ),
  callStatus: define(anyPermission, ['handle', 'string'], ({ telephone }, handle, field) => {
    const call = telephone.call(handle);
    return call === undefined ? invalid : callField(telephone, call, field);
  }),
  list: define(
    anyPermission,
    ['boolean'],
    ({ telephone }, returnFirst) => telephone.nextCall(returnFirst) ?? invalid,
  ),
} satisfies WtaiLibrary;
