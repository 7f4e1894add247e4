import exported, { type Highs } from 'highs';

type Loader = typeof exported.default;

let loading: Promise<Highs> | undefined;

/** HiGHS, loaded once per process (a WebAssembly module of about 3 MB). */
export function loadSolver(): Promise<Highs> {
  // The types describe the CommonJS build, whose loader is a property; the ES build exports the loader itself.
  const loader: Loader = isLoader(exported) ? exported : exported.default;
  loading ??= loader();
  return loading;
}

function isLoader(value: unknown): value is Loader {
  return typeof value === 'function';
}
