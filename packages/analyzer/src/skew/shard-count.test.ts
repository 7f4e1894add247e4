import { describe, expect, it } from 'vitest';
import { recommendShardCount } from './shard-count.ts';

describe('recommendShardCount', () => {
  it("keeps Citus' default on a small cluster", () => {
    expect(recommendShardCount({ nodes: 2 }).count).toBe(32);
  });

  it('always gives every node as many shards', () => {
    for (let nodes = 1; nodes < 40; nodes++) expect(recommendShardCount({ nodes }).count % nodes).toBe(0);
  });

  it('cuts large groups into shards that can be moved', () => {
    const { count, reason } = recommendShardCount({ nodes: 4, bytes: 2 * 1024 ** 4 });
    expect(count).toBeGreaterThanOrEqual(200);
    expect(reason).toMatch(/2048 GB/);
  });

  it('says that shards cannot split a hot key', () => {
    expect(recommendShardCount({ nodes: 2, hottestShare: 0.3 }).reason).toMatch(
      /isolate_tenant_to_new_shard/,
    );
  });
});
