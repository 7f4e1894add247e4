import { InputError } from '@shardwright/core';
import type { DecodeText } from '../measure/index.ts';

// PostgreSQL's names for encodings whose multi-byte characters hold no ASCII bytes, in those of the web.
const labels: Readonly<Record<string, string>> = {
  UTF8: 'utf-8',
  UNICODE: 'utf-8',
  LATIN1: 'iso-8859-1',
  ISO88591: 'iso-8859-1',
  LATIN2: 'iso-8859-2',
  LATIN3: 'iso-8859-3',
  LATIN4: 'iso-8859-4',
  LATIN5: 'iso-8859-9',
  LATIN6: 'iso-8859-10',
  LATIN7: 'iso-8859-13',
  LATIN8: 'iso-8859-14',
  LATIN9: 'iso-8859-15',
  LATIN10: 'iso-8859-16',
  ISO88595: 'iso-8859-5',
  ISO88596: 'iso-8859-6',
  ISO88597: 'iso-8859-7',
  ISO88598: 'iso-8859-8',
  WIN866: 'ibm866',
  WIN874: 'windows-874',
  WIN1250: 'windows-1250',
  WIN1251: 'windows-1251',
  WIN1252: 'windows-1252',
  WIN1253: 'windows-1253',
  WIN1254: 'windows-1254',
  WIN1255: 'windows-1255',
  WIN1256: 'windows-1256',
  WIN1257: 'windows-1257',
  WIN1258: 'windows-1258',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
  EUCJP: 'euc-jp',
  EUCKR: 'euc-kr',
  EUCCN: 'gbk',
};

/** How bytes become text under a `client_encoding`; `name` as SET gives it. */
export function decoderFor(
  name: string,
  position: { readonly input: string; readonly line: number },
): DecodeText {
  const plain = name.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
  if (plain === 'SQLASCII' || plain === 'MULEINTERNAL') return decodeUnknown;
  const label = labels[plain];
  if (label === 'utf-8') return decodeUtf8;
  if (label === undefined) {
    // SJIS, BIG5, GBK, … hold backslashes and other ASCII bytes inside of characters, where SQL would end.
    throw new InputError(`the encoding ${name} cannot be read`, position, {
      hint: 'Make the dump in UTF-8: pg_dump --encoding=UTF8',
    });
  }
  if (label === 'iso-8859-1') return (bytes, start, end) => bytes.toString('latin1', start, end);
  const decoder = new TextDecoder(label);
  return (bytes, start, end) => decoder.decode(bytes.subarray(start, end));
}

/** UTF-8, with replacement characters for what is not. */
export const decodeUtf8: DecodeText = (bytes, start, end) => bytes.toString('utf8', start, end);

/** Text without a declared encoding: UTF-8 where it is, else one character per byte. */
function decodeUnknown(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\ufffd') ? bytes.toString('latin1', start, end) : text;
}
