/** Certificates and SignedContent: WAP-161 §6, WAP-211, WAP-261 §10.5.2. */
export { generateEcKey, generateRsaKey, type PrivateKey, type PublicKey, pem } from '../crypto.js';
export {
  acceptHashedCaInfo,
  decodeHashedCaInfo,
  decodeRollover,
  decodeSignedCaInfo,
  displayHash,
  encodeHashedCaInfo,
  encodeRollover,
  encodeSignedCaInfo,
  faultInSignedCaInfo,
  followRollover,
  type HashedCaInfo,
  type SignedCaInfo,
  signCaInfo,
} from './ca-information.js';
export { type CertResponse, decodeCertResponse, encodeCertResponse } from './cert-response.js';
export { type CertificateEntry, encodeCertificateEntry, readCertificateEntry } from './certificate-entry.js';
export { certificateUrl, isCertificateAt, readCertificateUrl } from './certificate-url.js';
export { type Chain, findChain } from './chain.js';
export {
  type CheckCountersignatureRequest,
  COUNTERSIGNATURE_META,
  type CountersignRequest,
  checkCountersignature,
  countersign,
} from './countersignature.js';
export { curveByNumber, curveByOid, curves } from './curves.js';
export {
  type Authority,
  type AuthorityOptions,
  createAuthority,
  type IssueRequest,
  issueCertificate,
  type Profile,
  validity,
} from './issue.js';
export {
  decodePrivateKeyInfo,
  decodePublicKeyInfo,
  encodePrivateKeyInfo,
  encodePublicKeyInfo,
  equalKeys,
  keyHash,
} from './keys.js';
export { attributeOf, decodeName, formatName, type Name, parseName } from './name.js';
export { type FromPkcs7, fromPkcs7, type Pkcs7Parts, toPkcs7 } from './pkcs7.js';
export {
  type CertificationRequest,
  certificationRequestText,
  createCertificationRequest,
  decodeCertificationRequest,
  readCertificationRequestText,
  readShortLivedResponse,
  readWtlsCertificateText,
  wtlsCertificateText,
} from './pkcs10.js';
export {
  proveRegistration,
  publishedCertificate,
  type RegistrationFields,
  type RegistrationProof,
  type RegistrationRequest,
  registrationText,
} from './registration.js';
export {
  decodeSealedText,
  encodeSealedText,
  isSealedString,
  openSealedText,
  parseSealedString,
  type SealedText,
  sealedString,
  sealText,
} from './sealing.js';
export {
  type AuthenticatedAttribute,
  type ContentInfo,
  decodeSignedContent,
  encodeSignedContent,
  type Signature,
  type SignedContent,
  type SignerInfo,
  signedAttributes,
} from './signed-content.js';
export { characterSets, decodeText, encodeText } from './text.js';
export {
  type Check,
  type CheckName,
  type Verdict,
  type VerifyRequest,
  verifySignedContent,
} from './verify.js';
export {
  decodeWtlsCertificate,
  encodeWtlsCertificate,
  formatIdentifier,
  type Identifier,
  issueWtlsCertificate,
  isWtlsSignedBy,
  publicKeyOf,
  textIdentifier,
  verifyWtlsChain,
  type WtlsCertificate,
  type WtlsTrust,
} from './wtls-certificate.js';
export { type Certificate, decodeCertificate, displayName, isSignedBy, serialText } from './x509.js';
