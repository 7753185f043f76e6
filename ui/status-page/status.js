// The status page: reads the API every two seconds and shows what is live and what is being tried.
const everyMs = 2_000;
const modelsElement = document.getElementById('models');
const connectionElement = document.getElementById('connection');
const loginElement = document.getElementById('login');
let token = sessionStorage.getItem('serin-token');
let shown = '';

loginElement.addEventListener('submit', (event) => {
  event.preventDefault();
  token = new FormData(loginElement).get('token');
  sessionStorage.setItem('serin-token', token);
  void refresh();
});

await refresh();
setInterval(refresh, everyMs);

async function refresh() {
  let response;
  try {
    response = await ask('/api/v1/models');
    if (response.status === 401) return askForToken();
    const { models } = await response.json();
    loginElement.hidden = true;
    say(`Live, updated ${new Date().toLocaleTimeString()}`, false);
    show(models);
  } catch {
    say('No connection to the server; trying again', true);
  }
}

function askForToken() {
  loginElement.hidden = false;
  modelsElement.replaceChildren();
  shown = '';
  say(token === null ? 'A token is needed' : 'This token is not the right one', token !== null);
}

function show(models) {
  // Redrawn only when something changed, so that a text that is being selected stays selected.
  const now = JSON.stringify(models);
  if (now === shown) return;
  shown = now;
  modelsElement.replaceChildren(
    ...(models.length === 0
      ? [element('p', { class: 'note' }, 'No model is served yet.')]
      : models.map(modelCard)),
  );
}

function modelCard(model) {
  const { name, stable, canary, weight, problem } = model;
  const card = element('section', { class: 'model', 'aria-label': name });
  card.append(
    element(
      'h2',
      {},
      name,
      ...(model.is_default ? [element('span', { class: 'tag' }, 'default')] : []),
    ),
  );
  if (problem !== null) {
    card.append(element('p', { class: 'note bad' }, `Not served: ${problem}`));
    return card;
  }
  const canaryPercent = canary === null ? 0 : weight;
  card.append(splitBar(canaryPercent), armsTable(stable, canary, canaryPercent));
  if (model.verdict !== null) card.append(verdictLine(model.verdict));
  card.append(...notes(model));
  return card;
}

function splitBar(canaryPercent) {
  const svg = 'http://www.w3.org/2000/svg';
  const bar = document.createElementNS(svg, 'svg');
  bar.setAttribute('class', 'split');
  bar.setAttribute('viewBox', '0 0 100 6');
  bar.setAttribute('preserveAspectRatio', 'none');
  bar.setAttribute('role', 'img');
  bar.setAttribute('aria-label', `${100 - canaryPercent}% stable, ${canaryPercent}% canary`);
  const parts = [
    ['stable', 0, 100 - canaryPercent],
    ['canary', 100 - canaryPercent, canaryPercent],
  ];
  for (const [arm, x, width] of parts) {
    const part = document.createElementNS(svg, 'rect');
    part.setAttribute('class', arm);
    part.setAttribute('x', x);
    part.setAttribute('width', width);
    part.setAttribute('height', 6);
    bar.append(part);
  }
  return bar;
}

function armsTable(stable, canary, canaryPercent) {
  const titles = ['', 'version', 'traffic', 'requests', 'errors', 'mean', 'p50', 'p99', 'state'];
  const row = (arm, status, percent) =>
    element(
      'tr',
      {},
      element('td', { class: `arm-${arm}` }, arm),
      ...[
        status.version,
        `${round(percent)}%`,
        status.requests.toLocaleString(),
        `${round(status.error_percent)}%`,
        ms(status.latency_ms.mean),
        ms(status.latency_ms.p50),
        ms(status.latency_ms.p99),
        status.process?.state ?? (status.ready ? 'ready' : 'not ready'),
      ].map((cell, i) => element('td', { 'data-title': titles[i + 1] }, cell)),
    );
  const table = element(
    'table',
    {},
    element(
      'thead',
      {},
      element('tr', {}, ...titles.map((title) => element('th', { scope: 'col' }, title))),
    ),
    element(
      'tbody',
      {},
      ...(stable === null ? [] : [row('stable', stable, 100 - canaryPercent)]),
      ...(canary === null ? [] : [row('canary', canary, canaryPercent)]),
    ),
  );
  return element('div', { class: 'arms', tabindex: '0', 'aria-label': 'Both arms' }, table);
}

/** The judge's verdict in words, and its meter from −100 (roll back) to +100 (promote). */
function verdictLine({ meter, sentence }) {
  const gauge = element('meter', {
    min: '-100',
    max: '100',
    low: '-50',
    high: '50',
    optimum: '100',
    value: String(meter),
    'aria-label': 'Evidence, from roll back to promote',
    title: 'From −100 (enough evidence to roll back) to +100 (enough evidence to promote)',
  });
  return element(
    'div',
    { class: 'verdict' },
    element('span', {}, 'roll back'),
    gauge,
    element('span', {}, 'promote'),
    element('p', {}, sentence),
  );
}

function notes({ name, stable, canary, versions, fallbacks }) {
  const lines = [];
  if (fallbacks > 0) {
    const words = `Stable answered ${fallbacks.toLocaleString()} requests that the canary failed.`;
    lines.push(element('p', { class: 'note' }, words));
  }
  const next =
    canary !== null
      ? [`bin/serin promote ${name}`, `bin/serin rollback ${name}`]
      : versions
          .filter((version) => version !== stable?.version)
          .map((version) => `bin/serin deploy ${name}/${version}`);
  if (next.length > 0) {
    const codes = next.flatMap((command) => [' ', element('code', {}, command)]);
    lines.push(
      element(
        'p',
        { class: 'note' },
        canary === null ? 'Try another version:' : 'Decide:',
        ...codes,
      ),
    );
  }
  return lines;
}

function ask(path) {
  return fetch(path, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
}

function say(words, lost) {
  connectionElement.textContent = words;
  connectionElement.classList.toggle('lost', lost);
}

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function ms(value) {
  return value === null ? '–' : `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

function round(value) {
  return String(Number(value.toFixed(2)));
}
