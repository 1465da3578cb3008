// The control messages of recvmsg(2) and sendmsg(2): cmsg(3).
import { endianness } from 'node:os'
import { bytesOf, int32, rangeError, typeError } from '../sys/index.ts'

/** A control message: its level, its type, and its data. */
export type ControlMessage = [level: number, type: number, data: Buffer]
/** A {@link ControlMessage} to send; the data may be any view of bytes. */
export type ControlMessageLike = readonly [level: number, type: number, data: Uint8Array]

const littleEndian = endianness() === 'LE'
/** sizeof(struct cmsghdr): a 64-bit length, then two ints. */
const headerBytes = 16
const unit = 8
/** More than net.core.optmem_max, the kernel's limit for all messages of a call. @internal */
export const controlBytesMax = 65_536

function aligned(bytes: number): number {
  return Math.ceil(bytes / unit) * unit
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** @internal */
export function encodeControl(messages: readonly ControlMessageLike[]): Uint8Array {
  if (!Array.isArray(messages)) throw typeError('control', 'an array of messages', messages)
  const parts = messages.map((message: ControlMessageLike, i) => {
    const name = `control[${i}]`
    if (!Array.isArray(message)) throw typeError(name, '[level, type, data]', message)
    const [level, type, data] = message
    if (typeof data === 'string') throw typeError(`${name}[2]`, 'a Uint8Array', data)
    return {
      level: int32(`${name}[0]`, level),
      type: int32(`${name}[1]`, type),
      data: bytesOf(`${name}[2]`, data),
    }
  })
  const bytes = parts.reduce((sum, { data }) => sum + aligned(headerBytes + data.length), 0)
  if (bytes > controlBytesMax)
    throw rangeError('control', `at most ${controlBytesMax} bytes in all`, bytes)
  const all = new Uint8Array(bytes)
  const view = viewOf(all)
  let at = 0
  for (const { level, type, data } of parts) {
    view.setBigUint64(at, BigInt(headerBytes + data.length), littleEndian)
    view.setInt32(at + 8, level, littleEndian)
    view.setInt32(at + 12, type, littleEndian)
    all.set(data, at + headerBytes)
    at += aligned(headerBytes + data.length)
  }
  return all
}

/** @internal */
export function decodeControl(bytes: Buffer): ControlMessage[] {
  const view = viewOf(bytes)
  const messages: ControlMessage[] = []
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const length = Number(view.getBigUint64(at, littleEndian))
    if (length < headerBytes || length > bytes.length - at) break
    messages.push([
      view.getInt32(at + 8, littleEndian),
      view.getInt32(at + 12, littleEndian),
      bytes.subarray(at + headerBytes, at + length),
    ])
    at += aligned(length)
  }
  return messages
}
