import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** The surroundings of a measurement: results of different ones do not compare. */
export interface Fingerprint {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly postgres: string | undefined;
  /** Runnable processes over the last minute before the run: what else the machine did. */
  readonly loadAverage: number;
}

/** This machine's. */
export function takeFingerprint(postgresVersion: string | undefined): Fingerprint {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.versions.node,
    postgres: postgresVersion,
    loadAverage: loadavg()[0] ?? 0,
  };
}

/** A fingerprint on one line. */
export function describeFingerprint(fingerprint: Fingerprint): string {
  const { cpu, cores, node, postgres, loadAverage } = fingerprint;
  return `${cpu}, ${cores} cores, Node ${node}, PostgreSQL ${postgres ?? 'none'}, load ${loadAverage.toFixed(1)}`;
}
