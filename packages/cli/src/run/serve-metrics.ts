import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EnvironmentError } from '@shardwright/core';
import type { MigrationStatus } from '@shardwright/migrator';
import type { MetricsAddress } from './metrics-address.ts';
import { metricsText } from './metrics-text.ts';

/** An endpoint that Prometheus can scrape. */
export interface MetricsEndpoint extends AsyncDisposable {
  /** `http://…/metrics` */
  readonly url: string;
}

const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Serves what the journal says at the moment of each request, until disposed of. Throws {@link EnvironmentError} where
 * the address cannot be had.
 */
export async function serveMetrics(
  { host, port }: MetricsAddress,
  readStatus: () => Promise<MigrationStatus | undefined>,
): Promise<MetricsEndpoint> {
  // Scrapes that overlap share one look: each takes a connection to every node.
  let look: Promise<MigrationStatus | undefined> | undefined;
  const status = (): Promise<MigrationStatus | undefined> => {
    look ??= readStatus().finally(() => {
      look = undefined;
    });
    return look;
  };
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('see /metrics\n');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    status().then(
      (found) => response.writeHead(200, { 'content-type': contentType }).end(metricsText(found)),
      // What failed may be said by a server in words that hold a host or a name: whoever scrapes gets none of it.
      () => response.writeHead(503, { 'content-type': 'text/plain' }).end('the target does not answer\n'),
    );
  });
  await listen(server, host, port);
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}/metrics`,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, reject) => {
    server.once('error', (error) => {
      reject(
        new EnvironmentError(`metrics cannot be served on ${host}:${port}: ${error.message}`, {
          hint: 'Name another address with --metrics HOST:PORT.',
          cause: error,
        }),
      );
    });
    server.listen(port, host, done);
  });
}
