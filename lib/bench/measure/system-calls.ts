import { native } from '../../sys/index.ts'
import type { Block } from './contender.ts'

/** How many system calls one iteration makes: exact, not sampled. */
export async function systemCallsOf(block: Block): Promise<number | null> {
  if (block.systemCalls !== undefined) return block.systemCalls
  // What is done once is done by then.
  await block.run(1)
  return await counted(() => block.run(1))
}

type Table = Record<string, (...args: unknown[]) => unknown>

async function counted(run: () => unknown): Promise<number> {
  const table = native as unknown as Table
  const originals = { ...table }
  let calls = 0
  for (const [name, call] of Object.entries(originals)) {
    table[name] = (...args) => {
      calls++
      return call(...args)
    }
  }
  try {
    await run()
  } finally {
    Object.assign(table, originals)
  }
  return calls
}
