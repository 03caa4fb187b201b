#!/usr/bin/env node
import { CommanderError } from 'commander';
import { explainFailure } from '../failures';
import { EXIT } from '../output';
import { buildProgram } from './program';

buildProgram()
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) {
      // It has written its message, or the help that was asked for.
      process.exitCode = error.exitCode === 0 ? 0 : EXIT.FAILED;
      return;
    }
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exitCode = EXIT.FAILED;
  });
