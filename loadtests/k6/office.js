// Officers at work, for those who use k6: what they do and how often is data/actions.csv, as for
// `openlaas load`; the limits are data/limits.json.
//
//   k6 run -e TARGET=https://test.example -e OFFICERS=/path/officers.json -e RATE=50 office.js
//
// RATE: actions a second at the peak; SECONDS: how long it lasts; VUS: the most that work at once.
// Each virtual user has bodies of its own, so that their papers go from person to person. k6 counts
// a latency from when the request was sent; what could not begin in time counts as dropped, and
// one dropped action fails the run, so that a stall cannot hide.

import http from 'k6/http';
import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
import { Rate, Trend } from 'k6/metrics';

const TARGET = (__ENV.TARGET || 'http://127.0.0.1:8000').replace(/\/+$/, '');
const RATE = Number(__ENV.RATE || 20);
const SECONDS = Number(__ENV.SECONDS || 60);

const limits = JSON.parse(open('../data/limits.json'));
export const actions = csv(open('../data/actions.csv'));
export const offices = new SharedArray('offices', () => officesOf(JSON.parse(open(__ENV.OFFICERS))));
const vus = Math.min(Number(__ENV.VUS || 200), offices.length);

const done = new Trend('done_ms', true);
const postings = new Trend('postings_ms', true);
const refusals = new Trend('refusals_ms', true);
const wrong = new Rate('wrong');
const shed = new Rate('shed');

export const options = {
  scenarios: {
    office: {
      executor: 'ramping-arrival-rate',
      startRate: 1,
      timeUnit: '1s',
      preAllocatedVUs: vus,
      maxVUs: vus,
      stages: [
        { target: RATE, duration: '10s' },
        { target: RATE, duration: `${SECONDS}s` },
      ],
    },
  },
  thresholds: {
    done_ms: [`p(95)<${limits.p95_ms}`, `p(99)<${limits.p99_ms}`],
    postings_ms: [`p(99)<${limits.posting_p99_ms}`],
    refusals_ms: [`p(99)<=${limits.refusal_p99_ms}`],
    wrong: [`rate<${limits.error_share}`],
    shed: [`rate<${limits.error_share}`],
    dropped_iterations: ['count<1'],
  },
};

const CHANGES_THE_BOOKS = ['post', 'approve', 'save', 'import'];
const REVENUES = ['4401030106.001', '4401010104.001', '4401060102.001'];
const ACCOUNTS = ['1101010101.001', '1101030102.001', '4401010104.001', '5104010104.001'];
const TYPED = ['ค่า', 'เงิน', '110', 'ภาษี', 'วัสดุ', '5104', 'ธนาคาร'];
const EXPENSE = '5104010104.001';
const PAYABLE = '2101010102.001';

// What this virtual user knows of its bodies: papers by desk, an entry seen, what to draw up on.
const known = {};

