/** The fault suite in its short form, and whether it can still prove itself. docs/faults.md has more. */
import { spawnSync } from 'node:child_process';
import { patched, readBuilt } from '../faults/build-copy';
import { BUGS } from '../faults/bugs';

jest.setTimeout(600_000);

/** Tells a stall from a slow machine. */
const STALLED_AFTER_MS = 540_000;

test.each(BUGS)('the bug "$name" still fits the built code', async ({ patches }) => {
  for (const patch of patches) {
    const text = await readBuilt(patch.file);
    expect(patched(text, patch)).not.toBe(text);
  }
});

test('loses and doubles nothing while processes and connections break, and catches bugs that would', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/faults.mjs'], {
    encoding: 'utf8',
    timeout: STALLED_AFTER_MS,
  });
  expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: expect.any(String) as string });
});
