import { readFileSync } from 'node:fs'
import { complaintAbout } from './conforms.ts'
import { type BenchResult, schema } from './result.ts'
import { resultSchema } from './result-schema.ts'

/** Reads a result file. If it is not a valid result, throws Error with a one-line message that names the file. */
export function readResult(path: string): BenchResult {
  const value = parsed(textOf(path), path)
  const version = (value as { schema?: unknown } | null)?.schema
  if (typeof version !== 'string' || !version.startsWith('epollet-bench/'))
    throw new Error(`'${path}' is not a result of epollet bench`)
  if (version !== schema) throw new Error(`'${path}' is ${quoted(version)}, expected ${schema}`)
  const complaint = complaintAbout(value, resultSchema)
  if (complaint !== null) throw new Error(`'${path}' is not a valid result: ${complaint}`)
  return value as BenchResult
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`'${path}' cannot be read (${code})`)
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`'${path}' is not valid JSON, or incomplete`)
  }
}

/** Escapes text from a file, so that it cannot control the terminal. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 40))
}
