import { ownCommand } from '../sys/index.ts'

/** Prints a usage text; where the program has another name on a command line here, that too. */
export function printHelp(usage: string): void {
  const command = ownCommand()
  const note = command === 'epollet' ? '' : `\nHere, type this for epollet: ${command}\n`
  process.stdout.write(`${usage}${note}`)
}
