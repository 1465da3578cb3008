import {
  type Claim,
  claims,
  contendersOf,
  fullRaceSizes,
  fullSizes,
  items,
  quantityText,
  quickRaceSizes,
  quickSizes,
  verificationOf,
} from '../../bench/index.ts'
import { ownCommand } from '../../sys/index.ts'
import { parsedOptions } from '../options.ts'
import { UsageError } from '../usage-error.ts'
import { seedOf } from './run.ts'
import { race } from './serve.ts'
import { interruptedStatus, measured, type Session } from './session.ts'

const options = {
  full: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
} as const

/**
 * `epollet bench verify`: measures a figure of the documents again. The exit status is 1 if the figure is not
 * reproduced.
 */
export async function benchVerify(args: string[]): Promise<void> {
  const { values, positionals } = parsedOptions({ args, allowPositionals: true, options })
  const [id, ...more] = positionals
  if (id === undefined || more.length > 0)
    throw new UsageError(`verify needs one id: see ${ownCommand()} bench verify list`)
  if (id === 'list') return list()
  const claim = claims.find(one => one.id === id)
  if (claim === undefined)
    throw new UsageError(`no figure is called '${id}': see ${ownCommand()} bench verify list`)
  const { chosen, sizes } = await measurementOf(claim, values.full)
  const result = await measured({ mode: 'only', chosen, sizes, seed: seedOf(values.seed) })
  const verification = verificationOf(claim, result)
  if (verification === null) {
    process.stdout.write('cannot tell: stopped before it was measured\n')
    process.exitCode = interruptedStatus
    return
  }
  const { answer, estimate, reason } = verification
  const figure =
    estimate === null
      ? 'not measured'
      : `${digits(estimate.value)} [${digits(estimate.low)}, ${digits(estimate.high)}]`
  process.stdout.write(
    `${sentencesText(claim)}${described(claim)}\nhere       ${figure}, 95 % interval\n${answer}${reason === null ? '' : `: ${reason}`}\n`,
  )
  if (answer === 'not reproduced') process.exitCode = 1
}

async function measurementOf(
  { comparison, quantity }: Claim,
  full: boolean,
): Promise<Pick<Session, 'chosen' | 'sizes'>> {
  const found = items.find(({ id }) => id === comparison)
  if (found !== undefined) return { chosen: [found], sizes: full ? fullSizes : quickSizes }
  const ids = contendersOf(quantity)
  const { peers, raceDefaults, raceItems, raceNames } = await race()
  const entered = { ...raceDefaults, peers: peers.filter(({ id }) => ids.includes(id)) }
  const chosen = raceItems(raceNames, entered).filter(({ id }) => id === comparison)
  return { chosen, sizes: full ? fullRaceSizes : quickRaceSizes }
}

function list(): void {
  for (const claim of claims)
    process.stdout.write(`${claim.id}\n${sentencesText(claim, '  ')}  ${described(claim)}\n`)
}

function sentencesText({ sentences }: Claim, indent = ''): string {
  return Object.entries(sentences)
    .map(([document, sentence]) => `${indent}${document}: "${sentence}"\n`)
    .join('')
}

function described({ comparison, quantity, low, high }: Claim): string {
  return `claimed    ${quantityText(quantity)} in ${comparison} from ${low} to ${high}`
}

function digits(value: number): string {
  return Math.abs(value) < 10 ? value.toFixed(3) : value.toFixed(1)
}
