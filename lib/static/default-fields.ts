import type { Fields } from '../http/index.ts'
import { contentTypeOf } from './content-type.ts'

/** Fields of answers with content, unless a rule replaces them: don't guess the type, and revalidate on each use. */
export const defaultFields: Fields = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Cache-Control', 'no-cache'],
]

/** The fields of an answer with a file, before rules apply. */
export function fieldsOf(path: string): Fields {
  return [['Content-Type', contentTypeOf(path)], ...defaultFields]
}
