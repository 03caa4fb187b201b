import { SingleBar } from 'cli-progress';

/** After this long, progress is shown even when the output is not a terminal. */
const LONG_RUN_MS = 3_000;
/** The interval between progress lines when the output is not a terminal. */
const LINE_EVERY_MS = 10_000;
/** Characters of the bar itself where there is room, and where there is little. */
const BAR_LENGTH = { most: 40, least: 5 };
/** Characters beside the bar: a name, the percentage, two numbers and the time that is left. */
const TEXT_LENGTH = 60;

/** How far a command is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Where progress is shown: standard error, so that it is never in a command's output. */
type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface ProgressOptions {
  /** What is counted, such as `rows`. */
  readonly unit?: string;
  /** Said when the command is interrupted, with how far it was. */
  readonly whenInterrupted?: (progress: Progress) => string;
  readonly screen?: Screen;
}

/**
 * Runs something long and shows how far it is: at once on a terminal, otherwise only for a long run. The bar is gone when
 * it returns: what was printed before that, the bar would wipe out. It is gone too when the command is interrupted.
 */
export async function withProgress<Result>(
  name: string,
  run: (show: (progress: Progress) => void) => Promise<Result>,
  { unit, whenInterrupted, screen = process.stderr }: ProgressOptions = {},
): Promise<Result> {
  const bar = createBar(name, unit, screen);
  const startedAt = performance.now();
  let last: Progress | undefined;
  let isShown = false;
  const end = (): void => {
    if (isShown) bar.stop();
    isShown = false;
  };
  const show = (progress: Progress): void => {
    const { done, total } = (last = progress);
    if (isShown) bar.update(done);
    else if (total > 0 && (screen.isTTY === true || performance.now() - startedAt > LONG_RUN_MS)) {
      bar.start(total, done);
      isShown = true;
    }
  };
  const interrupted = (): void => {
    end();
    if (last && whenInterrupted) screen.write(`${whenInterrupted(last)}\n`);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await run(show);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    end();
  }
}

function createBar(name: string, unit: string | undefined, screen: Screen): SingleBar {
  // Some terminals do not know their width and say 0.
  const room = (screen.columns || 80) - TEXT_LENGTH;
  return new SingleBar({
    format: `${name} [{bar}] {percentage}% | {value} of {total}${unit === undefined ? '' : ` ${unit}`} | ETA {eta_formatted}`,
    barsize: Math.max(BAR_LENGTH.least, Math.min(BAR_LENGTH.most, room)),
    stream: screen,
    clearOnComplete: true,
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY_MS,
  });
}
