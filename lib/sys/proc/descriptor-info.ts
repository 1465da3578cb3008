import { fileText } from './file-text.ts'

const count = /^eventfd-count:\s*([0-9a-f]+)/m
const ticks = /^ticks:\s*(\d+)/m
const times = /^it_value: \((\d+), (\d+)\)\nit_interval: \((\d+), (\d+)\)/m

function msOf(seconds: string, ns: string): number {
  return Number(seconds) * 1e3 + Number(ns) / 1e6
}

/** The counter of an eventfd. Null for other files. @internal */
export function eventfdCount(fd: number, pid: number | 'self' = 'self'): bigint | null {
  const [, text] = count.exec(fileText(`/proc/${pid}/fdinfo/${fd}`)) ?? []
  return text === undefined ? null : BigInt(`0x${text}`)
}

/** The state of a timerfd. @internal */
export interface TimerInfo {
  /** Until the next expiration; 0 if the timer is disarmed, or has expired for the last time. */
  readonly dueMs: number
  readonly intervalMs: number
  /** Expirations that haven't been read. */
  readonly unread: number
}

/** Null for files that are not timerfds. @internal */
export function timerInfo(fd: number, pid: number | 'self' = 'self'): TimerInfo | null {
  const text = fileText(`/proc/${pid}/fdinfo/${fd}`)
  const [, unread] = ticks.exec(text) ?? []
  const [, dueS, dueNs, intervalS, intervalNs] = times.exec(text) ?? []
  if (unread === undefined || dueS === undefined) return null
  return {
    dueMs: msOf(dueS, dueNs!),
    intervalMs: msOf(intervalS!, intervalNs!),
    unread: Number(unread),
  }
}
