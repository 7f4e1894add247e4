/** Does a piece of work for each item, so many at once. The first failure stops the taking of new items, and is thrown. */
export async function inParallel<Item>(
  jobs: number,
  items: readonly Item[],
  work: (item: Item, job: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const run = async (job: number): Promise<void> => {
    while (failures.length === 0) {
      const item = items[next++];
      if (item === undefined) return;
      await work(item, job).catch((error: unknown) => {
        failures.push(error);
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, (_, job) => run(job)));
  if (failures.length > 0) throw failures[0];
}
