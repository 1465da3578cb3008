import type { Language } from './language.ts'

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

/** A timestamp as a readable date. Text that is not a timestamp is returned unchanged. */
export function dayOf(moment: string, language: Language): string {
  const date = new Date(moment)
  if (Number.isNaN(date.getTime())) return moment
  return date.toLocaleDateString(locales[language], { dateStyle: 'long', timeZone: 'UTC' })
}
