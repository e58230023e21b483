// What is used of Electron's processes and ports, by shape: the real ones fit, and so do stand-ins under plain Node.
import type { PortLike } from '#api/channel'

/** MessagePortMain, or a MessagePort of Node. */
export type Port = PortLike

/** The parent's end of a utility process. Electron transfers ports only, never buffers. */
export type UtilityChild = {
  readonly pid: number | undefined
  postMessage(message: unknown, ports?: readonly Port[]): void
  kill(): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'spawn', listener: () => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
}

/** The child's end: `process.parentPort` of a utility process. */
export type ParentPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly Port[] }) => void): unknown
}

export type ForkUtility = (file: string, args: readonly string[], name: string) => UtilityChild
export type MakePorts = () => { readonly port1: Port; readonly port2: Port }

/** Throws where the program was not started as a utility process. */
export function parentPortOf(process: object): ParentPort {
  const port = 'parentPort' in process ? process.parentPort : undefined
  if (typeof port === 'object' && port !== null && 'postMessage' in port && 'on' in port) return port as ParentPort
  throw new Error('this program has to be started as a utility process')
}
