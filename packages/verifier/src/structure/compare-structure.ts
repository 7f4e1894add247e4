import {
  type Catalog,
  CatalogBuilder,
  type CatalogDifference,
  catalogDifferences,
  catalogFingerprint,
} from '@shardwright/catalog';
import type { StructureFinding, StructureVerification } from '../model/verification.ts';
import type { PlanFacts } from '../plan/plan-facts.ts';
import { announcements } from './announced.ts';
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
  const expected = plan && announcements(plan, source);
  const found = catalogDifferences(before, after).filter(isOfInterest);
  const isAnnounced = ({ object }: CatalogDifference): boolean => expected?.includes(object) === true;
  const ofTarget = definitions(target);
  const finding = (
    object: string,
    change: StructureFinding['change'],
    definitionsWanted: ReadonlyMap<string, string>,
  ): StructureFinding => {
    const [wanted, there] = [definitionsWanted.get(object), ofTarget.get(object)];
    return {
      object,
      change,
      ...(wanted === undefined ? {} : { expected: wanted }),
      ...(there === undefined ? {} : { found: there }),
    };
  };
  const ofSource = definitions(source);
  const unannounced = found.filter((difference) => !isAnnounced(difference));
  const planned = plan && plannedCatalog(plan);
  const unplanned =
    planned === undefined
      ? []
      : catalogDifferences(catalogFingerprint(planned), after).filter(
          (difference) =>
            isAnnounced(difference) &&
            !(difference.change === 'added' && expected?.isOfPartition(difference.object)),
        );
  const ofPlan = planned === undefined ? new Map<string, string>() : definitions(planned);
  return {
    compared: Object.keys(before.objects).length,
    findings: [
      ...unannounced.map(({ object, change }) => finding(object, words[change], ofSource)),
      ...unplanned.map(({ object }) => finding(object, 'not-as-planned', ofPlan)),
    ],
    announced: found.filter(isAnnounced).map(({ object }) => object),
  };
}

const words = { added: 'unexpected', removed: 'missing', changed: 'changed' } as const;

/** What the statements of a plan make. */
function plannedCatalog(plan: PlanFacts): Catalog {
  const builder = new CatalogBuilder({ kind: 'dump', label: 'plan' });
  for (const sql of plan.statements) builder.apply({ sql, line: 1 });
  return builder.finish();
}

/** What every Citus has and no other database, and what is compared as rows. */
function isOfInterest({ object, change }: CatalogDifference): boolean {
  return !(change === 'added' && /^extension citus(_columnar)?$/.test(object));
}
