// Writes pictures one after another into a video, by the ffmpeg of this machine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, rename } from 'node:fs/promises'
import { Fault, reasonOfError } from '#core/base/fault'
import type { Painted } from '#core/view/paint-frame'

/**
 * H.264 in an MP4 that starts before it is read whole; sides are made even, as the format wants. The file appears when all is written. Throws
 * VIDEO_WRITER_MISSING without ffmpeg, VIDEO_NOT_WRITTEN when it fails; then nothing is left behind.
 */
export async function writeVideo(
  path: string,
  perSecond: number,
  size: Pick<Painted, 'width' | 'height'>,
  pictures: AsyncIterable<Painted>,
) {
  const partial = `${path}.part.mp4`
  const child = spawn('ffmpeg', argumentsOf(partial, perSecond, size), { stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2000)
  })
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? undefined))
  })
  // A pipe that breaks is told by the exit code.
  child.stdin.on('error', () => undefined)
  try {
    const started = Promise.race([once(child, 'spawn'), ended])
    await started
    for await (const { pixels } of pictures) {
      if (child.exitCode !== null || child.stdin.destroyed) break
      if (!child.stdin.write(Buffer.from(pixels.buffer))) await Promise.race([once(child.stdin, 'drain'), ended])
    }
    child.stdin.end()
    const code = await ended
    if (code !== 0) throw new Fault('VIDEO_NOT_WRITTEN', { path, reason: said.trim().split('\n').at(-1) || `it ended with ${code}` })
    await rename(partial, path)
  } catch (error) {
    child.kill()
    await rm(partial, { force: true })
    if (error instanceof Fault) throw error
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT' && child.pid === undefined
    throw isMissing
      ? new Fault('VIDEO_WRITER_MISSING', { path }, error)
      : new Fault('VIDEO_NOT_WRITTEN', { path, reason: reasonOfError(error) }, error)
  }
}

function argumentsOf(out: string, perSecond: number, { width, height }: Pick<Painted, 'width' | 'height'>): string[] {
  const from = ['-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${width}x${height}`, '-r', String(perSecond), '-i', 'pipe:0']
  const to = ['-vf', 'pad=ceil(iw/2)*2:ceil(ih/2)*2', '-c:v', 'libx264', '-crf', '18', '-pix_fmt', 'yuv420p', '-movflags', '+faststart']
  return ['-v', 'error', '-y', ...from, ...to, out]
}
