// The bench: `npm run bench -- --help` says how it is run.
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Bench } from './lib/bench.mjs';
import { machine } from './lib/machine.mjs';
import { inBench } from './lib/paths.mjs';
import { plot } from './lib/plot.mjs';
import { runningNow, stopEverything } from './lib/processes.mjs';
import { report } from './lib/report.mjs';
import { LINES } from './lines/lines.mjs';

const HELP = `Measures the gateway against the limits of its database and against what people use instead.

  npm run bench                      everything; about 45 minutes and 25 GB of disk
  npm run bench -- --quick           everything in small, to see that it works
  npm run bench -- --only NAME ...   only some lines: ${Object.keys(LINES).join(', ')}

  --seconds N   how long each run takes, instead of 6 (with --quick: 1.5); some lines take a part of it
  --keep        keeps the filled databases in bench/.data for the next run
  --out FOLDER  where results.json, RESULTS.md and results.svg are written (default: bench; with --quick or --only: bench/.data)
`;

const { values: asked, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    seconds: { type: 'string' },
    keep: { type: 'boolean', default: false },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

async function main(only) {
  const unknown = only.filter((name) => !(name in LINES));
  if (unknown.length > 0) throw new RangeError(`There is no line ${unknown.join(', ')}; see --help`);
  const isWhole = only.length === 0 && !asked.quick;
  const dataDir = inBench(`.data/${asked.quick ? 'quick' : 'full'}`);
  const out = asked.out ?? (isWhole ? inBench('.') : inBench('.data'));
  await mkdir(dataDir, { recursive: true });
  const bench = new Bench({ quick: asked.quick, keep: asked.keep, dataDir, log });
  if (asked.seconds !== undefined) bench.runMs = Number(asked.seconds) * 1_000;
  process.once('SIGINT', () => void interrupted());
  process.once('SIGTERM', () => void interrupted());
  try {
    const lines = await measure(bench, only.length === 0 ? Object.keys(LINES) : only);
    await write(out, { ...(await machine()), quick: asked.quick, lines });
  } finally {
    await bench.close();
    await stopEverything();
  }
}

async function measure(bench, names) {
  const lines = [];
  for (const [place, name] of names.entries()) {
    log(`[${place + 1}/${names.length}] ${name}`);
    lines.push(...(await measureLine(bench, name)));
  }
  return lines;
}

async function measureLine(bench, name) {
  await bench.server();
  const before = runningNow();
  const measured = await bench.attempt(name, () => LINES[name](bench));
  if (Array.isArray(measured)) return measured.map((line) => ({ name, ...line }));
  await stopEverything(before);
  return [{ name, ...measured }];
}

async function write(folder, results) {
  const text = report(results);
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(`${folder}/results.json`, `${JSON.stringify(results, null, 2)}\n`),
    writeFile(`${folder}/RESULTS.md`, text),
    writeFile(`${folder}/results.svg`, plot(results)),
  ]);
  process.stdout.write(`\n${text}`);
}

async function interrupted() {
  await stopEverything();
  process.exit(130);
}

function log(line) {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}

if (asked.help) process.stdout.write(HELP);
else await main([...asked.only, ...positionals]);
