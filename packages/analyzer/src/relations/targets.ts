import type { DesignTable } from '../design/design-table.ts';
import { looksLikeIdentifier, ownKeys } from './key-columns.ts';
import { baseName, isPlural, nameWords } from './names.ts';

/** What a column may be called elsewhere when it points here. */
export interface Target {
  readonly table: DesignTable;
  readonly columns: readonly string[];
  readonly confidence: number;
  /** Whether only the last of the table's words says so: `build_id` for `ci_builds`. */
  readonly byLastWord?: true;
}

/** Names of roles, which tables such as `user_parents` and `crate_owners` do not own. */
const roleWords: ReadonlySet<string> = new Set(['parent', 'child', 'root', 'owner']);

/** By the name that points at them: single columns by themselves, keys of several columns by their last. */
export function pointedAt(
  tables: readonly DesignTable[],
  declaredColumns: ReadonlySet<string>,
): {
  readonly single: ReadonlyMap<string, readonly Target[]>;
  readonly composite: ReadonlyMap<string, readonly Target[]>;
} {
  const single = new Map<string, Target[]>();
  const composite = new Map<string, Target[]>();
  const add = (map: Map<string, Target[]>, name: string, target: Target): void => {
    // A table that itself carries the name as a reference is not what the name refers to.
    if (map === single && target.table.columns.has(name) && !target.columns.includes(name)) return;
    const list = map.get(name);
    if (list === undefined) map.set(name, [target]);
    else if (!list.some((known) => known.table === target.table)) list.push(target);
  };
  const owners = new Map<string, number>();
  for (const table of tables)
    for (const [column, second] of ownKeys(table)) {
      if (column === undefined || second !== undefined) continue;
      const name = nameWords(column).join('_');
      owners.set(name, (owners.get(name) ?? 0) + 1);
    }
  const namedInPlural = tables.filter(({ table }) => isPlural(nameWords(table.name).at(-1) ?? '')).length;
  const isPluralSchema = namedInPlural * 2 > tables.length;
  for (const table of tables) {
    if (table.table.kind === 'foreign') continue;
    const prefix = table.prefix;
    const row = table.rowName;
    const lastWord = row.slice(row.lastIndexOf('_') + 1);
    const isHead = !roleWords.has(lastWord) && !(isPluralSchema && isQualified(table));
    for (const key of ownKeys(table)) {
      const [first] = key;
      if (first === undefined) continue;
      if (key.length > 1) {
        const last = key.at(-1) ?? first;
        add(composite, baseName(last, prefix), { table, columns: key, confidence: 0.8 });
        continue;
      }
      const definition = table.columns.get(first);
      if (definition === undefined) continue;
      const whole = nameWords(first).join('_');
      const bare = baseName(first, prefix);
      const name = (text: string, confidence: number): void =>
        add(single, text, { table, columns: key, confidence });
      // `build_id` is rather one of `ci_builds` than one of `ci_pending_builds`, and hardly a `ci_board_pending_build`.
      const nameByLastWord = (text: string): void => {
        const confidence = 0.7 - 0.05 * row.split('_').length;
        if (isHead) add(single, text, { table, columns: key, confidence, byLastWord: true });
      };
      if (whole === bare) {
        name(`${row}_${bare}`, 0.9);
        // `changelog.store` for `store.id`: only for columns of a primary key, see bestTarget.
        name(row, 0.75);
        if (lastWord !== row) nameByLastWord(`${lastWord}_${bare}`);
        // A key that is not just `id` names its rows wherever it stands: `orderkey`, `user_id`.
        if (
          !/^(id|key|code|uuid|guid|record_id|name|number|no|oid)$/.test(whole) &&
          looksLikeIdentifier(definition)
        ) {
          // The same key name in several tables is a habit (`resource_id`), not a reference.
          // A key that points elsewhere itself only shares what it points at.
          if (whole.startsWith(row)) name(whole, 0.9);
          else if (!declaredColumns.has(`${table.index}.${first}`)) {
            if (owners.get(whole) === 1) name(whole, 0.75);
            else if (whole.startsWith(lastWord)) nameByLastWord(whole);
          }
        }
        if (bare === 'id') name(`${row}id`, 0.7);
        // `kind_type` and `company_name` are what `kind_id` and `company_id` point at.
        const stem = /^(.+)_(type|name|status|code|master)$/.exec(row)?.[1];
        if (stem !== undefined) name(`${stem}_${bare}`, 0.65);
      } else {
        // Prefixed schemas: `w_id` is warehouse's id and `o_w_id` points at it; `c_custkey` and `o_custkey` meet.
        name(whole, 0.85);
        name(`${row}_${bare}`, 0.9);
        if (!/^(id|key|code|name|date)$/.test(bare)) name(bare, 0.85);
        // `cdemo_sk` and `hdemo_sk` tell customer_demographics and household_demographics apart.
        if (lastWord !== row) name(`${row.charAt(0)}${bare}`, 0.7);
      }
    }
  }
  return { single, composite };
}

/** Whether the last word tells what kind of row it is, and an earlier one what it is: `trustpub_configs_github`. */
function isQualified({ table }: DesignTable): boolean {
  const words = nameWords(table.name);
  return !isPlural(words.at(-1) ?? '') && words.slice(0, -1).some(isPlural);
}
