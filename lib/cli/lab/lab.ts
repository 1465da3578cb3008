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

const usage = `usage: epollet lab                     the course: you predict, then the kernel answers
       epollet lab <experiment>...     the same for these experiments
       epollet lab list                list all experiments by chapter
       epollet lab run <experiment>    run an experiment and print its transcript
       epollet lab run --ops <text>    run your own operations; - reads them from stdin
       epollet lab diff [experiment]...    compare this kernel's outcomes with the reference; status 1 if any differs
       epollet lab export <directory>    write the lab as static files, with this kernel's outcomes

  <experiment> is a number or an id. Without a terminal, the course is printed as transcripts.

  --ops TEXT    operations, such as 'pipe r w; ep E; add E r IN|ET; write w 5; wait E'
  --fix         run: the corrected version
  --states      run: also print the kernel's state after each step
  --json        list, run, diff: print JSON; with run, it includes the states
  --command TEXT
                export: the command with which the page's readers run epollet;
                default: the command that you used
  --lang LANG   en or zh; default: from LC_ALL, LC_MESSAGES or LANG
  --help        print this text
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
