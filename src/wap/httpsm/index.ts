/** WAP-223-HTTPSM: cookies of user agents and of those who keep them for user agents. */
export {
  type Cookie,
  type CookieRoom,
  type CookieUrl,
  cookiesFor,
  cookieValue,
  parseSetCookie,
  storeCookie,
} from './cookies.js';
