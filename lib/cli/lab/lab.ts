import { course, scenarios } from '../../lab/index.ts'
import { printHelp } from '../help.ts'
import { parsedOptions } from '../options.ts'
import { languageOf } from '../terminal/language.ts'
import { courseOf } from './course.ts'
import { labDiff } from './diff.ts'
import { labExport } from './export.ts'
import { scenarioOf } from './find.ts'
import { labList } from './list.ts'
import { Player } from './player.ts'
import { labRun } from './run.ts'
import { withRunner } from './runner.ts'
import { transcriptsOf } from './transcripts.ts'

const usage = `usage: epollet lab                     a course: you predict, then the kernel answers
       epollet lab <experiment>...     these experiments, asked the same way
       epollet lab list                all experiments, by chapter
       epollet lab run <experiment>    one experiment's transcript, from this kernel
       epollet lab run --ops <text>    operations of your own; - reads them from stdin
       epollet lab diff [experiment]...    where this kernel answers otherwise than the reference: status 1
       epollet lab export <directory>    the lab's page for any static host, with what this kernel answered

  An experiment is named by its number or its id. Without a terminal the course is its transcripts.

  --ops TEXT    as in 'pipe r w; ep E; add E r IN|ET; write w 5; wait E'
  --fix         run: the corrected version
  --states      run: what the kernel says of each descriptor after each step
  --json        list, run, diff: the same for programs; a run has its states
  --command TEXT
                export: what the page's readers type to run epollet;
                otherwise what you type
  --lang LANG   en or zh; else as the environment says (LC_ALL, LC_MESSAGES, LANG)
  --help        this text
`

const subcommands: Readonly<Record<string, (args: string[]) => void | Promise<void>>> = {
  list: labList,
  run: labRun,
  diff: labDiff,
  export: labExport,
}

/** `epollet lab`: the experiments, in a terminal and for programs. */
export async function lab(args: string[]): Promise<void> {
  const [name = '', ...rest] = args
  if (args.includes('--help') || args.includes('-h')) printHelp(usage)
  else if (Object.hasOwn(subcommands, name)) await subcommands[name]!(rest)
  else await learn(args)
}

async function learn(args: string[]): Promise<void> {
  const options = { lang: { type: 'string' } } as const
  const { values, positionals } = parsedOptions({ args, allowPositionals: true, options })
  const language = languageOf(values.lang)
  const chosen = courseOf(
    positionals.length > 0
      ? positionals.map(scenarioOf)
      : scenarios.filter(({ number }) => course.includes(number)),
  )
  const { stdin, stdout } = process
  await withRunner(async (runner, signal) => {
    if (stdin.isTTY && stdout.isTTY)
      await new Player(chosen, runner, language, stdin, stdout).play(signal)
    else
      for await (const text of transcriptsOf(chosen, runner, language, signal)) stdout.write(text)
  })
}
