// The explorer page's own code, which runs in the browser: GraphiQL, told where the gateway is and what an API key looks like.
// scripts/build-explorer.mjs bundles it with everything it imports.
import { GraphiQL } from 'graphiql';
import { createElement, useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './explorer.css';

const { clearTimeout, document, fetch, localStorage, setTimeout, Worker } = globalThis;

/** What explorerPage() has put into the page. */
const settings = JSON.parse(document.getElementById('settings').textContent);

/** A key is pasted or typed; only when it stands still is it worth asking the gateway for the schema. */
const KEY_SETTLES_MS = 400;

globalThis.MonacoEnvironment = {
  getWorker: (_moduleId, label) => new Worker(settings.workers[label] ?? settings.workers.editor),
};

const QUERY_KEY = 'graphiql:query';
const HEADERS_KEY = 'graphiql:headers';

/**
 * GraphiQL keeps what was last in its panes under these names, but only once it was edited; on a reload it then takes a tab that
 * was edited in part for another one, and opens a new tab. So what it starts with is put there first.
 */
function rememberDefaults() {
  if (!localStorage.getItem(QUERY_KEY)) localStorage.setItem(QUERY_KEY, settings.defaultQuery);
  if (!localStorage.getItem(HEADERS_KEY)) localStorage.setItem(HEADERS_KEY, settings.defaultHeaders);
}

/** GraphiQL asks for the schema before its header pane is there, and then has no headers to give. */
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
  // The placeholder is no key: the hint says more than the 401 would.
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
  // GraphiQL reads the schema again only when it gets another fetcher, so a changed key makes one.
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
      // For a new tab: with the key that was in use when the page was loaded.
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
