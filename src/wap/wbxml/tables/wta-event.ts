/** WTA 1.0, the event table of 30-Apr-1998: deprecated by WAP-192 Table 5, kept for old captures. */
import type { TokenTable } from '../document-type.js';

export const wtaEvent: TokenTable = {
  name: 'WTA',
  publicIds: ['-//WAPFORUM//DTD WTA 1.0//EN'],
  root: 'WTAI',
  pages: {
    // biome-ignore format: a line is a printed row
    0: {
      tags: [
        [0x05, 'EVENT'],
        [0x06, 'EVENTTABLE'],
        [0x07, 'TYPE'],
        [0x08, 'URL'],
        [0x09, 'WTAI'],
      ],
      attributes: [
        [0x05, 'NAME'],
        [0x06, 'VALUE'],
      ],
    },
  },
};
