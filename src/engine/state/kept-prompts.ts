// Masks that a person made for the tracker, kept by scene in the state folder so that no run folder is touched.
import type { KeptPrompt } from '#core/segment/user-prompt'
import type { Database } from './database.ts'

export const keptPromptTables = [
  `CREATE TABLE IF NOT EXISTS kept_prompts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    frames_path TEXT NOT NULL,
    frame_index INTEGER NOT NULL,
    level INTEGER NOT NULL,
    height INTEGER NOT NULL,
    width INTEGER NOT NULL,
    counts TEXT NOT NULL,
    area INTEGER NOT NULL,
    backend TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX IF NOT EXISTS kept_prompts_by_scene ON kept_prompts (frames_path)',
]

export type KeptPrompts = {
  /** In order of frames, levels, and when they were kept. */
  of(framesPath: string): KeptPrompt[]
  /** The same mask again is the one that is there. */
  add(framesPath: string, prompt: Omit<KeptPrompt, 'id' | 'at'>): KeptPrompt
  /** One that is not there is gone already. */
  remove(framesPath: string, id: number): void
}

export function createKeptPrompts(database: Database, now = Date.now): KeptPrompts {
  const of = (framesPath: string): KeptPrompt[] =>
    database.all('SELECT * FROM kept_prompts WHERE frames_path = ? ORDER BY frame_index, level, id', framesPath).map((row) => ({
      id: Number(row.id),
      frameIndex: Number(row.frame_index),
      level: Number(row.level),
      size: [Number(row.height), Number(row.width)],
      counts: String(row.counts),
      area: Number(row.area),
      backend: String(row.backend),
      at: Number(row.at),
    }))
  return {
    of,
    add: (framesPath, prompt) =>
      database.transact(() => {
        const { frameIndex, level, size, counts, area, backend } = prompt
        const same = () => of(framesPath).find((one) => one.frameIndex === frameIndex && one.level === level && one.counts === counts)
        const before = same()
        if (before) return before
        database.run(
          'INSERT INTO kept_prompts (frames_path, frame_index, level, height, width, counts, area, backend, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
          framesPath,
          frameIndex,
          level,
          size[0],
          size[1],
          counts,
          area,
          backend,
          now(),
        )
        return same()!
      }),
    remove: (framesPath, id) => {
      database.run('DELETE FROM kept_prompts WHERE frames_path = ? AND id = ?', framesPath, id)
    },
  }
}
