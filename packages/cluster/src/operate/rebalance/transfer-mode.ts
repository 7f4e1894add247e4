/** How a shard is copied while it moves, in Citus' own words. */
export const transferModes = ['auto', 'force_logical', 'block_writes'] as const;

/** One of {@link transferModes}. */
export type TransferMode = (typeof transferModes)[number];
