import { Writable } from 'node:stream';
import { withProgress, type Progress } from '../../../src/cli/progress';

const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';
const CLEAR_LINE = '\u001b[2K';

class Screen extends Writable {
  text = '';

  constructor(
    readonly isTTY: boolean,
    readonly columns = 80,
  ) {
    super({ decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** A run that shows how far it is once. */
const showing =
  (done: number, total: number) =>
  (show: (progress: Progress) => void): Promise<void> => {
    show({ done, total });
    return Promise.resolve();
  };

describe('progress of a long command', () => {
  it('is gone from a terminal before the result can be printed', async () => {
    const screen = new Screen(true);
    const result = await withProgress(
      'replay',
      (show) => {
        show({ done: 0, total: 20 });
        show({ done: 10, total: 20 });
        return Promise.resolve('20 rows');
      },
      { unit: 'rows', screen },
    );
    screen.write(result);
    expect(screen.text).toContain('10 of 20 rows');
    expect(screen.text.slice(screen.text.lastIndexOf(CLEAR_LINE))).toBe(`${CLEAR_LINE}20 rows`);
    expect(screen.text.lastIndexOf(WRAP_ON)).toBeGreaterThan(screen.text.lastIndexOf(WRAP_OFF));
  });

  it('is gone after a failure too', async () => {
    const screen = new Screen(true);
    const failing = withProgress(
      'replay',
      (show) => {
        show({ done: 0, total: 20 });
        return Promise.reject(new Error('no database'));
      },
      { screen },
    );
    await expect(failing).rejects.toThrow('no database');
    expect(screen.text.endsWith(CLEAR_LINE)).toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('gives the terminal back on %s, and says how far it was', async (signal) => {
    const screen = new Screen(true);
    const whenInterrupted = ({ done, total }: { done: number; total: number }): string =>
      `Stopped at ${done}/${total}.`;
    await withProgress(
      'replay',
      (show) => {
        show({ done: 7, total: 20 });
        // The command's own listener ends the process later.
        process.emit(signal);
        return Promise.resolve();
      },
      { screen, whenInterrupted },
    );
    expect(screen.text.endsWith(`${CLEAR_LINE}Stopped at 7/20.\n`)).toBe(true);
    expect(screen.text.lastIndexOf(WRAP_ON)).toBeGreaterThan(screen.text.lastIndexOf(WRAP_OFF));
    expect(process.listenerCount(signal)).toBe(0);
  });

  it('has a shorter bar on a narrow terminal', async () => {
    const lengthAt = async (columns: number): Promise<number> => {
      const screen = new Screen(true, columns);
      await withProgress('replay', showing(0, 20_000), {
        unit: 'rows',
        screen,
      });
      return /\[(?<bar>-+)\]/.exec(screen.text)?.groups?.['bar']?.length ?? 0;
    };
    expect([await lengthAt(200), await lengthAt(80), await lengthAt(30)]).toEqual([40, 20, 5]);
  });

  it('says nothing where a short run has no terminal', async () => {
    const screen = new Screen(false);
    await withProgress('replay', showing(10, 20), { screen });
    expect(screen.text).toBe('');
  });
});
