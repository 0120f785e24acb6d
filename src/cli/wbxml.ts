/** `wapstack wbxml encode|decode`: XML to WAP binary XML and back. */
import { Command } from 'commander';
import { UsageError } from '../wap/errors.js';
import { decodeUtf8 } from '../wap/octets.js';
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
import { about, readInput, writeOutput } from './files.js';

interface Options {
  readonly output?: string;
  readonly charset?: string;
  readonly doctype?: string;
}

const doctypeHelp = `${tokenTables.map(({ name }) => name.toLowerCase()).join(', ')}; a public identifier; a media type; or a JSON file with a token table`;

export { readInput } from './files.js';

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
    const octets = await readInput(file);
    const encoded = about(file, () => xmlToWbxml(xmlText(octets), { charset, ...(type && { type }) }));
    await writeOutput(output, encoded);
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
    const options = { ...(charset && { charset }), ...(type && { type }) };
    await writeOutput(
      output,
      about(file, () => wbxmlToXml(octets, options)),
    );
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
  const json = decodeUtf8(await readInput(name));
  if (json === undefined) throw new UsageError(`${name} is not UTF-8`);
  try {
    return documentType(parseTokenTable(json));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${name}: ${error.message}`, { cause: error });
  }
}
