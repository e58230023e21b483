// A small synthetic scene on disk for drills: PNG frames whose right answer is known and whose bytes are always the same.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { makeSyntheticScene } from '../src/core/scene/synthetic.ts'

/** Gives the folder of the frames. */
export async function writeScene(folder, { frames, width, height }) {
  mkdirSync(folder, { recursive: true })
  const scene = makeSyntheticScene({ width, height, frames })
  for (let i = 0; i < frames; i += 1)
    await sharp(scene.frame(i).rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, `${String(i).padStart(4, '0')}.png`))
  return folder
}
