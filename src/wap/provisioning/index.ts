/** Provisioning content as far as proxies need it: WAP-183, WAP-185 §7, WAP-187. */
export {
  type Characteristic,
  type ConnectivityDocument,
  connectivityMediaTypes,
  decodeConnectivity,
  type LogicalProxy,
  type PhysicalProxy,
  type PortBinding,
} from './document.js';
export {
  decodeNavigation,
  defaultNavigationPolicy,
  domainAllowed,
  type NavigationDocument,
  type NavigationPolicy,
  refusedBy,
} from './navigation.js';
export { decodeDomain, matchDomain, sameDomain, securityMatch, selectProxies } from './selection.js';
