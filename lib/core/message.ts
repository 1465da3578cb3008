// recvfrom(2), sendto(2), recvmsg(2) and sendmsg(2): datagrams with addresses, and control messages.
import { constants as bufferConstants } from 'node:buffer'
import {
  type Address,
  type AddressLike,
  addressBytes,
  bytesOf,
  checked,
  decodeAddress,
  EAGAIN,
  EINTR,
  encodeAddress,
  integer,
  native,
  orNull,
  receiveFlagsOf,
  sendFlagsOf,
  typeError,
} from '../sys/index.ts'
import {
  type ControlMessage,
  type ControlMessageLike,
  controlBytesMax,
  decodeControl,
  encodeControl,
} from './control-message.ts'

const addressRoom = new Uint8Array(addressBytes)
const out = new Int32Array(3)

/** The sender's address; null if it has none: connected streams, unnamed unix sockets, the error queue. */
function senderOf(length: number): Address | null {
  const familyBytes = 2
  return length > familyBytes ? decodeAddress(addressRoom, length) : null
}

/** @internal */
export function receiveFrom(
  fd: number,
  size: number,
  flags: number,
): [data: Buffer, address: Address | null] | null {
  const buffer = Buffer.alloc(integer('size', size, 0, bufferConstants.MAX_LENGTH))
  receiveFlagsOf('flags', flags)
  let result: number
  do result = native.recvfrom(fd, buffer, 0, size, flags, addressRoom.fill(0), out)
  while (result === EINTR)
  const count = orNull(result, 'recvfrom', fd)
  return count === null ? null : [buffer.subarray(0, count), senderOf(out[0]!)]
}

/** @internal */
export function sendTo(
  fd: number,
  domain: number,
  data: string | Uint8Array,
  address: AddressLike,
  flags: number,
): number | null {
  const bytes = bytesOf('data', data)
  sendFlagsOf('flags', flags)
  const length = encodeAddress(address, domain, addressRoom)
  let result: number
  do result = native.sendto(fd, bytes, 0, bytes.length, flags, addressRoom, length)
  while (result === EINTR)
  if (result === EAGAIN) return null
  const to = JSON.stringify(decodeAddress(addressRoom, length))
  return checked(result, 'sendto', `${to} fd ${fd}`)
}

/** @internal */
export type Received = [
  data: Buffer,
  control: ControlMessage[],
  flags: number,
  address: Address | null,
]

/** @internal */
export function receiveMessage(
  fd: number,
  size: number,
  controlSize: number,
  flags: number,
): Received | null {
  const buffer = Buffer.alloc(integer('size', size, 0, bufferConstants.MAX_LENGTH))
  const control = Buffer.alloc(integer('controlSize', controlSize, 0, controlBytesMax))
  receiveFlagsOf('flags', flags)
  let result: number
  do result = native.recvmsg(fd, buffer, flags, control, addressRoom.fill(0), out)
  while (result === EINTR)
  const count = orNull(result, 'recvmsg', fd)
  if (count === null) return null
  const messages = decodeControl(control.subarray(0, out[0]))
  return [buffer.subarray(0, count), messages, out[1]!, senderOf(out[2]!)]
}

/** @internal */
export function sendMessage(
  fd: number,
  domain: number,
  data: readonly (string | Uint8Array)[],
  control: readonly ControlMessageLike[],
  flags: number,
  address: AddressLike | undefined,
): number | null {
  if (!Array.isArray(data)) throw typeError('data', 'an array of strings or Uint8Arrays', data)
  const bytes = Buffer.concat(data.map((one, i) => bytesOf(`data[${i}]`, one)))
  const messages = encodeControl(control)
  sendFlagsOf('flags', flags)
  const length = address === undefined ? 0 : encodeAddress(address, domain, addressRoom)
  let result: number
  do result = native.sendmsg(fd, bytes, flags, messages, addressRoom, length)
  while (result === EINTR)
  return orNull(result, 'sendmsg', fd)
}
