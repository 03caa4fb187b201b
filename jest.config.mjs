const project = {
  testEnvironment: 'node',
  transform: {
    // jose has ES modules only, which Jest's own loader of CommonJS cannot read.
    '^.+\\.ts$|/node_modules/jose/.+\\.js$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/bench/'],
};

/** @type {import('jest').Config} */
export default {
  // Tells a stall from an answer, on a slow machine too.
  testTimeout: 30_000,
  // Two at a time even on two cores: most tests wait for the database.
  maxWorkers: 2,
  // A process takes about a millisecond to end for each MB that it holds, and Jest waits 500 ms before it complains of a
  // worker that "failed to exit gracefully". So a worker that has grown is replaced between two files.
  workerIdleMemoryLimit: '300MB',
  // Only `npm run coverage` collects it.
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
  projects: [
    {
      ...project,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(integration|e2e)/'],
    },
    {
      // Jest runs a project's setup only when one of its tests is selected, so that unit tests start no server.
      ...project,
      displayName: 'database',
      testMatch: ['<rootDir>/test/{integration,e2e}/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
};
