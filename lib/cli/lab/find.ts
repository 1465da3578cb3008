import { type Scenario, scenarios } from '../../lab/index.ts'
import { editDistance, ownCommand } from '../../sys/index.ts'
import { UsageError } from '../usage-error.ts'

const nearMax = 3

/** Finds an experiment by id or number. */
export function scenarioOf(name: string): Scenario {
  const found = /^\d+$/.test(name)
    ? scenarios.find(({ number }) => number === Number(name))
    : scenarios.find(({ id }) => id === name)
  if (found !== undefined) return found
  const near = nearest(
    name,
    scenarios.map(({ id }) => id),
  )
  const instead = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`
  throw new UsageError(
    `there is no experiment '${name}'${instead || `: ${ownCommand()} lab list shows them all`}`,
  )
}

/** At most three ids that are a few edits away from `name`, the nearest first. */
export function nearest(name: string, ids: readonly string[]): string[] {
  const farthest = Math.max(1, Math.floor(name.length / 3))
  return ids
    .map(id => ({ id, far: isPartOf(name, id) ? 0 : editDistance(name, id) }))
    .filter(({ far }) => far <= farthest)
    .sort((a, b) => a.far - b.far)
    .slice(0, nearMax)
    .map(({ id }) => id)
}

function isPartOf(name: string, id: string): boolean {
  return name.length >= nearMax && id.includes(name)
}
