// A closed interpreter for the pickles of old NPZ files: a fixed list of instructions and of four names, everything else is refused.
import { Fault } from '../../base/fault.ts'
import { type NpyLimits, npyHeader, npyLimits } from '../npy/npy.ts'
import { build, pushGlobal, reduce } from './pickle-arrays.ts'
import {
  advance,
  damagedPickle,
  type Machine,
  machineFor,
  mark,
  type Node,
  type ObjectArray,
  overLimit,
  type PickleLimits,
  type PickleValue,
  pickleLimits,
  pop,
  popSeveral,
  popToMark,
  push,
  pushContainer,
  recall,
  remember,
  takeByte,
  takeBytes,
  takeLength64,
  takeLine,
  takeText,
  takeUint32,
  top,
} from './pickle-machine.ts'
import { pickleInstructionName } from './pickle-names.ts'

/** What protocols 3 and 4 of CPython use for dicts of arrays; see the source of Lib/pickletools.py for each one's bytes. */
const instructions = new Map<number, (machine: Machine) => void>([
  [code('\x95'), checkFrame],
  [code('\x94'), (m) => remember(m, m.memo.length)],
  [code('q'), (m) => remember(m, takeByte(m))],
  [code('r'), (m) => remember(m, takeUint32(m))],
  [code('h'), (m) => recall(m, takeByte(m))],
  [code('j'), (m) => recall(m, takeUint32(m))],
  [code('}'), (m) => pushContainer(m, new Map())],
  [code(']'), (m) => pushContainer(m, [])],
  [code(')'), (m) => pushContainer(m, tuple([]))],
  [code('('), mark],
  [code('s'), (m) => setItems(m, popSeveral(m, 2))],
  [code('u'), (m) => setItems(m, popToMark(m))],
  [code('a'), (m) => append(m, popSeveral(m, 1))],
  [code('e'), (m) => append(m, popToMark(m))],
  [code('t'), (m) => pushContainer(m, tuple(popToMark(m)))],
  [code('\x85'), (m) => pushContainer(m, tuple(popSeveral(m, 1)))],
  [code('\x86'), (m) => pushContainer(m, tuple(popSeveral(m, 2)))],
  [code('\x87'), (m) => pushContainer(m, tuple(popSeveral(m, 3)))],
  [code('X'), (m) => push(m, takeText(m, takeUint32(m)))],
  [code('\x8c'), (m) => push(m, takeText(m, takeByte(m)))],
  [code('J'), (m) => push(m, m.view.getInt32(advance(m, 4), true))],
  [code('K'), (m) => push(m, takeByte(m))],
  [code('M'), (m) => push(m, m.view.getUint16(advance(m, 2), true))],
  [code('B'), (m) => push(m, takeBytes(m, takeUint32(m)))],
  [code('\x8e'), (m) => push(m, takeBytes(m, takeLength64(m)))],
  [code('C'), (m) => push(m, takeBytes(m, takeByte(m)))],
  [code('\x88'), (m) => push(m, true)],
  [code('\x89'), (m) => push(m, false)],
  [code('N'), (m) => push(m, undefined)],
  [code('c'), (m) => pushGlobal(m, takeLine(m), takeLine(m))],
  [
    code('\x93'),
    (m) => {
      const [module, name] = popSeveral(m, 2)
      pushGlobal(m, module, name)
    },
  ],
  [code('R'), reduce],
  [code('b'), build],
])
const protocolCode = code('\x80')
const stopCode = code('.')

/**
 * The value of a pickle, as plain data. `path` names it in faults; bytes after its end are left alone. Throws FOREIGN_PICKLE_OPCODE
 * and FOREIGN_PICKLE_GLOBAL for what is not on the lists, FOREIGN_PICKLE_PROTOCOL, _LIMIT and _DAMAGED, FOREIGN_NPY_DTYPE and _SHAPE.
 */
