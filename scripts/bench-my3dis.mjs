// The figures of My3DIS's runs for `npm run bench`: opening, reading, writing and exporting them, each beside Python in the same minute.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { at, findNode, root } from './project.mjs'

/** Of each opening; times are told by the median, as machines are shared. */
const openings = 9

/** `python(...args)`: the JSON of a peer's last line, undefined where Python or NumPy are not. */
export function my3disSections({ row, skip, env, python, scratch, peers }) {
  const node = (...args) => {
    const { status, stdout, stderr } = spawnSync(findNode(), args, { cwd: root, env, encoding: 'utf8', maxBuffer: 64 << 20 })
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.slice(-800)}`)
    return stdout.trim().split('\n').at(-1)
  }
  /** The big fixture with as many frames; its 336 masks on each frame make 100,800 on 300 frames. */
  const fixture = (frames) => {
    const out = join(scratch, `my3dis-${frames}`)
    const made = !existsSync(out) && node(at('scripts', 'fixtures', 'my3dis.mjs'), '--big', '--frames', String(frames), '--out', out)
    return join(out, made ? JSON.parse(made).folder : 'runs/G-Nov-scene_level/scene_00048_01')
  }
  const cache = (name) => join(scratch, `cache-${name}`)
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
  const peer = (...args) => python(at('bench', 'my3dis-peer.py'), ...args)

  return {
    my3disOpen: () => {
      const runs = [300, 30, 3].map((frames) => ({ path: fixture(frames), found: [] }))
      // In turns, so that a busy moment falls on all of them.
      for (let i = 0; i < openings; i += 1)
        for (const { path, found } of runs) {
          // The index of the filtered list is not kept from one opening to the next: each is the first.
          rmSync(cache('open'), { recursive: true, force: true })
          found.push(JSON.parse(node('--expose-gc', at('bench', 'my3dis-open.ts'), path, cache('open'))))
        }
      const [large, tenth, small] = runs.map(
        ({ found }) =>
          (key) =>
            median(found.map((one) => one[key])),
      )
      const [first] = runs[0].found
      const what = `${first.frames} frames, ${first.levels} levels, ${first.frames * first.firstFrameMasks} masks`
      const mebi = (bytes) => bytes / 2 ** 20
      row('my3disOpen', `bytes read to open (${what})`, mebi(large('openBytes')), 'MiB', ['<=', 1])
      row('my3disOpen', 'bytes read for the first frame, three levels', mebi(large('frameBytes')), 'MiB')
      row('my3disOpen', 'as the system counts both', mebi(large('systemBytes')), 'MiB')
      row('my3disOpen', 'bytes of the list of tracks, when asked for', mebi(large('tracksBytes')), 'MiB')
      const theirs = peer('open', runs[0].path)
      row('my3disOpen', 'time to the first picture', large('firstPictureMs') / 1000, 's', ['<=', 1], theirs && theirs.ms / 1000)
      row('my3disOpen', 'before it, not counted: start of Node and of the program', (large('startMs') + large('loadMs')) / 1000, 's')
      row('my3disOpen', 'time, 300 frames / 30', large('firstPictureMs') / tenth('firstPictureMs'), '', ['<=', 1.2])
      row('my3disOpen', "the same in the processor's time", large('firstPictureCpuMs') / tenth('firstPictureCpuMs'), '')
      row('my3disOpen', 'memory, 100,800 masks / 1,008', large('memoryBytes') / small('memoryBytes'), '', ['<=', 1.15])
    },
    my3disFrame: () =>
      archive('my3disFrame', (ours, theirs) => {
        const faster = (what, ms, target) => row('my3disFrame', what, theirs.random_frame_ms_p50 / ms, 'x', target)
        faster('random frame as JSON with run lengths, against gzip chunk', ours.ownFrame.valueMs, ['>=', 150])
        faster('the same, each mask decoded to runs', ours.ownFrame.runsMs)
        faster("random frame out of My3DIS's own chunks by our reader", ours.foreignFrameMs)
        row('my3disFrame', 'all candidates once, out of gzip chunks', ours.readAll.ms / 1000, 's', undefined, theirs.read_all_s)
      }),
    my3disWrite: () =>
      archive('my3disWrite', (ours, theirs) => {
        row('my3disWrite', 'speed of writing candidates, against tarfile + savez', (1000 * theirs.write_s) / ours.writeMs, 'x', ['>=', 3])
        row('my3disWrite', 'bytes, of those', (100 * ours.writtenBytes) / theirs.bytes, '%', ['<=', 100])
      }),
    my3disRead: () => {
      const path = fixture(300)
      const turns = Array.from({ length: 3 }, () => [
        JSON.parse(node(at('bench', 'my3dis-read.ts'), path, cache('read'))),
        peer('read', path),
      ])
      if (turns.some(([, theirs]) => !theirs)) return skip('my3disRead', 'the peer could not run (Python with NumPy)')
      const best = (side, key) => Math.min(...turns.map((turn) => turn[side][key]))
      const [ours] = turns[0]
      row('my3disRead', `speed of reading ${ours.masks} masks once, against NumPy`, best(1, 'ms') / best(0, 'ms'), 'x', ['>=', 5])
      row('my3disRead', "in the processor's time, all threads", best(1, 'cpu_ms') / best(0, 'cpuMs'), 'x')
      row('my3disRead', 'peak memory, second half of the masks / first', median(turns.map(([one]) => one.lateMemory)), '', ['<=', 1.1])
      row('my3disRead', 'peak memory', median(turns.map(([one]) => one.peakBytes)) / 2 ** 20, 'MiB')
    },
    my3disCoco: () => {
      const found = JSON.parse(node(at('bench', 'export-coco.ts')))
      row('my3disCoco', `COCO of ${found.masks} masks, of the speed of copying it`, 100 * found.shareOfMedians, '%', ['>=', 50])
      row('my3disCoco', 'until both are on the disk', 100 * found.shareUntilOnDisk, '%')
      row('my3disCoco', 'speed of the export', found.exportMegabytesPerSecond, 'MB/s', undefined, found.copyMegabytesPerSecond)
    },
  }

  /** The peer writes its chunks and reads them; ours reads, converts and writes the very same masks. */
  function archive(section, tell) {
    if (!peers) return skip(section, 'no peers folder')
    const folder = join(scratch, `${section}-chunks`)
    const own = join(scratch, `${section}-own`)
    mkdirSync(folder, { recursive: true })
    mkdirSync(own, { recursive: true })
    const theirs = python(join(peers, 'archive.py'), folder)
    if (!theirs) return skip(section, 'the peer could not run (Python with NumPy)')
    const ours = JSON.parse(node(at('bench', 'my3dis-archive.ts'), folder, own))
    tell(ours, theirs)
    rmSync(own, { recursive: true })
  }
}
