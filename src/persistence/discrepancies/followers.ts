/** The names under which the watch keeps how far it has come in each ledger. */
export const PAST_FOLLOWER = 'discrepancies';
export const LEVEL_FOLLOWER = 'level-discrepancies';
