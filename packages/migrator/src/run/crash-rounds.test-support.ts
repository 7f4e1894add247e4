import type { Plan } from '@shardwright/planner';
import { type LoadPath, loadPaths } from '../load/load-path.ts';
import type { Point } from './crash.test-support.ts';
import type { Server } from './crash-scene.test-support.ts';

/** Who is killed when, and how rows were on their way. */
export interface Round {
  readonly victim: 'tool' | Server;
  readonly load: LoadPath;
  /** Absent: at a time of no meaning. */
  readonly point?: Point;
  /** That time, in parts of how long a run takes. */
  readonly at: number;
}

const victims = ['tool', 'source', 'coordinator', 'worker'] as const;

/** Where a first run, or one of a source that has changed, can be struck; its steps by their phases. */
function pointsOf({ steps }: Plan): readonly Point[] {
  const phases = [...new Set(steps.map(({ phase }) => phase))];
  return [
    { moment: 'journal made' },
    ...phases.map((phase): Point => ({ moment: 'step: before COMMIT', detail: phase })),
    ...phases.map((phase): Point => ({ moment: 'step: after COMMIT', detail: phase })),
    { moment: 'tables decided' },
    { moment: 'fenced' },
    ...[1, 4].flatMap((nth): Point[] => [
      { moment: 'chunk: before COPY', nth },
      { moment: 'chunk: after COPY', nth },
      { moment: 'chunk: before COMMIT', nth },
      { moment: 'chunk: after COMMIT', nth },
      { moment: 'shards: before COMMIT', nth },
      { moment: 'shards: after COMMIT', nth },
    ]),
    { moment: 'between the nodes’ COMMITs' },
    { moment: 'rows loaded' },
    { moment: 'placement proven' },
    { moment: 'finishing' },
    { moment: 'sequences moved' },
    { moment: 'before done' },
    { moment: 'recopy: emptied' },
  ];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every victim and every path equally often; half of the time at a point, all of which come before one comes again. */
export function roundsOf(plan: Plan, count: number, seed: number): readonly Round[] {
  const random = randomNumbers(seed);
  const shuffled = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => ({ item, order: random() }))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item);
  let points: Point[] = [];
  const nextPoint = (): Point | undefined => {
    if (points.length === 0) points = shuffled(pointsOf(plan));
    return points.pop();
  };
  const pairs = victims.flatMap((victim) => loadPaths.map((load) => ({ victim, load })));
  let open: typeof pairs = [];
  return Array.from({ length: count }, (): Round => {
    if (open.length === 0) open = shuffled(pairs);
    const { victim, load } = open.pop() ?? { victim: 'tool', load: 'direct' };
    const at = random();
    const point = random() < 0.5 ? nextPoint() : undefined;
    if (!point) return { victim, load, at };
    const isOfShards = /^shards|^between/.test(point.moment);
    return { victim, load: isOfShards ? 'direct' : load, point, at };
  });
}
