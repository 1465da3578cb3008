import { chapters, course, type Scenario, scenarios } from '../../lab/index.ts'
import { parsedOptions } from '../options.ts'
import { type Language, languageOf } from '../terminal/language.ts'
import { words } from './words.ts'

const options = { json: { type: 'boolean' }, lang: { type: 'string' } } as const

/** `epollet lab list`: the experiments by chapter. */
export function labList(args: string[]): void {
  const { values } = parsedOptions({ args, options })
  const language = languageOf(values.lang)
  process.stdout.write(values.json === true ? asJson(language) : inLines(language))
}

function asJson(language: Language): string {
  const list = scenarios.map(({ number, id, chapter, title }) => ({
    number,
    id,
    chapter,
    title: title[language],
    course: course.includes(number),
  }))
  return `${JSON.stringify(list, null, 2)}\n`
}

function inLines(language: Language): string {
  const width = Math.max(...scenarios.map(({ id }) => id.length))
  const sections = chapters.flatMap((title, i) => {
    const rows = scenarios
      .filter(({ chapter }) => chapter === i + 1)
      .map(scenario => `${lineOf(scenario, width, language)}\n`)
    return rows.length === 0
      ? []
      : `${words[language].chapter(i + 1, title[language])}\n${rows.join('')}`
  })
  return sections.join('\n')
}

function lineOf({ number, id, title }: Scenario, width: number, language: Language): string {
  const { inCourse } = words[language]
  const start = `  ${String(number).padStart(2)}  ${id.padEnd(width)}  ${title[language]}`
  return course.includes(number) ? `${start} ${inCourse}` : start
}
