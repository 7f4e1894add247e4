import type { CatalogDifference } from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';
import type { PlanFacts } from '../plan/plan-facts.ts';

/** Whether a plan says that an object of the target is not as in the source, or not there. */
export function isAnnounced({ object }: CatalogDifference, plan: PlanFacts): boolean {
  const { name, table } = partsOf(object);
  const isChanged = plan.changes.some(
    (change) =>
      (table === nameKey(change.table) && namesObject(change.object, name)) ||
      (table === undefined && namesObject(change.object, name)),
  );
  return isChanged || plan.leftOut.some((left) => namesObject(left, name) || namesObject(left, object));
}

/** `column public.orders.id` is `id` of `public.orders`, `index i ON public.orders` is `i` of it. */
function partsOf(object: string): { readonly name: string; readonly table?: string } {
  const [, hanging, on] = /^(?:constraint|index|trigger|rule|policy) (.+) ON (.+)$/.exec(object) ?? [];
  if (hanging !== undefined && on !== undefined) return { name: hanging, table: on };
  const [, table, column] = /^column (.+)\.([^.]+)$/.exec(object) ?? [];
  if (table !== undefined && column !== undefined) return { name: column, table };
  return { name: object.replace(/^(?:materialized view|\w+) /, '') };
}

/** Plans name objects for people: quoted or not, with their schema or kind or not. */
function namesObject(announced: string, name: string): boolean {
  const plain = (text: string): string => text.replaceAll('"', '');
  const [wanted, given] = [plain(name), plain(announced)];
  return (
    given === wanted ||
    given.endsWith(` ${wanted}`) ||
    given.endsWith(`.${wanted}`) ||
    wanted.endsWith(`.${given}`)
  );
}
