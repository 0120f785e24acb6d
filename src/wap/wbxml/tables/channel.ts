/** The channel content format of WTA. */
import type { TokenTable } from '../document-type.js';

/** Channel 1.2: WAP-266 §8.4.1.7. */
export const channel: TokenTable = {
  name: 'CHANNEL',
  publicIds: ['-//WAPFORUM//DTD CHANNEL 1.2//EN'],
  systemIds: ['http://www.wapforum.org/DTD/channel12.dtd'],
  root: 'channel',
  mediaTypes: { text: 'text/vnd.wap.channel', binary: 'application/vnd.wap.channelc' },
  pages: {
    // biome-ignore format: a line is a printed row
    0: {
      tags: [
        [0x05, 'channel'],
        [0x06, 'title'],
        [0x07, 'abstract'],
        [0x08, 'resource'],
      ],
      attributes: [
        [0x05, 'maxspace'],
        [0x06, 'base'],
        [0x07, 'href'],
        [0x08, 'href', 'http://'],
        [0x09, 'href', 'https://'],
        [0x0a, 'lastmod'],
        [0x0b, 'etag'],
        [0x0c, 'md5'],
        [0x0d, 'success'],
        [0x0e, 'success', 'http://'],
        [0x0f, 'success', 'https://'],
        [0x10, 'failure'],
        [0x11, 'failure', 'http://'],
        [0x12, 'failure', 'https://'],
        [0x13, 'eventid'],
        [0x14, 'eventid', 'wtaev-'],
        [0x15, 'channelid'],
        [0x16, 'useraccessible'],
      ],
    },
  },
  elementContent: ['channel', 'resource'],
};

/** Channel 1.1 of the first WTA, SPEC-WTA-19990716: the number 13 had another spelling, those after it were not yet. */
export const channel11: TokenTable = {
  name: 'CHANNEL 1.1',
  publicIds: ['-//WAPFORUM//DTD CHANNEL 1.1//EN'],
  root: 'channel',
  pages: {
    // biome-ignore format: a line is a printed row
    0: {
      tags: [
        [0x05, 'channel'],
        [0x06, 'title'],
        [0x07, 'abstract'],
        [0x08, 'resource'],
      ],
      attributes: [
        [0x05, 'maxspace'],
        [0x06, 'base'],
        [0x07, 'href'],
        [0x08, 'href', 'http://'],
        [0x09, 'href', 'https://'],
        [0x0a, 'lastmod'],
        [0x0b, 'etag'],
        [0x0c, 'md5'],
        [0x0d, 'success'],
        [0x0e, 'success', 'http://'],
        [0x0f, 'success', 'https://'],
        [0x10, 'failure'],
        [0x11, 'failure', 'http://'],
        [0x12, 'failure', 'https://'],
        [0x13, 'EventId'],
      ],
    },
  },
  elementContent: ['channel', 'resource'],
};
