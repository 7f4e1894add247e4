import type {
  Analysis,
  Candidate,
  Decision,
  Finding,
  QueryAnalysis,
  QueryClass,
  Relation,
  Skew,
  TableAnalysis,
} from '@shardwright/analyzer';
import type { QualifiedName } from '@shardwright/core';

const named = (name: string): QualifiedName => ({ schema: 'public', name });

const byCompany = (more: Partial<Extract<Decision, { kind: 'distributed' }>> = {}): Decision => ({
  kind: 'distributed',
  column: 'company_id',
  colocationGroup: 'company_id',
  addedColumn: false,
  via: [],
  method: 'hash',
  timePartitioned: false,
  ...more,
});

const skew: Skew = {
  provenance: 'exact',
  shardBytes: [
    61, 58, 64, 60, 71, 55, 63, 59, 66, 240, 57, 62, 60, 68, 54, 65, 61, 63, 59, 58, 70, 62, 64, 56, 60, 66,
    61, 57, 65, 63, 59, 62,
  ].map((megabytes) => megabytes * 1_000_000),
  nodeBytes: [640_000_000, 830_000_000, 610_000_000, 598_000_000],
  maxOverMean: 3.5,
  hottest: { value: '42', share: 0.083 },
  distinct: 4210,
};

const findings: readonly Finding[] = [
  {
    rule: 'unique-without-distribution-column',
    title: 'Uniqueness without the distribution column',
    severity: 'error',
    effect: 'refused',
    table: named('orders'),
    object: 'orders_pkey',
    message: 'orders_pkey (id) does not contain company_id.',
    consequence: 'create_distributed_table stops; uniqueness of id alone cannot be checked across shards.',
    remedy: 'Make the primary key (company_id, id).',
    automatic: true,
    citusMessage:
      'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column (with an equality operator if EXCLUDE).',
    line: 118,
  },
  {
    rule: 'unique-without-distribution-column',
    title: 'Uniqueness without the distribution column',
    severity: 'error',
    effect: 'refused',
    table: named('line_items'),
    object: 'line_items_pkey',
    message: 'line_items_pkey (id) does not contain company_id.',
    consequence: 'create_distributed_table stops; uniqueness of id alone cannot be checked across shards.',
    remedy: 'Make the primary key (company_id, id).',
    automatic: true,
    citusMessage:
      'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column (with an equality operator if EXCLUDE).',
    line: 131,
  },
  {
    rule: 'trigger',
    title: 'Trigger on a distributed table',
    severity: 'error',
    effect: 'refused',
    table: named('orders'),
    object: 'orders_touch',
    message: 'orders has the trigger orders_touch.',
    consequence: 'The table cannot be distributed while the trigger is there.',
    remedy: 'Drop the trigger, or set citus.enable_unsafe_triggers after reading what the function touches.',
    automatic: false,
    citusMessage: 'cannot distribute relation "orders" because it has triggers',
    line: 204,
  },
  {
    rule: 'int-sequence',
    title: 'Integer sequence on workers',
    severity: 'warning',
    effect: 'silent',
    table: named('users'),
    object: 'users.id',
    message: 'users.id takes its values from an integer sequence.',
    consequence: 'Inserts that run on a worker fail: its node-offset values do not fit int4.',
    remedy: 'Change the column to bigint before distributing.',
    automatic: true,
    line: 77,
  },
  {
    rule: 'comment',
    title: 'Comments stay on the coordinator',
    severity: 'info',
    effect: 'advice',
    message: 'Comments stay on the coordinator.',
    consequence: 'Tools that read comments on workers see none.',
    remedy: 'Nothing, unless a tool reads them there.',
    automatic: false,
    line: 0,
  },
];

interface TableSketch {
  readonly name: string;
  readonly decision: Decision;
  readonly rows: number;
  readonly bytes: number;
  readonly line: number;
  readonly reasons: readonly string[];
  readonly more?: Partial<TableAnalysis>;
}

