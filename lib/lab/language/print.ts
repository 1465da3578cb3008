import { maskText } from './outcome.ts'
import type { Action, Flag, Payload } from './syntax.ts'

/** The default arguments, which are left out. */
const defaults: Readonly<Record<string, string | number | boolean>> = {
  'pair type': 'stream',
  'listen backlog': 64,
  'eventfd initial': 0,
  'timerfd intervalMs': 0,
  'wait timeoutMs': 0,
  'fill eachBytes': 4096,
  'drain eachBytes': 4096,
  'join timeoutMs': 100,
}

/** An action in canonical form, without default arguments. */
export function actionText({ op, ...args }: Action): string {
  const words = Object.entries(args).flatMap(([key, value]) =>
    defaults[`${op} ${key}`] === value ? [] : wordsOf(key, value),
  )
  return [op, ...words].join(' ')
}

function wordsOf(key: string, value: unknown): string | readonly string[] {
  switch (key) {
    case 'mask':
      return maskText(value as readonly Flag[])
    case 'payload':
      return payloadText(value as Payload)
    case 'action':
      return actionText(value as Action)
    case 'names':
    case 'inherits':
      return value as readonly string[]
    case 'semaphore':
      return value === true ? key : []
    case 'reuseport':
      return value === null ? key : [key, String(value)]
    case 'maxevents':
      return value === null ? [] : `max=${value}`
    default:
      return value === null ? [] : String(value)
  }
}

function payloadText(payload: Payload): string {
  return 'text' in payload ? JSON.stringify(payload.text) : String(payload.bytes)
}
