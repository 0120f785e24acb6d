/** Service indication 1.0: WAP-167 §8.3. */
import type { TokenTable } from '../document-type.js';

export const si: TokenTable = {
  name: 'SI',
  publicIds: ['-//WAPFORUM//DTD SI 1.0//EN'],
  systemIds: ['http://www.wapforum.org/DTD/si.dtd'],
  root: 'si',
  mediaTypes: { text: 'text/vnd.wap.si', binary: 'application/vnd.wap.sic' },
  pages: {
    // biome-ignore format: a line is a printed row
    0: {
      tags: [
        [0x05, 'si'],
        [0x06, 'indication'],
        [0x07, 'info'],
        [0x08, 'item'],
      ],
      attributes: [
        [0x05, 'action', 'signal-none'],
        [0x06, 'action', 'signal-low'],
        [0x07, 'action', 'signal-medium'],
        [0x08, 'action', 'signal-high'],
        [0x09, 'action', 'delete'],
        [0x0a, 'created'],
        [0x0b, 'href'],
        [0x0c, 'href', 'http://'],
        [0x0d, 'href', 'http://www.'],
        [0x0e, 'href', 'https://'],
        [0x0f, 'href', 'https://www.'],
        [0x10, 'si-expires'],
        [0x11, 'si-id'],
        [0x12, 'class'],
      ],
      values: [
        [0x85, '.com/'],
        [0x86, '.edu/'],
        [0x87, '.net/'],
        [0x88, '.org/'],
      ],
    },
  },
  dateTimes: ['created', 'si-expires'],
  elementContent: ['si', 'info'],
};