const sketches: readonly TableSketch[] = [
  {
    name: 'companies',
    decision: byCompany({ column: 'id' }),
    rows: 4210,
    bytes: 1_200_000,
    line: 52,
    reasons: ['Its primary key is the key of the group company_id.'],
  },
  {
    name: 'users',
    decision: byCompany(),
    rows: 88_000,
    bytes: 21_000_000,
    line: 70,
    reasons: ['References companies by company_id.'],
  },
  {
    name: 'orders',
    decision: byCompany(),
    rows: 2_400_000,
    bytes: 610_000_000,
    line: 101,
    reasons: ['References companies by company_id.', '84 % of the calls that read it filter by company_id.'],
    more: { skew },
  },
  {
    name: 'line_items',
    decision: byCompany({
      addedColumn: true,
      via: [
        {
          from: named('line_items'),
          columns: ['order_id'],
          to: named('orders'),
          referencedColumns: ['id'],
          constraint: 'line_items_order_id_fkey',
          notNull: true,
        },
      ],
    }),
    rows: 9_100_000,
    bytes: 1_480_000_000,
    line: 124,
    reasons: ['Joined with orders in 71 % of its calls; company_id is filled in over orders.'],
  },
  {
    name: 'invoices',
    decision: byCompany(),
    rows: 310_000,
    bytes: 96_000_000,
    line: 140,
    reasons: ['References companies by company_id.'],
  },
  {
    name: 'payments',
    decision: byCompany({
      addedColumn: true,
      via: [
        {
          from: named('payments'),
          columns: ['invoice_id'],
          to: named('invoices'),
          referencedColumns: ['id'],
          notNull: false,
        },
      ],
    }),
    rows: 290_000,
    bytes: 41_000_000,
    line: 155,
    reasons: ['Joined with invoices; company_id is filled in over invoices.'],
  },
  {
    name: 'events',
    decision: byCompany({ timePartitioned: true }),
    rows: 21_000_000,
    bytes: 3_900_000_000,
    line: 170,
    reasons: ['Partitioned by occurred_at; each partition is hashed by company_id.'],
    more: { partitionedBy: 'RANGE (occurred_at)' },
  },
  {
    name: 'countries',
    decision: { kind: 'reference' },
    rows: 249,
    bytes: 18_000,
    line: 20,
    reasons: ['Small, rarely written, and referenced by orders and companies.'],
  },
  {
    name: 'currencies',
    decision: { kind: 'reference' },
    rows: 180,
    bytes: 9_000,
    line: 28,
    reasons: ['Small, rarely written, and referenced by invoices.'],
  },
  {
    name: 'plans',
    decision: { kind: 'reference' },
    rows: 12,
    bytes: 2_000,
    line: 36,
    reasons: ['Small and referenced by companies.'],
  },
  {
    name: 'schema_migrations',
    decision: { kind: 'local' },
    rows: 412,
    bytes: 30_000,
    line: 12,
    reasons: ['Nothing references it and no query joins it.'],
  },
  {
    name: 'feature_flags',
    decision: { kind: 'single-shard', schema: 'public', colocationGroup: 'public' },
    rows: 60,
    bytes: 14_000,
    line: 44,
    reasons: ['Kept together with its schema.'],
  },
];

function candidatesOf(sketch: TableSketch): readonly Candidate[] {
  return [
    { decision: sketch.decision, cost: 120, chosen: true, note: 'keeps 4 of 5 relations on one shard' },
    {
      decision: { kind: 'local' },
      cost: 940,
      chosen: false,
      note: 'every join with it goes over the network',
    },
  ];
}

const edge = (
  from: string,
  column: string,
  to: string,
  locality: Relation['locality'],
  origin: Relation['origin'] = 'foreign-key',
): Relation => ({
  from: named(from),
  columns: [column],
  to: named(to),
  referencedColumns: ['id'],
  origin,
  ...(origin === 'foreign-key'
    ? { constraint: `${from}_${column}_fkey` }
    : { evidence: `${from}.${column} is named like ${to}.id and has its type` }),
  locality,
});

function query(
  name: QueryClass,
  sql: string,
  calls: number,
  totalTimeMs: number,
  more: Partial<QueryAnalysis> = {},
): QueryAnalysis {
  return {
    fingerprint: `f${sql.length}${calls}`,
    sql,
    class: name,
    reason: 'orders is filtered by company_id.',
    calls,
    totalTimeMs,
    shareOfCalls: calls / 100_000,
    shareOfTime: totalTimeMs / 50_000,
    source: { label: 'statements.csv', line: 2 },
    ...more,
  };
}

const queries: readonly QueryAnalysis[] = [
  query('fast-path', 'SELECT * FROM orders WHERE company_id = $1 AND id = $2', 71_000, 9_000, {
    taskCount: 1,
  }),
  query(
    'router',
    'SELECT o.id, sum(li.amount) FROM orders o JOIN line_items li USING (company_id, order_id) WHERE o.company_id = $1 GROUP BY 1',
    18_000,
    14_000,
    { taskCount: 1 },
  ),
  query('pushdown', 'SELECT count(*) FROM orders WHERE id = $1', 9_000, 16_000, {
    reason: 'orders is not filtered by company_id: every shard is asked.',
    taskCount: 32,
    addPredicate: 'orders.company_id = $2',
  }),
  query('repartition', 'SELECT * FROM users u JOIN events e ON e.actor = u.email', 1_500, 8_000, {
    reason: 'users and events are joined by e.actor = u.email, not by company_id.',
    addPredicate: 'e.company_id = u.company_id',
  }),
  query(
    'unsupported',
    'SELECT region, month, sum(amount) FROM orders GROUP BY CUBE (region, month)',
    500,
    3_000,
    {
      reason: 'Grouping sets need a filter by company_id.',
      error: 'could not run distributed query with GROUPING SETS, CUBE, or ROLLUP',
    },
  ),
];

