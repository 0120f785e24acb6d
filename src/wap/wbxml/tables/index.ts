/** The document types that are known. */
import { type DocumentType, documentType, type TokenTable } from '../document-type.js';
import { channel, channel11 } from './channel.js';
import { co } from './co.js';
import { emn } from './emn.js';
import { provisioning } from './provisioning.js';
import { si } from './si.js';
import { sl } from './sl.js';
import { uaprof } from './uaprof.js';
import { wml, wml10 } from './wml.js';
import { wtaEvent } from './wta-event.js';
import { wtaWml } from './wta-wml.js';

/** All of them; where two claim one identifier the first has it. */
export const tokenTables: readonly TokenTable[] = [
  wml,
  wml10,
  wtaWml,
  si,
  sl,
  co,
  channel,
  channel11,
  provisioning,
  wtaEvent,
  emn,
  uaprof,
];

const byPublicId = new Map<string, TokenTable>();
const byMediaType = new Map<string, TokenTable>();
const byRoot = new Map<string, TokenTable>();
const byName = new Map<string, TokenTable>();
for (const table of tokenTables) {
  for (const id of table.publicIds) if (!byPublicId.has(id)) byPublicId.set(id, table);
  for (const media of table.mediaTypes ? [table.mediaTypes.text, table.mediaTypes.binary] : []) {
    if (!byMediaType.has(media)) byMediaType.set(media, table);
  }
  if (!byRoot.has(table.root)) byRoot.set(table.root, table);
  byName.set(table.name.toLowerCase(), table);
}

const found = (table: TokenTable | undefined): DocumentType | undefined => table && documentType(table);

/** `-//WAPFORUM//DTD WML 1.3//EN`. */
export function documentTypeByPublicId(publicId: string): DocumentType | undefined {
  return found(byPublicId.get(publicId));
}

/** The media type of either form, without parameters: `application/vnd.wap.sic`. */
export function documentTypeByMediaType(mediaType: string): DocumentType | undefined {
  return found(byMediaType.get(mediaType.toLowerCase()));
}

/** The name of the document element. */
export function documentTypeByRoot(name: string): DocumentType | undefined {
  return found(byRoot.get(name));
}

/** The name of a token table, in any case: `wta-wml`. */
export function documentTypeByName(name: string): DocumentType | undefined {
  return found(byName.get(name.toLowerCase()));
}
