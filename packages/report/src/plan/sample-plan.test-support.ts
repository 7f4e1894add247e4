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
    session: ['SET search_path = public'],
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
        reason: 'the database makes id, and never twice',
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
        sourceColumn: 'company_id',
        alternatives: [
          {
            path: [
              {
                from: named('line_items'),
                columns: ['seller_id'],
                to: named('users'),
                referencedColumns: ['id'],
                isOptional: false,
                isUnique: true,
              },
            ],
            sourceColumn: 'company_id',
            countDifferent: 'SELECT 0',
          },
        ],
        chosenBecause: 'foreign keys declare it',
        countSetAside: 'SELECT 3',
        countDrifted: 'SELECT 4',
        inSource: {
          prepare: ['SELECT 4'],
          fill: 'SELECT 5',
          countDrifted: 'SELECT 6',
          finish: ['SELECT 7'],
          undo: ['SELECT 8'],
        },
        hazards: [
          'line_items (order_id) may be NULL: such rows get no company_id and are set aside.',
          'Another way leads over seller_id → users.',
        ],
      },
    ],
    loads: [
      {
        source: named('line_items'),
        target: named('line_items'),
        kind: 'distributed',
        distributionColumn: 'company_id',
        columns: [
          { name: 'id', type: 'bigint', sourceType: 'integer', value: 't.id::bigint' },
          { name: 'company_id', type: 'bigint', value: 'via_1.company_id' },
        ],
        select: 'SELECT t.id::bigint AS id FROM line_items AS t',
        isPlaced: 'via_1.company_id IS NOT NULL',
        copy: 'COPY line_items (id, company_id) FROM STDIN',
      },
    ],
    foreignKeyChecks: [
      {
        table: named('line_items'),
        constraint: 'line_items_seller_id_fkey',
        references: named('users'),
        countBroken: 'SELECT count(*) FROM line_items',
      },
    ],
    sequences: [
      {
        ...named('orders_id_seq'),
        feeds: [{ table: named('orders'), column: 'id' }],
        readPosition: 'SELECT last_value, is_called FROM public.orders_id_seq',
        setPosition: "SELECT pg_catalog.setval('public.orders_id_seq', $1::bigint, $2::boolean)",
      },
    ],
    colocationGroups: [{ name: 'company_id', shardCount: 32, type: 'bigint', leader: named('orders') }],
    queries: [
      {
        fingerprint: 'f1',
        sql: 'SELECT * FROM orders WHERE company_id = $1',
        calls: 10,
        shareOfCalls: 1,
        class: 'unsupported',
        reason: 'so it is',
        error: 'not supported',
      },
    ],
    tables: [
      {
        ...named('line_items'),
        kind: 'distributed',
        strategy: 'hash',
        distributionColumn: 'company_id',
        colocationGroup: 'company_id',
      },
      {
        ...named('orders'),
        kind: 'distributed',
        strategy: 'hash',
        distributionColumn: 'company_id',
        colocationGroup: 'company_id',
      },
      { ...named('orders_2024'), kind: 'distributed', strategy: 'hash', partitionOf: named('orders') },
      { ...named('countries'), kind: 'reference', strategy: 'reference' },
      { ...named('audit_log'), kind: 'local', strategy: 'local' },
    ],
    ...overrides,
  };
  return { plan, analysis, madeAt: '2026-05-04 03:02 UTC', toolVersion: '1.2.3' };
}

function step(parts: Partial<Step> & Pick<Step, 'phase' | 'title'>): Step {
  const { phase, title } = parts;
  return { id: `${phase}: ${title}`, subject: title, apply: [], undo: [], hazards: [], ...parts };
}
