/** Draws what the server tells over the WebSocket, and sends the keys that are pressed. It decides nothing itself. */

const byId = (id) => document.getElementById(id);
const ROWS = 6;
/** More messages than this make a page slow; the capture file has them all. */
const MESSAGES_MAX = 2000;

const link = byId('link');
let socket;
/** Titles of the story's chapters, and the one that was told last. */
let titles = [];
let chapter;

function connect() {
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.addEventListener('open', () => {
    link.textContent = 'live';
    link.className = 'live';
    byId('messages').replaceChildren();
    byId('steps').replaceChildren();
    chapter = undefined;
  });
  socket.addEventListener('close', () => {
    link.textContent = 'the demonstration has ended; trying to find it again …';
    link.className = '';
    setTimeout(connect, 2000);
  });
  socket.addEventListener('message', ({ data }) => {
    const news = JSON.parse(data);
    receivers[news.type]?.(news);
  });
}

const receivers = {
  hello({ shopUrl, login, card, chapters }) {
    const shop = byId('shop');
    if (shop.src !== shopUrl) shop.src = shopUrl;
    byId('shop-link').href = shopUrl;
    byId('login').replaceChildren(...words(login));
    byId('card').replaceChildren(...words(card));
    titles = chapters ?? [];
  },
  screen({ screen }) {
    byId('screen').className = screen.trusted ? 'trusted' : '';
    byId('envelope').textContent = screen.messages ? `✉ ${screen.messages}` : '';
    byId('lock').textContent = screen.wtlsClass ? `🔒 ${screen.wtlsClass}` : '';
    byId('lock').title = screen.wtlsClass ? `came over WTLS, class ${screen.wtlsClass}` : '';
    byId('typing').textContent = screen.typing ?? '';
    byId('screen-title').textContent = screen.title;
    byId('soft-left').textContent = screen.left;
    byId('soft-right').textContent = screen.right;
    const shown = screen.lines.slice(screen.top, screen.top + ROWS);
    byId('screen-lines').replaceChildren(...shown.map(line));
    const { style } = byId('scrollbar').firstElementChild;
    const all = Math.max(ROWS, screen.lines.length);
    byId('scrollbar').hidden = screen.lines.length <= ROWS;
    style.top = `${(100 * screen.top) / all}%`;
    style.height = `${(100 * ROWS) / all}%`;
  },
  message({ message }) {
    const list = byId('messages');
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(item(message));
    while (list.childElementCount > MESSAGES_MAX) list.firstElementChild.remove();
    byId('count').textContent = `${message.number} messages`;
    if (atEnd) list.scrollTop = list.scrollHeight;
  },
  story({ step }) {
    const steps = byId('steps');
    const atEnd = steps.scrollHeight - steps.scrollTop - steps.clientHeight < 40;
    if (step.chapter !== undefined && step.chapter !== chapter) {
      chapter = step.chapter;
      steps.append(element('li', 'chapter', `${chapter}. ${titles[chapter - 1] ?? 'Before the story'}`));
    }
    const entry = element('li', '', element('span', 'signs', signs(step.signs)), ` ${step.text}`);
    if (step.octets) entry.append(element('span', 'octets', ` (${step.octets} octets)`));
    if (step.checks?.length) {
      const failed = step.checks.filter((check) => !check.ok).length;
      const checks = step.checks.map((check) =>
        element('li', check.ok ? 'ok' : 'failed', `${check.name}: ${check.text}`),
      );
      const verdict =
        failed === 0 ? `all ${checks.length} checks passed` : `${failed} of ${checks.length} checks failed`;
      const details = element(
        'details',
        failed === 0 ? 'passed' : 'failed',
        element('summary', '', verdict),
        element('ul', 'checks', ...checks),
      );
      details.open = failed > 0;
      entry.append(details);
    }
    steps.append(entry);
    if (atEnd) steps.scrollTop = steps.scrollHeight;
  },
};

function signs(numbers) {
  return numbers.length === 0 ? '' : `[${numbers.join(', ')}]`;
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Text in which `…` marks what can be typed. */
function words(text) {
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : element('code', '', part)));
}

function line({ spans, align }) {
  const drawn = spans.map((span) => {
    const looks = ['bold', 'italic', 'underline', 'focused'].filter((look) => span[look]);
    return element('span', looks.join(' '), span.text);
  });
  return element('div', align ?? '', ...drawn);
}

function item(message) {
  const summary = element(
    'summary',
    '',
    element('span', 'time', (message.at / 1000).toFixed(2)),
    element('span', 'way', `${message.from} → ${message.to}`),
    element('span', 'what', message.summary),
    element('span', 'octets', `${message.octets}`),
  );
  summary.title = `${message.octets} octets`;
  const details = element('details', '', summary);
  // The detail can be long: it is put there when somebody looks.
  details.addEventListener('toggle', () => {
    if (details.childElementCount === 1) details.append(element('pre', '', message.detail));
  });
  return element('li', `${message.kind}${message.malformed ? ' bad' : ''}`, details);
}

function send(pressed) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'key', ...pressed }));
}

/** A key of the keyboard: by its name, or the character that it types. */
function press(key) {
  send({ key });
}

for (const button of document.querySelectorAll('.keys button')) {
  const { key, text } = button.dataset;
  // A digit of the keypad has letters on it as well; one of a keyboard has not.
  button.addEventListener('click', () => send(key === undefined ? { digit: text } : { key }));
}

for (const box of document.querySelectorAll('#kinds input')) {
  box.addEventListener('change', () =>
    byId('messages').classList.toggle(`no-${box.dataset.kind}`, !box.checked),
  );
}

const keyboard = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Enter: 'select',
  Escape: 'back',
  Backspace: 'clear',
  Delete: 'clear',
  F1: 'softLeft',
  F2: 'softRight',
  End: 'end',
};

byId('handset').addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // A focused button is pressed by the browser itself.
  if (event.key === 'Enter' && event.target instanceof HTMLButtonElement) return;
  const key = keyboard[event.key] ?? (event.key.length === 1 ? event.key : undefined);
  if (key === undefined) return;
  event.preventDefault();
  flash(key);
  press(key);
});

/** Shows on the drawn key which one was pressed. */
function flash(key) {
  const button = document.querySelector(
    `.keys [data-key="${CSS.escape(key)}"], .keys [data-text="${CSS.escape(key)}"]`,
  );
  if (button === null) return;
  button.classList.add('pressed');
  setTimeout(() => button.classList.remove('pressed'), 120);
}

connect();
