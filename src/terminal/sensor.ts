/** A sensor on the handset, whose captures may stand in for a PIN [213]: a plug-in, and a simulated one. */
import { type Random, randomBelow } from '../wap/random.js';

/** What captures something of the user. A real one takes its time. */
export interface BiometricSensor {
  /** Asks for a capture; `done` is called once, then or later. Nothing: nobody touched it. */
  capture(done: (sample: Uint8Array | undefined) => void): void;
}

export interface SimulatedSensorOptions {
  readonly random: Random;
  /** The pattern of the finger that lies on it: `newFinger`. */
  readonly finger: Uint8Array;
  /** The finger that is enrolled, for captures that are mistaken for it. */
  readonly enrolled?: Uint8Array;
  /** How many captures of 1000 are spoilt, so that the right finger is refused. */
  readonly falseRejects?: number;
  /** How many captures of 1000 come out as the enrolled finger, whoever touches. */
  readonly falseAccepts?: number;
}

/** Features of 1000 that any capture gets wrong. */
const NOISE = 60;

/** Features of 1000 that a spoilt capture gets wrong: half of them would be pure chance. */
const SPOILT = 450;

/** Captures a finger as a cheap sensor does: never twice the same. */
export function simulatedSensor(options: SimulatedSensorOptions): BiometricSensor {
  const { random, finger, enrolled = finger, falseRejects = 0, falseAccepts = 0 } = options;
  const happens = (of1000: number): boolean => of1000 > 0 && randomBelow(random, 1000) < of1000;
  return {
    capture(done) {
      const spoilt = happens(falseRejects);
      const seen = happens(falseAccepts) ? enrolled : finger;
      const wrong = spoilt ? SPOILT : NOISE;
      done(
        seen.map((octet) =>
          [0, 1, 2, 3, 4, 5, 6, 7].reduce((it, bit) => (happens(wrong) ? it ^ (1 << bit) : it), octet),
        ),
      );
    },
  };
}
