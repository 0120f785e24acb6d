/** Datagrams over a bearer that has ports of its own: WAP-259-WDP §5.3, §6.2. */
import type { Endpoint } from '../address.js';
import { UsageError } from '../errors.js';
import type { Layer } from '../layer.js';
import type { Datagram, DatagramIndication, DatagramRequest, FromBearer } from './primitives.js';

export type Wdp = Layer<DatagramRequest, DatagramIndication, FromBearer, Datagram>;

/**
 * On UDP, WDP is UDP and adds no octet (§6.2): a datagram is its user data.
 * @param port the one that this stack serves: what is for another is not delivered
 */
export function wdp({ port }: Pick<Endpoint, 'port'>): Wdp {
  return {
    name: 'WDP',
    fromAbove({ source, destination, userData }) {
      if (source.port !== port) throw new UsageError(`port ${source.port} is not the one served, ${port}`);
      return [{ down: { type: 'Datagram', source, destination, octets: userData } }];
    },
    fromBelow(received) {
      const ours = received.type === 'Datagram' ? received.destination : received.source;
      if (ours.port !== port) {
        const text = `a datagram for port ${ours.port} came to the stack that serves ${port}`;
        return [{ manage: { type: 'WrongPort', layer: 'WDP', text } }];
      }
      if (received.type === 'Undelivered') {
        const { source, destination, error } = received;
        return [{ up: { type: 'T-DError.ind', source, destination, error } }];
      }
      const { source, destination, octets } = received;
      return [{ up: { type: 'T-DUnitdata.ind', source, destination, userData: octets } }];
    },
    expired: () => [],
  };
}
