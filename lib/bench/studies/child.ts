// A process that measures once. Its arguments are the name of a module in this folder, and a task; it prints the values
// on one line.
import type { StudyModule } from './study.ts'

const [module = '', task = ''] = process.argv.slice(2)
const { measure } = (await import(`./${module}.js`)) as StudyModule<unknown>
process.stdout.write(`${JSON.stringify(await measure(JSON.parse(task)))}\n`)
