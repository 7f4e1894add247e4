import { baseName, nameWords } from '../relations/names.ts';
import type { DesignTable } from './design-table.ts';
import type { Domain } from './domains.ts';

const plainKey = /^(id|uuid|key|guid|code|record_id|resource_id|pk|no|number)$/;

/** What a domain's values are called: `company_id` for `companies.id`, `orderkey` for `orders.o_orderkey`. */
export function domainName(domain: Domain | undefined, tables: readonly DesignTable[]): string {
  if (domain === undefined) return 'key';
  const counts = new Map<string, number>();
  for (const { table, column } of domain.columns) {
    const definition = tables[table];
    const prefix = definition === undefined ? undefined : definition.prefix;
    const base = baseName(column, prefix);
    // A prefix that leaves nothing but `id` was the name: warehouse's w_id.
    const name = base === nameWords(column).join('_') || plainKey.test(base) ? column : base;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const root = domain.root === undefined ? undefined : tables[domain.root.table];
  const column = domain.root?.column ?? '';
  if (root !== undefined) {
    const prefix = root.prefix;
    const base = baseName(column, prefix);
    const isPlain = plainKey.test(nameWords(column).join('_'));
    const canonical = isPlain ? `${root.rowName}_${column}` : plainKey.test(base) ? column : base;
    // Written as most columns write it: userId stays userId, and `workspace` is what workspace.resource_id is called.
    const last = root.rowName.split('_').at(-1) ?? '';
    const spelled = [...counts]
      .filter(([name]) => {
        const words = nameWords(name);
        return (
          words.join('_') === nameWords(canonical).join('_') || (words.length === 1 && words[0] === last)
        );
      })
      .sort((a, b) => b[1] - a[1])[0]?.[0];
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    // What nearly everybody calls it is its name, whatever the table is called: movie_id for title.id.
    if (
      spelled === undefined &&
      most !== undefined &&
      !plainKey.test(most[0]) &&
      most[1] * 2 > domain.columns.length
    )
      return most[0];
    return spelled ?? canonical;
  }
  const [best] = [...counts].sort(
    (a, b) => b[1] - a[1] || a[0].length - b[0].length || a[0].localeCompare(b[0]),
  );
  return best?.[0] ?? 'key';
}
