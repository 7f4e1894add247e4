import { hashBigInt, hashSafeInteger, hashUint32 } from './hash-bytes.ts';

// All forms are those of DateStyle ISO and IntervalStyle postgres, which pg_dump and COPY of a dump use.
const datePattern = String.raw`(\d{4,})-(\d\d)-(\d\d)`;
const timePattern = String.raw`(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?`;
const zonePattern = String.raw`([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?`;
const date = new RegExp(`^${datePattern}( BC)?$`);
const time = new RegExp(`^${timePattern}$`);
const timeWithZone = new RegExp(`^${timePattern}${zonePattern}$`);
const timestamp = new RegExp(`^${datePattern}[ T]${timePattern}(?:${zonePattern})?( BC)?$`);

const int64 = { max: 2n ** 63n - 1n, min: -(2n ** 63n) };
const microsecondsPerSecond = 1_000_000;
const secondsPerDay = 86_400;

/** date: days since 2000-01-01. */
export function hashDate(text: string): number | undefined {
  if (text === 'infinity') return hashUint32(0x7fffffff);
  if (text === '-infinity') return hashUint32(-0x80000000);
  const [, year, month, day, era] = date.exec(text) ?? [];
  return year === undefined ? undefined : hashSafeInteger(daysSince2000(year, month, day, era));
}

/** timestamp and timestamptz: microseconds since 2000-01-01, UTC for the latter. */
export function hashTimestamp(text: string): number | undefined {
  if (text === 'infinity') return hashBigInt(int64.max);
  if (text === '-infinity') return hashBigInt(int64.min);
  const match = timestamp.exec(text);
  if (!match) return undefined;
  const [
    ,
    year,
    month,
    day,
    hours,
    minutes,
    seconds,
    fraction,
    sign,
    zoneHours,
    zoneMinutes,
    zoneSeconds,
    era,
  ] = match;
  const offset = secondsEast(sign, zoneHours, zoneMinutes, zoneSeconds);
  const wholeSeconds =
    daysSince2000(year, month, day, era) * secondsPerDay + secondsOfDay(hours, minutes, seconds) - offset;
  return hashMicroseconds(wholeSeconds, microseconds(fraction));
}

/** time without time zone: microseconds since midnight. */
export function hashTime(text: string): number | undefined {
  const [, hours, minutes, seconds, fraction] = time.exec(text) ?? [];
  if (hours === undefined) return undefined;
  return hashMicroseconds(secondsOfDay(hours, minutes, seconds), microseconds(fraction));
}

/** time with time zone: local time and zone count each for itself. */
export function hashTimeWithZone(text: string): number | undefined {
  const [, hours, minutes, seconds, fraction, sign, zoneHours, zoneMinutes, zoneSeconds] =
    timeWithZone.exec(text) ?? [];
  if (hours === undefined) return undefined;
  const zone = secondsEast(sign, zoneHours, zoneMinutes, zoneSeconds);
  // Stored as seconds west.
  return (
    hashMicroseconds(secondsOfDay(hours, minutes, seconds), microseconds(fraction)) ^ hashUint32(-zone | 0)
  );
}

/** interval: a month counts as 30 days and a day as 24 hours, as in comparison. */
export function hashInterval(text: string): number | undefined {
  // Since PostgreSQL 17, which stores the largest and smallest of all three fields.
  if (text === 'infinity') return hashSpan(0x7fffffffn, 0x7fffffffn, int64.max);
  if (text === '-infinity') return hashSpan(-0x80000000n, -0x80000000n, int64.min);
  const match =
    /^(?:([+-]?\d+) years?)?(?: ?([+-]?\d+) mons?)?(?: ?([+-]?\d+) days?)?(?: ?([+-])?(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/.exec(
      text,
    );
  if (!match || text === '') return undefined;
  const [, years = '0', months = '0', days = '0', sign, hours = '0', minutes = '0', seconds = '0', fraction] =
    match;
  const magnitude =
    ((BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)) * BigInt(microsecondsPerSecond) +
    BigInt(microseconds(fraction));
  return hashSpan(BigInt(years) * 12n + BigInt(months), BigInt(days), sign === '-' ? -magnitude : magnitude);
}

function hashSpan(months: bigint, days: bigint, time: bigint): number {
  return hashBigInt((months * 30n + days) * BigInt(secondsPerDay * microsecondsPerSecond) + time);
}

function hashMicroseconds(seconds: number, micros: number): number {
  const value = seconds * microsecondsPerSecond + micros;
  // Exact from 1715 to 2285; other years need the long way.
  return Number.isSafeInteger(value)
    ? hashSafeInteger(value)
    : hashBigInt(BigInt(seconds) * BigInt(microsecondsPerSecond) + BigInt(micros));
}

/** Days of the proleptic Gregorian calendar; BC years are counted without a year 0. */
function daysSince2000(
  yearText: string | undefined,
  month: string | undefined,
  day: string | undefined,
  era: string | undefined,
): number {
  const year = era === undefined ? Number(yearText) : 1 - Number(yearText);
  // The year starts in March here, so that the leap day is its last.
  const shifted = Number(month) <= 2 ? year - 1 : year;
  const monthIndex = (Number(month) + 9) % 12;
  const daysBefore =
    365 * shifted + Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return daysBefore + Math.floor((153 * monthIndex + 2) / 5) + Number(day) - 1 - daysBefore2000;
}

// Days from 0000-03-01, where the count above starts, to 2000-01-01.
const daysBefore2000 = 730_425;

function secondsOfDay(
  hours: string | undefined,
  minutes: string | undefined,
  seconds: string | undefined,
): number {
  return (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
}

function microseconds(fraction: string | undefined): number {
  return Number((fraction ?? '').padEnd(6, '0'));
}

function secondsEast(
  sign: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
  seconds: string | undefined,
): number {
  const magnitude = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0);
  return sign === '-' ? -magnitude : magnitude;
}
