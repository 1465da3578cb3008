/** A file changed while it was sent. The connection is reset, so that the peer notices the truncation. @internal */
export class ChangedError extends Error {
  override readonly name = 'ChangedError'

  constructor(path: string | undefined, change: 'shrunk' | 'changed') {
    const file = path === undefined ? 'a file' : JSON.stringify(path)
    super(`${file} has ${change} while it was sent`)
  }
}

/** The peer took no output before the write timeout. @internal */
export class StalledError extends Error {
  override readonly name = 'StalledError'
}
