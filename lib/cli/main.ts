#!/usr/bin/env node
// The program `epollet`.
import { run } from './command.ts'

process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // EPIPE means that the reader has closed the pipe because it has read enough.
  if (code !== 'EPIPE') process.stderr.write(`epollet: stdout cannot be written to: ${message}\n`)
  process.exit(1)
})
// Errors on stderr can't be reported; a server keeps running without it.
process.stderr.on('error', () => {})

await run(process.argv.slice(2))
