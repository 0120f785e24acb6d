/** WTAMisc: WAP-268-WTAI §13.2. */
import { invalid } from '../../wap/wmlscript/index.js';
import { anyPermission, define, done, type WtaiLibrary } from './function.js';

export const wtaMisc = {
  setIndicator: define(anyPermission, ['integer', 'integer'], ({ indicators }, type, state) =>
    done(indicators.set(type, state)),
  ),
  endContext: define([], [], ({ context }) => {
    context?.end();
    return '';
  }),
  getProtection: define([], [], ({ context }) => context?.isProtected ?? invalid),
  setProtection: define([], ['boolean'], ({ context }, mode) => {
    if (context !== undefined) context.isProtected = mode;
    return '';
  }),
} satisfies WtaiLibrary;
