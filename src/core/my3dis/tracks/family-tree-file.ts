// My3DIS's relations/family_tree.json: read as it was left by its tools, and written from tracks of any run.
import { z } from 'zod'
import { familyTree } from '../../segment/family-tree.ts'
import { idsPerLevel, levelOfId } from '../../segment/frame-masks.ts'
import type { Track } from '../../segment/track.ts'
import { jsonFromBytes } from '../masks/candidate-schema.ts'
import { type PythonValue, pythonFloat, pythonJson, pythonJsonStyles } from '../text/python-json.ts'

export const familyTreeName = 'relations/family_tree.json'

/** What is missing or of another kind is as good as not said. */
const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)
const Id = z.number().int().nonnegative()
const Ids = lenient(z.array(Id)).transform((ids) => ids ?? [])

const FileObject = z.object({
  level: z.number().int(),
  parent_id: lenient(Id.nullable()),
  children: Ids,
  virtual_children: lenient(z.array(z.string())).transform((ids) => ids ?? []),
  frames: Ids,
  mask_archive: lenient(z.string().nullable()),
})
const File = z.object({
  scene: lenient(z.string()),
  run_dir: lenient(z.string()),
  levels: Ids,
  mask_scale_ratio: lenient(z.number()),
  objects: z.record(z.string(), z.unknown()),
  /** Ours only: says which rule the ids follow. */
  meta: lenient(z.object({ id_rule: lenient(z.string()) })),
})

export type FamilyObject = {
  readonly id: number
  readonly level: number
  readonly parent: number | undefined
  readonly children: readonly number[]
  /** Ids of candidates that were merged into a child. */
  readonly virtualChildren: readonly string[]
  /** Absolute frame indices; empty where the tools lost them. */
  readonly frames: readonly number[]
  /** Relative to the run folder, often to where it lay before it was moved: a hint. */
  readonly maskArchive: string | undefined
}

export type FamilyTreeFile = {
  /** undefined where the file has none or "unknown". */
  readonly scene: string | undefined
  readonly runFolder: string | undefined
  readonly levels: readonly number[]
  readonly maskScaleRatio: number | undefined
  readonly objects: ReadonlyMap<number, FamilyObject>
  /** Keys of objects that could not be read, each with the reason. */
  readonly unreadable: readonly { readonly key: string; readonly reason: string }[]
  /** Children whose parent is not among the objects: levels 1, 3, 5 had ids that met, and one of both is lost. */
  readonly lostParents: readonly number[]
}

/** Families and statistics are not read: they follow from the objects. Throws MY3DIS_FILE_DAMAGED when there are no objects to read. */
export function familyTreeFromBytes(path: string, bytes: Uint8Array): FamilyTreeFile {
  const file = jsonFromBytes(path, bytes, File)
  const objects = new Map<number, FamilyObject>()
  const unreadable: { key: string; reason: string }[] = []
  for (const [key, value] of Object.entries(file.objects)) {
    const parsed = FileObject.safeParse(value)
    if (!/^(0|[1-9]\d{0,8})$/.test(key)) unreadable.push({ key, reason: 'the key is no id' })
    else if (!parsed.success)
      unreadable.push({ key, reason: `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}` })
    else {
      const { level, parent_id: parent, children, virtual_children: virtualChildren, frames, mask_archive } = parsed.data
      const maskArchive = mask_archive ?? undefined
      objects.set(Number(key), { id: Number(key), level, parent: parent ?? undefined, children, virtualChildren, frames, maskArchive })
    }
  }
  return {
    scene: file.scene === 'unknown' ? undefined : file.scene,
    runFolder: file.run_dir,
    levels: file.levels,
    maskScaleRatio: file.mask_scale_ratio,
    objects,
    unreadable,
    lostParents: [...objects.values()].filter(({ parent }) => parent !== undefined && !objects.has(parent)).map(({ id }) => id),
  }
}

/** Which rule gave the ids of a file; `source` = those of the foreign run itself. */
export type FamilyIdRule = 'source' | 'level*1000+n' | 'level*100000+n'

