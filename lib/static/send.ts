import {
  contentRange,
  type Fields,
  fieldMask,
  ifRange,
  multipart,
  type Part,
  preconditions,
  type Range,
  type Request,
  type Responder,
  rangesOf,
} from '../http/index.ts'
import type { Resource } from './files/resource.ts'

const conditions = fieldMask(
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
)
const rareConditions = fieldMask('if-match', 'if-unmodified-since', 'if-modified-since')
const range = fieldMask('range')

/** Answers with a file, with ranges of it, or with the status of a failed precondition. */
export function sendResource(resource: Resource, request: Request, responder: Responder): void {
  if (request.hasAny(conditions)) {
    // The most common case is a browser that revalidates.
    if (!request.hasAny(rareConditions) && request.header('if-none-match') === resource.etag)
      return responder.send(resource.notModified(responder.persistence))
    const status = preconditions(name => request.header(name), true, resource)
    if (status === 304) return responder.send(resource.notModified(responder.persistence))
    if (status === 412)
      return responder.text(412, '412 Precondition Failed\n', resource.errorFields)
  }
  const ranges = request.hasAny(range) && request.isGet ? askedRanges(resource, request) : null
  if (ranges === null) sendWhole(resource, responder)
  else if (ranges === 'unsatisfiable') {
    const range = ['Content-Range', contentRange(null, resource.sizeBytes)] as const
    const fields: Fields = [range, ...resource.errorFields]
    responder.text(416, '416 Range Not Satisfiable\n', fields)
  } else if (ranges.length === 1) sendRange(resource, ranges[0]!, responder)
  else sendRanges(resource, ranges, responder)
}

/** Sends the whole file; for a status other than 200, the file is an error page. */
export function sendWhole(resource: Resource, responder: Responder, status = 200): void {
  const answer = resource.answer(responder.persistence, status)
  if (answer.bytes.length > answer.headBytes) responder.send(answer)
  else responder.sendParts(answer, [resource.part(0, resource.sizeBytes)])
}

function askedRanges(resource: Resource, request: Request): ReturnType<typeof rangesOf> {
  if (!ifRange(name => request.header(name), resource)) return null
  return rangesOf(request.header('range') ?? '', resource.sizeBytes)
}

function sendRange(resource: Resource, asked: Range, responder: Responder): void {
  const fields: Fields = [
    ...resource.contentFields,
    ['Content-Length', asked.last - asked.first + 1],
    ['Content-Range', contentRange(asked, resource.sizeBytes)],
  ]
  const answer = resource.partial(fields, responder.persistence)
  responder.sendParts(answer, [resource.part(asked.first, asked.last + 1)])
}

function sendRanges(resource: Resource, asked: readonly Range[], responder: Responder): void {
  const isType = ([name]: Fields[number]) => name.toLowerCase() === 'content-type'
  const [, type = null] = resource.contentFields.find(isType) ?? []
  const others = resource.contentFields.filter(field => !isType(field))
  const frame = multipart(asked, resource.sizeBytes, type === null ? null : String(type))
  const fields: Fields = [
    ['Content-Type', frame.contentType],
    ['Content-Length', frame.lengthBytes],
    ...others,
  ]
  const parts = asked.flatMap(({ first, last }, i): Part[] => [
    { bytes: frame.heads[i]! },
    resource.part(first, last + 1),
  ])
  const answer = resource.partial(fields, responder.persistence)
  responder.sendParts(answer, [...parts, { bytes: frame.closing }])
}
