import { linesOf } from '../asking/lines.ts'

export interface StreamedEvent {
  readonly name: string
  readonly data: string
}

/** Parses server-sent events from a fetched stream. EventSource cannot send the token. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamedEvent> {
  let name = 'message'
  let data: string[] = []
  for await (const line of linesOf(stream)) {
    const [, field, value] = /^([a-z]+): ?(.*?)\r?$/.exec(line) ?? []
    if (field === 'event') name = value!
    else if (field === 'data') data.push(value!)
    else if (line.trim() === '' && data.length > 0) {
      yield { name, data: data.join('\n') }
      name = 'message'
      data = []
    }
  }
}
