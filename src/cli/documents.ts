import { Argument, type Command } from 'commander';
import { trustDocuments, type IndexedFault } from '../application/commands/trust-documents';
import { documentIdOf, sha256OfDocument, type TrustedDocuments } from '../application/ports/documents';
import { CommandError, EXIT } from '../failures';
import { printJson, printLine, printTable } from '../output';
import { createDocumentDirectory, createTrustedDocuments } from '../persistence/access';
import { tenantOf, withDatabase } from './command-database';
import { readDocuments, type FileDocument } from './document-files';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

export function addDocuments(program: Command): void {
  const documents = program
    .command('documents')
    .summary('save, list and remove trusted GraphQL documents')
    .description(
      'Saves, lists and removes the GraphQL documents that clients of a tenant may name by their SHA-256, as documentId. A running gateway follows within a second.',
    );
  documents
    .command('add <file...>')
    .summary('check documents and save them, all or none')
    .description(
      'Checks documents against the schema and its limits, and saves them: all of them, or none. A file is one GraphQL document, or the JSON with documents by their SHA-256 that Apollo, graphql-codegen, Relay and urql write.',
    )
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  stockbridge documents add --tenant demo stock.graphql persisted-documents.json',
    )
    .action((files: readonly string[], options: Options) => add(files, options));
  documents
    .command('list')
    .description("list a tenant's documents, in the order in which they were added")
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge documents list --tenant demo')
    .action((options: Options) => list(options));
  documents
    .command('remove <id...>')
    .description('remove documents by their SHA-256, with or without "sha256:"; clients cannot name them any more')
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  stockbridge documents remove --tenant demo sha256:${'7dba4bd7'.repeat(8)}`)
    .action((ids: readonly string[], options: Options) => remove(ids, options));
  documents
    .command('only')
    .summary('serve trusted documents only, or others too')
    .description('With "on", every request of the tenant that names no trusted document is refused.')
    .addArgument(new Argument('<on|off>').choices(['on', 'off']))
    .requiredOption('--tenant <code>', 'the tenant')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  stockbridge documents only --tenant demo on')
    .action((setting: 'on' | 'off', options: Options) => only(setting === 'on', options));
}

/** Works on the documents of the tenant that the options name. */
function withDocuments(
  { tenant }: Options,
  work: (documents: TrustedDocuments, tenantId: string) => Promise<void>,
): Promise<void> {
  return withDatabase(async ({ dataSource, tenants }) => {
    await work(createTrustedDocuments(dataSource), (await tenantOf(tenants, tenant)).tenantId);
  });
}

async function add(files: readonly string[], options: Options): Promise<void> {
  const documents = (await Promise.all(files.map(readDocuments))).flat();
  const texts = documents.map(({ text }) => text);
  // Loaded only here, because loading GraphQL would slow down every other command.
  const { createDocumentCheck } = await import('../graphql/server/check-document.js');
  const { buildStockbridgeSchema } = await import('../graphql/server/schema.js');
  const check = createDocumentCheck(buildStockbridgeSchema());
  await withDocuments(options, async (saved, tenantId) => {
    const trusted = await trustDocuments(saved, check, tenantId, texts);
    if ('faults' in trusted) throw refused(documents, trusted.faults);
    const known = new Set(texts).size - trusted.added.length;
    if (options.json) {
      printJson({ added: trusted.added.map(documentIdOf), known });
      return;
    }
    for (const sha256 of trusted.added) printLine(documentIdOf(sha256));
    printLine(`${trusted.added.length} added; ${known} known already.`);
  });
}

function refused(documents: readonly FileDocument[], faults: readonly IndexedFault[]): CommandError {
  for (const { index, line, column, message } of faults) {
    process.stderr.write(`${documents[index]?.place ?? ''}:${line}:${column}: ${message}\n`);
  }
  return new CommandError('Nothing was saved: fix what is said above first; there may be more');
}

function list(options: Options): Promise<void> {
  return withDatabase(async ({ dataSource, tenants }) => {
    const { tenantId } = await tenantOf(tenants, options.tenant);
    const onlyTrusted = await createDocumentDirectory(dataSource).servesOnlyTrusted(tenantId);
    const documents = await createTrustedDocuments(dataSource).list(tenantId);
    if (options.json) {
      printJson({
        onlyTrusted,
        documents: documents.map(({ sha256, ...rest }) => ({ id: documentIdOf(sha256), ...rest })),
      });
      return;
    }
    printTable(
      ['id', 'operations', 'bytes', 'added'],
      documents.map(({ sha256, operations, bytes, addedAt }) => [
        documentIdOf(sha256),
        operations.join(', '),
        bytes,
        addedAt,
      ]),
    );
    printLine(onlyTrusted ? 'Nothing else is served.' : 'Other documents are served too.');
  });
}

async function remove(ids: readonly string[], options: Options): Promise<void> {
  const sha256s = ids.map((id) => {
    const sha256 = sha256OfDocument(id.toLowerCase());
    if (sha256 === undefined) throw new CommandError(`${id} is no id of a document: write sha256: and 64 hex digits`);
    return sha256;
  });
  await withDocuments(options, async (documents, tenantId) => {
    const removed = await documents.remove(tenantId, sha256s);
    const unknown = [...new Set(sha256s)].filter((sha256) => !removed.includes(sha256));
    if (unknown.length > 0) process.exitCode = EXIT.NO;
    if (options.json) {
      printJson({ removed: removed.map(documentIdOf), unknown: unknown.map(documentIdOf) });
      return;
    }
    printLine(`${removed.length} removed.`);
    for (const sha256 of unknown) printLine(`There is no document ${documentIdOf(sha256)}.`);
  });
}

function only(on: boolean, options: Options): Promise<void> {
  return withDocuments(options, async (documents, tenantId) => {
    const changed = await documents.setOnly(tenantId, on);
    if (options.json) {
      printJson({ onlyTrusted: on, changed });
      return;
    }
    const state = on ? 'serves trusted documents only' : 'serves other documents too';
    printLine(`Tenant ${options.tenant} ${state}${changed ? '' : ', as before'}.`);
    if (on && changed && (await documents.list(tenantId)).length === 0) {
      printLine('It has none yet, so every request is refused: see "stockbridge documents add --help".');
    }
  });
}
