/**
 * A biometric verifier in place of a PIN: EP 1 161 055 A2, claim 7. The card itself compares what a sensor captured with
 * what was enrolled, and counts on its own; a match opens what the PIN opens, and no more. How two captures are compared
 * is a plug-in.
 */
import type { Random } from '../random.js';

/** Compares captures: the part of a verifier that knows what a finger, a face or a voice is. */
export interface BiometricMatcher {
  /** From 0, nothing in common, to 1000, the same. It has to take any octets. */
  score(enrolled: Uint8Array, sample: Uint8Array): number;
}

/** What a person is enrolled with. */
export interface Enrolment {
  readonly template: Uint8Array;
  /** The least score that is a match. */
  readonly threshold?: number;
}

/** A capture fits the data of one VERIFY. */
export const SAMPLE_MOST = 255;

/** Captures that do not match before only the PIN helps: fingers are damp more often than PINs are forgotten. */
export const BIOMETRIC_TRIES = 5;

/** Octets of a pattern: 256 features of a finger, each there or not. */
export const PATTERN_OCTETS = 32;

/** Two fingers agree in half of their features by chance, which is score 0; one in 104 million pairs gets so far. */
export const MATCH_THRESHOLD = 350;

/** For patterns of features: the share in which two agree, beyond what chance would give. */
export const patternMatcher: BiometricMatcher = {
  score(enrolled, sample) {
    if (enrolled.length !== sample.length || enrolled.length === 0) return 0;
    let different = 0;
    enrolled.forEach((octet, at) => {
      for (let bits = octet ^ (sample[at] ?? 0); bits > 0; bits >>= 1) different += bits & 1;
    });
    return Math.max(0, Math.round(1000 * (1 - (2 * different) / (8 * enrolled.length))));
  },
};

/** A finger that nobody has. */
export function newFinger(random: Random): Uint8Array {
  return random.octets(PATTERN_OCTETS).slice();
}
