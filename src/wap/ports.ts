/** Registered port numbers: WAP-259-WDP Appendix B. WTA has no port without WTLS (WAP-266 §5.2). */
export const ports = {
  wtaSecureConnectionless: 2805,
  wtaSecureSession: 2923,
  push: 2948,
  pushSecure: 2949,
  connectionless: 9200,
  session: 9201,
  secureConnectionless: 9202,
  secureSession: 9203,
} as const;

/** Where each service listens. */
export type Ports = { readonly [service in keyof typeof ports]: number };

/**
 * The ports of a stack that is moved away from the registered ones, so that several fit on one machine:
 * N … N+3 the sessions, N+4 … N+7 push, secure push, WTA connectionless, WTA session. 9200 gives the registered ones.
 */
export function portsFrom(base: number): Ports {
  if (base === ports.connectionless) return ports;
  return {
    connectionless: base,
    session: base + 1,
    secureConnectionless: base + 2,
    secureSession: base + 3,
    push: base + 4,
    pushSecure: base + 5,
    wtaSecureConnectionless: base + 6,
    wtaSecureSession: base + 7,
  };
}
