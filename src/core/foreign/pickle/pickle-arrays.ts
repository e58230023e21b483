// What a pickle may call: the making of NumPy arrays, and nothing else. Names are looked up in a fixed list; nothing is executed.
import { Fault } from '../../base/fault.ts'
import { shownName } from '../member-name.ts'
import { checkedShape } from '../npy/npy.ts'
import { countOfShape, dtypeOf, kindOfCode, valuesFromBytes } from '../npy/npy-values.ts'
import {
  type ArrayNode,
  type DtypeNode,
  damagedPickle,
  type Machine,
  type Node,
  overLimit,
  pop,
  push,
  pushContainer,
  top,
} from './pickle-machine.ts'

/** NumPy 2 renamed its module; both names mean the same function. */
const reconstruct = ['numpy.core.multiarray._reconstruct', 'numpy._core.multiarray._reconstruct']
const ndarray = 'numpy.ndarray'
const dtype = 'numpy.dtype'
const known = new Set([...reconstruct, ndarray, dtype])
const mostSides = 32

export function pushGlobal(machine: Machine, module: Node, name: Node): void {
  const full = `${typeof module === 'string' ? module : '?'}.${typeof name === 'string' ? name : '?'}`
  if (!known.has(full)) throw new Fault('FOREIGN_PICKLE_GLOBAL', { path: machine.path, name: shownName(full), offset: machine.opAt })
  push(machine, { kind: 'global', name: full })
}

/** REDUCE: the callable below its arguments. */
export function reduce(machine: Machine): void {
  const given = pop(machine)
  const callable = pop(machine)
  if (!isKind(callable, 'global') || !isTuple(given)) throw damagedPickle(machine, 'it calls what is no function')
  if (reconstruct.includes(callable.name)) {
    const [type] = given
    if (!isKind(type, 'global') || type.name !== ndarray) throw damagedPickle(machine, 'it makes an array of another class')
    pushContainer(machine, { kind: 'unbuilt', shape: [] })
    return
  }
  const [code] = given
  if (callable.name !== dtype || typeof code !== 'string')
    throw damagedPickle(machine, `it calls ${callable.name} with other arguments than NumPy`)
  if (!isObjectCode(code) && kindOfCode(code) === undefined) throw refusedDtype(machine, code)
  pushContainer(machine, { kind: 'dtype', code, order: undefined })
}

/** BUILD: sets the state of the array or dtype below it, once. */
export function build(machine: Machine): void {
  const state = pop(machine)
  const target = top(machine)
  if (!isTuple(state)) throw damagedPickle(machine, 'a state is no tuple')
  if (isKind(target, 'dtype')) buildDtype(machine, target, state)
  else if (isKind(target, 'unbuilt')) buildArray(machine, target, state)
  else throw damagedPickle(machine, 'it sets the state of something that has none')
}

/** (3, byte order, None, None, None, -1, -1, flags): no fields, no subarray, nothing of a user's own. */
function buildDtype(machine: Machine, target: DtypeNode, state: readonly Node[]): void {
  const [version, order, ...rest] = state
  const plain = state.length === 8 && version === 3 && rest.slice(0, 3).every((part) => part === undefined)
  if (!plain || typeof order !== 'string' || !['<', '>', '|'].includes(order) || target.order !== undefined)
    throw damagedPickle(machine, 'a dtype has another state than one of plain numbers')
  target.order = order
}

/** (1, shape, dtype, Fortran order, bytes or list of objects). */
function buildArray(machine: Machine, target: ArrayNode, state: readonly Node[]): void {
  const [version, sides, type, fortranOrder, content] = state
  if (state.length !== 5 || version !== 1 || !isTuple(sides) || !isKind(type, 'dtype') || typeof fortranOrder !== 'boolean')
    throw damagedPickle(machine, 'an array has another state than NumPy gives it')
  if (!sides.every((side) => typeof side === 'number')) throw damagedPickle(machine, 'a shape is made of something else than numbers')
  const shape = checkedShape(machine.path, sides, 1, { sides: mostSides, bytes: machine.limits.arrayBytes })
  if (isObjectCode(type.code)) buildObjects(machine, target, shape, fortranOrder, content)
  else buildNumbers(machine, target, shape, type, fortranOrder, content)
}

function buildObjects(machine: Machine, target: ArrayNode, shape: readonly number[], fortranOrder: boolean, content: Node): void {
  if (!Array.isArray(content) || content.length !== countOfShape(shape) || (fortranOrder && shape.length > 1))
    throw damagedPickle(machine, `an array of shape [${shape.join(', ')}] has another number or order of objects`)
  Object.assign(target, { kind: 'object', shape, items: content })
}

function buildNumbers(
  machine: Machine,
  target: ArrayNode,
  shape: readonly number[],
  type: DtypeNode,
  fortranOrder: boolean,
  content: Node,
): void {
  const numbers = type.order === undefined ? undefined : dtypeOf(type.code, type.order)
  if (numbers === undefined) throw refusedDtype(machine, `${type.order ?? ''}${type.code}`)
  const needed = countOfShape(shape) * numbers.itemBytes
  if (!(content instanceof Uint8Array) || content.length !== needed)
    throw damagedPickle(machine, `an array of shape [${shape.join(', ')}] does not have the ${needed} bytes that it needs`)
  // Arrays may share bytes in the file, but not always in memory.
  machine.arrayBytes += needed
  if (machine.arrayBytes > machine.limits.arrayBytes) throw overLimit(machine, machine.limits.arrayBytes, 'bytes of arrays')
  Object.assign(target, valuesFromBytes(content, numbers, shape, fortranOrder))
}

const isObjectCode = (code: string) => /^O[48]?$/.test(code)
const isTuple = (node: Node): node is Node[] => Array.isArray(node) && Object.isFrozen(node)
const refusedDtype = (machine: Machine, code: string) => new Fault('FOREIGN_NPY_DTYPE', { path: machine.path, dtype: shownName(code) })

type Kinds = { global: Extract<Node, { kind: 'global' }>; dtype: DtypeNode; unbuilt: ArrayNode }
function isKind<K extends keyof Kinds>(node: Node, kind: K): node is Kinds[K] {
  return typeof node === 'object' && 'kind' in node && node.kind === kind
}
