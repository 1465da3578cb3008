import { UsageError } from '../usage-error.ts'

export type Language = 'en' | 'zh'

/** The requested language, or else the language of LC_ALL, LC_MESSAGES or LANG, in this order (see locale(7)). */
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
