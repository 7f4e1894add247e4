import { UsageError } from '@shardwright/core';

/** A command's arguments, each checked as it is read; all methods throw {@link UsageError} for what does not fit. */
export interface Arguments {
  /** A text; `undefined` when it was not given. */
  text(name: string): string | undefined;
  /** A text that has to be there: a `<name>` of the usage. */
  required(name: string): string;
  /** A repeatable option's texts. */
  list(name: string): readonly string[];
  wholeNumber(name: string, least?: number): number | undefined;
  /** A TCP port. */
  port(name: string): number | undefined;
  /** One of the words that an option knows. */
  choice<Word extends string>(name: string, words: readonly Word[]): Word | undefined;
  /** Milliseconds; a number alone counts seconds. */
  durationMs(name: string): number | undefined;
  flag(name: string): boolean;
  /** What follows `--`. */
  readonly passedOn: readonly string[];
}

/** Arguments as the parser left them, and what is said of those that have a place instead of dashes. */
export function readArguments(
  parsed: Readonly<Record<string, unknown>>,
  positionals: Readonly<Record<string, { readonly describe: string }>> = {},
): Arguments {
  const label = (name: string): string => (name in positionals ? `<${name}>` : `--${name}`);
  const given = <Value>(name: string, read: (option: string, value: unknown) => Value): Value | undefined =>
    parsed[name] === undefined ? undefined : read(label(name), parsed[name]);
  const text = (name: string): string | undefined => given(name, single);
  const rest = parsed['--'];
  return {
    text,
    required: (name) => {
      const value = parsed[name];
      if (value !== undefined && value !== '') return single(label(name), value);
      const hint = positionals[name]?.describe;
      throw new UsageError(`${label(name)} needs a value`, hint === undefined ? {} : { hint });
    },
    list: (name) => given(name, several) ?? [],
    wholeNumber: (name, least) => given(name, (option, value) => wholeNumber(option, value, least)),
    port: (name) => given(name, port),
    choice: (name, words) => given(name, (option, value) => oneOf(option, value, words)),
    durationMs: (name) => given(name, durationMs),
    flag: (name) => parsed[name] === true,
    passedOn: Array.isArray(rest) ? rest.map(String) : [],
  };
}

function single(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  if (Array.isArray(value)) throw new UsageError(`${option} can be given once only, not ${shown(value)}`);
  throw new UsageError(`${option} needs a value`);
}

function several(option: string, value: unknown): readonly string[] {
  const texts = Array.isArray(value) ? value : [value];
  return texts.map((text) => {
    if (typeof text === 'string' && text !== '') return text;
    throw new UsageError(`${option} needs a value`);
  });
}

function wholeNumber(option: string, text: unknown, least = 1): number {
  if (
    typeof text !== 'string' ||
    !/^\d+$/.test(text) ||
    !Number.isSafeInteger(Number(text)) ||
    Number(text) < least
  ) {
    throw new UsageError(`${option} takes one whole number of at least ${least}, not ${shown(text)}`);
  }
  return Number(text);
}

function port(option: string, text: unknown): number {
  const number = wholeNumber(option, text);
  if (number <= 65_535) return number;
  throw new UsageError(`${option} takes a port, and ${number} is none`, { hint: 'ports end at 65535.' });
}

/** One of `words`, else a refusal that lists them. */
export function oneOf<Word extends string>(option: string, text: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`${option} does not know ${shown(text)}`, {
    hint: `choose one of ${words.join(', ')}.`,
  });
}

const durations: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 };

function durationMs(option: string, value: unknown): number {
  const text = single(option, value);
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|min)?$/.exec(text) ?? [];
  if (amount === undefined) {
    throw new UsageError(`${option} takes a duration such as 500ms, 30s or 2min, not ${shown(text)}`);
  }
  return Math.round(Number(amount) * (durations[unit] ?? 1000));
}

/** A value as a refusal repeats it. */
export function shown(value: unknown): string {
  return typeof value === 'string'
    ? `"${value}"`
    : Array.isArray(value)
      ? value.map(shown).join(' and ')
      : 'nothing';
}
