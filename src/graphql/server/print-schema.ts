import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { printedSchema } from './printed-schema';
import { buildStockbridgeSchema } from './schema';

// Writes schema.graphql into the working folder, or to the given path. Run it after a change to the schema's code.
const target = path.resolve(process.argv[2] ?? 'schema.graphql');
writeFileSync(target, printedSchema(buildStockbridgeSchema()));
process.stdout.write(`${target}\n`);
