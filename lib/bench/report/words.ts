// The texts of the report in the chosen language.
import type { Language } from './language.ts'
import { en, type Words } from './words-en.ts'
import { zh } from './words-zh.ts'

export function wordsOf(language: Language): Words {
  return language === 'zh' ? zh : en
}
