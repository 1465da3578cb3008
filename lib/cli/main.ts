#!/usr/bin/env node
import { run } from './command.ts'

process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // Who closes a pipe has read enough.
  if (code !== 'EPIPE') process.stderr.write(`epollet: stdout cannot be written to: ${message}\n`)
  process.exit(1)
})
// There is nobody left to tell, and a server goes on.
process.stderr.on('error', () => {})

await run(process.argv.slice(2))
