/** The pages of an order: review and approve [205], and its status [238]. */
import { html } from 'hono/html';
import type { Evidence, Order, SignatureRequest } from '../model.js';
import { onPc } from '../sentences.js';
import { amount } from '../signature-request.js';
import { formToken, type Html, page, type Viewer } from './layout.js';
import { linesTable } from './shopping.js';

/** UTC to the second. */
function time(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function goesTo({ delivery }: Order): Html {
  const { name, street, postcode, city, country } = delivery;
  return html`<p>Goes to ${name}, ${street}, ${postcode} ${city}, ${country}.</p>`;
}

function cancel(viewer: Viewer, order: Order): Html {
  return html`<form method="post" action="/orders/${order.transaction}/cancel">${formToken(viewer)}
      <button class="quiet">Cancel</button></form>`;
}

/** What to check before approving: the number is the one that the phone will show. */
function reviewPage(viewer: Viewer, order: Order): Html {
  return page(
    viewer,
    'Review your order',
    html`${linesTable(order.lines, order.total)}
      ${goesTo(order)}
      <div class="card wait">
        <p>Transaction <span class="transaction">${order.transaction}</span></p>
        <p>When you approve, your phone is asked to sign. Compare this number with the one that it shows. This page waits until
          you have signed.</p>
      </div>
      <div class="actions">
        <form method="post" action="/orders/${order.transaction}/approve">${formToken(viewer)}<button>Approve</button></form>
        ${cancel(viewer, order)}
      </div>`,
  );
}

function findings(evidence: Evidence, index: number): Html {
  const verdict = evidence.verdict === 'signed' ? 'accepted' : `refused: ${evidence.verdict}`;
  return html`<section class="card ${evidence.verdict === 'signed' ? 'good' : 'bad'}">
      <h2>Signed content of ${evidence.signedContent.length} octets, ${verdict}</h2>
      <dl>
        <dt>received</dt><dd>${time(evidence.received)}</dd>
        ${evidence.signed === undefined ? '' : html`<dt>signed</dt><dd>${time(evidence.signed)}</dd>`}
        ${evidence.checks.map(({ name, ok, text }) => html`<dt>${name}</dt><dd>${ok ? '✓' : '✗'} ${text}</dd>`)}
      </dl>
      <p><a href="/orders/${evidence.transaction}/signed-content/${index + 1}">The SignedContent in base64</a></p>
    </section>`;
}

/** The status of the transaction [238], with everything that was proven. */
export function orderPage(
  viewer: Viewer,
  order: Order,
  request: SignatureRequest | undefined,
  evidence: readonly Evidence[],
): Html {
  if (order.state === 'prepared') return reviewPage(viewer, order);
  const waits = order.state === 'awaiting signature';
  const mood = order.state === 'signed' ? 'good' : waits ? 'wait' : 'bad';
  const again =
    order.repeats === 0
      ? ''
      : html`<p class="mistake" role="alert">Signed content arrived again after the order had ended, ${order.repeats}
          ${order.repeats === 1 ? 'time' : 'times'}. It was refused.</p>`;
  const next = waits
    ? html`<div class="actions"><a href="/orders/${order.transaction}">Look again</a>${cancel(viewer, order)}</div>`
    : order.state === 'signed'
      ? html`<p><a href="/">Back to the catalogue</a></p>`
      : html`<p>Nothing was bought. Your cart is as it was: <a href="/cart">back to the cart</a></p>`;
  return page(
    viewer,
    onPc[order.state],
    html`<div class="card ${mood}" role="status">
        <p>Transaction <span class="transaction">${order.transaction}</span></p>
        <p>${waits ? 'Sign it on your phone.' : order.reason}</p>
        ${again}
      </div>
      ${next}
      ${linesTable(order.lines, order.total)}
      ${goesTo(order)}
      ${request === undefined ? '' : html`<h2>What the phone was asked to sign</h2><pre>${request.text}</pre>`}
      ${evidence.map(findings)}`,
  );
}

export function ordersPage(viewer: Viewer, orders: readonly Order[]): Html {
  if (orders.length === 0) return page(viewer, 'Orders', html`<p>You have not ordered anything yet.</p>`);
  return page(
    viewer,
    'Orders',
    html`<table>
        <thead><tr><th scope="col">Transaction</th><th scope="col">Prepared</th><th scope="col">Status</th><th scope="col" class="number">Total</th></tr></thead>
        <tbody>${orders.map(
          (
            order,
          ) => html`<tr><th scope="row"><a href="/orders/${order.transaction}">${order.transaction}</a></th>
          <td>${time(order.prepared)}</td><td>${onPc[order.state]}</td><td class="number">${amount(order.total)}</td></tr>`,
        )}</tbody>
      </table>`,
  );
}
