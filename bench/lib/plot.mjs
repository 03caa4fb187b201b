// A bar for each target: how far it is met, on a logarithmic scale, with the line at which it is.
import { isMet } from './bench.mjs';
import { showTarget } from './report.mjs';

const WIDTH = 960;
const LABELS = 490;
/** For the text beside the longest bar, on either side of it. */
const MARGIN = 120;
const ROW = 38;
const TOP = 56;

/** Blue and orange can be told apart by those who see no red and green; the text says it as well. */
const COLOURS = { met: '#1f6feb', missed: '#d1741f' };

/** The results as SVG. */
export function plot({ lines }) {
  const bars = lines.flatMap(({ title, comparisons = [] }) =>
    comparisons
      .filter(({ target }) => target !== null)
      .map((comparison) => ({
        title: title.replaceAll('`', ''),
        comparison,
        reached: reachedBy(comparison),
      })),
  );
  const most = Math.max(2, ...bars.map(({ reached }) => Math.max(reached, 1 / reached)));
  const middle = (LABELS + WIDTH) / 2;
  const reach = (WIDTH - LABELS) / 2 - MARGIN;
  const scale = (value) => middle + (Math.log(value) / Math.log(most)) * reach;
  const height = TOP + bars.length * ROW + 16;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text x="12" y="22" font-size="15" font-weight="600">Each ratio against its target</text>
<text x="${scale(1)}" y="${TOP - 10}" text-anchor="middle" fill="#57606a">target</text>
${bars.map((bar, index) => barOf(bar, TOP + index * ROW, scale)).join('\n')}
<line x1="${scale(1)}" y1="${TOP - 4}" x2="${scale(1)}" y2="${height - 12}" stroke="#24292f" stroke-dasharray="4 3"/>
</svg>
`;
}

/** Above 1 where the target is met, whichever way it points. */
function reachedBy({ ratio, target }) {
  return 'atLeast' in target ? ratio / target.atLeast : target.atMost / ratio;
}

function barOf({ title, comparison, reached }, y, scale) {
  const [from, to] = [scale(1), scale(reached)].sort((a, b) => a - b);
  const verdict = isMet(comparison) ? 'met' : 'missed';
  const text = `${comparison.ratio.toFixed(2)} (${showTarget(comparison.target)}) ${verdict}`;
  const textX = reached >= 1 ? to + 6 : from - 6;
  const anchor = reached >= 1 ? 'start' : 'end';
  return `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end">${escaped(shortened(title))}</text>
<text x="${LABELS - 8}" y="${y + 27}" text-anchor="end" font-size="11" fill="#57606a">by ${escaped(comparison.yardstick)}</text>
<rect x="${from.toFixed(1)}" y="${y + 6}" width="${Math.max(1, to - from).toFixed(1)}" height="18" fill="${COLOURS[verdict]}"/>
<text x="${textX.toFixed(1)}" y="${y + 19}" font-size="11" fill="#57606a" text-anchor="${anchor}">${escaped(text)}</text>`;
}

const shortened = (label) => (label.length <= 73 ? label : `${label.slice(0, 72)}…`);

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
