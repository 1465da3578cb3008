import { Answer, type Fields, isBodyless, type Persistence } from './answer.ts'

/** What short texts say of themselves. */
export const textFields: Fields = [
  ['Content-Type', 'text/plain; charset=utf-8'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Cache-Control', 'no-store'],
]

/** A short plain text as an answer; a field that is given takes the place of the default. */
export function textAnswer(
  status: number,
  text: string,
  fields: Fields,
  persistence: Persistence,
): Answer {
  if (isBodyless(status)) return new Answer(status, fields, null, persistence)
  const body = Buffer.from(text)
  const given = new Set(fields.map(([name]) => name.toLowerCase()))
  const others = textFields.filter(([name]) => !given.has(name.toLowerCase()))
  const length: Fields = [['Content-Length', body.length]]
  return new Answer(status, [...others, ...length, ...fields], body, persistence)
}
