// The explorer page's own code, which runs in the browser: GraphiQL, set up for this gateway and its API keys.
// scripts/build-explorer.mjs bundles it with everything it imports.
import { GraphiQL } from 'graphiql';
import { createElement, useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './explorer.css';

const { clearTimeout, document, fetch, localStorage, setTimeout, Worker } = globalThis;

/** The settings that explorerPage() writes into the page. */
const settings = JSON.parse(document.getElementById('settings').textContent);

/** Waits until the key is no longer being typed before it asks the gateway for the schema. */
const KEY_SETTLES_MS = 400;

globalThis.MonacoEnvironment = {
  getWorker: (_moduleId, label) => new Worker(settings.workers[label] ?? settings.workers.editor),
};

const QUERY_KEY = 'graphiql:query';
const HEADERS_KEY = 'graphiql:headers';

/**
 * GraphiQL stores the content of its panes under these names, but only once a pane was edited. After a reload it takes a
 * tab that was edited in part for another one, and opens a new tab. So the defaults are stored first.
 */
function rememberDefaults() {
  if (!localStorage.getItem(QUERY_KEY)) localStorage.setItem(QUERY_KEY, settings.defaultQuery);
  if (!localStorage.getItem(HEADERS_KEY)) localStorage.setItem(HEADERS_KEY, settings.defaultHeaders);
}

/** GraphiQL asks for the schema before its header pane exists, and then passes no headers. */
function headersOf(options) {
  if (options?.headers) return options.headers;
  try {
    return JSON.parse(localStorage.getItem(HEADERS_KEY));
  } catch {
    return {};
  }
}

async function send(operation, options) {
  const headers = headersOf(options);
  // The placeholder is not a key, and the hint helps more than the 401 would.
  if (Object.values(headers).some((value) => String(value).includes(settings.keyPlaceholder))) {
    return { errors: [{ message: settings.keyHint }] };
  }
  const response = await fetch(settings.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(operation),
  });
  return response.json();
}

function Explorer() {
  // GraphiQL reads the schema again only when it gets another fetcher, so a changed key creates one.
  const [headersText, setHeadersText] = useState('');
  const [settledText, setSettledText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettledText(headersText), KEY_SETTLES_MS);
    return () => clearTimeout(timer);
  }, [headersText]);
  const fetcher = useMemo(() => (operation, options) => send(operation, options), [settledText]);

  return createElement(
    GraphiQL,
    {
      fetcher,
      defaultQuery: settings.defaultQuery,
      // A new tab starts with the key that was in use when the page was loaded.
      defaultHeaders: localStorage.getItem(HEADERS_KEY),
      defaultEditorToolsVisibility: 'headers',
      shouldPersistHeaders: true,
      inputValueDeprecation: true,
      schemaDescription: true,
      onEditHeaders: setHeadersText,
    },
    createElement(GraphiQL.Logo, null, settings.title),
  );
}

rememberDefaults();
createRoot(document.getElementById('explorer')).render(createElement(Explorer));
