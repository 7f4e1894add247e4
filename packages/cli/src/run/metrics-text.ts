import type { MigrationStatus } from '@shardwright/migrator';

type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly (readonly [labels: Labels, value: number])[];
}

const states = ['preparing', 'loading', 'finishing', 'done', 'taking back'] as const;

/** A migration in Prometheus' text format, version 0.0.4. */
export function metricsText(status: MigrationStatus | undefined): string {
  const tables = status?.tables ?? [];
  const ofTables = (value: (table: MigrationStatus['tables'][number]) => number): Metric['samples'] =>
    tables.map((table) => [{ table: table.relation }, value(table)]);
  const metrics: readonly Metric[] = [
    {
      name: 'state',
      type: 'gauge',
      help: '1 for the state that the migration is in.',
      samples: states.map((state) => [{ state }, status?.state === state ? 1 : 0]),
    },
    {
      name: 'steps',
      type: 'gauge',
      help: 'Steps of the plan.',
      samples: [[{}, status?.steps.total ?? 0]],
    },
    {
      name: 'steps_done',
      type: 'gauge',
      help: 'Steps of the plan that are done.',
      samples: [[{}, status?.steps.done.length ?? 0]],
    },
    {
      name: 'rows_total',
      type: 'counter',
      help: 'Rows that were committed; begins anew where a table is copied anew.',
      samples: ofTables(({ rows }) => rows),
    },
    {
      name: 'bytes_total',
      type: 'counter',
      help: 'Bytes of committed rows, as they were sent.',
      samples: ofTables(({ bytes }) => bytes),
    },
    {
      name: 'source_bytes',
      type: 'gauge',
      help: 'Bytes of the table in the source; 0 before it is looked at.',
      samples: ofTables(({ load }) => load?.sourceBytes ?? 0),
    },
    {
      name: 'chunks',
      type: 'gauge',
      help: 'Chunks that the table is copied in; 0 before that is decided.',
      samples: ofTables(({ chunks }) => chunks.total),
    },
    {
      name: 'chunks_done',
      type: 'gauge',
      help: 'Chunks that are committed on every node.',
      samples: ofTables(({ chunks }) => chunks.done),
    },
    {
      name: 'rows_set_aside',
      type: 'gauge',
      help: 'Rows in shardwright.quarantine.',
      samples: ofTables(({ setAside }) => setAside),
    },
    {
      name: 'last_activity_timestamp_seconds',
      type: 'gauge',
      help: 'When a step or a chunk was committed last; absent before.',
      samples: status?.lastActivity === undefined ? [] : [[{}, Date.parse(status.lastActivity) / 1000]],
    },
  ];
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(metricText)
    .join('');
}

function metricText({ name, type, help, samples }: Metric): string {
  const full = `shardwright_migration_${name}`;
  const lines = samples.map(([labels, value]) => `${full}${labelText(labels)} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return '';
  return `{${entries.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
