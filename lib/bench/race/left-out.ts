/** The reason for leaving a server out of a race, phrased to follow `it`. The others continue. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
}
