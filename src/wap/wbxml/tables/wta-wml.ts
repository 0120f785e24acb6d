/** WTA-WML 1.2: WAP-266 §7.2.4. All of WML, and code page 1. */
import type { TokenTable } from '../document-type.js';
import { wml } from './wml.js';

export const wtaWml: TokenTable = {
  ...wml,
  name: 'WTA-WML',
  publicIds: ['-//WAPFORUM//DTD WTA-WML 1.2//EN'],
  systemIds: ['http://www.wapforum.org/DTD/wta-wml12.dtd'],
  root: 'wta-wml',
  mediaTypes: { text: 'text/x-wap-wta-wml', binary: 'application/x-wap-wta-wmlc' },
  pages: {
    ...wml.pages,
    // Attribute names are printed with capitals, a word processor's; WML is case sensitive and knows href and type.
    // biome-ignore format: a line is a printed row
    1: {
      tags: [
        [0x3f, 'wta-wml'],
      ],
      attributes: [
        [0x05, 'href', 'wtai://'],
        [0x06, 'href', 'wtai://wp/mc;'],
        [0x07, 'href', 'wtai://wp/sd;'],
        [0x08, 'href', 'wtai://wp/ap;'],
        [0x09, 'href', 'wtai://ms/ec'],
        [0x10, 'type', 'wtaev-'],
        [0x11, 'type', 'wtaev-cc/'],
        [0x12, 'type', 'wtaev-cc/ic'],
        [0x13, 'type', 'wtaev-cc/cl'],
        [0x14, 'type', 'wtaev-cc/co'],
        [0x15, 'type', 'wtaev-cc/oc'],
        [0x16, 'type', 'wtaev-cc/cc'],
        [0x17, 'type', 'wtaev-cc/dtmf'],
        [0x20, 'type', 'wtaev-nt/'],
        [0x21, 'type', 'wtaev-nt/it'],
        [0x22, 'type', 'wtaev-nt/st'],
        [0x30, 'type', 'wtaev-pb/'],
        [0x38, 'type', 'wtaev-lg/'],
        [0x50, 'type', 'wtaev-ms/'],
        [0x51, 'type', 'wtaev-ms/ns'],
        [0x58, 'type', 'wtaev-gsm/'],
        [0x59, 'type', 'wtaev-gsm/ru'],
        [0x5a, 'type', 'wtaev-gsm/ch'],
        [0x5b, 'type', 'wtaev-gsm/ca'],
        [0x60, 'type', 'wtaev-pdc/'],
        [0x68, 'type', 'wtaev-ansi136/'],
        [0x69, 'type', 'wtaev-ansi136/ia'],
        [0x6a, 'type', 'wtaev-ansi136/if'],
        [0x70, 'type', 'wtaev-cdma/'],
      ],
    },
  },
  // §9.3: $0, $1, … are the parameters of the event.
  variables: { escaped: wml.variables?.escaped ?? [], parameters: true },
};
