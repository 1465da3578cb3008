import { fieldMask, type Request } from '../http/index.ts'

/** What becomes one line; of a request that could not be read the method is empty. */
export type LogLine = (request: Request, status: number, bodyBytes: number, nowMs: number) => string

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const secondMs = 1000
const namedFields = fieldMask('referer', 'user-agent')
const unsafe = /[^\x20-\x7e]|["\\]/g
let lastSecond = -1
let lastTime = ''

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** The Common Log Format's time, in UTC: the same text for all lines of a second. */
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

/** What came from a client cannot end a line, a field, or move a terminal's cursor. */
function escaped(text: string): string {
  return text.replace(unsafe, found => {
    return `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** One line in the combined format that Apache and nginx write. */
export function combinedLine(
  request: Request,
  status: number,
  bodyBytes: number,
  nowMs: number,
): string {
  const line = escaped(request.line || '-')
  const start = `${request.remoteAddress || '-'} - - [${timeOf(nowMs)}] "${line}" ${status} ${bodyBytes}`
  if (!request.hasAny(namedFields)) return `${start} "-" "-"\n`
  const referer = escaped(request.header('referer') ?? '-')
  const agent = escaped(request.header('user-agent') ?? '-')
  return `${start} "${referer}" "${agent}"\n`
}

/** JSON leaves DEL and all that is not ASCII as it is, and a terminal may obey it. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, found => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/**
 * One JSON object on one line, in ASCII. A character of target, referer or userAgent is a byte as it came; what is
 * missing is null.
 */
export function jsonLine(
  request: Request,
  status: number,
  bodyBytes: number,
  nowMs: number,
): string {
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
