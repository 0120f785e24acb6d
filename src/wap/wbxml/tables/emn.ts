/** E-mail notification 1.0: OMA-Push-EMN 1.0. */
import type { TokenTable } from '../document-type.js';

export const emn: TokenTable = {
  name: 'EMN',
  publicIds: ['-//WAPFORUM//DTD EMN 1.0//EN'],
  systemIds: ['http://www.wapforum.org/DTD/emn.dtd'],
  root: 'emn',
  mediaTypes: { text: 'text/vnd.wap.emn+xml', binary: 'application/vnd.wap.emn+wbxml' },
  pages: {
    // biome-ignore format: a line is a printed row
    0: {
      tags: [
        [0x05, 'emn'],
      ],
      attributes: [
        [0x05, 'timestamp'],
        [0x06, 'mailbox'],
        [0x07, 'mailbox', 'mailat:'],
        [0x08, 'mailbox', 'pop://'],
        [0x09, 'mailbox', 'imap://'],
        [0x0a, 'mailbox', 'http://'],
        [0x0b, 'mailbox', 'http://www.'],
        [0x0c, 'mailbox', 'https://'],
        [0x0d, 'mailbox', 'https://www.'],
      ],
      values: [
        [0x85, '.com/'],
        [0x86, '.edu/'],
        [0x87, '.net/'],
        [0x88, '.org/'],
      ],
    },
  },
  // OMA gave it the number that WAP-192 Table 5 prints for channel 1.2: who reads 0D must know the media type.
  publicNumbers: [0x0d],
  dateTimes: ['timestamp'],
  elementContent: ['emn'],
};
