import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { keep, recall } from './asking/storage.ts'

export type Language = 'en' | 'zh'

const name = 'language'
const current = signal<Language>(first())

function first(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? recall(name)
  if (asked === 'en' || asked === 'zh') return asked
  return navigator.language.startsWith('zh') ? 'zh' : 'en'
}

export const language: ReadonlySignal<Language> = current

/**
 * Changes the language and stores the choice. Removes a `lang` from the address, because it would override that choice.
 */
export function setLanguage(next: Language): void {
  current.value = next
  keep(name, next)
  const url = new URL(location.href)
  url.searchParams.delete('lang')
  history.replaceState(history.state, '', url)
}

effect(() => {
  document.documentElement.lang = current.value === 'zh' ? 'zh-Hans' : 'en'
})
