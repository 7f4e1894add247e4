import type { Plan, Step } from '@shardwright/planner';
import { sampleAnalysis } from '../sample-analysis.test-support.ts';
import type { PlanReport } from './plan-report.ts';

const named = (name: string) => ({ schema: 'public', name });

/** A plan that follows `sampleAnalysis`, with one of everything a plan can tell. */
export function samplePlanReport(overrides: Partial<Plan> = {}): PlanReport {
  const analysis = sampleAnalysis();
  const plan: Plan = {
    planVersion: '1.0',
    origin: analysis.origin,
    fingerprint: analysis.fingerprint,
    steps: [
      step({ phase: 'roles', title: 'role app', hazards: ['app is made without login and password.'] }),
      step({ phase: 'tables', title: 'table orders', apply: ['CREATE TABLE public.orders (id bigint)'] }),
      step({ phase: 'distribute', title: 'orders is distributed by company_id' }),
      step({ phase: 'indexes', title: 'index recent on orders' }),
    ],
    changes: [
      {
        table: named('orders'),
        object: 'company_id',
        kind: 'column-not-null',
        what: 'orders.company_id becomes NOT NULL',
        why: 'a row without a value has no shard',
      },
      {
        table: named('line_items'),
        object: 'company_id',
        kind: 'column-added',
        what: 'line_items gains company_id, filled over orders',
        why: 'its rows then live with their orders',
      },
    ],
    weakenings: [
      {
        table: named('orders'),
        object: 'orders_pkey',
        risk: 'low',
        before: '(id) is unique in the whole table',
        after: '(id) is unique within one company_id',
      },
      {
        table: named('orders'),
        object: 'orders_number_key',
        risk: 'high',
        before: '(number) is unique in the whole table',
        after: '(number) is unique within one company_id',
        remedy: 'Keep it in a reference table | or trust the application.',
      },
    ],
    leftOut: [
      {
        object: 'trigger audit on orders',
        why: 'it acts on other rows',
        instead: 'Do its work in the application.',
      },
    ],
    backfills: [
      {
        table: named('line_items'),
        column: 'company_id',
        path: [
          {
            from: named('line_items'),
            columns: ['order_id'],
            to: named('orders'),
            referencedColumns: ['id'],
            constraint: 'line_items_order_id_fkey',
            isOptional: true,
            isUnique: true,
          },
        ],
        alternatives: [{ path: [], countDifferent: 'SELECT 0' }],
        columns: ['id', 'order_id', 'company_id'],
        selectPlaced: 'SELECT 1',
        selectSetAside: 'SELECT 2',
        countSetAside: 'SELECT 3',
        inSource: {
          prepare: ['SELECT 4'],
          fill: 'SELECT 5',
          countDrifted: 'SELECT 6',
          finish: ['SELECT 7'],
          undo: ['SELECT 8'],
        },
        hazards: ['line_items (order_id) may be NULL: such rows get no company_id and are set aside.'],
      },
    ],
    tables: [
      {
        ...named('orders'),
        kind: 'distributed',
        distributionColumn: 'company_id',
        colocationGroup: 'company_id',
      },
      { ...named('orders_2024'), kind: 'distributed', partitionOf: named('orders') },
      { ...named('countries'), kind: 'reference' },
      { ...named('audit_log'), kind: 'local' },
    ],
    ...overrides,
  };
  return { plan, analysis, madeAt: '2026-05-04 03:02 UTC', toolVersion: '1.2.3' };
}

function step(parts: Partial<Step> & Pick<Step, 'phase' | 'title'>): Step {
  const { phase, title } = parts;
  return { id: `${phase}: ${title}`, subject: title, apply: [], undo: [], hazards: [], ...parts };
}
