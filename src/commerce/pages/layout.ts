/** What all pages have in common. They work without scripts; `html` escapes whatever is put into them. */
import { html } from 'hono/html';
import type { Session } from '../model.js';

/** A piece of a page. */
export type Html = ReturnType<typeof html>;

/** Who looks at the page. */
export interface Viewer {
  readonly shop: string;
  readonly session?: Session;
  /** Of the user who is logged in. */
  readonly userName?: string;
  /** Pieces in the cart. */
  readonly pieces?: number;
}

/** The hidden field that every form carries: no other site knows its value. */
export function formToken(viewer: Viewer): Html {
  return html`<input type="hidden" name="formToken" value="${viewer.session?.formToken ?? ''}">`;
}

function pieces(count: number): string {
  return count === 0 ? 'Cart' : `Cart (${count})`;
}

function navigation(viewer: Viewer): Html {
  if (viewer.userName === undefined) return html`<nav aria-label="Shop"><a href="/login">Log in</a></nav>`;
  return html`<nav aria-label="Shop">
      <a href="/">Catalogue</a> <a href="/cart">${pieces(viewer.pieces ?? 0)}</a> <a href="/orders">Orders</a>
      <form method="post" action="/logout">${formToken(viewer)}<span>${viewer.userName}</span>
        <button class="quiet">Log out</button></form>
    </nav>`;
}

/** A whole page. */
export function page(viewer: Viewer, title: string, body: Html): Html {
  return html`<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · ${viewer.shop}</title>
    <link rel="stylesheet" href="/style.css">
    <link rel="icon" href="data:,">
  </head>
  <body>
    <a class="skip" href="#content">To the content</a>
    <header><a class="name" href="/">${viewer.shop}</a>${navigation(viewer)}</header>
    <main id="content">
      <h1>${title}</h1>
      ${body}
    </main>
    <footer>Prepared on your PC, signed on your phone.</footer>
  </body>
</html>`;
}

/** A page that says one thing and leads on. */
export function notice(viewer: Viewer, title: string, text: string, next: string, label: string): Html {
  return page(viewer, title, html`<p>${text}</p><p><a href="${next}">${label}</a></p>`);
}
