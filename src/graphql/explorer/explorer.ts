import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { API_KEY_HINT, API_KEY_PLACEHOLDER, DEFAULT_QUERY } from './default-query';

const TITLE = 'Stockbridge';
const ENDPOINT = '/graphql';
const ASSETS_PREFIX = '/graphql/explorer/';
const MANIFEST = 'manifest.json';

/** The bundle's files. The manifest is not one of them, because browsers do not need it. */
const ASSET_PATH = /^\/[\w-]+\.(?:js|css)$/;

/** Where scripts/build-explorer.mjs puts the bundle, relative to the compiled code in dist/src and to src. */
const ASSET_FOLDERS = [join(__dirname, '../../../explorer'), join(__dirname, '../../../dist/explorer')];

/** The bundle's file names, each with a hash of its content. Written by scripts/build-explorer.mjs. */
interface Manifest {
  readonly script: string;
  readonly style: string;
  readonly workers: Readonly<Record<string, string>>;
}

/**
 * Serves the files that {@link explorerPage} refers to, below `/graphql/explorer/`. Their names change with their content,
 * so browsers may cache them for ever. Without a bundle it serves nothing, and the page says how to build one.
 */
export function registerExplorer(app: FastifyInstance): void {
  const folder = assetFolder();
  if (folder === undefined) return;
  app.register(fastifyStatic, {
    root: folder,
    prefix: ASSETS_PREFIX,
    decorateReply: false,
    index: false,
    redirect: false,
    immutable: true,
    maxAge: '365d',
    allowedPath: (path) => ASSET_PATH.test(path),
  });
}

/** The page for a browser that opens `/graphql`: a GraphQL explorer that loads nothing from other hosts. */
export function explorerPage(): string {
  const folder = assetFolder();
  if (folder === undefined)
    return page('<p>The explorer is not built. Run <code>npm run build</code>, and start again.</p>');
  const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Manifest;
  const settings = {
    title: TITLE,
    endpoint: ENDPOINT,
    defaultQuery: DEFAULT_QUERY,
    defaultHeaders: JSON.stringify({ Authorization: `Bearer ${API_KEY_PLACEHOLDER}` }, null, 2),
    keyPlaceholder: API_KEY_PLACEHOLDER,
    keyHint: API_KEY_HINT,
    workers: Object.fromEntries(Object.entries(manifest.workers).map(([label, file]) => [label, ASSETS_PREFIX + file])),
  };
  return page(
    `<div id="explorer"></div>
    <noscript><p>The explorer needs JavaScript. The schema is in schema.graphql.</p></noscript>
    <script type="application/json" id="settings">${jsonInScript(settings)}</script>`,
    `<link rel="stylesheet" href="${ASSETS_PREFIX}${manifest.style}">
    <script type="module" src="${ASSETS_PREFIX}${manifest.script}"></script>`,
  );
}

function assetFolder(): string | undefined {
  return ASSET_FOLDERS.find((folder) => existsSync(join(folder, MANIFEST)));
}

function page(body: string, head = ''): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${TITLE} GraphQL explorer</title>
    <link rel="icon" href="data:,">
    ${head}
  </head>
  <body>
    ${body}
  </body>
</html>
`;
}

/** JSON that cannot close the script element around it, whatever its strings contain. */
function jsonInScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
