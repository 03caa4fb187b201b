/** A plan's read that its posting did not declare: without it, a missing value would look like an absent or zero one. */
export const notAskedFor = (what: string): Error =>
  new Error(`Bug: a plan read ${what}, which its posting did not ask for.`);
