import type { Language } from '../language.ts'

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }

/** The day of a moment, as people write it; what is no moment stays as it is. */
export function dayOf(moment: string, language: Language): string {
  const date = new Date(moment)
  if (Number.isNaN(date.getTime())) return moment
  return date.toLocaleDateString(locales[language], { dateStyle: 'long', timeZone: 'UTC' })
}