/** A small shop database by company: every kind of decision, finding and query class once. */
export function sampleAnalysis(overrides: Partial<Analysis> = {}): Analysis {
  return {
    schemaVersion: '1.0',
    origin: {
      kind: 'dump',
      label: 'shop.sql',
      serverVersion: '16.2',
      producer: 'pg_dump 16.2',
      bytesRead: 6_150_000_000,
      statements: 412,
      defaultSchema: 'public',
      schemas: ['public'],
    },
    fingerprint: {
      digest: `sha256:${'0'.repeat(64)}`,
      source: 'dump',
      wording: 'server',
      objects: { 'table public.orders': '0123abcd4567ef89', 'column public.orders.id': '89ab0123' },
    },
    options: {
      nodes: 4,
      shards: { count: 32, recommended: true, reason: '8 shards per node leave room for twice the nodes.' },
      overrides: [{ table: named('feature_flags'), decision: 'single-shard' }],
    },
    headline: {
      verdict: 'with-changes',
      sentence: '7 of 12 tables distribute by company_id, and 89 % of calls reach one shard.',
      counts: { tables: 12, distributed: 7, reference: 3, local: 1, singleShard: 1, needBackfill: 2 },
      findings: { error: 3, warning: 1, info: 1 },
      routerShareOfCalls: 0.89,
    },
    tables: sketches.map((sketch) => ({
      ...named(sketch.name),
      decision: sketch.decision,
      reasons: sketch.reasons,
      findings: findings.flatMap((finding, index) => (finding.table?.name === sketch.name ? [index] : [])),
      line: sketch.line,
      rows: { count: sketch.rows, provenance: 'exact' },
      bytes: sketch.bytes,
      candidates: candidatesOf(sketch),
      ...sketch.more,
    })),
    colocationGroups: [
      {
        name: 'company_id',
        type: 'bigint',
        tables: sketches
          .filter(({ decision }) => decision.kind === 'distributed')
          .map(({ name }) => named(name)),
        root: named('companies'),
        shardCount: 32,
        bytes: 6_149_200_000,
      },
    ],
    relations: [
      edge('users', 'company_id', 'companies', 'colocated'),
      edge('orders', 'company_id', 'companies', 'colocated'),
      edge('orders', 'user_id', 'users', 'colocated'),
      edge('line_items', 'order_id', 'orders', 'colocated'),
      edge('invoices', 'order_id', 'orders', 'colocated'),
      edge('payments', 'invoice_id', 'invoices', 'colocated', 'inferred'),
      edge('orders', 'country_id', 'countries', 'reference'),
      edge('invoices', 'currency_id', 'currencies', 'reference'),
      edge('companies', 'plan_id', 'plans', 'reference'),
      edge('events', 'actor', 'users', 'network', 'workload'),
    ],
    findings,
    optimisation: {
      status: 'optimal',
      gap: 0,
      objective: 1840,
      currency: 'network bytes per 1,000 calls',
      localRelationShare: 0.93,
      variables: 61,
      constraints: 118,
      seconds: 0.012,
    },
    alternatives: [
      {
        name: 'user_id',
        objective: 9120,
        distributed: 4,
        reference: 6,
        local: 2,
        needBackfill: 1,
        localRelationShare: 0.61,
        routerShareOfCalls: 0.61,
        sentence: 'By user_id: 61 % of calls on one shard, and invoices would have to be a reference table.',
      },
      {
        name: 'order_id',
        objective: 15_300,
        distributed: 3,
        reference: 6,
        local: 3,
        needBackfill: 0,
        localRelationShare: 0.34,
        routerShareOfCalls: 0.22,
        sentence: 'By order_id: no backfill, but 78 % of calls ask every shard.',
      },
    ],
    workload: {
      queries,
      summary: {
        queries: queries.length,
        calls: 100_000,
        totalTimeMs: 50_000,
        classes: queries.map((one) => ({
          class: one.class,
          queries: 1,
          shareOfCalls: one.shareOfCalls,
          ...(one.shareOfTime === undefined ? {} : { shareOfTime: one.shareOfTime }),
        })),
      },
      unparsed: 1,
    },
    coverage: {
      tablesWithData: 12,
      rowsSeen: 33_193_123,
      rowsSampled: 2_100_000,
      statements: 412,
      verbatim: [{ node: 'CreateCastStmt', count: 2, firstLine: 310 }],
      problems: [
        { line: 377, message: 'syntax error at or near "FRM"', sql: 'SELECT * FRM "<b>orders</b>" & more' },
      ],
      notes: ['Rows, bytes and key values were measured on all 33,193,123 rows of the dump.'],
    },
    ...overrides,
  };
}

