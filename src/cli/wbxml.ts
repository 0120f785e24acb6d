/** `wapstack wbxml encode|decode`: XML to WAP binary XML and back. */
import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { UsageError } from '../wap/errors.js';
import {
  charsetByName,
  type DocumentType,
  documentType,
  documentTypeByMediaType,
  documentTypeByName,
  documentTypeByPublicId,
  parseTokenTable,
  tokenTables,
  wbxmlToXml,
  xmlText,
  xmlToWbxml,
} from '../wap/wbxml/index.js';

interface Options {
  readonly output?: string;
  readonly charset?: string;
  readonly doctype?: string;
}

const doctypeHelp = `${tokenTables.map(({ name }) => name.toLowerCase()).join(', ')}; a public identifier; a media type; or a JSON file with a token table`;

export const wbxml = new Command('wbxml').description('XML to WAP binary XML and back');

wbxml
  .command('encode')
  .description('XML text to WBXML')
  .argument('[file]', 'XML; - or nothing: standard input', '-')
  .option('-o, --output <file>', 'where the result goes; else to standard output')
  .option('--charset <name>', 'character encoding of the result', 'utf-8')
  .option('--doctype <type>', `document type, where the DOCTYPE is not to decide: ${doctypeHelp}`)
  .action(async (file: string, { output, charset = 'utf-8', doctype }: Options) => {
    checkCharset(charset);
    const type = await findDocumentType(doctype);
    const source = xmlText(await readInput(file));
    await writeOutput(output, xmlToWbxml(source, { charset, ...(type && { type }) }));
  });

wbxml
  .command('decode')
  .description('WBXML to XML text')
  .argument('[file]', 'WBXML; - or nothing: standard input', '-')
  .option('-o, --output <file>', 'where the result goes; else to standard output')
  .option('--charset <name>', 'character encoding of documents that name none themselves')
  .option('--doctype <type>', `document type, where the document is not to decide: ${doctypeHelp}`)
  .action(async (file: string, { output, charset, doctype }: Options) => {
    if (charset !== undefined) checkCharset(charset);
    const type = await findDocumentType(doctype);
    const octets = await readInput(file);
    await writeOutput(output, wbxmlToXml(octets, { ...(charset && { charset }), ...(type && { type }) }));
  });

function checkCharset(name: string): void {
  if (charsetByName(name) === undefined) throw new UsageError(`character encoding ${name} is not supported`);
}

async function findDocumentType(name: string | undefined): Promise<DocumentType | undefined> {
  if (name === undefined) return undefined;
  const known = documentTypeByName(name) ?? documentTypeByPublicId(name) ?? documentTypeByMediaType(name);
  if (known !== undefined) return known;
  if (!name.endsWith('.json'))
    throw new UsageError(`there is no document type ${name}; known are ${doctypeHelp}`);
  return documentType(parseTokenTable(await readFile(name, 'utf8')));
}

/** The octets of a file, or of standard input where it is called `-`. */
export async function readInput(file: string): Promise<Uint8Array> {
  if (file !== '-') return readFile(file);
  const parts: Uint8Array[] = [];
  for await (const part of process.stdin) parts.push(part);
  return Buffer.concat(parts);
}

async function writeOutput(file: string | undefined, data: Uint8Array | string): Promise<void> {
  if (file !== undefined && file !== '-') await writeFile(file, data);
  else await new Promise<void>((resolve) => process.stdout.write(data, () => resolve()));
}
