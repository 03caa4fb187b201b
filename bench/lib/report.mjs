import { LATENCY_CONNECTIONS, isMet } from './bench.mjs';

/** The results as a page. */
export function report(results) {
  return `# Results

${intro(results)}

![each ratio against its target](results.svg)

| work | figure: median (min to max) | compared with | its figure | ratio | target | |
|---|---|---|---|---|---|---|
${results.lines.flatMap(rowsOf).join('\n')}

Each figure is the median of its runs. A ratio is the gateway's median by the yardstick's; runs of both took turns.
Durability is on everywhere (\`fsync\`, \`synchronous_commit\`); database and load generator share the machine.
${latencies(results)}${notes(results)}`;
}

/** How long the answers took, in one run each. */
function latencies({ lines }) {
  const measured = lines.filter((line) => line.latencies !== undefined);
  if (measured.length === 0) return '';
  const heads = LATENCY_CONNECTIONS.flatMap((count) => [`p50, ${count === 1 ? 'alone' : `${count} at a time`}`, 'p99']);
  const rows = measured.map(({ title, size, latencies: found }) =>
    row([
      titleOf({ title: title.replace(/, \d+ connections$/, ''), size }),
      ...found.flatMap(({ p50, p99 }) => [p50, p99].map(showNumber)),
    ]),
  );
  return `
## How long an answer takes

Milliseconds from the request to the whole answer, over one connection and over ${LATENCY_CONNECTIONS.at(-1)}; one run each.

${row(['work', ...heads])}
|---|${heads.map(() => '---:').join('|')}|
${rows.join('\n')}
`;
}

function intro({ measuredAt, commit, cpu, cores, memoryGiB, node, readNode, postgres, quick }) {
  const where = `${cores} × ${cpu}, ${memoryGiB} GiB`;
  const what = `Node ${node}, reads on Node ${readNode}, ${postgres}`;
  const revision = commit === null ? '' : `, revision ${commit}`;
  const warning = quick
    ? '\n\nMeasured with `--quick`: small sizes and short runs, to see that the bench works. Not figures to quote.'
    : '';
  return `Measured ${measuredAt.slice(0, 16).replace('T', ' ')} UTC on ${where}; ${what}${revision}.${warning}`;
}

function rowsOf({ title, size, unit, figure, comparisons, failure }) {
  if (failure !== undefined)
    return [row([title, `failed: ${failure.split('\n')[0].slice(0, 120)}`, '', '', '', '', ''])];
  const first = [titleOf({ title, size }), showFigure(figure, unit)];
  if (comparisons.length === 0) return [row([...first, '', '', '', '', ''])];
  return comparisons.map((comparison, index) =>
    row([
      ...(index === 0 ? first : ['', '']),
      comparison.yardstick,
      showFigure(comparison.figure, unit),
      comparison.ratio.toFixed(2),
      showTarget(comparison.target),
      comparison.target === null ? '' : isMet(comparison) ? 'met' : '**missed**',
    ]),
  );
}

const titleOf = ({ title, size }) => (size === undefined ? title : `${title}; ${size}`);

const row = (cells) => `| ${cells.join(' | ')} |`;

function showFigure({ median, min, max, runs }, unit) {
  if (runs.length === 1) return `${showNumber(median)} ${unit}`;
  return `${showNumber(median)} ${unit} (${showNumber(min)} to ${showNumber(max)})`;
}

/** Three digits that count; whole numbers whole. */
export function showNumber(value) {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}

/** @param {import('./bench.mjs').Comparison['target']} target */
export function showTarget(target) {
  if (target === null) return '';
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

function notes({ lines }) {
  const texts = lines.flatMap((line) => (line.notes ?? []).map((note) => `- ${titleOf(line)}: ${note}`));
  return texts.length === 0 ? '' : `\n## Notes\n\n${texts.join('\n')}\n`;
}
