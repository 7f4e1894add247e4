/** Messages of the kind CopyData, each whole, with their headers of five bytes: `bytes[start, end)`. */
export interface CopyMessages {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What a piece of a server's answer holds. */
export interface CutPiece {
  readonly messages: readonly CopyMessages[];
  /** The first bytes that are not the copy's any more. */
  readonly rest?: Buffer;
}

const copyData = 'd'.charCodeAt(0);
// CopyOutResponse, NoticeResponse, ParameterStatus, NotificationResponse: they may come in between.
const passedOver = new Set([...'HNSA'].map((letter) => letter.charCodeAt(0)));
const headerBytes = 5;

/**
 * Finds the CopyData messages in the answer to a COPY, wherever the pieces end. One message is kept in memory at the
 * most, besides the piece. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class MessageCutter {
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Length of the message that was begun, as far as known. */
  #neededBytes = headerBytes;

  cut(piece: Buffer): CutPiece {
    if (this.#keptBytes === 0) return this.#cutWhole(piece);
    this.#kept.push(piece);
    this.#keptBytes += piece.length;
    // Joined once, not with every piece: a row may be a gigabyte long.
    if (this.#keptBytes < this.#neededBytes) return { messages: [] };
    const joined = Buffer.concat(this.#kept);
    this.#kept = [];
    this.#keptBytes = 0;
    return this.#cutWhole(joined);
  }

  #cutWhole(bytes: Buffer): CutPiece {
    const messages: CopyMessages[] = [];
    let at = 0;
    let start = 0;
    const close = (): void => {
      if (at > start) messages.push({ bytes, start, end: at });
    };
    for (;;) {
      const end = messageEnd(bytes, at);
      if (end > bytes.length) {
        close();
        this.#keep(bytes.subarray(at), end - at);
        return { messages };
      }
      const kind = bytes[at] ?? 0;
      if (kind === copyData) {
        at = end;
      } else if (passedOver.has(kind)) {
        close();
        at = end;
        start = end;
      } else {
        close();
        return { messages, rest: bytes.subarray(at) };
      }
    }
  }

  #keep(bytes: Buffer, needed: number): void {
    if (bytes.length > 0) this.#kept.push(bytes);
    this.#keptBytes = bytes.length;
    this.#neededBytes = needed;
  }
}

/** Where the message that begins at `at` ends; beyond the end of `bytes` when it is not whole. */
function messageEnd(bytes: Buffer, at: number): number {
  if (at + headerBytes > bytes.length) return at + headerBytes;
  return at + 1 + bytes.readUInt32BE(at + 1);
}
