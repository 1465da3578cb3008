import { AF_INET, addressBytes, encodeAddress } from '../../sys/index.ts'
import { host } from './ask.ts'

/** A port of this machine as the kernel wants it. */
export function socketAddress(port: number): Uint8Array {
  const bytes = new Uint8Array(addressBytes)
  return bytes.subarray(0, encodeAddress({ host, port }, AF_INET, bytes))
}
