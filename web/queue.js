/** Draws the push queue as the server tells it, and sends which push is to be cancelled. Times that are to come count down. */

const byId = (id) => document.getElementById(id);

let socket;
let pushes = [];

function connect() {
  const link = byId('link');
  socket = new WebSocket(`ws://${location.host}/queue`);
  socket.addEventListener('open', () => {
    link.textContent = 'live';
    link.className = 'live';
  });
  socket.addEventListener('close', () => {
    link.textContent = 'the push proxy has ended; trying to find it again …';
    link.className = '';
    setTimeout(connect, 2000);
  });
  socket.addEventListener('message', ({ data }) => {
    const news = JSON.parse(data);
    if (news.type === 'said') byId('said').textContent = news.text;
    else {
      pushes = news.pushes;
      draw();
    }
  });
}

function draw() {
  const focused = document.activeElement?.dataset?.cancel;
  const counts = new Map();
  for (const { recipients } of pushes)
    for (const { state } of recipients) counts.set(state, (counts.get(state) ?? 0) + 1);
  byId('counts').textContent = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  byId('pushes').replaceChildren(...pushes.map(item));
  if (focused !== undefined) document.querySelector(`[data-cancel="${CSS.escape(focused)}"]`)?.focus();
}

function item(push) {
  const head = element(
    'div',
    'push',
    element('time', 'time', clock(push.received)),
    element('strong', 'id', push.pushId),
    element('span', 'facts', facts(push)),
  );
  if (push.recipients.some(({ state }) => state === 'pending')) head.append(cancelButton(push.pushId));
  return element('li', '', head, element('ul', 'recipients', ...push.recipients.map(recipient)));
}

function facts({ content, application, octets, priority, method, initiator, deliverAfter, deliverBefore }) {
  return [
    `${content} for ${application}, ${octets} octets`,
    priority === 'medium' ? '' : `${priority} priority`,
    method === 'notspecified' ? '' : method,
    initiator === undefined ? '' : `from ${initiator}`,
    deliverAfter === undefined ? '' : `not before ${clock(deliverAfter)}`,
    deliverBefore === undefined ? '' : `not after ${clock(deliverBefore)}`,
  ]
    .filter((text) => text !== '')
    .join(' · ');
}

function cancelButton(pushId) {
  const button = element('button', 'cancel', 'Cancel');
  button.type = 'button';
  button.dataset.cancel = pushId;
  button.setAttribute('aria-label', `Cancel ${pushId}`);
  button.addEventListener('click', () => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ cancel: pushId }));
  });
  return button;
}

function recipient(each) {
  const { address, state, code, desc, at, attempts, due, report, reports, reportDue } = each;
  const short = address.replace(/^WAPPUSH=/i, '').replace(/\/TYPE=.*$/i, '');
  const who = element('span', 'who', short);
  who.title = address;
  return element(
    'li',
    state,
    who,
    element('span', 'state', state),
    element('span', 'outcome', outcome(state, code, desc, at)),
    element('span', 'tries', attempts === 0 ? '' : `tried ${attempts}×`),
    due === undefined ? element('span', 'next', '') : countdown('next', due, attempts === 0 ? 'due' : 'next'),
    report === 'waits'
      ? countdown('report', reportDue, waiting(reports))
      : element('span', 'report', reportText[report]),
  );
}

const reportText = { 'not wanted': 'no report wanted', 'not yet': 'report wanted', taken: 'reported' };

function waiting(reports) {
  return reports === 0 ? 'report' : `report, ${reports} failed, again`;
}

function outcome(state, code, desc, at) {
  if (state === 'pending') return '';
  return [clock(at), code, desc].filter((part) => part !== undefined).join(' ');
}

/** A time to come, which is written anew every second. */
function countdown(className, time, words) {
  const made = element('span', className, until(time, words));
  made.dataset.time = time;
  made.dataset.words = words;
  return made;
}

function until(time, words) {
  const seconds = Math.round((time - Date.now()) / 1000);
  return seconds <= 0 ? `${words} now` : `${words} in ${duration(seconds)}`;
}

function duration(seconds) {
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** The time of day, with the date where it is another. */
function clock(time) {
  const date = new Date(time);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString('en-GB') : date.toLocaleString('en-GB');
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

setInterval(() => {
  for (const each of document.querySelectorAll('[data-time]'))
    each.textContent = until(Number(each.dataset.time), each.dataset.words);
}, 1000);

connect();
