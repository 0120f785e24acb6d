/** Cache operation 1.0: WAP-175 §9.3. */
import type { TokenTable } from '../document-type.js';

export const co: TokenTable = {
  name: 'CO',
  publicIds: ['-//WAPFORUM//DTD CO 1.0//EN'],
  systemIds: ['http://www.wapforum.org/DTD/co_1.0.dtd'],
  root: 'co',
  mediaTypes: { text: 'text/vnd.wap.co', binary: 'application/vnd.wap.coc' },
  pages: {
    // biome-ignore format: a line is a printed row
    0: {
      tags: [
        [0x05, 'co'],
        [0x06, 'invalidate-object'],
        [0x07, 'invalidate-service'],
      ],
      attributes: [
        [0x05, 'uri'],
        [0x06, 'uri', 'http://'],
        [0x07, 'uri', 'http://www.'],
        [0x08, 'uri', 'https://'],
        [0x09, 'uri', 'https://www.'],
      ],
      values: [
        [0x85, '.com/'],
        [0x86, '.edu/'],
        [0x87, '.net/'],
        [0x88, '.org/'],
      ],
    },
  },
  elementContent: ['co', 'invalidate-object', 'invalidate-service'],
};
