// Tells object from surroundings by whether the remembered scene explains a cell; how much that says is learnt for each object.
import type { LabLevel } from './colour.ts'
import { explained, type Scene } from './scene.ts'
import type { View } from './view.ts'

/** Shares of cells in each kind: those of an object, and those around it. */
type Shares = { readonly own: Float64Array; readonly rest: Float64Array }

/** `first` is from the prompted frame; undefined when the scene was not known yet when the object was prompted. */
export type SceneHabit = Shares & { readonly first: Shares | undefined }

/** Cells are told apart by how well the scene explains them (well, so so, not at all) and by for how long that colour is known. */
const FITS = 3
const AGES = 3
const KINDS = FITS * AGES + 1
const UNKNOWN = KINDS - 1
/** Kinds below this one are explained by the scene. */
const EXPLAINED = 2 * AGES
/** Share below which a kind counts as rare: keeps the odds of kinds hardly seen near even. */
const FLOOR = 0.03
const RATE = 0.1
/** Share of the prompted frame in what is learnt, as in the appearance. */
const ANCHOR = 0.5

/** The kind of one cell of the scene; `level` is of the scene's step. */
export function kindAt(scene: Scene, level: LabLevel, cell: number): number {
  const { distance, frames } = explained(scene, cell, level.lab)
  if (frames === 0) return UNKNOWN
  return (distance < 0.5 ? 0 : distance < 1 ? 1 : 2) * AGES + (frames < 3 ? 0 : frames < 6 ? 1 : 2)
}

/** Whether something is known of a cell of this kind and the scene does not explain it. */
export function isOutstanding(kind: number): boolean {
  return kind >= EXPLAINED && kind !== UNKNOWN
}

/** The cell of the scene at a place in frame pixels (cut to the frame). */
export function sceneCell(scene: Scene, fx: number, fy: number): number {
  const x = Math.max(0, Math.min(scene.width - 1, Math.floor(fx / scene.step)))
  const y = Math.max(0, Math.min(scene.height - 1, Math.floor(fy / scene.step)))
  return y * scene.width + x
}

/** The kind of each cell of a view. */
export function kindsOf(view: View, scene: Scene): Uint8Array {
  const out = new Uint8Array(view.width * view.height)
  const level = view.frame.level(scene.step)
  for (let y = 0, i = 0; y < view.height; y++) {
    const fy = (view.y0 + y + 0.5) * view.step
    for (let x = 0; x < view.width; x++, i++) out[i] = kindAt(scene, level, sceneCell(scene, (view.x0 + x + 0.5) * view.step, fy))
  }
  return out
}

function sharesOf(kinds: Uint8Array, labels: Uint8Array): Shares {
  const own = new Float64Array(KINDS)
  const rest = new Float64Array(KINDS)
  let inside = 0
  for (let i = 0; i < kinds.length; i++) {
    const to = labels[i] === 1 ? own : rest
    to[kinds[i]!] = to[kinds[i]!]! + 1
    inside += labels[i]!
  }
  const outside = kinds.length - inside
  return { own: own.map((v) => v / Math.max(1, inside)), rest: rest.map((v) => v / Math.max(1, outside)) }
}

/** The habit of an object on its prompted frame: `kinds` and `labels` (0/1) of the cells of a view. */
export function createHabit(kinds: Uint8Array, labels: Uint8Array): SceneHabit {
  const shares = sharesOf(kinds, labels)
  const known = [1, 2, 3].reduce((sum, fit) => sum + shares.rest[fit * AGES - 1]!, 0)
  return { ...shares, first: known > 0.5 ? { own: shares.own.slice(), rest: shares.rest.slice() } : undefined }
}

/** Lets a habit follow a newly carried frame. */
export function learnHabit(habit: SceneHabit, kinds: Uint8Array, labels: Uint8Array): void {
  const now = sharesOf(kinds, labels)
  for (const side of ['own', 'rest'] as const) {
    for (let k = 0; k < KINDS; k++) {
      const share = habit.first === undefined ? now[side][k]! : ANCHOR * habit.first[side][k]! + (1 - ANCHOR) * now[side][k]!
      habit[side][k] = habit[side][k]! + RATE * (share - habit[side][k]!)
    }
  }
}

/** Goes back to what the prompted frame told. */
export function forgetHabit(habit: SceneHabit): void {
  if (habit.first === undefined) return
  habit.own.set(habit.first.own)
  habit.rest.set(habit.first.rest)
}

/**
 * Log odds of each kind. A cell that the scene explains never speaks for the object; one that it does not explain never against it, and for it
 * only with `forIt`: beside an object that is followed wrongly its shadow and all that moves stand out as well.
 */
export function kindOdds({ own, rest }: Shares, forIt: boolean): Float64Array {
  return Float64Array.from({ length: KINDS }, (_, k) => {
    if (k === UNKNOWN) return 0
    const odds = Math.log((own[k]! + FLOOR) / (rest[k]! + FLOOR))
    return k < EXPLAINED ? Math.min(0, odds) : forIt ? Math.max(0, odds) : 0
  })
}

/** A habit of its own: learning changes habits in place. */
export function copyOfHabit({ own, rest, first }: SceneHabit): SceneHabit {
  return { own: own.slice(), rest: rest.slice(), first }
}
