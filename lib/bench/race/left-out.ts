/** The reason for leaving a server out of a race, while the others continue. The text is the message continues 'it …', as in 'is not installed'. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
}
