import { copyFile, cp, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bug, Patch } from './bugs';
import { ROOT } from './root';

/** The build as `npm run build` leaves it. */
const BUILD = path.join(ROOT, 'dist');

/** The text of a file of the build with a patch. Throws where the patch does not fit. */
export function patched(text: string, { file, find, replace }: Patch): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places for a bug, instead of one: ${find}`);
  return parts.join(replace);
}

/** Reads a file of the build. */
export const readBuilt = (file: string): Promise<string> => readFile(path.join(BUILD, 'src', file), 'utf8');

/** A copy of the build, which has one bug at a time. */
export class BuildCopy {
  #bug: Bug | undefined;

  private constructor(readonly folder: string) {}

  static async create(parent: string): Promise<BuildCopy> {
    const folder = path.join(parent, 'dist');
    for (const part of ['src', 'migrations']) {
      const filter = (file: string): boolean => !/\.(map|ts)$/.test(file);
      await cp(path.join(BUILD, part), path.join(folder, part), { recursive: true, filter });
    }
    await symlink(path.join(ROOT, 'node_modules'), path.join(parent, 'node_modules'));
    return new BuildCopy(folder);
  }

  /** Puts a bug in the place of the one before. Undefined: none. */
  async apply(bug: Bug | undefined): Promise<void> {
    for (const { file } of this.#bug?.patches ?? []) await copyFile(path.join(BUILD, 'src', file), this.#file(file));
    this.#bug = bug;
    for (const patch of bug?.patches ?? []) {
      const text = await readFile(this.#file(patch.file), 'utf8');
      await writeFile(this.#file(patch.file), patched(text, patch));
    }
  }

  #file(file: string): string {
    return path.join(this.folder, 'src', file);
  }
}
