import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Duplex, type Readable } from 'node:stream';
import zlib from 'node:zlib';
import { decompressZstd } from '@shardwright/catalog';
import { EnvironmentError } from '@shardwright/core';

/** How files are compressed. */
export const compressions = ['none', 'gzip', 'zstd'] as const;

/** One of {@link compressions}. */
export type Compression = (typeof compressions)[number];

/** What file names end with. */
export const compressedEnding: Readonly<Record<Compression, string>> = {
  none: '',
  gzip: '.gz',
  zstd: '.zst',
};

// Rows are read faster than they are compressed: the fastest level saves most of what the others save.
const gzipLevel = 1;

const nativeZstd = (zlib as { readonly createZstdCompress?: () => Duplex }).createZstdCompress;

/** Throws {@link EnvironmentError} where this machine cannot compress so. */
export function checkCompression(compression: Compression): void {
  if (compression !== 'zstd' || nativeZstd || spawnSync('zstd', ['--version']).status === 0) return;
  throw new EnvironmentError(`Node ${process.version} has no zstd, and there is no program zstd`, {
    hint: 'Use --compress gzip, install zstd, or run Node 22.15 or later.',
  });
}

/** What bytes are sent through on their way into a file; `undefined` where they stay as they are. */
export function compressor(compression: Compression): Duplex | undefined {
  switch (compression) {
    case 'none':
      return undefined;
    case 'gzip':
      return zlib.createGzip({ level: gzipLevel, chunkSize: 256 * 1024 });
    case 'zstd':
      return nativeZstd ? nativeZstd() : zstdProgram();
    default:
      return compression satisfies never;
  }
}

function zstdProgram(): Duplex {
  const child = spawn('zstd', ['-q', '-c'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const output = async function* (): AsyncGenerator<Buffer> {
    const closed = once(child, 'close');
    closed.catch(() => {});
    yield* child.stdout;
    const [code] = await closed;
    if (code !== 0) throw new Error(`zstd ended with ${code}`);
  };
  return Duplex.from({ writable: child.stdin, readable: output() });
}

/** What a compressed file holds. Throws where it is damaged. */
export function decompressed(input: Readable, compression: Compression): AsyncIterable<Buffer> {
  switch (compression) {
    case 'none':
      return input;
    case 'gzip': {
      const unpacked = zlib.createGunzip({ chunkSize: 256 * 1024 });
      input.on('error', (error) => unpacked.destroy(error));
      return input.pipe(unpacked);
    }
    case 'zstd':
      return decompressZstd(input);
    default:
      return compression satisfies never;
  }
}
