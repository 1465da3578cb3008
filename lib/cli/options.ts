import { type ParseArgsConfig, parseArgs } from 'node:util'
import { didYouMean } from '../sys/index.ts'
import { UsageError } from './usage-error.ts'

/** Advice for options of similar programs, by name. Each function gets the option's value. */
export type Hints = Readonly<Record<string, (value: string) => string>>

/** Like parseArgs, with advice for an unknown option. Throws {@link UsageError}, or an error of parseArgs. */
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
    throw new UsageError(adviceFor(option, config, hints))
  }
}

function adviceFor(
  option: string,
  { args = [], options = {} }: ParseArgsConfig,
  hints: Hints,
): string {
  if (Object.hasOwn(hints, option)) return hints[option]!(argumentOf(option, args))
  const names = Object.keys(options).map(name => `--${name}`)
  return `Unknown option '${option}'${option.startsWith('--') ? didYouMean(option, names) : ''}`
}

/** The value in `-p 80`, `-p80`, `--port 80` or `--port=80`; empty if there is none. */
function argumentOf(option: string, args: readonly string[]): string {
  const at = args.findIndex(arg => arg.startsWith(option))
  const joined = args[at]?.slice(option.length).replace(/^=/, '') ?? ''
  return joined === '' ? (args[at + 1] ?? '') : joined
}