// Each action's request; none when it cannot be done now, and the list of its kind is shown.
const ASKING = {
  'sign in': (at) => at.who.password && post('/api/v1/auth/tokens',
    { username: at.who.username, password: at.who.password }, 201),
  home: (at) => get(inBody(at, '')),
  'list entries': (at) => get(inBody(at, '/journal-entries')),
  'list receipts': (at) => get(inBody(at, '/receipts')),
  'list vouchers': (at) => get(inBody(at, '/vouchers')),
  'read one entry': (at) => at.known.entry && get(inBody(at, `/journal-entries/${at.known.entry}`)),
  search: (at) => get(inBody(at,
    `/${any(['accounts?postable=true', 'vendors?active=true'])}&limit=20&q=${encodeURIComponent(any(TYPED))}`)),
  ledger: (at) => get(inBody(at,
    `/ledger/${any(ACCOUNTS)}?from=${fiscalYear() - 544}-10-01&to=${today()}`)),
  'trial balance': (at) => get(inBody(at, `/trial-balance?fiscal_year=${fiscalYear()}`)),
  'who am I': () => get('/api/v1/me'),
  print: (at) => get(inBody(at, `/documents/${at.paper.id}/pdf`)),
  'print an entry': (at) => at.known.entry && get(inBody(at, `/documents/${at.known.entry}/pdf`)),
  'post an entry': (at) => post(inBody(at, '/journal-entries'), entry(), 201),
  'back-fill': (at) => post(inBody(at, '/journal-entries/bulk'),
    { entries: Array.from({ length: 20 }, () => ({ ...entry(), idempotency_key: key() })), atomic: true }, 200),
  'issue a receipt': (at) => post(inBody(at, '/receipts'), {
    received_on: today(), payer: 'นายมานะ อดทน', method: 'cash',
    lines: [{ revenue: any(REVENUES), amount: baht() }],
  }, 201),
  'hand over': (at) => post(inBody(at, '/remittances'), { collected_on: today() }, 201),
  'receive a slip': (at) => post(inBody(at, `/remittances/${at.paper.id}/receive`),
    { counted: at.paper.amount }, 200),
  'sum the day up': (at) => post(inBody(at, '/remittance-summaries'), { collected_on: today() }, 201),
  'check a summary': (at) => post(inBody(at, `/remittance-summaries/${at.paper.id}/check`), {}, 200),
  'draw up': (at) => budgetOf(at) && post(inBody(at, '/vouchers'), {
    fiscal_year: fiscalYear(), unit: at.known.budget.unit, budget_line: at.known.budget.line,
    payee: at.known.budget.payee, description: 'ค่าไฟฟ้า', gross: `${1 + whole(9)}.00`,
    source: { kind: 'utility' }, made_on: today(),
  }, 201),
  request: step('request'),
  receive: step('receive'),
  examine: step('examine'),
  endorse: step('endorse'),
  approve: step('approve'),
};

export default function act() {
  const first = (exec.vu.idInTest - 1) % vus;
  const mine = Math.floor((offices.length - 1 - first) / vus) + 1;
  doing(drawn(), offices[first + vus * whole(mine)], 0);
}

// Do an action in a body, or what the file says is done instead.
export function doing(action, office, deep) {
  known[office.body] = known[office.body] || { desks: {}, round: '' };
  const of = known[office.body];
  const who = action.role === '*' ? any(Object.values(office.desks)) : office.desks[action.role];
  const papers = action.takes ? of.desks[action.takes] || [] : [{}];
  const isOpen = action.key !== 'issue a receipt' || of.round !== 'counting';
  const at = { who, body: office.body, known: of, paper: papers[0] };
  const asked = who && papers.length && isOpen && ASKING[action.key](at);
  if (!asked) {
    const other = action.instead || 'list vouchers';
    return deep < 3 ? doing(actions.find((one) => one.key === other), office, deep + 1) : null;
  }
  if (action.takes) papers.shift();
  if (action.key === 'hand over') of.round = 'counting';
  const answer = ask(asked, who, action.key);
  heard(action, at, asked, answer);
  return answer;
}

function heard(action, at, asked, answer) {
  const isShed = answer.status === 429 || answer.status === 503;
  const isDone = answer.status === asked.wanted;
  shed.add(isShed);
  wrong.add(!isDone && !isShed);
  if (isShed) {
    refusals.add(answer.timings.duration);
    if (action.takes) leave(at.known, action.takes, at.paper);
  }
  if (!isDone) return;
  done.add(answer.timings.duration, { action: action.key });
  if (CHANGES_THE_BOOKS.includes(action.class)) postings.add(answer.timings.duration);
  if (action.key === 'post an entry' || action.key === 'list entries') {
    const found = /"number":\s?"([^"]+)"/.exec(answer.body);
    if (found) at.known.entry = found[1].replace(/\//g, '-');
  }
  if (action.leaves) passOn(action, at, answer.json());
  if (action.key === 'check a summary') at.known.round = '';
}

