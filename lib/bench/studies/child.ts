// A process that measures once. Its arguments are a module of this folder and a task; it prints one line of values.
import type { StudyModule } from './study.ts'

const [module = '', task = ''] = process.argv.slice(2)
const { measure } = (await import(`./${module}.js`)) as StudyModule<unknown>
process.stdout.write(`${JSON.stringify(await measure(JSON.parse(task)))}\n`)
