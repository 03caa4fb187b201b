// Bundles the GraphQL explorer of the /graphql page (src/graphql/explorer/client) with GraphiQL into dist/explorer, so that the page
// loads nothing from another host. Does nothing when what it would be made from is unchanged.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const client = join(root, 'src/graphql/explorer/client');
const target = join(root, 'dist/explorer');

/** Everything that the bundle is made from; the lock file stands for the packages. */
const sources = [
  fileURLToPath(import.meta.url),
  join(client, 'explorer.mjs'),
  join(client, 'explorer.css'),
  join(root, 'package-lock.json'),
];

/** Under the labels that Monaco asks for its workers by; `editor` is for all others. */
const workerEntries = {
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
};

const common = /** @satisfies {import('esbuild').BuildOptions} */ ({
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: 'es2022',
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  define: { 'process.env.NODE_ENV': '"production"' },
  metafile: true,
  logLevel: 'warning',
});

/** GraphiQL's own stylesheet has Monaco's in it, so the copies that Monaco's modules import are left out. */
const withoutMonacoStyles = {
  name: 'without-monaco-styles',
  setup(build) {
    build.onLoad({ filter: /[\\/]monaco-editor[\\/].*\.css$/ }, () => ({ contents: '', loader: 'css' }));
  },
};

function stampOfSources() {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(source)).update('\0');
  return hash.digest('hex');
}

function stampOfBundle() {
  try {
    return JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8')).stamp;
  } catch {
    return undefined;
  }
}

async function bundle(outdir) {
  // Loaded only when needed: it takes longer than finding out that nothing has changed.
  const { build } = await import('esbuild');
  const [page, workers] = await Promise.all([
    build({
      ...common,
      outdir,
      entryPoints: { explorer: join(client, 'explorer.mjs') },
      format: 'esm',
      splitting: true,
      plugins: [withoutMonacoStyles],
    }),
    build({ ...common, outdir, entryPoints: workerEntries, format: 'iife' }),
  ]);
  const isExplorer = ([, { entryPoint = '' }]) => entryPoint.endsWith('/explorer.mjs');
  const [script, { cssBundle: style = '' }] = found(Object.entries(page.metafile.outputs), isExplorer);
  return { script: basename(script), style: basename(style), workers: workerFiles(workers.metafile.outputs) };
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => boolean} test
 */
function found(items, test) {
  const item = items.find(test);
  if (item === undefined) throw new Error('The bundle lacks an entry.');
  return item;
}

function workerFiles(outputs) {
  const files = Object.entries(outputs).map(([path, { entryPoint }]) => [path, entryPoint]);
  return Object.fromEntries(
    Object.entries(workerEntries).map(([label, entry]) => {
      const [path] = found(files, ([, entryPoint]) => entryPoint?.endsWith(entry));
      return [label, basename(path)];
    }),
  );
}

function moveIntoPlace(aside) {
  rmSync(target, { recursive: true, force: true });
  try {
    renameSync(aside, target);
  } catch (error) {
    // A second build of the same sources was a moment faster.
    if (stampOfBundle() !== stamp) throw error;
  }
}

const stamp = stampOfSources();
if (stamp !== stampOfBundle()) {
  // Made aside and moved into place whole, so that neither an interruption nor a second build leaves half a bundle.
  const aside = `${target}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  try {
    const files = await bundle(aside);
    writeFileSync(join(aside, 'manifest.json'), `${JSON.stringify({ stamp, ...files }, null, 2)}\n`);
    moveIntoPlace(aside);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
