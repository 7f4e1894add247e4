// Which package may import which: the table of docs/architecture.md, checked.
const allowed = {
  core: [],
  sql: ['core'],
  hashing: ['core'],
  postgres: ['core'],
  catalog: ['core', 'sql', 'postgres'],
  workload: ['core', 'sql'],
  analyzer: ['core', 'sql', 'hashing', 'catalog', 'workload'],
  cluster: ['core', 'postgres'],
  report: ['core', 'catalog', 'workload', 'analyzer'],
  cli: ['core', 'sql', 'postgres', 'catalog', 'workload', 'analyzer', 'report'],
};

// The one package that may import an outside library.
const onlyImporter = {
  '^(libpg-query|pgsql-deparser|@pgsql/)': 'sql',
  '^(pg|pg-copy-streams)$': 'postgres',
  '^highs$': 'analyzer',
  '^echarts': 'report',
  '^yargs': 'cli',
};

const testFile = '[.]test([.]ts$|-support[.]ts$)|/testing/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    ...Object.entries(allowed).map(([name, targets]) => ({
      name: `${name}-imports-only-downwards`,
      severity: 'error',
      from: { path: `^packages/${name}/src`, pathNot: testFile },
      to: { path: '^packages/([^/]+)/', pathNot: `^packages/(${[name, ...targets].join('|')})/` },
    })),
    ...Object.entries(onlyImporter).map(([library, name]) => ({
      name: `only-${name}-imports-${library.replace(/[^a-z-]/g, '')}`,
      severity: 'error',
      from: { path: '^packages/', pathNot: [`^packages/${name}/`, testFile] },
      to: { path: `node_modules/(${library.replace(/^\^/, '').replace(/\$$/, '')})` },
    })),
    {
      name: 'pure-packages-touch-no-disk-or-network',
      comment: 'Parsing, analysing and rendering take data and return data.',
      severity: 'error',
      from: { path: '^packages/(core|sql|hashing|analyzer|report)/src', pathNot: [testFile, '^packages/report/src/write'] },
      to: { dependencyTypes: ['core'], path: '^(node:)?(fs|net|http|https|child_process|tls|dgram)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'packages/tsconfig.tests.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
