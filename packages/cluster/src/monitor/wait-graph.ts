/** One waits for the other. */
export interface WaitEdge {
  readonly waiting: string;
  readonly blocking: string;
}

/**
 * Sets of sessions that wait for one another in a ring, so that none can go on: the strongly connected parts of the
 * graph. What was read on several nodes one after another may show a ring that has just been resolved.
 */
export function findRings(edges: readonly WaitEdge[]): readonly (readonly string[])[] {
  const after = new Map<string, string[]>();
  for (const { waiting, blocking } of edges) after.set(waiting, [...(after.get(waiting) ?? []), blocking]);
  const reached = new Map([...after.keys()].map((id) => [id, reachableFrom(id, after)]));
  const rings: string[][] = [];
  for (const id of after.keys()) {
    if (rings.some((ring) => ring.includes(id)) || !reached.get(id)?.has(id)) continue;
    const others = [...after.keys()].filter(
      (other) => other !== id && reached.get(id)?.has(other) && reached.get(other)?.has(id),
    );
    rings.push([id, ...others]);
  }
  return rings;
}

function reachableFrom(start: string, after: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(after.get(start) ?? [])];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(after.get(id) ?? []));
  }
  return found;
}
