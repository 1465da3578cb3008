import { patterns, type ResultSchema, type Shape } from './result-schema.ts'

/** The first violation of a schema as text; null for a valid value. */
export function complaintAbout(value: unknown, schema: ResultSchema): string | null {
  return complaint(value, schema, '', schema)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

function complaint(value: unknown, shape: Shape, at: string, root: ResultSchema): string | null {
  if (shape.$ref !== undefined)
    return complaint(value, root.$defs[shape.$ref.replace('#/$defs/', '')]!, at, root)
  if (shape.anyOf !== undefined) {
    const found = shape.anyOf.map(one => complaint(value, one, at, root))
    return found.includes(null) ? null : found[0]!
  }
  return (
    ofValue(value, shape, at) ??
    ofItems(value, shape, at, root) ??
    ofMembers(value, shape, at, root)
  )
}

function ofValue(value: unknown, shape: Shape, at: string): string | null {
  const place = at === '' ? 'it' : at
  const types = [shape.type ?? []].flat()
  const among = shape.enum ?? ('const' in shape ? [shape.const] : null)
  if (among !== null && !among.includes(value)) return `${place} is none of ${among.join(', ')}`
  const own = typeOf(value)
  const isOf = (type: string): boolean =>
    type === own || (type === 'integer' && Number.isInteger(value))
  if (types.length > 0 && !types.some(isOf)) return `${place} must be of type ${types.join(' or ')}`
  if (typeof value === 'string' && shape.pattern !== undefined)
    return patterns.get(shape.pattern)?.test(value) ? null : `${place} is not well-formed`
  if (typeof value !== 'number') return null
  if (value < (shape.minimum ?? Number.NEGATIVE_INFINITY))
    return `${place} is below ${shape.minimum}`
  if (value <= (shape.exclusiveMinimum ?? Number.NEGATIVE_INFINITY))
    return `${place} is not above ${shape.exclusiveMinimum}`
  return null
}

function ofItems(value: unknown, shape: Shape, at: string, root: ResultSchema): string | null {
  if (!Array.isArray(value)) return null
  if (value.length < (shape.minItems ?? 0)) return `${at} has too few items`
  return first(value, (one, i) => complaint(one, shape.items ?? {}, `${at}[${i}]`, root))
}

function ofMembers(value: unknown, shape: Shape, at: string, root: ResultSchema): string | null {
  if (typeOf(value) !== 'object') return null
  const members = Object.entries(value as object)
  const path = (name: string): string => (at === '' ? name : `${at}.${name}`)
  const missing = shape.required?.find(name => !Object.hasOwn(value as object, name))
  if (missing !== undefined) return `${path(missing)} is missing`
  return first(members, ([name, one]) => {
    const known = Object.hasOwn(shape.properties ?? {}, name)
    const inner = known ? shape.properties![name]! : shape.additionalProperties
    if (inner === false) return `${path(name)} is unknown`
    return inner === undefined ? null : complaint(one, inner, path(name), root)
  })
}

function first<T>(things: readonly T[], of: (thing: T, i: number) => string | null): string | null {
  for (const [i, thing] of things.entries()) {
    const found = of(thing, i)
    if (found !== null) return found
  }
  return null
}
