#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT, reportFailure } from '../failures';
import { allowClosedOutput } from '../output';
import { buildProgram } from './program';

allowClosedOutput();
buildProgram()
  .parseAsync()
  .catch((error: unknown) => {
    // Commander has written its message, or the help that was asked for.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.FAILED;
    else reportFailure(error);
  });
