/** Does a piece of work for each item, so many at once. The first failure stops the taking of new items, and is thrown. */
export async function inParallel<Item>(
  jobs: number,
  items: readonly Item[],
  work: (item: Item, job: number) => Promise<void>,
): Promise<void> {
  await asTheyCome(Math.min(jobs, items.length), each(items), work);
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

/** As {@link inParallel}, of items that are made when a job is free for them; no more of them are held than there are jobs. */
export async function asTheyCome<Item>(
  jobs: number,
  items: AsyncGenerator<Item>,
  work: (item: Item, job: number) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const takeNext = async (job: number): Promise<boolean> => {
    const next = await items.next();
    if (next.done === true) return false;
    await work(next.value, job);
    return true;
  };
  const run = async (job: number): Promise<void> => {
    let isMore = true;
    while (isMore && failures.length === 0) {
      isMore = await takeNext(job).catch((error: unknown) => {
        failures.push(error);
        return false;
      });
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, (_, job) => run(job)));
  } finally {
    await items.return(undefined);
  }
  if (failures.length > 0) throw failures[0];
}
