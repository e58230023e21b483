// The state of the closed pickle interpreter and its few moves: take bytes, push, pop, mark, remember.
import { Fault } from '../../base/fault.ts'
import type { NumberArray, NumberKind, NumberValues } from '../npy/npy-values.ts'

export type PickleLimits = {
  /** Values put on the stack in all, and values of the result with shared ones counted each time. */
  readonly values: number
  /** Lists, tuples, dicts and arrays; with the others this keeps the memory under about 1 GiB beside the bytes themselves. */
  readonly containers: number
  /** Places to remember values in. */
  readonly memo: number
  /** Levels of nesting, of marks as well as of the result. */
  readonly depth: number
  /** Bytes of all arrays of numbers. */
  readonly arrayBytes: number
}
export const pickleLimits: PickleLimits = { values: 30_000_000, containers: 3_000_000, memo: 5_000_000, depth: 64, arrayBytes: 2 ** 30 }

/** Plain data only. None is undefined, bytes are a view over the file, lists and tuples are arrays, dicts are maps. */
export type PickleValue =
  | undefined
  | boolean
  | number
  | string
  | Uint8Array
  | readonly PickleValue[]
  | ReadonlyMap<string | number, PickleValue>
  | PickleArray
export type ObjectArray = { readonly kind: 'object'; readonly shape: readonly number[]; readonly items: readonly PickleValue[] }
export type PickleArray = NumberArray | ObjectArray

/** What may lie on the stack: values, and what NumPy's arrays are made from. Tuples are frozen lists. */
export type Node =
  | undefined
  | boolean
  | number
  | string
  | Uint8Array
  | Node[]
  | Map<string | number, Node>
  | GlobalNode
  | DtypeNode
  | ArrayNode
export type GlobalNode = { readonly kind: 'global'; readonly name: string }
export type DtypeNode = { readonly kind: 'dtype'; readonly code: string; order: string | undefined }
/** An array before and after its state was set; then it has the fields of a PickleArray. */
export type ArrayNode = { kind: 'unbuilt' | 'object' | NumberKind; shape: readonly number[]; values?: NumberValues; items?: Node[] }

export type Machine = {
  readonly path: string
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly limits: PickleLimits
  /** Where the next byte is taken, and where the instruction in hand began. */
  at: number
  opAt: number
  stack: Node[]
  readonly marks: Node[][]
  readonly memo: Node[]
  pushed: number
  containers: number
  arrayBytes: number
}

export function machineFor(path: string, bytes: Uint8Array, limits: PickleLimits): Machine {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  // Plain bytes, so that what is cut out of them is plain too and no Buffer of Node.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  return { path, bytes: plain, view, limits, at: 0, opAt: 0, stack: [], marks: [], memo: [], pushed: 0, containers: 0, arrayBytes: 0 }
}

export function damagedPickle(machine: Machine, reason: string): Fault {
  return new Fault('FOREIGN_PICKLE_DAMAGED', { path: machine.path, offset: machine.opAt, reason })
}

export function overLimit(machine: Machine, limit: number, what: string): Fault {
  return new Fault('FOREIGN_PICKLE_LIMIT', { path: machine.path, limit, what })
}

/** Moves on by `length` bytes and gives where they began. */
export function advance(machine: Machine, length: number): number {
  const start = machine.at
  if (length > machine.bytes.length - start)
    throw damagedPickle(machine, `it is cut: ${length} bytes are needed, ${machine.bytes.length - start} are there`)
  machine.at = start + length
  return start
}

export const takeByte = (machine: Machine): number => machine.view.getUint8(advance(machine, 1))
export const takeUint32 = (machine: Machine): number => machine.view.getUint32(advance(machine, 4), true)

/** A length of eight bytes; above 2^53 it is only near, which is longer than every file. */
export function takeLength64(machine: Machine): number {
  const at = advance(machine, 8)
  return machine.view.getUint32(at, true) + machine.view.getUint32(at + 4, true) * 2 ** 32
}

export function takeBytes(machine: Machine, length: number): Uint8Array {
  const start = advance(machine, length)
  return machine.bytes.subarray(start, start + length)
}

export function takeText(machine: Machine, length: number): string {
  const bytes = takeBytes(machine, length)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw damagedPickle(machine, error instanceof TypeError ? 'a text is not UTF-8' : String(error))
  }
}

/** Up to the next line feed, which is taken too. Only names of classes come this way. */
export function takeLine(machine: Machine): string {
  const end = machine.bytes.indexOf(10, machine.at)
  if (end === -1 || end - machine.at > 256) throw damagedPickle(machine, 'a name does not end')
  const line = takeText(machine, end - machine.at)
  machine.at += 1
  return line
}

export function push(machine: Machine, value: Node): void {
  machine.pushed += 1
  if (machine.pushed > machine.limits.values) throw overLimit(machine, machine.limits.values, 'values')
  machine.stack.push(value)
}

export function pushContainer(machine: Machine, value: Node): void {
  machine.containers += 1
  if (machine.containers > machine.limits.containers) throw overLimit(machine, machine.limits.containers, 'lists, dicts and arrays')
  push(machine, value)
}

export function pop(machine: Machine): Node {
  if (machine.stack.length === 0) throw damagedPickle(machine, 'it takes a value where there is none')
  return machine.stack.pop()
}

export function popSeveral(machine: Machine, count: number): Node[] {
  if (machine.stack.length < count) throw damagedPickle(machine, 'it takes a value where there is none')
  return machine.stack.splice(machine.stack.length - count, count)
}

export function top(machine: Machine): Node {
  if (machine.stack.length === 0) throw damagedPickle(machine, 'it takes a value where there is none')
  return machine.stack.at(-1)
}

export function mark(machine: Machine): void {
  if (machine.marks.length >= machine.limits.depth) throw overLimit(machine, machine.limits.depth, 'levels of nesting')
  machine.marks.push(machine.stack)
  machine.stack = []
}

/** All values since the last mark. */
export function popToMark(machine: Machine): Node[] {
  const before = machine.marks.pop()
  if (before === undefined) throw damagedPickle(machine, 'it goes back to a mark that was never set')
  const values = machine.stack
  machine.stack = before
  return values
}

export function remember(machine: Machine, place: number): void {
  if (place >= machine.limits.memo) throw overLimit(machine, machine.limits.memo, 'places in its memory')
  machine.memo[place] = top(machine)
}

export function recall(machine: Machine, place: number): void {
  const value = machine.memo[place]
  if (value === undefined) throw damagedPickle(machine, `it recalls place ${place}, where nothing is`)
  push(machine, value)
}
