import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { printedSchema } from './printed-schema';
import { buildStockbridgeSchema } from './schema';

// Writes schema.graphql at the top of the working folder, or to the path that is given. Run it after the schema's code has changed.
const target = path.resolve(process.argv[2] ?? 'schema.graphql');
writeFileSync(target, printedSchema(buildStockbridgeSchema()));
process.stdout.write(`${target}\n`);
