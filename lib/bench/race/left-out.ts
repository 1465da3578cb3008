/** Why a server is left out, as what follows `it`: the others go on. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
}
