#!/usr/bin/env node
import { run } from './command.ts'

await run(process.argv.slice(2))
