/** Service loading 1.0: WAP-168 §9.3. */
import type { TokenTable } from '../document-type.js';

export const sl: TokenTable = {
  name: 'SL',
  publicIds: ['-//WAPFORUM//DTD SL 1.0//EN'],
  systemIds: ['http://www.wapforum.org/DTD/sl.dtd'],
  root: 'sl',
  mediaTypes: { text: 'text/vnd.wap.sl', binary: 'application/vnd.wap.slc' },
  pages: {
    // biome-ignore format: a line is a printed row
    0: {
      tags: [
        [0x05, 'sl'],
      ],
      attributes: [
        [0x05, 'action', 'execute-low'],
        [0x06, 'action', 'execute-high'],
        [0x07, 'action', 'cache'],
        [0x08, 'href'],
        [0x09, 'href', 'http://'],
        [0x0a, 'href', 'http://www.'],
        [0x0b, 'href', 'https://'],
        [0x0c, 'href', 'https://www.'],
      ],
      values: [
        [0x85, '.com/'],
        [0x86, '.edu/'],
        [0x87, '.net/'],
        [0x88, '.org/'],
      ],
    },
  },
  elementContent: ['sl'],
};
