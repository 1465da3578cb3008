// The number formats of the report.
import { ratioText } from '../result/figure-table.ts'

export function nanoseconds(ns: number): string {
  if (ns < 100) return ns.toFixed(1)
  return Math.round(ns).toLocaleString('en-US').replaceAll(',', '\u202f')
}

export function intervalText({ low, high }: { low: number; high: number }): string {
  return `[${ratioText(low)}, ${ratioText(high)}]`
}

export function percent(place: number): string {
  return `${Math.round(place * 100) / 100}%`
}

/** An axis label: the number with as few digits as possible. */
export function tickText(tick: number): string {
  if (tick >= 1e6) return `${tick / 1e6}M`
  return tick >= 1e3 ? `${tick / 1e3}k` : String(tick)
}

/** A number below 10 gets two significant digits. */
export function small(value: number): string {
  if (value === 0) return '0'
  if (value < 0.01) return '< 0.01'
  return value < 10 ? String(Number(value.toPrecision(2))) : value.toFixed(0)
}
