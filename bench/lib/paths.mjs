import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** @param {string} file relative to the folder of the bench */
export const inBench = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** @param {string} file relative to the folder of the product */
export const inProduct = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

/** Loads a compiled module of the product, such as `persistence/pool`. */
export const requireProduct = (module) => createRequire(import.meta.url)(inProduct(`dist/src/${module}`));
