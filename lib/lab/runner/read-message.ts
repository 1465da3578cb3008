import { type Flag, flags as known } from '../language/syntax.ts'
import { moduleOpenFilesMax } from '../limits.ts'
import type { DescriptorState, EpollState, InterestState, NamedEvent, State } from '../record.ts'
import type { Message, StepMessage } from './messages.ts'

/** Thrown if a line is not a valid message. */
export class InvalidMessage extends Error {}

const nameCharsMax = 64
const outcomeCharsMax = 65_536
const noteCharsMax = outcomeCharsMax + 256
const messageCharsMax = 1024
const listMax = 256
const printable = /^[\x20-\x7e]*$/
const flags: readonly string[] = [...known, 'NVAL']
type Fields = Readonly<Record<string, unknown>>

/** Parses and validates a line from the child process, which is not trusted. Throws {@link InvalidMessage}. */
export function readMessage(line: string): Message {
  const message = fields(json(line))
  switch (message['type']) {
    case 'ready':
    case 'start':
      return { type: message['type'] }
    case 'step':
      return { type: 'step', index: whole(message['index']), step: stepOf(fields(message['step'])) }
    case 'state': {
      const { index, state, note } = message
      const reading = { type: 'state', index: whole(index), state: orNull(state, stateOf) } as const
      return note === undefined ? reading : { ...reading, note: text(note, noteCharsMax) }
    }
    case 'end':
      return { type: 'end', clean: message['clean'] === true }
    case 'failed':
      return { type: 'failed', message: messageOf(message['message']) }
    default:
      throw new InvalidMessage('unknown type')
  }
}

/** Escapes everything but printable ASCII, and cuts the text to `charsMax`. */
export function escaped(raw: string, charsMax: number): string {
  const shown = raw.slice(0, charsMax).replace(/[^\x20-\x7e]/g, unit => {
    const code = unit.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${code}`
  })
  return shown.slice(0, charsMax)
}

function messageOf(value: unknown): string {
  return typeof value === 'string' ? escaped(value, messageCharsMax) : ''
}

function stepOf({ result, errno, events, outcome, opened, atNs, tookNs }: Fields): StepMessage {
  return {
    result: orNull(result, finite),
    errno: orNull(errno, name),
    events: list(events, eventOf),
    outcome: text(outcome, outcomeCharsMax),
    opened: Object.fromEntries(list(Object.entries(fields(opened)), numberOf)),
    atNs: time(atNs),
    tookNs: time(tookNs),
  }
}

function numberOf(entry: unknown): [string, number] {
  const [key, fd] = entry as [string, unknown]
  return [name(key), whole(fd, moduleOpenFilesMax)]
}

function eventOf(value: unknown): NamedEvent {
  const event = fields(value)
  return { name: name(event['name']), mask: maskOf(event['mask']) }
}

function stateOf(value: unknown): State {
  const { descriptors, epolls } = fields(value)
  return { descriptors: list(descriptors, descriptorOf), epolls: list(epolls, epollOf) }
}

function descriptorOf(value: unknown): DescriptorState {
  const one = fields(value)
  return {
    name: name(one['name']),
    fd: whole(one['fd']),
    kind: name(one['kind']),
    level: orNull(one['level'], maskOf),
    edges: orNull(one['edges'], maskOf),
    queuedBytes: orNull(one['queuedBytes'], integer),
    unsentBytes: orNull(one['unsentBytes'], integer),
  }
}

function epollOf(value: unknown): EpollState {
  const { name: called, fd, ready, interest } = fields(value)
  return {
    name: name(called),
    fd: whole(fd),
    ready: orNull(ready, Boolean),
    interest: list(interest, interestOf),
  }
}

function interestOf(value: unknown): InterestState {
  const { fd, name: called, mask, inode } = fields(value)
  return { fd: whole(fd), name: name(called), mask: maskOf(mask), inode: time(inode) }
}

function maskOf(value: unknown): Flag[] {
  return list(value, flag => {
    if (!flags.includes(flag as string)) throw new InvalidMessage('unknown flag')
    return flag as Flag
  })
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new InvalidMessage('not JSON')
  }
}

function fields(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new InvalidMessage('expected an object')
}

function list<T>(value: unknown, each: (value: unknown) => T): T[] {
  if (!Array.isArray(value) || value.length > listMax)
    throw new InvalidMessage(`expected a list of at most ${listMax}`)
  return value.map(each)
}

function text(value: unknown, charsMax: number): string {
  if (typeof value !== 'string' || value.length > charsMax || !printable.test(value))
    throw new InvalidMessage(`expected a text of at most ${charsMax} characters`)
  return value
}

function name(value: unknown): string {
  return text(value, nameCharsMax)
}

function integer(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number
  throw new InvalidMessage('expected an integer')
}

function whole(value: unknown, max = 2 ** 31 - 1): number {
  const number = integer(value)
  if (number >= 0 && number <= max) return number
  throw new InvalidMessage(`expected an integer from 0 to ${max}`)
}

/** A 64-bit counter, which need not be exact beyond 2^53. */
function finite(value: unknown): number {
  if (Number.isFinite(value)) return value as number
  throw new InvalidMessage('expected a number')
}

/** Reads nanoseconds or an inode number. */
function time(value: unknown): number {
  const number = finite(value)
  if (number >= 0) return number
  throw new InvalidMessage('expected a number from 0')
}

function orNull<T>(value: unknown, of: (value: unknown) => T): T | null {
  return value === null ? null : of(value)
}
