import path from 'node:path';

/** The folder of the repository, both from here and from `dist/faults`, where the bundled suite runs. */
export const ROOT = path.resolve(__dirname, '../..');
