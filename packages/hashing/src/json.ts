import { hashNumeric } from './number.ts';
import { hashText } from './text.ts';

// Flags that PostgreSQL's jsonb format gives its containers (utils/jsonb.h); they stand for the brackets.
const arrayFlag = 0x40000000;
const objectFlag = 0x20000000;

type Json =
  | { readonly kind: 'scalar'; readonly hash: number }
  | { readonly kind: 'array'; readonly elements: readonly Json[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Json])[] };

/** jsonb: brackets, keys and scalars folded together in storage order. */
export function hashJson(text: string): number | undefined {
  const value = new JsonReader(text).readAll();
  if (!value) return undefined;
  // Nothing is folded for an empty root, not even its bracket.
  if (value.kind === 'array' && value.elements.length === 0) return 0;
  if (value.kind === 'object' && value.members.length === 0) return 0;
  // A lone scalar is stored as an array of one.
  return fold(value.kind === 'scalar' ? { kind: 'array', elements: [value] } : value, 0);
}

function fold(value: Json, hash: number): number {
  switch (value.kind) {
    case 'scalar':
      return foldScalar(value.hash, hash);
    case 'array':
      return value.elements.reduce((folded, element) => fold(element, folded), hash ^ arrayFlag);
    case 'object':
      return storedMembers(value.members).reduce(
        (folded, [key, member]) => fold(member, foldScalar(hashText(key), folded)),
        hash ^ objectFlag,
      );
    default:
      return value satisfies never;
  }
}

function foldScalar(scalar: number, hash: number): number {
  return ((hash << 1) | (hash >>> 31)) ^ scalar;
}

/** Keys in order of length, then bytes, the last of equal ones kept. */
function storedMembers(members: readonly (readonly [string, Json])[]): readonly (readonly [string, Json])[] {
  const byKey = new Map(members);
  const encoder = new TextEncoder();
  return [...byKey]
    .map(([key, value]) => ({ bytes: encoder.encode(key), member: [key, value] as const }))
    .sort((one, other) => one.bytes.length - other.bytes.length || compareBytes(one.bytes, other.bytes))
    .map(({ member }) => member);
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  for (const [index, byte] of one.entries()) {
    const difference = byte - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

// JSON.parse is of no use: it rounds numbers to doubles, jsonb keeps them as numeric.
class JsonReader {
  readonly #text: string;
  readonly #token =
    /\s*(?:([[\]{},:])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))\s*/y;

  constructor(text: string) {
    this.#text = text;
  }

  /** The whole text as one value; `undefined` when it is not JSON. */
  readAll(): Json | undefined {
    const value = this.#value(this.#next());
    return value && this.#token.lastIndex === this.#text.length ? value : undefined;
  }

  #next(): string | undefined {
    const match = this.#token.exec(this.#text);
    if (!match) return undefined;
    return match[1] ?? match[2] ?? match[3] ?? match[4];
  }

  #value(token: string | undefined): Json | undefined {
    if (token === undefined) return undefined;
    if (token === '[') return this.#array();
    if (token === '{') return this.#object();
    const hash = scalarHash(token);
    return hash === undefined ? undefined : { kind: 'scalar', hash };
  }

  #array(): Json | undefined {
    const elements: Json[] = [];
    let token = this.#next();
    if (token === ']') return { kind: 'array', elements };
    for (;;) {
      const element = this.#value(token);
      if (!element) return undefined;
      elements.push(element);
      token = this.#next();
      if (token === ']') return { kind: 'array', elements };
      if (token !== ',') return undefined;
      token = this.#next();
    }
  }

  #object(): Json | undefined {
    const members: [string, Json][] = [];
    let token = this.#next();
    if (token === '}') return { kind: 'object', members };
    for (;;) {
      const key = token === undefined ? undefined : parseString(token);
      if (key === undefined || this.#next() !== ':') return undefined;
      const value = this.#value(this.#next());
      if (!value) return undefined;
      members.push([key, value]);
      token = this.#next();
      if (token === '}') return { kind: 'object', members };
      if (token !== ',') return undefined;
      token = this.#next();
    }
  }
}

function scalarHash(token: string): number | undefined {
  switch (token) {
    case 'null':
      return 1;
    case 'true':
      return 2;
    case 'false':
      return 4;
    default: {
      const string = parseString(token);
      return string === undefined ? hashNumeric(token) : hashText(string);
    }
  }
}

function parseString(token: string): string | undefined {
  if (!token.startsWith('"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(token);
    return typeof parsed === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
}
