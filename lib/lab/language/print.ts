import { maskText } from './outcome.ts'
import type { Action, Payload } from './syntax.ts'

function payloadText(payload: Payload): string {
  return 'text' in payload ? JSON.stringify(payload.text) : String(payload.bytes)
}

function joined(...words: readonly (string | number | null | false)[]): string {
  return words.filter(word => word !== null && word !== false && word !== '').join(' ')
}

/** An action in canonical form, without default arguments. */
export function actionText(action: Action): string {
  switch (action.op) {
    case 'pipe':
      return joined(action.op, action.reader, action.writer)
    case 'pair':
      return joined(action.op, action.a, action.b, action.type === 'dgram' && 'dgram')
    case 'tcp':
      return joined(action.op, action.client, action.server)
    case 'udp':
      return joined(action.op, action.a, action.b)
    case 'listen':
      return joined(
        action.op,
        action.name,
        action.backlog !== 64 && action.backlog,
        action.reuseport !== undefined && 'reuseport',
        action.reuseport ?? null,
      )
    case 'connect':
    case 'accept':
      return joined(action.op, action.name, action.listener)
    case 'eventfd':
      return joined(
        action.op,
        action.name,
        action.initial !== 0 && action.initial,
        action.semaphore && 'semaphore',
      )
    case 'timerfd':
      return joined(
        action.op,
        action.name,
        action.initialMs,
        action.intervalMs !== 0 && action.intervalMs,
      )
    case 'open':
      return joined(action.op, action.name, action.what)
    case 'dup':
      return joined(action.op, action.name, action.of)
    case 'dup2':
      return joined(action.op, action.of, action.onto)
    case 'release':
      return joined(action.op, action.count)
    case 'thread':
    case 'in':
      return joined(action.op, action.name, actionText(action.action))
    default:
      return laterText(action)
  }
}

function laterText(action: Action): string {
  switch (action.op) {
    case 'add':
    case 'mod':
      return joined(action.op, action.epoll, action.name, maskText(action.mask))
    case 'del':
      return joined(action.op, action.epoll, action.name)
    case 'wait':
      return joined(
        action.op,
        action.epoll,
        action.timeoutMs !== 0 && action.timeoutMs,
        action.maxevents !== null && `max=${action.maxevents}`,
      )
    case 'spin':
      return joined(action.op, action.epoll, action.forMs)
    case 'poll':
    case 'select':
    case 'done':
      return joined(action.op, ...action.names)
    case 'write':
    case 'send':
    case 'sendoob':
      return joined(action.op, action.name, payloadText(action.payload))
    case 'read':
    case 'recv':
    case 'peek':
    case 'recvoob':
    case 'sendfile':
      return joined(action.op, action.name, action.sizeBytes)
    case 'fill':
    case 'drain':
      return joined(action.op, action.name, action.eachBytes !== 4096 && action.eachBytes)
    default:
      return lastText(action)
  }
}

function lastText(action: Action): string {
  switch (action.op) {
    case 'set':
      return joined(action.op, action.name, action.option, action.value)
    case 'shut':
      return joined(action.op, action.name, action.how)
    case 'sleep':
      return joined(action.op, action.forMs)
    case 'join':
      return joined(action.op, action.name, action.timeoutMs !== 100 && action.timeoutMs)
    case 'process':
      return joined(action.op, action.name, ...action.inherits)
    default:
      return 'name' in action ? joined(action.op, action.name) : action.op
  }
}