/**
 * Ids for My3DIS's tools, which divide by 1000 to find the level: those of the foreign run where they are unique, else level * 1000 + n
 * while every n is below 1000, else ours.
 */
export function familyIds(tracks: readonly Pick<Track, 'id' | 'sourceId'>[]): {
  readonly rule: FamilyIdRule
  readonly idOf: ReadonlyMap<number, number>
} {
  const source = tracks.map(({ sourceId }) => (sourceId !== undefined && /^\d{1,9}$/.test(sourceId) ? Number(sourceId) : undefined))
  const isUnique = source.every((id) => id !== undefined) && new Set(source).size === tracks.length
  const isSmall = tracks.every(({ id }) => id % idsPerLevel < 1000)
  const rule = isUnique && tracks.length > 0 ? 'source' : isSmall ? 'level*1000+n' : 'level*100000+n'
  const idFrom = (id: number, i: number) =>
    rule === 'source' ? source[i]! : rule === 'level*1000+n' ? levelOfId(id) * 1000 + (id % idsPerLevel) : id
  return { rule, idOf: new Map(tracks.map(({ id }, i) => [id, idFrom(id, i)])) }
}

export type FamilyTreeFacts = {
  readonly scene: string
  readonly runFolder: string
  readonly levels: readonly number[]
  /** 1 = masks at the size of the frame. */
  readonly maskScaleRatio: number
  readonly tracks: readonly Track[]
  /** Absolute index of each selected frame; tracks know their frames by position. */
  readonly frameIndices: readonly number[]
  /** Path of a level's masks relative to the run folder; undefined where there is no archive that My3DIS could open. */
  readonly maskArchive: (level: number) => string | undefined
}

/** The text of the file, in the form of Python's json with two blanks of indent. `meta` is ours: My3DIS's tools do not ask for it. */
export function familyTreeText(facts: FamilyTreeFacts): string {
  const { rule, idOf } = familyIds(facts.tracks)
  const tree = familyTree(facts.tracks)
  const id = (track: number) => idOf.get(track)!
  const objects = new Map<string, PythonValue>()
  for (const track of [...facts.tracks].sort((a, b) => a.level - b.level || id(a.id) - id(b.id))) {
    const parent = tree.parentOf.get(track.id)
    const children = (tree.childrenOf.get(track.id) ?? []).map(id)
    objects.set(String(id(track.id)), objectValue(track, parent === undefined ? null : id(parent), children, facts))
  }
  const families = tree.families.map(
    ({ root, members, levels }): PythonValue => ({
      root_id: id(root),
      members: members.map(id),
      levels: new Map([...levels].map(([level, ids]) => [`L${level}`, ids.map(id)])),
      total_members: members.length,
    }),
  )
  const value: PythonValue = {
    scene: facts.scene,
    run_dir: facts.runFolder,
    levels: facts.levels,
    mask_scale_ratio: pythonFloat(facts.maskScaleRatio),
    objects,
    families,
    statistics: {
      total_objects: objects.size,
      total_families: families.length,
      objects_per_level: new Map(facts.levels.map((level) => [`L${level}`, facts.tracks.filter((track) => track.level === level).length])),
      orphan_count: tree.orphans.length,
      orphans: tree.orphans.map(id),
      virtual_children_count: 0,
      parents_with_virtual_children: 0,
    },
    meta: { generator: 'scenewright', id_rule: rule },
  }
  return pythonJson(value, pythonJsonStyles.relation)
}

function objectValue(track: Track, parent: number | null, children: readonly number[], facts: FamilyTreeFacts): PythonValue {
  const frames = framesOf(track, facts.frameIndices)
  return {
    level: track.level,
    parent_id: parent,
    children,
    virtual_children: [],
    frames,
    mask_archive: facts.maskArchive(track.level) ?? null,
    first_frame: frames[0] ?? null,
    last_frame: frames.at(-1) ?? null,
    total_frames: frames.length,
  }
}

/** Absolute indices of the frames of a track, ascending. */
export function framesOf({ visible }: Pick<Track, 'visible'>, frameIndices: readonly number[]): number[] {
  return visible.flatMap(([first, last]) => frameIndices.slice(first, last + 1))
}
