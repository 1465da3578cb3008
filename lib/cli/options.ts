import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearestName } from '../sys/index.ts'
import { UsageError } from './usage-error.ts'

/** Options of other programs, and what to write here instead, by name; each is given the option's value. */
export type Hints = Readonly<Record<string, (value: string) => string>>

/** parseArgs, but for an option that there is not: what was meant is said. Throws {@link UsageError}, or its own. */
export function parsedOptions<T extends ParseArgsConfig>(
  config: T,
  hints: Hints = {},
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw error
    const [, option = ''] = /'(--?[^']*)'/.exec(message) ?? []
    throw new UsageError(meant(option, config, hints))
  }
}

function meant(option: string, { args = [], options = {} }: ParseArgsConfig, hints: Hints): string {
  if (Object.hasOwn(hints, option)) return hints[option]!(givenTo(option, args))
  const near = option.startsWith('--') ? nearestName(option.slice(2), Object.keys(options)) : null
  return `Unknown option '${option}'${near == null ? '' : `: did you mean --${near}?`}`
}

/** `-p 80`, `-p80`, `--port 80` or `--port=80`; empty where there is none. */
function givenTo(option: string, args: readonly string[]): string {
  const at = args.findIndex(arg => arg.startsWith(option))
  const joined = args[at]?.slice(option.length).replace(/^=/, '') ?? ''
  return joined === '' ? (args[at + 1] ?? '') : joined
}
