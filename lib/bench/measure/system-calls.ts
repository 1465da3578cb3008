import { native } from '../../sys/index.ts'
import type { Block } from './contender.ts'

/** The exact number of system calls per iteration. */
export async function systemCallsOf(block: Block): Promise<number | null> {
  if (block.systemCalls !== undefined) return block.systemCalls
  // The first run also makes one-time calls, so it is not counted.
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
