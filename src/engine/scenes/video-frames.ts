// A video file as a scene: its frames are extracted once by ffmpeg into a folder beside the runs, and used from there.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Fault, reasonOfError } from '#core/base/fault'
import type { SceneSummary } from '#core/scene/scene'
import { listScene, type SceneListing } from './list-frames.ts'

const run = promisify(execFile)

/** Frame count and size, from the container and its packets; nothing is decoded. */
export async function probeVideo(path: string): Promise<SceneSummary> {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-count_packets',
    '-show_entries',
    'stream=width,height,nb_read_packets',
    '-of',
    'json',
    path,
  ]
  const stdout = await tool('ffprobe', args, path)
  const stream = (JSON.parse(stdout) as { streams?: { width?: number; height?: number; nb_read_packets?: string }[] }).streams?.[0]
  const frameCount = Number(stream?.nb_read_packets ?? 0)
  if (!stream?.width || !stream.height || !frameCount) throw new Fault('VIDEO_UNREADABLE', { path, reason: 'it has no video stream' })
  const name = basename(path)
  return {
    path,
    framesPath: path,
    name: name.replace(/\.[^.]+$/, ''),
    kind: 'video',
    frameCount,
    width: stream.width,
    height: stream.height,
    firstFrame: '000000.jpg',
    lastFrame: `${String(frameCount - 1).padStart(6, '0')}.jpg`,
    hasDepth: false,
    hasPoses: false,
  }
}

/** Extracts all frames (JPEG, visually lossless) unless the same file was extracted there before. Never rotates or rescales. */
export async function extractVideo(path: string, outputFolder: string, signal?: AbortSignal): Promise<SceneListing> {
  const file = resolve(path)
  const { size, mtimeMs } = await stat(file)
  const key = createHash('sha256').update(`${file}\n${size}\n${mtimeMs}`).digest('hex').slice(0, 12)
  const name = basename(file).replace(/\.[^.]+$/, '')
  const folder = join(outputFolder, `frames_${name.replace(/[^A-Za-z0-9._-]+/g, '-')}_${key}`)
  const done = await readdir(folder).catch(() => undefined)
  if (!done) {
    const partial = `${folder}.part`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
    const args = [
      '-v',
      'error',
      '-nostdin',
      '-noautorotate',
      '-i',
      file,
      '-map',
      '0:v:0',
      '-fps_mode',
      'passthrough',
      '-q:v',
      '2',
      '-start_number',
      '0',
      join(partial, '%06d.jpg'),
    ]
    await tool('ffmpeg', args, path, signal)
    await rename(partial, folder)
  }
  return { ...(await listScene(folder)), path, name, kind: 'video' }
}

async function tool(program: string, args: readonly string[], path: string, signal?: AbortSignal): Promise<string> {
  try {
    return (await run(program, args, { signal, maxBuffer: 16 << 20 })).stdout
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new Fault('FFMPEG_MISSING', { path }, error)
    if (signal?.aborted) throw new Fault('CANCELLED')
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    throw new Fault('VIDEO_UNREADABLE', { path, reason: stderr.split('\n')[0] || reasonOfError(error) }, error)
  }
}
