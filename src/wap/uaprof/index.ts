/** WAP-248-UAProf: what a terminal is and can, for those who make content. */
export {
  checkProfile,
  decodeProfile,
  encodeProfile,
  formatProfile,
  type MergedProfile,
  mergeProfiles,
  normalized,
  normalizeProfile,
  type Profile,
  type ProfileComponent,
  type ProfileValue,
  profileXml,
} from './profile.js';
export {
  type ComponentName,
  type Container,
  checkSchema,
  formatSchema,
  type Resolution,
  type ValueType,
  vocabulary,
} from './schema.js';