export function valueFromPickle(path: string, bytes: Uint8Array, limits: PickleLimits = pickleLimits): PickleValue {
  const machine = machineFor(path, bytes, limits)
  if (takeByte(machine) !== protocolCode) throw damagedPickle(machine, 'it does not begin as a pickle of protocol 2 or later')
  const protocol = takeByte(machine)
  if (protocol !== 3 && protocol !== 4) throw new Fault('FOREIGN_PICKLE_PROTOCOL', { path, protocol })
  for (;;) {
    machine.opAt = machine.at
    const opcode = takeByte(machine)
    if (opcode === stopCode) break
    const instruction = instructions.get(opcode)
    if (!instruction) throw new Fault('FOREIGN_PICKLE_OPCODE', { path, opcode: pickleInstructionName(opcode), offset: machine.opAt })
    instruction(machine)
  }
  const value = pop(machine)
  if (machine.stack.length > 0 || machine.marks.length > 0) throw damagedPickle(machine, 'it ends with values left over')
  checkResult(machine, value)
  return value as PickleValue
}

/** The objects of an NPY file of Python objects. The shape in its header must be that of the pickled array. */
export function objectArrayFromNpy(
  path: string,
  bytes: Uint8Array,
  limits: NpyLimits & PickleLimits = { ...npyLimits, ...pickleLimits },
): ObjectArray {
  const header = npyHeader(path, bytes, limits)
  if (header.dtype !== undefined)
    throw new Fault('FOREIGN_NPY_DAMAGED', { path, reason: 'it holds numbers where Python objects were expected' })
  const value = valueFromPickle(path, bytes.subarray(header.dataOffset), limits)
  if (!isObjectArray(value) || value.shape.join() !== header.shape.join())
    throw new Fault('FOREIGN_NPY_DAMAGED', { path, reason: 'its pickle is not the array that its header describes' })
  return value
}

/** Whether a value is an array of objects: what an NPY file of objects holds, often inside of each other. */
export function isObjectArray(value: PickleValue): value is ObjectArray {
  return typeof value === 'object' && 'kind' in value && value.kind === 'object'
}

function code(letter: string): number {
  return letter.charCodeAt(0)
}

/** A frame only says how many bytes may be read ahead; they must be there. */
function checkFrame(machine: Machine): void {
  const length = takeLength64(machine)
  if (length > machine.bytes.length - machine.at) throw damagedPickle(machine, 'a frame is cut')
}

const tuple = (items: Node[]): Node[] => Object.freeze(items) as Node[]

function setItems(machine: Machine, items: readonly Node[]): void {
  const target = top(machine)
  if (!(target instanceof Map) || items.length % 2 !== 0) throw damagedPickle(machine, 'it sets items of what is no dict')
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i]
    if (typeof key !== 'string' && typeof key !== 'number') throw damagedPickle(machine, 'a key is neither text nor number')
    target.set(key, items[i + 1])
  }
}

function append(machine: Machine, items: readonly Node[]): void {
  const target = top(machine)
  if (!Array.isArray(target) || Object.isFrozen(target)) throw damagedPickle(machine, 'it appends to what is no list')
  for (const item of items) target.push(item)
}

/**
 * Holds that a walk through the result ends soon: nothing contains itself, nests deeper than the limit, or grows beyond it because
 * the same list is in it again and again. Also that nothing half made is left in it. This is such a walk itself, without any memory
 * of where it was: remembering took longer than the rest of the reading.
 */
function checkResult(machine: Machine, root: Node): void {
  const { values, depth } = machine.limits
  const path: Node[] = []
  let count = 0
  const visit = (node: Node): void => {
    count += 1
    if (count > values) throw overLimit(machine, values, 'values, those that are in it several times counted each time')
    if (typeof node !== 'object' || node instanceof Uint8Array) return
    const children = childrenOf(machine, node)
    if (children === undefined) return
    if (path.length >= depth)
      throw path.includes(node) ? damagedPickle(machine, 'a list or dict contains itself') : overLimit(machine, depth, 'levels of nesting')
    path.push(node)
    for (const child of children) visit(child)
    path.pop()
  }
  visit(root)
}

/** Undefined for an array of numbers. */
function childrenOf(machine: Machine, node: Node & object): Iterable<Node> | undefined {
  if (Array.isArray(node)) return node
  if (node instanceof Map) return node.values()
  if (node instanceof Uint8Array) return undefined
  if (node.kind === 'global' || node.kind === 'dtype' || node.kind === 'unbuilt')
    throw damagedPickle(machine, 'what it gives is not made completely')
  return node.kind === 'object' ? node.items : undefined
}
