import { UsageError } from '../usage-error.ts'

export type Language = 'en' | 'zh'

/** What is asked for, else what the environment speaks: LC_ALL before LC_MESSAGES before LANG, as locale(7) says. */
export function languageOf(
  asked: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Language {
  if (asked === undefined) {
    const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
    return /^zh([_.@-]|$)/i.test(locale) ? 'zh' : 'en'
  }
  if (asked === 'en' || asked === 'zh') return asked
  throw new UsageError(`--lang must be en or zh, got '${asked}'`)
}
