/** The one door to cryptographic libraries: whoever needs a primitive gets it here. */

export { sha256 } from '@noble/hashes/sha2.js';