// A body's receipts, slips, counts and summaries are one round: none begins before its end.
function passOn(action, at, told) {
  const paper = { id: told.id, amount: told.amount };
  if (action.leaves === 'receipts' || action.key === 'draw up') leave(at.known, 'papers', paper);
  if (action.leaves === 'receipts') {
    if (at.known.round) return;
    at.known.round = 'issued';
  }
  leave(at.known, action.leaves, paper);
}

function leave(of, desk, paper) {
  of.desks[desk] = [...(of.desks[desk] || []), paper].slice(-50);
}

function ask(asked, who, name) {
  const headers = { Authorization: `Bearer ${who.token}` };
  if (asked.said) Object.assign(headers, { 'Content-Type': 'application/json', 'Idempotency-Key': key() });
  const said = asked.said ? JSON.stringify(asked.said) : null;
  return http.request(asked.method, TARGET + asked.path, said, { headers, tags: { name } });
}

// Division, line with money and payee, looked up once in a body, as a clerk would.
function budgetOf(at) {
  if (at.known.budget === undefined) {
    const firsts = ['/divisions?limit=1', '/vendors?limit=1&active=true',
      `/budget-lines?fiscal_year=${fiscalYear()}&available=true&q=340100&limit=1`].map((path) => {
      const answer = ask(get(inBody(at, path)), at.who, 'looking for a budget');
      return answer.status === 200 ? answer.json().items[0] : null;
    });
    at.known.budget = firsts.every(Boolean)
      ? { unit: firsts[0].code, payee: firsts[1].id, line: firsts[2].id } : null;
  }
  return at.known.budget;
}

function get(path) { return { method: 'GET', path, wanted: 200 }; }
function post(path, said, wanted) { return { method: 'POST', path, said, wanted }; }
function inBody(at, path) { return `/api/v1/bodies/${at.body}${path}`; }
function step(name) { return (at) => post(inBody(at, `/vouchers/${at.paper.id}/${name}`), {}, 200); }

function entry() {
  const amount = baht();
  return {
    entry_date: today(), description: 'ตรวจรับพัสดุ ตั้งเจ้าหนี้', reference: `ฎ.${1 + whole(9999)}`,
    lines: [{ account: EXPENSE, debit: amount }, { account: PAYABLE, credit: amount }],
  };
}

function drawn() {
  let place = Math.random() * actions.reduce((sum, one) => sum + one.weight, 0);
  return actions.find((one) => (place -= one.weight) < 0) || actions[0];
}

function today() { return new Date(Date.now() + 7 * 3600 * 1000).toISOString().slice(0, 10); }
function fiscalYear() {
  const [year, month] = today().split('-').map(Number);
  return year + 543 + (month >= 10 ? 1 : 0);
}
function baht() { return `${20 + whole(4000)}.${any(['00', '25', '50', '75'])}`; }
function whole(below) { return Math.floor(Math.random() * below); }
function any(choices) { return choices[whole(choices.length)]; }
function key() { return Array.from({ length: 24 }, () => whole(16).toString(16)).join(''); }

// Rows of a CSV by its heads; weights are numbers.
function csv(text) {
  const [heads, ...rows] = text.trim().split(/\r?\n/).map((line) => [...line.matchAll(
    /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) => (cell[1] || cell[2] || '').replace(/""/g, '"')));
  return rows.map((row) => {
    const told = Object.fromEntries(heads.map((head, place) => [head, row[place]]));
    return { ...told, weight: Number(told.weight) };
  });
}

// Each body with the first officer of each role.
function officesOf(document) {
  const found = {};
  for (const one of document.officers) {
    if (!one.body_code) continue;
    found[one.body_code] = found[one.body_code] || { body: one.body_code, desks: {} };
    for (const role of one.roles) {
      found[one.body_code].desks[role] = found[one.body_code].desks[role]
        || { username: one.username, password: one.password, token: one.token };
    }
  }
  return Object.values(found);
}
