#!/usr/bin/env node
import { run } from './command.ts'

process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // A program that closed the pipe has read enough.
  if (code !== 'EPIPE') process.stderr.write(`epollet: stdout cannot be written to: ${message}\n`)
  process.exit(1)
})
// Nothing can report an error of stderr itself. A server goes on without it.
process.stderr.on('error', () => {})

await run(process.argv.slice(2))
