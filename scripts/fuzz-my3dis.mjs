// Whole runs of My3DIS with one damaged file each, for `npm run fuzz`: read from disk by the readers that the program itself uses.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync, inflateRawSync } from 'node:zlib'

const fixture = { frames: 3, objects: 2, levels: [2], ssamEvery: 1, video: [60, 80], ssam: [40, 54] }
const nov = { ...fixture, generation: 'G-Nov' }
/** What is damaged: a run, the end of the file's path, and what is inside of it. */
const kinds = {
  'my3dis filtered.json': { run: nov, file: /filtered\/filtered\.json$/, form: 'bytes' },
  'my3dis chunk': { run: nov, file: /raw\/chunk_0000\.tar\.gz$/, form: 'gzip' },
  'my3dis raw manifest': { run: nov, file: /raw\/manifest\.json$/, form: 'bytes' },
  'my3dis tracks': { run: nov, file: /video_segments[^/]*\.npz$/, form: 'zip' },
  'my3dis pickled tracks': { run: { ...fixture, generation: 'E3' }, file: /video_segments[^/]*\.npz$/, form: 'zip' },
  'my3dis manifest': { run: nov, file: /(?<!raw\/)manifest\.json$/, form: 'bytes' },
  'my3dis family tree': { run: nov, file: /relations\/family_tree\.json$/, form: 'bytes' },
}
export const my3disKinds = Object.keys(kinds)

const words = [
  ...['null', 'NaN', '-1', '1e999', '9007199254740993', '[', ']', '{', '}', '"', ',', ':', '\\u0000', '"mask"', '"shape"', '"frames"'],
  ...['"objects"', '"packed_bits_b64"', '"frame_index"', '"frame_idx"', '[0, 0]', '[65536, 65536]', '"../up"', '"/etc/passwd"', '"#0"'],
]

/** `folder` is written to and left as it is. A case resolves to how it ended: `read`, or the first fault's code; a bug rejects. */
export async function my3disTarget(kind, folder) {
  const { run, file, form } = kinds[kind]
  const { mutated, pick } = await import('../src/core/foreign/mutate.ts')
  const { standardOptions } = await import('./fixtures/my3dis/options.ts')
  const { writeMy3disFixtures } = await import('./fixtures/my3dis/run-folder.ts')
  const { diskSink } = await import('./fixtures/my3dis/sink.ts')
  const { randomFrom } = await import('../src/core/scene/synthetic-random.ts')
  const { openMy3dis } = await import('../src/engine/my3dis/my3dis-run.ts')
  const { Fault } = await import('../src/core/base/fault.ts')
  mkdirSync(folder, { recursive: true })
  const [written] = writeMy3disFixtures(diskSink(folder), folder, [{ ...standardOptions, ...run, quirks: new Set() }])
  const path = join(folder, written.folder)
  const target = readdirSync(path, { recursive: true })
    .map(String)
    .find((name) => file.test(name))
  if (target === undefined) throw new Error(`the fixture has no file for ${kind}`)
  const sound = readFileSync(join(path, target))
  const damage = await damager(
    form,
    sound,
    words.map((word) => Buffer.from(word)),
    { mutated, pick },
  )

  const usual = new Set()
  const once = await openMy3dis({ path, cacheFolder: join(folder, 'cache') })
  for (const code of await readAll(once, (work) => work())) usual.add(code)

  return async (seed) => {
    const random = randomFrom(seed)
    // The first numbers of neighbouring seeds are alike.
    for (let i = 0; i < 5; i++) random()
    writeFileSync(join(path, target), damage(random))
    const cacheFolder = join(folder, 'cache')
    rmSync(cacheFolder, { recursive: true, force: true })
    const before = printOf(path)
    let outcome = 'read'
    const tried = async (work) => {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        if (outcome === 'read') outcome = error.code
        return undefined
      }
    }
    const opened = await tried(() => openMy3dis({ path, cacheFolder }))
    const told = opened ? await readAll(opened, tried) : []
    // What a run can be read in spite of is told by a code of its own.
    if (outcome === 'read') outcome = told.find((code) => !usual.has(code)) ?? outcome
    if (printOf(path) !== before) throw new Error('the run was changed by reading it')
    return outcome
  }
}

async function readAll({ reader, problems }, tried) {
  try {
    for (const { stage, level, frameIndices } of (await tried(() => reader.places())) ?? [])
      for (const frameIndex of frameIndices.slice(0, 20)) {
        const found = await tried(() => reader.masks(stage, level, frameIndex))
        if (found) JSON.parse(Buffer.from(found.bytes).toString('utf8'))
      }
    await tried(() => reader.tracks())
    return (await problems()).map(({ code }) => code)
  } finally {
    await reader.close()
  }
}

/** Damage to the file as it lies there, or to what is packed in it, so that it gets past checksums. */
async function damager(form, sound, list, { mutated, pick }) {
  if (form === 'bytes') return (random) => mutated(sound, random, list)
  if (form === 'gzip') {
    const tar = gunzipSync(sound)
    return (random) => (random() < 0.3 ? mutated(sound, random) : gzipSync(mutated(tar, random, list), { level: 1 }))
  }
  const { openZip, readMember } = await import('../src/core/foreign/zip/zip-reader.ts')
  const { sourceOf, zipFrom } = await import('../src/core/foreign/fixtures.ts')
  const inflate = async (bytes, limit) => inflateRawSync(bytes, { maxOutputLength: limit })
  const zip = await openZip(sourceOf(Uint8Array.from(sound)), { inflate })
  const members = []
  for (const name of zip.members.keys()) members.push({ name, bytes: Uint8Array.from(await readMember(zip, name)) })
  return (random) => {
    if (random() < 0.3) return mutated(sound, random)
    const chosen = pick(random, members)
    return zipFrom(members.map((member) => (member === chosen ? { ...member, bytes: mutated(member.bytes, random, list) } : member)))
  }
}

/** Of all names, sizes, times and bytes of a folder. */
function printOf(folder) {
  const hash = createHash('sha1')
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })
    hash.update(`${name} ${found?.size} ${found?.mtimeMs}\n`)
    if (found?.isFile()) hash.update(readFileSync(join(folder, name)))
  }
  return hash.digest('hex')
}
