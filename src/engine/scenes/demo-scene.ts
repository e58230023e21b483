// The bundled demo scene on disk: colour, depth, poses, intrinsics and the true masks, made once from core/scene/synthetic.
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { makeSyntheticScene } from '#core/scene/synthetic'

/** Raise it when the synthetic scene changes: an older demo on disk is then left alone and a new one is made. */
const demoVersion = 1

/** Folder of the demo scene (ScanNet's layout, with `truth/` beside `color/`); made on first use in about a second. */
export async function ensureDemoScene(stateFolder: string): Promise<string> {
  const folder = join(stateFolder, `demo-scene-${demoVersion}`, 'demo')
  if (
    await stat(folder).then(
      () => true,
      () => false,
    )
  )
    return folder
  const partial = join(stateFolder, `demo-scene-${demoVersion}.part-${process.pid}`)
  await rm(partial, { recursive: true, force: true })
  const target = join(partial, 'demo')
  await writeScene(target)
  await rename(partial, join(stateFolder, `demo-scene-${demoVersion}`)).catch(async (error: NodeJS.ErrnoException) => {
    // Another engine made it in the meantime: theirs is as good, for the scene is the same every time.
    await rm(partial, { recursive: true, force: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  return folder
}

async function writeScene(folder: string): Promise<void> {
  const scene = makeSyntheticScene()
  const { width, height, fx, fy, cx, cy } = scene.intrinsics
  for (const part of ['color', 'depth', 'pose', 'truth', 'intrinsic']) await mkdir(join(folder, part), { recursive: true })
  for (let i = 0; i < scene.frames; i += 1) {
    const { rgb, depthMm, labels, cameraFromWorld } = scene.frame(i)
    const name = String(i).padStart(6, '0')
    await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, 'color', `${name}.png`))
    await sharp(depthMm, { raw: { width, height, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(join(folder, 'depth', `${name}.png`))
    const truth = Uint8Array.from(labels, (id) => id)
    await sharp(truth, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(join(folder, 'truth', `${name}.png`))
    await writeFile(join(folder, 'pose', `${name}.json`), JSON.stringify({ cameraFromWorld }))
  }
  await writeFile(join(folder, 'intrinsic', 'intrinsic_color.txt'), `${fx} 0 ${cx} 0\n0 ${fy} ${cy} 0\n0 0 1 0\n0 0 0 1\n`)
  await writeFile(join(folder, 'truth', 'instances.json'), JSON.stringify(scene.instances, undefined, 2))
}
