// The texts of the report in the chosen language.
import { en, type Words } from './words-en.ts'
import { zh } from './words-zh.ts'

export type Language = 'en' | 'zh'

export function wordsOf(language: Language): Words {
  return language === 'zh' ? zh : en
}
