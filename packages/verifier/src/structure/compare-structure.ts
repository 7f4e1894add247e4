import {
  type Catalog,
  CatalogBuilder,
  type CatalogDifference,
  catalogDifferences,
  catalogFingerprint,
} from '@shardwright/catalog';
import { nameKey } from '@shardwright/core';
import type { StructureFinding, StructureVerification } from '../model/verification.ts';
import type { PlanFacts } from '../plan/plan-facts.ts';
import { isAnnounced } from './announced.ts';
import { definitions } from './definitions.ts';

/**
 * Every object of both sides, by name. With a plan, what it announced has to be as its own statements make it; all else
 * has to be as in the source.
 */
export function compareStructure(
  source: Catalog,
  target: Catalog,
  plan: PlanFacts | undefined,
): StructureVerification {
  const [before, after] = [catalogFingerprint(source), catalogFingerprint(target)];
  const found = catalogDifferences(before, after).filter(isOfInterest);
  const announced = found.filter((difference) => plan !== undefined && isAnnounced(difference, plan));
  const [ofSource, ofTarget] = [definitions(source), definitions(target)];
  const described = (
    object: string,
    change: StructureFinding['change'],
    expected: ReadonlyMap<string, string>,
  ): StructureFinding => {
    const [wanted, there] = [expected.get(object), ofTarget.get(object)];
    return {
      object,
      change,
      ...(wanted === undefined ? {} : { expected: wanted }),
      ...(there === undefined ? {} : { found: there }),
    };
  };
  const unannounced = found.filter((difference) => !announced.includes(difference));
  return {
    compared: Object.keys(before.objects).length,
    findings: [
      ...unannounced.map(({ object, change }) => described(object, words[change], ofSource)),
      ...(plan === undefined ? [] : otherThanPlanned(plan, announced, target, described)),
    ],
    announced: announced.map(({ object }) => object),
  };
}

const words = { added: 'unexpected', removed: 'missing', changed: 'changed' } as const;

/** What is announced to change, and did not change into what the plan's statements say. */
function otherThanPlanned(
  plan: PlanFacts,
  announced: readonly CatalogDifference[],
  target: Catalog,
  described: (
    object: string,
    change: StructureFinding['change'],
    expected: ReadonlyMap<string, string>,
  ) => StructureFinding,
): readonly StructureFinding[] {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'plan' });
  for (const sql of plan.statements) builder.apply({ sql, line: 1 });
  const planned = builder.finish();
  const announcedObjects = new Set(announced.map(({ object }) => object));
  const texts = definitions(planned);
  return catalogDifferences(catalogFingerprint(planned), catalogFingerprint(target))
    .filter(({ object }) => announcedObjects.has(object))
    .map(({ object }) => described(object, 'not-as-planned', texts));
}

/** What every Citus has and no other database, and what is compared as rows. */
function isOfInterest({ object, change }: CatalogDifference): boolean {
  return !(change === 'added' && /^extension citus(_columnar)?$/.test(object));
}

/** A table's name as objects are named by it. */
export function tableObject(table: { readonly schema: string; readonly name: string }): string {
  return `table ${nameKey(table)}`;
}
