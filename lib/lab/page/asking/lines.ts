/** The lines of a text stream as they arrive. Text after the last newline also counts as a line. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true })
      const lines = rest.split('\n')
      rest = lines.pop()!
      yield* lines
      if (done) break
    }
    if (rest !== '') yield rest
  } finally {
    // The consumer may stop before the end.
    await reader.cancel().catch(() => {})
  }
}
