// Request heads, and what the parser reads from them.
import { Head } from '../../lib/http/head.ts'
import { targetBytesMax } from '../../lib/http/limits.ts'
import { parseHead } from '../../lib/http/parser.ts'

export interface Read {
  method: string
  path: string
  query: string
  minor: number
  keepAlive: boolean
  chunked: boolean
  contentLength: number
  expectsContinue: boolean
}

export const plain: Omit<Read, 'method' | 'path'> = {
  query: '',
  minor: 1,
  keepAlive: true,
  chunked: false,
  contentLength: 0,
  expectsContinue: false,
}

export const head = new Head()

export function verdictOf(bytes: Buffer): number {
  return parseHead(bytes, 0, bytes.length, head)
}

export function readOf(bytes: Buffer): Read {
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end)
  return {
    method: text(head.start, head.methodEnd),
    path: text(head.pathStart, head.pathEnd),
    query: text(head.pathEnd, head.targetEnd),
    minor: head.minor,
    keepAlive: head.keepAlive,
    chunked: head.chunked,
    contentLength: head.contentLength,
    expectsContinue: head.expectsContinue,
  }
}

/** A request with a Host and these fields. */
export function request(line: string, ...fields: string[]): string {
  return `${[line, 'Host: a', ...fields].join('\r\n')}\r\n\r\n`
}

export const get = { ...plain, method: 'GET', path: '/' }

export const old = { ...get, minor: 0, keepAlive: false }

export const long = 'a'.repeat(targetBytesMax)
