import type { Said } from './prose.ts'

/** A value with all its texts in one language. */
export function said<T>(value: T, language: 'en' | 'zh'): Said<T> {
  return pick(value, language) as Said<T>
}

function pick(value: unknown, language: 'en' | 'zh'): unknown {
  if (Array.isArray(value)) return value.map(one => pick(one, language))
  if (typeof value !== 'object' || value === null) return value
  if ('en' in value && 'zh' in value) return value[language]
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, pick(one, language)]))
}
