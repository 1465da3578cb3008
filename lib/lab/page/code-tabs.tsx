import type { JSX } from 'preact'
import type { Line } from './program.ts'

export function CodeTabs(_: { lines: readonly Line[] }): JSX.Element | null {
  return null
}
