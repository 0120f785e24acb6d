/** The commerce server: EP 1 161 055 A2's commercial-like site [430] with its directory [300] and signing servlet [220]. */
export { type CallOptions, callSubmitter } from './call.js';
export { type ShopConfig, shopConfig } from './config-schema.js';
export { type Directory, type IdentificationRecord, isTelephoneNumber } from './directory.js';
export { type Observe, type Step, type StoryEvent, steps } from './events.js';
export { type LdapOptions, ldapDirectory } from './ldap-directory.js';
export {
  type Check,
  type Delivery,
  type Ending,
  type Evidence,
  endings,
  type Line,
  type Order,
  type OrderState,
  type Product,
  type SignatureRequest,
  type User,
} from './model.js';
export {
  type ChannelOrder,
  channelSubmitter,
  type PpgOptions,
  type PushOrder,
  type PushSubmitter,
  ppgSubmitter,
  pushSubmission,
  type Submitted,
} from './push.js';
export { type SeedUser, seedShop } from './seed.js';
export { type Shop, type ShopOptions, startShop } from './server.js';
export { CALL_CHANNEL, callChannel } from './services.js';
export { type ShopPages, type ShopParts, shop } from './shop.js';
export { openStore, type Store, storeDirectory } from './store.js';
export { systemTimers, type Timers } from './timers.js';
