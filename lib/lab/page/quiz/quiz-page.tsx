import type { JSX } from 'preact'
import { Title } from '../title.tsx'
import { words } from '../words.ts'

/** Ten questions, before the course and after it. */
export function QuizPage(_props: { isAfter: boolean }): JSX.Element {
  const t = words.value
  return (
    <>
      <Title>{t.missingPage}</Title>
      <p>
        <a href="#/">{t.toCourse}</a>
      </p>
    </>
  )
}
