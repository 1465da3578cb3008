// The texts of the page in the current language.
import { computed, type ReadonlySignal } from '@preact/signals'
import { language } from './language.ts'
import { en, type Words } from './words-en.ts'
import { zh } from './words-zh.ts'

const all: Readonly<Record<'en' | 'zh', Words>> = { en, zh }

export const words: ReadonlySignal<Words> = computed(() => all[language.value])
