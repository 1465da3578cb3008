import { fieldMask, type Request } from '../http/index.ts'
import { printable } from './printable.ts'

/** Formats a request and its answer as one line. A request that couldn't be parsed has an empty method. */
export type LogLine = (request: Request, status: number, bodyBytes: number, nowMs: number) => string

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const secondMs = 1000
const namedFields = fieldMask('referer', 'user-agent')
/** All characters that could end a line or a quoted field, or move a terminal's cursor. */
const unsafe = /[^\x20-\x7e]|["\\]/g
let lastSecond = -1
let lastTime = ''

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** The time in the Common Log Format, in UTC. */
function timeOf(nowMs: number): string {
  const second = Math.floor(nowMs / secondMs)
  if (second === lastSecond) return lastTime
  const date = new Date(nowMs)
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  lastSecond = second
  lastTime = `${day}:${time} +0000`
  return lastTime
}

/** A line in the combined format of Apache and nginx. */
export const combinedLine: LogLine = (request, status, bodyBytes, nowMs) => {
  const line = printable(request.line || '-', unsafe)
  const start = `${request.remoteAddress || '-'} - - [${timeOf(nowMs)}] "${line}" ${status} ${bodyBytes}`
  if (!request.hasAny(namedFields)) return `${start} "-" "-"\n`
  const referer = printable(request.header('referer') ?? '-', unsafe)
  const agent = printable(request.header('user-agent') ?? '-', unsafe)
  return `${start} "${referer}" "${agent}"\n`
}

/** JSON.stringify() doesn't escape DEL and non-ASCII characters, but a terminal may interpret them. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, found => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/**
 * A line with one JSON object, in ASCII. Each character of `target`, `referer` and `userAgent` is one byte of the request;
 * a missing value is null.
 */
export const jsonLine: LogLine = (request, status, bodyBytes, nowMs) => {
  const { method, target, minor, startMs } = request
  const entry = {
    time: new Date(nowMs).toISOString(),
    remote: request.remoteAddress || null,
    method: method || null,
    target: target || null,
    version: method === '' ? null : `1.${minor}`,
    status,
    bytes: bodyBytes,
    durationMs: Math.round((performance.now() - startMs) * 1000) / 1000,
    referer: request.header('referer') ?? null,
    userAgent: request.header('user-agent') ?? null,
  }
  return `${asciiJson(entry)}\n`
}
