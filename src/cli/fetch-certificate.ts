/** The certificate at a URL: WAP-217 §7.4.1, a plain HTTP GET. */
import { type IncomingMessage, request } from 'node:http';

/** The type of an X.509 certificate: §7.4.1. */
const CERTIFICATE_TYPE = 'application/x-x509-user-cert';

/** Milliseconds without an octet after which a server is given up. */
const PATIENCE = 10_000;

/** Certificates are below 2000 octets (WAP-211 §6.1); what is much longer is something else. */
const OCTETS_MOST = 64 * 1024;

export async function fetchCertificate(url: string): Promise<Uint8Array> {
  if (!url.startsWith('http://')) throw new Error('only http:// can be fetched');
  const response = await get(url);
  const { statusCode, headers } = response;
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (statusCode !== 200 || type.trim().toLowerCase() !== CERTIFICATE_TYPE) {
    response.destroy();
    throw new Error(`the server answers ${statusCode} with ${type || 'nothing'}`);
  }
  const octets: number[] = [];
  for await (const chunk of response) {
    octets.push(...new Uint8Array(chunk));
    if (octets.length > OCTETS_MOST) throw new Error(`more than ${OCTETS_MOST} octets`);
  }
  return Uint8Array.from(octets);
}

function get(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { Accept: CERTIFICATE_TYPE } }, resolve);
    outgoing.setTimeout(PATIENCE, () => outgoing.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
    outgoing.on('error', reject);
    outgoing.end();
  });
}