/** A schema of `size` tables in three co-location groups, made by arithmetic: the same at every call. */
export function generatedAnalysis(size: number): Analysis {
  const keys = ['account_id', 'project_id', 'device_id'];
  const decisionOf = (index: number): Decision => {
    if (index % 11 === 7) return { kind: 'reference' };
    if (index % 17 === 9) return { kind: 'local' };
    const key = keys[index % 5 === 0 ? 1 : index % 23 === 3 ? 2 : 0] ?? 'account_id';
    const addedColumn = index % 13 === 4;
    return {
      kind: 'distributed',
      column: key,
      colocationGroup: key,
      addedColumn,
      via: addedColumn
        ? [
            {
              from: tableName(index),
              columns: ['parent_id'],
              to: tableName(index >> 1),
              referencedColumns: ['id'],
              notNull: index % 2 === 0,
            },
          ]
        : [],
      method: 'hash',
      timePartitioned: false,
    };
  };
  const words = ['order', 'shipment', 'audit_entry', 'price', 'membership', 'webhook_delivery', 'note'];
  const tableName = (index: number): QualifiedName => ({
    schema: index % 19 === 0 ? 'billing' : 'public',
    name: `${words[index % words.length] ?? 'thing'}_${index}`,
  });
  const indices = Array.from({ length: size }, (_, index) => index);
  const made: readonly Finding[] = indices
    .filter((index) => index % 2 === 0)
    .map((index) => ({
      rule: index % 4 === 0 ? 'unique-without-distribution-column' : 'int-sequence',
      title: index % 4 === 0 ? 'Uniqueness without the distribution column' : 'Integer sequence on workers',
      severity: index % 4 === 0 ? 'error' : 'warning',
      effect: index % 4 === 0 ? 'refused' : 'silent',
      table: tableName(index),
      object: `${tableName(index).name}_pkey`,
      message: `${tableName(index).name}_pkey (id) does not contain the distribution column.`,
      consequence: 'create_distributed_table stops; uniqueness of id alone cannot be checked across shards.',
      remedy: 'Put the distribution column into the primary key.',
      automatic: index % 4 === 0,
      line: 10 + index * 14,
    }));
  const tables: readonly TableAnalysis[] = indices.map((index) => ({
    ...tableName(index),
    decision: decisionOf(index),
    reasons: [`References ${tableName(index >> 1).name} by parent_id.`, 'No query reads it without the key.'],
    findings: index % 2 === 0 ? [index / 2] : [],
    line: 10 + index * 14,
    rows: { count: ((index * 7919) % 100_000) * 40, provenance: 'sampled' },
    bytes: ((index * 7919) % 100_000) * 4000,
    candidates: [
      { decision: decisionOf(index), cost: index, chosen: true, note: 'keeps its relations on one shard' },
      {
        decision: { kind: 'local' },
        cost: index * 9 + 7,
        chosen: false,
        note: 'every join goes over the network',
      },
    ],
  }));
  const groupOf = (index: number): string => {
    const decision = decisionOf(index);
    return decision.kind === 'distributed' ? decision.colocationGroup : decision.kind;
  };
  const count = (kind: Decision['kind']): number =>
    tables.filter((table) => table.decision.kind === kind).length;
  const { workload: _workload, ...base } = sampleAnalysis();
  return {
    ...base,
    origin: { ...base.origin, label: `generated-${size}.sql` },
    headline: {
      ...base.headline,
      sentence: `${count('distributed')} of ${size} tables distribute over three keys.`,
      counts: {
        tables: size,
        distributed: count('distributed'),
        reference: count('reference'),
        local: count('local'),
        singleShard: 0,
        needBackfill: tables.filter(({ decision }) => decision.kind === 'distributed' && decision.addedColumn)
          .length,
      },
      findings: {
        error: made.filter(({ severity }) => severity === 'error').length,
        warning: made.filter(({ severity }) => severity === 'warning').length,
        info: 0,
      },
    },
    tables,
    colocationGroups: keys.map((key) => ({
      name: key,
      type: 'bigint',
      tables: indices.filter((index) => groupOf(index) === key).map(tableName),
      shardCount: 32,
    })),
    relations: indices.slice(1).map((index) => ({
      from: tableName(index),
      columns: ['parent_id'],
      to: tableName(index >> 1),
      referencedColumns: ['id'],
      origin: 'foreign-key',
      constraint: `${tableName(index).name}_parent_id_fkey`,
      locality:
        groupOf(index >> 1) === 'reference'
          ? 'reference'
          : groupOf(index) === 'local'
            ? 'local'
            : groupOf(index) === groupOf(index >> 1)
              ? 'colocated'
              : 'network',
    })),
    findings: made,
  };
}
