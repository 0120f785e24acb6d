/** Below npx one Ctrl-C arrives twice, from the terminal and from npm: within so many ms it is taken for the same one. */
const SAME_SIGNAL = 1000;

/** Resolves when somebody ends the command: SIGINT (Ctrl-C) or SIGTERM. Another signal later ends it at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      setTimeout(() => {
        process.off('SIGINT', stop);
        process.off('SIGTERM', stop);
      }, SAME_SIGNAL).unref();
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
