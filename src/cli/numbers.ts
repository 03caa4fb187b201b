import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number between bounds. */
export function wholeNumberUpTo(most: number, least = 0): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    if (value < least || value > most) throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    return value;
  };
}
