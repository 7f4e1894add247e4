/**
 * The results of all, or the first failure, thrown only once none runs any more: cleaning up after it must not
 * meet something that is still being made.
 */
export async function settleAll<Result>(calls: readonly Promise<Result>[]): Promise<readonly Result[]> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
