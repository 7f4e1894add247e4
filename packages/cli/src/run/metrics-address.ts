import { UsageError } from '@shardwright/core';

/** Where metrics can be read. */
export interface MetricsAddress {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** Others than this machine see metrics only where that is asked for. */
const loopback = '127.0.0.1';

/** Reads `9187`, `:9187`, `0.0.0.0:9187` or `[::]:9187`. Throws {@link UsageError}. */
export function readMetricsAddress(text: string): MetricsAddress {
  const [, host = '', digits = ''] = /^(?:(\[[0-9a-f:.]+\]|[^:\s]*):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    throw new UsageError(`--metrics takes HOST:PORT or a port, not "${text}"`, {
      hint: 'e.g. --metrics 9187, for this machine only, or --metrics 0.0.0.0:9187.',
    });
  }
  return { host: host.replace(/^\[|\]$/g, '') || loopback, port };
}
