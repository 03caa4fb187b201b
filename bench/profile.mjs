// Sums up profiles of `node --cpu-prof`: where the time went, by part of the program and by function.
//   BENCH_GATEWAY_NODE_ARGS="--cpu-prof --cpu-prof-dir=bench/.data" npm run bench -- --only jerry-300
//   node bench/profile.mjs bench/.data/CPU.….cpuprofile
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { top: { type: 'string', default: '40' } },
  allowPositionals: true,
});

function show({ nodes, samples, timeDeltas }, top) {
  const selfUs = new Map();
  samples.forEach((id, index) => selfUs.set(id, (selfUs.get(id) ?? 0) + timeDeltas[index]));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const parts = new Map();
  const functions = new Map();
  const inclusive = new Map();
  let busyUs = 0;
  for (const [id, us] of selfUs) {
    const { callFrame } = byId.get(id);
    if (callFrame.functionName === '(idle)' || callFrame.functionName === '(program)') continue;
    busyUs += us;
    add(parts, partOf(callFrame), us);
    add(functions, nameOf(callFrame), us);
    const seen = new Set();
    for (let at = id; at !== undefined; at = parentOf.get(at)) seen.add(nameOf(byId.get(at).callFrame));
    for (const name of seen) add(inclusive, name, us);
  }
  print('busy, by part', parts, busyUs, top);
  print('self time', functions, busyUs, top);
  print(
    'with what it calls',
    new Map([...inclusive].filter(([name]) => /dist\/src|pg\/lib|pg-protocol/.test(name))),
    busyUs,
    top,
  );
}

function add(sums, key, us) {
  sums.set(key, (sums.get(key) ?? 0) + us);
}

function nameOf({ functionName, url, lineNumber }) {
  return `${functionName || '(anonymous)'} ${shortened(url)}:${lineNumber + 1}`;
}

function shortened(url) {
  return url.replace(/^file:\/\//, '').replace(/^.*\/(?=node_modules\/|dist\/)/, '');
}

function partOf({ functionName, url }) {
  if (functionName === '(garbage collector)') return functionName;
  const path = shortened(url);
  const module = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  if (module !== undefined) return module;
  if (path.startsWith('dist/src')) return path.split('/').slice(2, 5).join('/').replace(/\.js$/, '');
  return path === '' ? `native: ${functionName}` : path;
}

function print(title, sums, busyUs, top) {
  process.stdout.write(`\n${title} (${(busyUs / 1e6).toFixed(2)} s)\n`);
  const sorted = [...sums].sort((a, b) => b[1] - a[1]).slice(0, top);
  for (const [name, us] of sorted) process.stdout.write(`${((us * 100) / busyUs).toFixed(1).padStart(6)} %  ${name}\n`);
}

for (const file of positionals) show(JSON.parse(readFileSync(file, 'utf8')), Number(values.top));
