// PostGraphile needs Node 22 or newer, and reads are compared on one Node: the one that the bench brings.
import { createRequire } from 'node:module';

const NEEDED_MAJOR = 22;

/** The program to run the reads' servers with. Throws where there is none that is new enough. */
export async function readNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/bin/node`);
  } catch {
    if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) return process.execPath;
    throw new Error(
      `The bench brings no Node for ${process.platform} ${process.arch}: run it with Node ${NEEDED_MAJOR} or newer`,
    );
  }
}
