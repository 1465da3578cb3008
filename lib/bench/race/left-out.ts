/** The reason for leaving a server out of a race, while the others continue. The text is phrased to follow `it`. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
}
