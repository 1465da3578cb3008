import { Answer, type Fields, type Responder, reasonOf, textFields } from '../http/index.ts'
import { isForErrors } from './rules/content-rules.ts'
import type { HeadersFile } from './rules/headers-file.ts'

export const notFoundText = 'file not found, 请输入正确的url'

/** The answers that are no file: short texts, with what the rules add for their address. */
export class Replies {
  readonly #headers: HeadersFile
  /** Always the same bytes, by persistence, but where rules add to them. */
  readonly #missing: (Answer | undefined)[] = []

  constructor(headers: HeadersFile) {
    this.#headers = headers
  }

  text(responder: Responder, status: number, address: string, fields: Fields = []): void {
    const text = status < 400 ? '' : `${status} ${reasonOf(status)}\n`
    responder.send(this.#answer(responder, status, text, address, fields))
  }

  notFound(responder: Responder, address: string): void {
    const { persistence } = responder
    if (this.#headers.hasRules) {
      return responder.send(this.#answer(responder, 404, notFoundText, address, []))
    }
    this.#missing[persistence] ??= this.#answer(responder, 404, notFoundText, address, [])
    responder.send(this.#missing[persistence])
  }

  #answer(
    { persistence }: Responder,
    status: number,
    text: string,
    address: string,
    fields: Fields,
  ): Answer {
    const body = Buffer.from(text)
    const ruled = this.#headers.rules.fieldsFor(address, textFields, isForErrors)
    const all: Fields = [...ruled, ['Content-Length', body.length], ...fields]
    return new Answer(status, all, body, persistence)
  }
}
