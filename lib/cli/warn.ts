import { printable } from '../service/index.ts'

/** Writes a line to stderr. */
export function warn(message: string): void {
  process.stderr.write(`epollet: ${printable(message)}\n`)
}
