// `npm run load`: how much a deployment takes. Sends messages of one format to a running gateway and shows what comes back.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import Table from 'cli-table3';
import { spreadable } from './lib/catalogue.mjs';
import { Connection } from './lib/http-client.mjs';
import { FORMATS, prepareCatalogue } from './lib/load-formats.mjs';
import { latenciesOf } from './lib/statistics.mjs';

const HELP = `Sends messages to a running gateway and shows how many it takes and how fast it answers.

  npm run load -- [options]

  --format NAME       ${Object.keys(FORMATS).join(', ')} (default jerry)
  --rows N            rows in a message, at most 300 (default 10)
  --connections N     messages under way at a time (default 8)
  --seconds N         for how long (default 15)
  --items N           how many items the rows are spread over (default 1000)
  --access FILE       whom to send as (default demo.json in DATA_DIR or .data)

What is sent becomes movements in the tenant's ledger, which keeps them: use a data folder that is for trying things out.
`;

const MAX_ROWS = 300;
/** Enough for an hour of what one machine takes. */
const MAX_LATENCIES = 10_000_000;
/** When so many of the first answers are none of success, it is no load that is measured. */
const GIVE_UP_AFTER = 50;
const REFRESH_MS = 250;

const { values: asked } = parseArgs({
  options: {
    format: { type: 'string', default: 'jerry' },
    rows: { type: 'string', default: '10' },
    connections: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '15' },
    items: { type: 'string', default: '1000' },
    access: { type: 'string', default: path.join(process.env['DATA_DIR'] || '.data', 'demo.json') },
    help: { type: 'boolean', default: false },
  },
});

async function main() {
  const format = FORMATS[asked.format];
  if (!format) throw new Error(`There is no format ${asked.format}: take one of ${Object.keys(FORMATS).join(', ')}`);
  const rows = numberOf('rows', MAX_ROWS);
  const items = spreadable(Math.max(rows, numberOf('items', 200_000)));
  const connections = numberOf('connections', 1_000);
  const seconds = numberOf('seconds', 3_600);
  const access = await readAccess();
  process.stdout.write(`preparing ${items.toLocaleString('en')} items\n`);
  await prepareCatalogue(access, items).catch((error) => {
    throw new Error(`The gateway at ${access.url} can't be asked (${error.message}): start one with "npm start"`);
  });
  const source = format({ access, rows, items, firstId: Date.now() * 1_000 });
  const seen = await send(source, { connections, durationMs: seconds * 1_000, rows });
  process.stdout.write(`${summary(seen, rows, connections)}\n`);
  if (seen.failures.size > 0) process.exitCode = 1;
}

function numberOf(name, most) {
  const value = /^\d{1,9}$/.test(asked[name]) ? Number(asked[name]) : NaN;
  if (value >= 1 && value <= most) return value;
  throw new Error(`--${name} has to be a whole number from 1 to ${most}`);
}

async function readAccess() {
  try {
    return JSON.parse(await readFile(asked.access, 'utf8'));
  } catch (error) {
    throw new Error(
      `${asked.access} can't be read (${error.message}): start a gateway with "npm start", or name the file with --access`,
      { cause: error },
    );
  }
}

/** Sends until the time is over; resolves when the last answer is there. */
async function send(source, { connections, durationMs, rows }) {
  const seen = { answered: 0, latencies: [], failures: new Map(), startMs: performance.now(), lastMs: 0 };
  const endMs = seen.startMs + durationMs;
  const display = startDisplay(seen, durationMs, rows);
  let stopped = false;
  const stop = () => (stopped = true);
  process.once('SIGINT', stop);
  let next = 0;
  const worker = async () => {
    const connection = new Connection(new URL(source.url));
    while (!stopped && performance.now() < endMs) {
      const sentMs = performance.now();
      note(seen, source, await connection.send(source.request(next++)), sentMs);
      stopped ||= seen.answered === 0 && failuresOf(seen) >= GIVE_UP_AFTER;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  process.removeListener('SIGINT', stop);
  display.stop();
  return seen;
}

function note(seen, { expected }, { status, body }, sentMs) {
  seen.lastMs = performance.now();
  if (status >= 200 && status < 300 && body.includes(expected)) {
    seen.answered += 1;
    if (seen.latencies.length < MAX_LATENCIES) seen.latencies.push(seen.lastMs - sentMs);
    return;
  }
  const kind = status === 0 ? 'no answer' : `status ${status}`;
  const known = seen.failures.get(kind) ?? { count: 0, first: body.toString('utf8', 0, 200) };
  seen.failures.set(kind, { ...known, count: known.count + 1 });
}

const failuresOf = ({ failures }) => [...failures.values()].reduce((sum, { count }) => sum + count, 0);

/** On a terminal a line that moves; elsewhere nothing until the summary. */
function startDisplay(seen, durationMs, rows) {
  const bar = new cliProgress.SingleBar({
    format:
      '{bar} {elapsed} s  {rowsASecond} rows/s  {messages} messages/s  p50 {p50} ms  p99 {p99} ms  {failed} failed',
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
  });
  let shown = 0;
  let shownMs = performance.now();
  const update = () => {
    const nowMs = performance.now();
    const recent = latenciesOf(seen.latencies.slice(shown));
    const messages = (recent.count * 1_000) / (nowMs - shownMs);
    [shown, shownMs] = [seen.latencies.length, nowMs];
    bar.update(Math.min(durationMs, nowMs - seen.startMs), {
      ...{ elapsed: ((nowMs - seen.startMs) / 1_000).toFixed(0), failed: failuresOf(seen) },
      ...{ rowsASecond: whole(messages * rows), messages: whole(messages), p50: ms(recent.p50), p99: ms(recent.p99) },
    });
  };
  bar.start(durationMs, 0, { elapsed: 0, rowsASecond: 0, messages: 0, p50: '-', p99: '-', failed: 0 });
  const timer = setInterval(update, REFRESH_MS);
  return {
    stop() {
      clearInterval(timer);
      bar.stop();
    },
  };
}

function summary(seen, rows, connections) {
  const seconds = (seen.lastMs - seen.startMs) / 1_000;
  const latencies = latenciesOf(seen.latencies);
  const table = new Table({
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  table.push(
    ['format', `${asked.format}, ${rows} rows a message, ${connections} connections`],
    ['taken', `${whole(seen.answered)} messages, ${whole(seen.answered * rows)} rows in ${seconds.toFixed(1)} s`],
    ['rate', `${whole((seen.answered * rows) / seconds)} rows/s, ${whole(seen.answered / seconds)} messages/s`],
    ...[
      ['p50', latencies.p50],
      ['p90', latencies.p90],
      ['p99', latencies.p99],
      ['longest', latencies.max],
    ].map(([name, value]) => [name, `${ms(value)} ms`]),
    ['failed', seen.failures.size === 0 ? 'none' : [...seen.failures].map(showFailure).join('\n')],
  );
  return table.toString();
}

const showFailure = ([kind, { count, first }]) => `${count} × ${kind}: ${first.replaceAll(/\s+/g, ' ').slice(0, 80)}`;

function whole(value) {
  return Math.round(value).toLocaleString('en');
}

function ms(value) {
  return Number.isNaN(value) ? '-' : value.toFixed(value < 10 ? 1 : 0);
}

if (asked.help) process.stdout.write(HELP);
else {
  await main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
