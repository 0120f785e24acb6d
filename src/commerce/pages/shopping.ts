/** The pages of the preparation phase [240]: log in, browse [233], cart, order form [234]. */
import { html } from 'hono/html';
import { francs } from '../catalogue.js';
import type { Cents, Delivery, Line, Product } from '../model.js';
import { amount } from '../signature-request.js';
import { formToken, type Html, page, type Viewer } from './layout.js';

/** Euros, and francs while people still think in them. */
export function price(cents: Cents): Html {
  return html`<span class="price">€ ${amount(cents)} <span class="francs">${amount(francs(cents))} F</span></span>`;
}

/** The request for authentication [231]. */
export function loginPage(viewer: Viewer, userId: string, mistake: string): Html {
  const said = mistake === '' ? '' : html`<p class="mistake" role="alert">${mistake}</p>`;
  return page(
    viewer,
    'Log in',
    html`<form method="post" action="/login" class="card">
        ${formToken(viewer)}${said}
        <label for="userId">User</label>
        <input id="userId" name="userId" value="${userId}" autocomplete="username" required maxlength="64">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256">
        <p class="actions"><button>Log in</button></p>
      </form>`,
  );
}

function putInCart(viewer: Viewer, product: Product): Html {
  return html`<form method="post" action="/cart" class="buy">
      ${formToken(viewer)}<input type="hidden" name="productId" value="${product.id}">
      ${price(product.price)} <button aria-label="Put ${product.name} into the cart">Into the cart</button>
    </form>`;
}

export function cataloguePage(viewer: Viewer, products: readonly Product[]): Html {
  return page(
    viewer,
    'Catalogue',
    html`<ul class="shelf">
        ${products.map(
          (product) => html`<li>
          <h2><a href="/products/${product.id}">${product.name}</a></h2>
          <p>${product.description}</p>
          ${putInCart(viewer, product)}
        </li>`,
        )}
      </ul>`,
  );
}

export function productPage(viewer: Viewer, product: Product): Html {
  return page(
    viewer,
    product.name,
    html`<div class="card"><p>${product.description}</p>${putInCart(viewer, product)}</div>
      <p><a href="/">Back to the catalogue</a></p>`,
  );
}

/** What is bought, for every page that shows it. */
export function linesTable(lines: readonly Line[], total: Cents): Html {
  return html`<table>
      <thead><tr><th scope="col">Product</th><th scope="col" class="number">Pieces</th><th scope="col" class="number">Each</th><th scope="col" class="number">Together</th></tr></thead>
      <tbody>${lines.map(
        (line) => html`<tr><td>${line.name}</td><td class="number">${line.quantity}</td>
          <td class="number">${amount(line.price)}</td><td class="number">${amount(line.price * line.quantity)}</td></tr>`,
      )}</tbody>
      <tfoot><tr><th scope="row" colspan="3">Total</th><td class="number">${price(total)}</td></tr></tfoot>
    </table>`;
}

export function cartPage(viewer: Viewer, lines: readonly Line[], total: Cents): Html {
  if (lines.length === 0)
    return page(viewer, 'Cart', html`<p>Your cart is empty. <a href="/">To the catalogue</a></p>`);
  return page(
    viewer,
    'Cart',
    html`<form method="post" action="/cart/quantities">${formToken(viewer)}
        <table>
          <caption>Change a number to 0 to take the product out.</caption>
          <thead><tr><th scope="col">Product</th><th scope="col">Pieces</th><th scope="col" class="number">Each</th></tr></thead>
          <tbody>${lines.map(
            (line) => html`<tr><th scope="row">${line.name}</th>
              <td><input type="number" name="${line.productId}" value="${line.quantity}" min="0" max="99" aria-label="Pieces of ${line.name}"></td>
              <td class="number">${amount(line.price)}</td></tr>`,
          )}</tbody>
          <tfoot><tr><th scope="row" colspan="2">Total</th><td class="number">${price(total)}</td></tr></tfoot>
        </table>
        <p class="actions"><button class="quiet">Update the cart</button></p>
      </form>
      <p class="actions"><a class="button" href="/order">To the order form</a></p>`,
  );
}

/** The contracting and extension states that the patent application designates, in the order of its front page. */
// biome-ignore format: a line is a row of the list
export const countries = [
  'Austria', 'Belgium', 'Switzerland', 'Cyprus', 'Germany', 'Denmark', 'Spain', 'Finland', 'France', 'United Kingdom',
  'Greece', 'Ireland', 'Italy', 'Liechtenstein', 'Luxembourg', 'Monaco', 'Netherlands', 'Portugal', 'Sweden', 'Turkey',
  'Albania', 'Lithuania', 'Latvia', 'North Macedonia', 'Romania', 'Slovenia',
] as const;

/** The text fields of the order form. */
export const deliveryFields = [
  { field: 'name', label: 'Name', autocomplete: 'name' },
  { field: 'street', label: 'Street and number', autocomplete: 'street-address' },
  { field: 'postcode', label: 'Postcode', autocomplete: 'postal-code' },
  { field: 'city', label: 'City', autocomplete: 'address-level2' },
] as const satisfies readonly { field: keyof Delivery; label: string; autocomplete: string }[];

/** What is wrong with a field of the form, for a person to read. */
export type Mistakes = { readonly [field in keyof Delivery]?: string };

/** The order form [234]. */
export function orderFormPage(viewer: Viewer, delivery: Delivery, mistakes: Mistakes): Html {
  const field = ({ field, label, autocomplete }: (typeof deliveryFields)[number]) => {
    const mistake = mistakes[field];
    const wrong = mistake === undefined ? '' : html` aria-invalid="true" aria-describedby="${field}-mistake"`;
    const said =
      mistake === undefined ? '' : html`<p class="mistake" id="${field}-mistake" role="alert">${mistake}</p>`;
    return html`<label for="${field}">${label}</label>
        <input id="${field}" name="${field}" value="${delivery[field]}" autocomplete="${autocomplete}" required maxlength="80"${wrong}>${said}`;
  };
  const country = (name: string) =>
    name === delivery.country ? html`<option selected>${name}</option>` : html`<option>${name}</option>`;
  return page(
    viewer,
    'Order form',
    html`<form method="post" action="/order" class="card">${formToken(viewer)}
        <h2>Where do the goods go?</h2>
        ${deliveryFields.map(field)}
        <label for="country">Country</label>
        <select id="country" name="country" autocomplete="country-name">${countries.map(country)}</select>
        <p class="actions"><button>Review the order</button></p>
      </form>`,
  );
}
