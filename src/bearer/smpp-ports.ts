/** Several stacks at one telephone number: short messages have no port of their own, so each stack sees all of them (WAP-259-WDP §6.3). */
import { UsageError } from '../wap/errors.js';
import type { FromBearer, SmsOptions } from '../wap/wdp/index.js';
import type { Bearer } from './bearer.js';

/** A port at the number. Closing it leaves the number to the others. */
export interface SmsPort extends Bearer {
  /** What the stack on top has to know of its neighbours. */
  readonly sms: Omit<SmsOptions, 'local'>;
}

export interface SmsNumber {
  /** Takes a port; it must not be taken. */
  port(port: number): SmsPort;
}

/**
 * @param bearer one that carries short messages
 * @param long whether segments have long references, as those of fixed devices must (§6.3.2)
 */
export function smsNumber(bearer: Bearer, long: boolean): SmsNumber {
  const ports = new Map<number, (received: FromBearer) => void>();
  bearer.onDatagram((received) => {
    for (const receive of [...ports.values()]) receive(received);
  });
  return {
    port(port) {
      if (ports.has(port)) throw new UsageError(`port ${port} of ${bearer.local.address} is taken`);
      ports.set(port, () => undefined);
      // One stack speaks for the node (echoes, unreachable ports): the first.
      const control = ports.size === 1;
      return {
        local: { ...bearer.local, port },
        sms: { long, control, listens: (other) => ports.has(other) },
        send: (datagram) => bearer.send(datagram),
        onDatagram(receive) {
          ports.set(port, receive);
        },
        async close() {
          ports.delete(port);
        },
      };
    },
  };
}
