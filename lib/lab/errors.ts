export type LabErrorCode = 'ERR_LAB_BUSY' | 'ERR_LAB_TIMEOUT' | 'ERR_LAB_CRASHED' | 'ERR_LAB_CLOSED'

/** Thrown if a run did not complete. The message says why and what to do. */
export class LabError extends Error {
  override readonly name = 'LabError'
  readonly code: LabErrorCode

  constructor(code: LabErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
